"""What pruning 10 million rows of the audit log costs those who log in; script/audit-bench says how it is called."""

import argparse
import os
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

from support.client import login_request, send
from support.server import Server

ROWS = 10_000_000
PASSWORD = "the password of the resident"
# Logins at one server before it is the other's turn.
BLOCK = 100
CALLERS = 2
# As logins leave them, all of them years old; 1 % failed.
FILL = """
    WITH RECURSIVE numbers(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < ?)
    INSERT INTO audit_events (recorded_at, actor, action, outcome, reason, user_id, username, address, user_agent, kid,
        jti)
    SELECT 1600000000000 + number * 100, 'caller', 'login', iif(number % 100, 'success', 'failure'),
        iif(number % 100, NULL, 'wrong_password'), number % 1000003, 'user-' || (number % 1000003),
        '198.51.' || (number / 256 % 256) || '.' || (number % 256), 'Mozilla/5.0 (X11; Linux x86_64)', 1,
        iif(number % 100, '7f9165c3-363a-4bfc-92a9-e4d484f6d1a0', NULL)
    FROM numbers
"""
CASES = {"none": "0", "pruning": "1d"}


def server(directory: Path, case: str) -> Server:
    place = directory / case
    place.mkdir(parents=True, exist_ok=True)
    return Server(place, {"JWKS_RATE_LIMIT": "0", "JWKS_AUDIT_RETENTION": CASES[case]})


def fill(directory: Path, rows: int) -> None:
    first, *others = (server(directory, case) for case in CASES)
    first.start()
    first.create_user("resident", PASSWORD)
    first.stop()
    begun = time.monotonic()
    with closing(sqlite3.connect(first.database, isolation_level=None)) as connection:
        connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-200000; BEGIN")
        connection.execute(FILL, (rows,))
        connection.execute("COMMIT")
    size = first.database.stat().st_size
    print(f"{rows:,} rows in {time.monotonic() - begun:.0f} s: {size / 1e9:.2f} GB, {size / rows:.0f} bytes each")
    for other in others:
        shutil.copy(first.database, other.database)


def count(file: Path) -> int:
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
        [(number,)] = connection.execute("SELECT count(*) FROM audit_events").fetchall()
        return int(number)


@contextmanager
def stopped(running: Server) -> Iterator[None]:
    """It does nothing while it is another's turn."""
    assert running.process is not None
    os.kill(running.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(running.process.pid, signal.SIGCONT)


def logins(running: Server) -> list[float]:
    """Milliseconds of a block of logins, by a few callers at once."""

    def caller(_: int) -> list[float]:
        times = []
        with closing(running.client.connect()) as connection:
            for _ in range(BLOCK // CALLERS):
                begun = time.perf_counter()
                answer = send(connection, login_request("resident", PASSWORD))
                times.append(1000 * (time.perf_counter() - begun))
                assert answer.status == 200, answer
        return times

    with ThreadPoolExecutor(CALLERS) as threads:
        return [value for times in threads.map(caller, range(CALLERS)) for value in times]


def measure(directory: Path, seconds: float) -> None:
    servers = {case: server(directory, case) for case in CASES}
    before = {case: count(each.database) for case, each in servers.items()}
    times: dict[str, list[float]] = {case: [] for case in CASES}
    for each in servers.values():
        each.start()
    try:
        deadline = time.monotonic() + seconds
        turn = 0
        while time.monotonic() < deadline:
            order = list(CASES) if turn % 2 else list(reversed(CASES))
            for case in order:
                [other] = [each for name, each in servers.items() if name != case]
                with stopped(other):
                    block = logins(servers[case])
                # The first block warms both up.
                if turn:
                    times[case] += block
            turn += 1
    finally:
        for each in servers.values():
            each.stop()
    for case, values in times.items():
        gone = before[case] - (count(servers[case].database) - len(values) - BLOCK)
        print(
            f"{case:8} {len(values)} logins: p50 {share(values, 50):.1f} ms, p99 {share(values, 99):.1f} ms,"
            f" most {max(values):.1f} ms; {gone:,} rows deleted"
        )
    none, pruning = times["none"], times["pruning"]
    print(
        f"pruning against none: p50 {share(pruning, 50) / share(none, 50):.2f},"
        f" p99 {share(pruning, 99) / share(none, 99):.2f} (bar: 1.2)"
    )


def share(values: list[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


def read(directory: Path) -> None:
    """Each command from end to end: the process, opening, reading, printing."""
    one = server(directory, "none")
    for what in (["--limit", "100"], ["--user", "user-5"], ["--address", "192.0.2.1"], ["--since", "90d"]):
        begun = time.monotonic()
        result = one.run("audit", "--json", *what)
        assert result.returncode == 0, result
        print(f"audit {' '.join(what)}: {len(result.stdout.splitlines())} rows, {time.monotonic() - begun:.2f} s")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["fill", "measure", "read"])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--seconds", type=float, default=90)
    arguments = parser.parse_args()
    directory = arguments.directory.resolve()
    match arguments.what:
        case "fill":
            fill(directory, arguments.rows)
        case "measure":
            measure(directory, arguments.seconds)
        case _:
            read(directory)
    return 0


if __name__ == "__main__":
    sys.exit(main())
