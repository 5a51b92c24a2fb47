"""One server with its callers, its ledger and what is counted: where a scenario plays."""

import itertools
import random
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from chaos.callers import Caller, callers
from chaos.ledger import Ledger
from chaos.moments import Moments
from chaos.tally import Tally
from chaos.witness import SQLiteWitness, Witness
from soak.load import under
from support.client import NO_ANSWER
from support.rotation import ON_DEMAND
from support.server import SECRET, Server

# A start takes 0.1 s; a busy machine, and a database that another process holds for a moment.
STARTS_WITHIN = 30
SECRET_FILE = "master.key"
LIFETIME = 60
SETTINGS = ON_DEMAND | {
    "JWKS_TOKEN_LIFETIME": f"{LIFETIME}s",
    "NOT_MY_KEY": None,
    "NOT_MY_KEY_FILE": SECRET_FILE,
    # All callers have one address here, and are not to be told from many.
    "JWKS_CONNECTIONS_PER_ADDRESS": "0",
}
_LOG_LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ [A-Z]+ ")
_WHY = re.compile(r"jwks-server: |.*Z CRITICAL ")


@dataclass(frozen=True)
class Form:
    """How much there is of it: by default all, in `SHORT` what a test has time for."""

    kills: int = 1000
    postgres_kills: int = 100
    locked: float = 30
    frozen: float = 10
    rounds: int = 5


SHORT = Form(kills=40, postgres_kills=10, locked=5, frozen=4, rounds=1)


class GoneWrong(Exception):
    """Nothing that would come after this could tell anything."""


@dataclass
class Stage:
    directory: Path
    name: str
    seed: str
    form: Form
    settings: dict[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        place = self.directory / self.name
        place.mkdir()
        (place / SECRET_FILE).write_text(f"{SECRET}\n")
        (place / SECRET_FILE).chmod(0o600)
        self.server = Server(place, SETTINGS | self.settings)
        self.server.log.touch()
        self.chance = random.Random(f"{self.seed}/{self.name}")
        self.tally = Tally(self.name)
        self.ledger = Ledger()
        # Of names.
        self.numbers = itertools.count()
        self.moments = Moments()
        self.witness: Witness = SQLiteWitness(self.server.database)
        # When a revocation was acknowledged, by kid.
        self.revoked_at: dict[str, float] = {}
        # Whether a caller may be left without an answer, as by a server that is killed.
        self.may_be_silent = True
        # A descriptor; otherwise the log is a file.
        self.standard_error: int | None = None

    # -- the process --

    def spawn(self) -> None:
        self._said_before = self.server.log.stat().st_size
        self.tally.starts += 1
        self.moments.forget()
        if self.standard_error is None:
            self.server.spawn()
            return
        self.server.process = subprocess.Popen(
            [self.server.binary],
            cwd=self.server.directory,
            env=self.server.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self.standard_error,
        )

    def start(self) -> bool:
        """Whether it serves; if not it said why, in one line, and with a code."""
        self.spawn()
        deadline = time.monotonic() + STARTS_WITHIN
        while not self.answers():
            assert self.server.process is not None
            if (code := self.server.process.poll()) is not None:
                self.server.process = None
                self.ended(code)
                return False
            if time.monotonic() > deadline:
                self.tally.find(f"no answer {STARTS_WITHIN} s after a start: {self.said[-500:]}")
                raise GoneWrong
            time.sleep(0.005)
        return True

    def must_start(self) -> None:
        if not self.start():
            self.tally.find(f"a start was refused: {self.said[-500:]}")
            raise GoneWrong

    def answers(self, path: str = "/ping") -> bool:
        try:
            return self.server.client.get(path).status == 200
        except NO_ANSWER:
            return False

    @property
    def said(self) -> str:
        """What the log says since the last start."""
        with self.server.log.open("rb") as log:
            log.seek(self._said_before)
            return log.read().decode(errors="replace")

    def ended(self, code: int) -> None:
        """Judges a process that ended by itself."""
        lines = self.said.splitlines()
        why = [line for line in lines if _WHY.match(line)]
        if code <= 0 or len(why) != 1 or not all(_LOG_LINE.match(line) or line in why for line in lines):
            self.tally.find(f"it ended with {code} and said {lines[-4:]}")
        else:
            self.tally.refused(why[0])

    def still_runs(self) -> bool:
        """Whether the server has not ended by itself."""
        assert self.server.process is not None
        if (code := self.server.process.poll()) is None:
            return True
        self.server.process = None
        self.tally.find(f"it ended with {code} and said {self.said.splitlines()[-4:]}")
        return False

    def stop(self) -> None:
        if self.server.process is not None and self.still_runs():
            try:
                code = self.server.end(signal.SIGTERM)
            except subprocess.TimeoutExpired:
                code = None
            if code != 0:
                self.tally.find(f"SIGTERM ended it with {code}: {self.said[-300:]}")

    def kill(self) -> None:
        """SIGKILL, if it still runs."""
        if self.server.process is not None and self.still_runs():
            self.server.kill()

    # -- the callers --

    @contextmanager
    def callers(self) -> Iterator[list[Caller]]:
        """They call from here to the end."""
        calling = callers(self)
        with under(calling):
            yield calling
        self.tally.findings += [failure for caller in calling for failure in caller.failures]
        self.tally.registered = len(self.ledger.accounts)
        self.tally.tokens = self.ledger.issued
        for lie in self.moments.lies:
            self.tally.find(lie)

    @contextmanager
    def disturbed(self, may_be_silent: bool = False) -> Iterator[None]:
        self.tally.disturbances += 1
        before, self.may_be_silent = self.may_be_silent, may_be_silent
        try:
            yield
        finally:
            self.may_be_silent = before

    def until(self, what: str, condition: Callable[[], object], seconds: float = STARTS_WITHIN) -> bool:
        """Polls; that it does not come true is a finding."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                self.tally.find(f"not within {seconds:g} s: {what}; {self.said[-300:]}")
                return False
            if self.server.process is not None and self.server.process.poll() is not None:
                return self.still_runs()
            time.sleep(0.02)
        return True

    def readiness(self) -> int | None:
        try:
            return self.server.client.get("/health/ready").status
        except NO_ANSWER:
            return None

    def calls_succeed(self, more: int = 5) -> bool:
        """Waits for some more registrations and tokens."""
        registered, issued = len(self.ledger.accounts) + more, self.ledger.issued + more

        def both() -> bool:
            return len(self.ledger.accounts) >= registered and self.ledger.issued >= issued

        return self.until("registrations and logins go on", both)

    # -- the resources --

    def resources(self) -> tuple[int, int]:
        """Resident kB and open descriptors."""
        assert self.server.process is not None
        process = Path(f"/proc/{self.server.process.pid}")
        resident = next(line for line in (process / "status").read_text().splitlines() if line.startswith("VmRSS"))
        return int(resident.split()[1]), len(list((process / "fd").iterdir()))

    def resources_come_back(self, before: tuple[int, int], kilobytes: int = 40_000, descriptors: int = 12) -> None:
        """To what was there, and what callers who call on may use."""

        def are_back() -> bool:
            resident, open_ = self.resources()
            return resident < before[0] + kilobytes and open_ <= before[1] + descriptors

        self.until(f"memory and descriptors like {before}", are_back)
        if self.server.process is not None and self.server.process.poll() is None:
            self.tally.notes.append("kB and descriptors %d, %d before, %d, %d after" % (*before, *self.resources()))
