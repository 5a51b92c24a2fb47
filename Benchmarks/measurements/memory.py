"""(j): memory, what is resident beside what the process owns."""

import os
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from context import Bench
from load import LoadResult, WrkResult, wrk
from machine import memory_of
from measurements.jwk_set import CONNECTIONS
from measurements.logins import saturated
from measurements.storm import FILLING, OVERLOAD, flood
from support.client import JWKS_PATH
from support.server import Server
from table import Bar, Row

MEGABYTE = 1_000_000
REST = 5
"""Seconds without a request before memory at rest is read."""


def resident(bench: Bench) -> list[Row]:
    """From /proc, in millions of bytes: resident is VmRSS; owned is its part RssAnon, what this process alone needs and
    nobody can take back. The rest of what is resident are pages of the program's file, which the system shares between
    processes and drops when it wants to. At rest: 5 s after the start, without a request, of a file that was read anew
    from the disk. The storm: logins at twice the capacity; the peaks are the highest of readings 20 times a second, and
    what remains is read 5 s later. The mix: (a) and (d) together for 60 s (--long: 600 s, --quick: 6 s) on a new server,
    its memory read 20 times a second; growth is from the highest in the second fifth to the highest in the last."""
    return _at_rest(bench) + _after_a_storm(bench) + _in_the_mix(bench)


def _pid(server: Server) -> int:
    assert server.process is not None
    return server.process.pid


def _owned_beside_resident(what: str, values: Sequence[dict[str, int]], **of_resident: Any) -> list[Row]:
    """Two rows; what is said of the first is said of what is resident."""
    return [
        Row("j", f"{name} {what}", "MB", [value[field] / MEGABYTE for value in values], **options)
        for name, field, options in (("resident", "VmRSS", of_resident), ("owned", "RssAnon", {}))
    ]


def _read_anew(program: Path) -> None:
    """Has the program's file come from the disk, as after a boot. With a page that is touched the kernel maps others, and
    how many depends on how they came into its cache: 1 to 3 MB more where a linker or a copy has just written them."""
    with program.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _at_rest(bench: Bench) -> list[Row]:
    _read_anew(bench.binary)
    first: list[dict[str, int]] = []
    existing: list[dict[str, int]] = []
    for _ in range(1 if bench.is_quick else 3):
        server = bench.new_server("memory")
        for values in (first, existing):
            with bench.running(server):
                time.sleep(REST)
                values.append(memory_of(_pid(server)))
    return _owned_beside_resident("at rest, first start", first) + _owned_beside_resident(
        "at rest, existing database", existing, bars=[Bar("value", 30, 20, most=True)]
    )


def _after_a_storm(bench: Bench) -> list[Row]:
    with bench.server("memory-storm", JWKS_RATE_LIMIT="0") as server, ThreadPoolExecutor() as threads:
        account = bench.account(server)
        rate = OVERLOAD * saturated(bench, server, account).rate(200)
        seconds = FILLING + 2 * bench.seconds
        with flood(bench, server, account, rate, 2 * bench.seconds) as load:
            samples = threads.submit(_sampled, server, seconds)
            result = load.result(2 * bench.seconds + 30)
        peak = {field: max(sample[field] for sample in samples.result()) for field in ("VmRSS", "RssAnon")}
        time.sleep(REST)
        after = memory_of(_pid(server))
    return _owned_beside_resident(
        "at the peak of a storm",
        [peak],
        notes=[f"{seconds:g} s of {rate:.0f} logins/s"],
        problems=result.problems(200, 503),
    ) + _owned_beside_resident("after the storm", [after])


def _in_the_mix(bench: Bench) -> list[Row]:
    seconds = 600 if bench.is_long else 6 if bench.is_quick else 60
    with bench.server("memory-mix", JWKS_RATE_LIMIT="0") as server, ThreadPoolExecutor() as threads:
        account = bench.account(server)
        static: Future[WrkResult] = threads.submit(
            lambda: wrk(server.port, JWKS_PATH, connections=CONNECTIONS, seconds=seconds, core=None)
        )
        with bench.log_in(server, account, warmup=0, seconds=seconds) as load:
            logins: Future[LoadResult] = threads.submit(lambda: load.result(seconds + 30))
            samples = _sampled(server, seconds)
            sets, checks = static.result(), logins.result()
        time.sleep(REST)
        after = memory_of(_pid(server))
    shares = f"{checks.rate(200):.0f} logins/s, {checks.rate(503):.0f}/s answered 503"
    notes = [f"{seconds} s of {sets.rate:.0f} JWK Sets/s and {shares}"]
    rows = [
        Row("j", f"{what} in the mix", "MB", [_highest(samples, name, 4)], [_highest(samples, name, 1)], "early")
        for name, what in (("VmRSS", "resident"), ("RssAnon", "owned"))
    ]
    rows[0].notes = notes
    rows[0].problems = sets.problems + checks.problems(200, 503)
    return rows + _owned_beside_resident("after the mix", [after])


def _sampled(server: Server, seconds: float) -> list[dict[str, int]]:
    end = time.monotonic() + seconds
    samples = []
    while time.monotonic() < end:
        samples.append(memory_of(_pid(server)))
        time.sleep(0.05)
    return samples


def _highest(samples: list[dict[str, int]], name: str, fifth: int) -> float:
    part = len(samples) / 5
    return max(sample[name] for sample in samples[int(fifth * part) : int((fifth + 1) * part) or None]) / MEGABYTE
