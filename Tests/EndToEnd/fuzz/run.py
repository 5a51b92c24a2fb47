"""Many cases at once against one server, with a connection beside them that must not notice."""

import itertools
import os
import random
import sqlite3
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from fuzz import case
from fuzz.answers import Wrong
from soak.command import with_failures
from support.client import NO_ANSWER, login_request, send
from support.server import Server

CONNECTIONS = 16
PROBE_PAUSE = 0.05
# Far beyond what an answer takes, also of a debug build on a busy machine.
LONGEST_PROBE = 3


@dataclass
class Result:
    seed: int
    cases: int = 0
    without_answer: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    probes: list[float] = field(default_factory=list)
    memory: tuple[int, int] = (0, 0)
    descriptors: tuple[int, int] = (0, 0)
    integrity: str = ""
    failures: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        probes = sorted(self.probes) or [0.0]
        lines = [
            f"seed {self.seed}: {self.cases} connections, {self.without_answer} closed without an answer",
            "answers: " + " · ".join(f"{status} {count}" for status, count in sorted(self.statuses.items())),
            f"a probe beside them: median {probes[len(probes) // 2] * 1000:.1f} ms, longest {probes[-1] * 1000:.0f} ms",
            f"memory {self.memory[0]} -> {self.memory[1]} kB, descriptors {self.descriptors[0]} -> {self.descriptors[1]}",
            f"integrity_check: {self.integrity}",
        ]
        return with_failures(lines, self.failures)


def fuzz(server: Server, seconds: float, seed: int) -> Result:
    """Runs cases 0, 1, … of `seed` for so long. The server is not started yet, and is stopped at the end."""
    server.settings["JWKS_RATE_LIMIT"] = "0"
    server.start()
    password = server.client.new_user("alice")
    result = Result(seed)
    numbers, lock, end = itertools.count(), threading.Lock(), time.monotonic() + seconds

    def work() -> None:
        while time.monotonic() < end and len(result.failures) < 100:
            with lock:
                number = next(numbers)
            try:
                found, failure = case.run(server.port, seed, number), None
            except Wrong as wrong:
                found, failure = [], f"case {number}: {wrong}"
            except OSError as error:
                found, failure = [], f"case {number}: {error!r}"
            with lock:
                result.cases += 1
                result.without_answer += not found
                result.statuses.update(found)
                if failure:
                    result.failures.append(failure)

    def probe() -> None:
        while time.monotonic() < end:
            start = time.monotonic()
            try:
                if server.client.get("/ping").status != 200:
                    result.failures.append("the probe was refused")
            except NO_ANSWER as error:
                result.failures.append(f"the probe got no answer: {error!r}")
            result.probes.append(time.monotonic() - start)
            time.sleep(PROBE_PAUSE)
        if max(result.probes) > LONGEST_PROBE:
            result.failures.append(f"the probe took {max(result.probes):.1f} s")

    before = _resources(server)
    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)] + [threading.Thread(target=probe)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    _finish(server, result, password, before)
    return result


def _finish(server: Server, result: Result, password: str, before: tuple[int, int]) -> None:
    assert server.process is not None
    if server.process.poll() is not None:
        result.failures.append(f"the server has exited with {server.process.returncode}:\n{server.log.read_text()[-2000:]}")
        server.process = None
        return
    with_connection = server.client.connect()
    if (status := send(with_connection, login_request("alice", password)).status) != 200:
        result.failures.append(f"a login at the end is {status}")
    with_connection.close()
    after = _resources(server)
    result.memory, result.descriptors = (before[0], after[0]), (before[1], after[1])
    server.stop()
    with sqlite3.connect(server.database) as database:
        result.integrity = database.execute("PRAGMA integrity_check").fetchone()[0]
    if result.integrity != "ok":
        result.failures.append(f"integrity_check: {result.integrity}")


def _resources(server: Server) -> tuple[int, int]:
    """Resident kB and open descriptors."""
    assert server.process is not None
    process = Path(f"/proc/{server.process.pid}")
    resident = next(line for line in (process / "status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(resident.split()[1]), len(os.listdir(process / "fd"))


def new_seed() -> int:
    return random.SystemRandom().randrange(1_000_000)
