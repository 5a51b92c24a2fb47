"""What every measurement is given: a place to work in, servers, load and the size of the run."""

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from load import HTTPLoad, ToolFailed, argon2_control, pinned
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

    def two_cores(self) -> tuple[int, int]:
        """One for what is measured and one for the load."""
        if len(self.cores) < 2:
            raise ToolFailed("needs two cores: one for the server, one for the load")
        return self.cores[0], self.cores[1]

    @contextmanager
    def server(self, name: str, core: int | None = None, **settings: str | None) -> Iterator[Server]:
        """A server on a new directory, at rest: the keys of a first start are made."""
        server = Server(self.new_directory(name), settings)
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

    def libsodium(self, account: Account) -> float:
        """Checks per second of bare libsodium on as many threads as cores."""
        return argon2_control(
            self.programs / "argon2-control",
            threads=len(self.cores),
            seconds=self.seconds,
            phc=account.phc,
            password=account.password,
        )
