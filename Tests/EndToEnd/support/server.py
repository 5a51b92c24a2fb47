"""The real binary, run as a process of its own in a directory of its own."""

import http.client
import os
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from support import database
from support.client import Client
from support.ports import free_port

REPOSITORY = Path(__file__).resolve().parents[3]
BINARY = REPOSITORY / os.environ.get("JWKS_SERVER", ".build/release/jwks-server")
SECRET = "an-end-to-end-secret-of-nobody"
WRONG_SECRET = "another-end-to-end-secret-of-nobody"
DEADLINE = 10

CONFIGURATION_ERROR = 78
USAGE_ERROR = 64


def trusting(certificate: str | None) -> ssl.SSLContext | None:
    """A client that trusts this certificate and no other, and looks at names; None for what is no certificate."""
    if certificate is None or not os.path.isfile(certificate):
        return None
    try:
        return ssl.create_default_context(cafile=certificate)
    except (ssl.SSLError, OSError):
        return None


class Server:
    def __init__(self, directory: Path, settings: dict[str, str | None], binary: Path = BINARY) -> None:
        """`settings` are environment variables; None leaves one of the usual two out."""
        self.binary = binary
        self.directory = directory
        self.log = directory.with_suffix(".log")
        self.database = directory / database.FILE_NAME
        self.port = free_port()
        given = {"NOT_MY_KEY": SECRET, "JWKS_PORT": str(self.port)} | settings
        self.settings = {name: value for name, value in given.items() if value is not None}
        # Its own authority.
        self.client = Client(self.port, trusting(self.settings.get("JWKS_TLS_CERTIFICATE")))
        self.arguments: tuple[str, ...] = ()
        self.process: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("JWKS_", "NOT_MY_KEY"))}
        return inherited | self.settings

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Runs a command to its end, in the directory and with the settings of the server."""
        return subprocess.run(
            [self.binary, *arguments],
            cwd=self.directory,
            env=self.environment(),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=3 * DEADLINE,
        )

    def refusal(self) -> tuple[int, str]:
        """Starts a server that must not start: its exit code and its one line."""
        result = self.run()
        lines = result.stderr.splitlines()
        assert result.returncode != 0 and len(lines) == 1, result
        return result.returncode, lines[0]

    def create_user(self, username: str, password: str) -> None:
        result = self.run("users", "create", "--username", username, "--password-stdin", stdin=f"{password}\n")
        assert result.returncode == 0, result

    def spawn(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [self.binary, *self.arguments],
                cwd=self.directory,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def wait_for(self, path: str) -> None:
        """Polls until `path` is answered with 200."""
        self._wait_until(lambda: self._answers(path), f"no answer from {path}")

    def _wait_until(self, condition: Callable[[], bool], failure: str) -> None:
        deadline = time.monotonic() + DEADLINE
        while not condition():
            assert self.process is not None
            assert self.process.poll() is None, f"the server has exited:\n{self.log.read_text()}"
            assert time.monotonic() < deadline, f"{failure}:\n{self.log.read_text()}"
            time.sleep(0.005)

    def _answers(self, path: str) -> bool:
        try:
            return self.client.get(path).status == 200
        except (OSError, http.client.HTTPException):
            return False

    def start(self) -> None:
        """Starts the server and waits until it rests: a first start makes two more keys while it already answers."""
        self.spawn()
        self.wait_for("/ping")
        self._wait_until(lambda: len(self.client.jwks()) > 1, "no successor in the JWK Set")

    def stop(self) -> None:
        assert self.end(signal.SIGTERM) == 0, self.log.read_text()

    def kill(self) -> None:
        assert self.end(signal.SIGKILL) == -signal.SIGKILL

    def end(self, with_signal: signal.Signals) -> int:
        """Returns the exit code."""
        assert self.process is not None
        process, self.process = self.process, None
        process.send_signal(with_signal)
        try:
            return process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise


MakeServer = Callable[..., Server]


@contextmanager
def servers(directory: Path) -> Iterator[MakeServer]:
    """A maker of servers. Each that still runs at the end must stop cleanly."""
    made: list[Server] = []

    def make(in_directory: Path | None = None, **settings: str | None) -> Server:
        working_directory = in_directory or directory / f"server-{len(made)}"
        working_directory.mkdir(exist_ok=True)
        made.append(Server(working_directory, settings))
        return made[-1]

    try:
        yield make
    finally:
        exit_codes = [server.end(signal.SIGTERM) for server in made if server.process is not None]
    assert not any(exit_codes), exit_codes
