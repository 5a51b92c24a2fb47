"""What every measurement is given: a place to work in, servers, load and the size of the run."""

import shutil
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from load import JSON_TYPE, Checks, HTTPLoad, ToolFailed, argon2_control, pinned
from support import database
from support.server import Server


@dataclass(frozen=True)
class Account:
    username: str
    password: str
    phc: str
    """The hash as the server stored it: the control checks the same one."""

    @property
    def login(self) -> str:
        return f'{{"username":"{self.username}","password":"{self.password}"}}'


@dataclass
class Bench:
    directory: Path
    programs: Path
    cores: Sequence[int]
    runs: int
    seconds: int
    is_quick: bool
    is_long: bool
    binary: Path
    """The server that is measured."""
    _made: int = field(default=0)

    @property
    def rounds(self) -> range:
        return range(self.runs)

    @property
    def login_connections(self) -> int:
        """Enough clients that no hashing thread ever waits for one."""
        return max(16, 4 * len(self.cores))

    def new_directory(self, name: str) -> Path:
        self._made += 1
        directory = self.directory / f"{self._made}-{name}"
        directory.mkdir()
        return directory

    def clear(self) -> None:
        """Removes what was made: the files of (k) take gigabytes."""
        for made in self.directory.iterdir():
            shutil.rmtree(made) if made.is_dir() else made.unlink()

    def two_cores(self) -> tuple[int, int]:
        """One for what is measured and one for the load."""
        if len(self.cores) < 2:
            raise ToolFailed("needs two cores: one for the server, one for the load")
        return self.cores[0], self.cores[1]

    def new_server(self, name: str, **settings: str | None) -> Server:
        """One that is not started yet, on a new directory."""
        return Server(self.new_directory(name), settings, self.binary)

    @contextmanager
    def server(self, name: str, core: int | None = None, **settings: str | None) -> Iterator[Server]:
        """A server on a new directory, at rest: the keys of a first start are made."""
        server = self.new_server(name, **settings)
        with self.running(server, core):
            yield server

    @contextmanager
    def running(self, server: Server, core: int | None = None) -> Iterator[None]:
        try:
            with pinned(core):
                server.start()
            yield
        finally:
            code = server.end(signal.SIGTERM) if server.process is not None else 0
        if code != 0:
            raise ToolFailed(f"the server ended with exit code {code}")

    def account(self, server: Server, username: str = "alice") -> Account:
        password = server.client.new_user(username)
        return Account(username, password, database.password_hash(server.database, username))

    def load(
        self, server: Server, path: str, *, core: int | None = None, headers: Sequence[str] = (), **options: object
    ) -> HTTPLoad:
        return HTTPLoad(self.programs / "http-load", core, {"port": server.port, "path": path} | options, headers)

    def log_in(
        self, server: Server, account: Account, *, warmup: float, seconds: float, headers: Sequence[str] = ()
    ) -> HTTPLoad:
        """As many logins as the server can do: http-load, closed loop, keep-alive."""
        return self.load(
            server,
            "/auth",
            method="POST",
            body=account.login,
            headers=[JSON_TYPE, *headers],
            connections=self.login_connections,
            warmup=warmup,
            seconds=seconds,
        )

    def libsodium(self, account: Account, *, is_kept: bool) -> Checks:
        """libsodium alone on as many threads as cores, as it is or with its memory kept on huge pages."""
        return argon2_control(
            self.programs / "argon2-control",
            is_kept=is_kept,
            threads=len(self.cores),
            seconds=self.seconds,
            phc=account.phc,
            password=account.password,
        )
