"""A PostgreSQL of our own that can be stopped, killed, frozen and followed by a standby."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from support.ports import free_port
from support.postgres import Database, required

STARTS_WITHIN = 30


def unprivileged() -> pwd.struct_passwd | None:
    """Whom to run PostgreSQL as, which refuses to run as root; None: as ourselves."""
    if os.geteuid() != 0:
        return None
    names = {user.pw_name: user for user in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def as_unprivileged(command: Sequence[str]) -> Sequence[str]:
    """The same command, run by that user."""
    user = unprivileged()
    if user is None:
        return command
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", *command]


@dataclass
class Cluster:
    """Listens on 127.0.0.1 alone and trusts whoever comes. `directory` has to be ours and empty."""

    directory: Path
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def database(self) -> Database:
        return Database(f"postgres://postgres@127.0.0.1:{self.port}/postgres")

    def create(self) -> None:
        user = unprivileged()
        if user:
            os.chown(self.directory, user.pw_uid, user.pw_gid)
        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"]
        subprocess.run(
            self._command("initdb", "-D", str(self._data), *options), check=True, capture_output=True, cwd="/"
        )
        self._configure(
            {
                "listen_addresses": "127.0.0.1",
                "port": str(self.port),
                "unix_socket_directories": "",
                "shared_buffers": "64MB",
                "log_min_messages": "warning",
            }
            | self.settings
        )

    def follow(self, primary: "Cluster") -> None:
        """Instead of `create`: becomes a hot standby of a running cluster."""
        user = unprivileged()
        if user:
            os.chown(self.directory, user.pw_uid, user.pw_gid)
        source = ["-h", "127.0.0.1", "-p", str(primary.port), "-U", "postgres"]
        options = [*source, "-D", str(self._data), "--write-recovery-conf", "--checkpoint=fast", "--no-sync"]
        subprocess.run(self._command("pg_basebackup", *options), check=True, capture_output=True, cwd="/")
        self._configure({"port": str(self.port)} | self.settings)

    def promote(self) -> None:
        """From now on a standby takes writes."""
        assert self.database.value("SELECT pg_promote(wait => true, wait_seconds => 30)") is True

    def _configure(self, settings: dict[str, str]) -> None:
        # Of a setting that is given twice the last one counts.
        with (self._data / "postgresql.conf").open("a") as configuration:
            configuration.writelines(f"{name} = '{value}'\n" for name, value in settings.items())

    def start(self) -> None:
        """Waits until it takes connections."""
        assert self._process is None
        with (self.directory / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command("postgres", "-D", str(self._data)),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + STARTS_WITHIN
        while not self._takes_connections():
            assert self._process.poll() is None and time.monotonic() < deadline, self.log
            time.sleep(0.02)

    def stop(self, *, immediately: bool = False) -> None:
        """As `pg_ctl stop` does in its modes fast and immediate; the latter is a crash, without a last checkpoint."""
        assert self._process is not None
        process, self._process = self._process, None
        process.send_signal(signal.SIGQUIT if immediately else signal.SIGINT)
        try:
            process.wait(STARTS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Nobody is told: connections stay open, new ones are taken by the kernel, and no byte comes back."""
        assert self._process is not None
        # First the one that starts the others.
        stopped = [self._process.pid]
        os.kill(self._process.pid, signal.SIGSTOP)
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        try:
            for child in map(int, children):
                os.kill(child, signal.SIGSTOP)
                stopped.append(child)
            yield
        finally:
            for pid in reversed(stopped):
                os.kill(pid, signal.SIGCONT)

    def remove(self) -> None:
        if self._process is not None:
            self.stop(immediately=True)
        shutil.rmtree(self.directory)

    @property
    def log(self) -> str:
        return (self.directory / "log").read_text()

    @property
    def _data(self) -> Path:
        return self.directory / "data"

    def _takes_connections(self) -> bool:
        command = [required("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(command, timeout=STARTS_WITHIN).returncode == 0

    @staticmethod
    def _command(name: str, *arguments: str) -> Sequence[str]:
        return as_unprivileged([required(name), *arguments])


@contextmanager
def cluster(primary: Cluster | None = None, **settings: str) -> Iterator[Cluster]:
    """A running cluster that is gone afterwards, a standby of `primary` if there is one; not in pytest's directory,
    which another user may not enter."""
    # Temporary files that outlive a restart lie on a disk: in memory a commit would be free.
    made = Cluster(Path(tempfile.mkdtemp(prefix="postgres-", dir="/var/tmp")), settings)
    try:
        if primary is None:
            made.create()
        else:
            made.follow(primary)
        made.start()
        yield made
    finally:
        made.remove()
