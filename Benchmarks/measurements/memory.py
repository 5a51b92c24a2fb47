"""(j): resident memory."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from context import Bench
from load import JSON_TYPE, LoadResult, WrkResult, wrk
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
    """VmRSS and its part RssAnon (what is not the program's file) from /proc, in millions of bytes. At rest: 5 s after
    the start, without a request. The storm: logins at twice the capacity; its peak is VmHWM, reset before, and what
    remains is read 5 s later. The mix: (a) and (d) together for 60 s (--long: 600 s, --quick: 6 s) on a new server, its
    memory read every half second; growth is from the highest in the second fifth to the highest in the last."""
    return _at_rest(bench) + _after_a_storm(bench) + _in_the_mix(bench)


def _pid(server: Server) -> int:
    assert server.process is not None
    return server.process.pid


def _megabytes(server: Server, name: str) -> float:
    return memory_of(_pid(server))[name] / MEGABYTE


def _at_rest(bench: Bench) -> list[Row]:
    first = Row("j", "resident at rest, first start", "MB")
    existing = Row("j", "resident at rest, existing database", "MB", bars=[Bar("value", 30, 20, most=True)])
    anonymous = Row("j", "of that anonymous", "MB")
    values: dict[str, list[float]] = {"first": [], "existing": [], "anonymous": []}
    for _ in range(1 if bench.is_quick else 3):
        server = Server(bench.new_directory("memory"), {})
        with bench.running(server):
            time.sleep(REST)
            values["first"].append(_megabytes(server, "VmRSS"))
        with bench.running(server):
            time.sleep(REST)
            values["existing"].append(_megabytes(server, "VmRSS"))
            values["anonymous"].append(_megabytes(server, "RssAnon"))
    first.values, existing.values, anonymous.values = values["first"], values["existing"], values["anonymous"]
    return [first, existing, anonymous]


def _after_a_storm(bench: Bench) -> list[Row]:
    with bench.server("memory-storm", JWKS_RATE_LIMIT="0") as server:
        account = bench.account(server)
        rate = OVERLOAD * saturated(bench, server, account).rate(200)
        Path(f"/proc/{_pid(server)}/clear_refs").write_text("5")
        with flood(bench, server, account, rate, 2 * bench.seconds) as load:
            result = load.result(2 * bench.seconds + 30)
        peak = _megabytes(server, "VmHWM")
        time.sleep(REST)
        after = {name: _megabytes(server, name) for name in ("VmRSS", "RssAnon")}
    notes = [f"{FILLING + 2 * bench.seconds:g} s of {rate:.0f} logins/s"]
    return [
        Row("j", "peak in a storm", "MB", [peak], notes=notes, problems=result.problems(200, 503)),
        Row("j", "resident after it", "MB", [after["VmRSS"]]),
        Row("j", "of that anonymous", "MB", [after["RssAnon"]]),
    ]


def _in_the_mix(bench: Bench) -> list[Row]:
    seconds = 600 if bench.is_long else 6 if bench.is_quick else 60
    with bench.server("memory-mix", JWKS_RATE_LIMIT="0") as server, ThreadPoolExecutor() as threads:
        account = bench.account(server)
        static: Future[WrkResult] = threads.submit(
            lambda: wrk(server.port, JWKS_PATH, connections=CONNECTIONS, seconds=seconds, core=None)
        )
        with bench.load(
            server,
            "/auth",
            method="POST",
            body=account.login,
            headers=[JSON_TYPE],
            connections=bench.login_connections,
            warmup=0,
            seconds=seconds,
        ) as load:
            logins: Future[LoadResult] = threads.submit(lambda: load.result(seconds + 30))
            samples = _sampled(lambda: memory_of(_pid(server)), seconds)
            sets, checks = static.result(), logins.result()
        time.sleep(REST)
        after = _megabytes(server, "VmRSS")
    shares = f"{checks.rate(200):.0f} logins/s, {checks.rate(503):.0f}/s answered 503"
    notes = [f"{seconds} s of {sets.rate:.0f} JWK Sets/s and {shares}"]
    rows = [
        Row("j", f"{what} in the mix", "MB", [_highest(samples, name, 4)], [_highest(samples, name, 1)], "early")
        for name, what in (("VmRSS", "resident"), ("RssAnon", "anonymous"))
    ]
    rows[0].notes = notes
    rows[0].problems = sets.problems + checks.problems(200, 503)
    return [*rows, Row("j", "resident after the mix", "MB", [after])]


def _sampled(read: Callable[[], dict[str, int]], seconds: float) -> list[dict[str, int]]:
    end = time.monotonic() + seconds
    samples = []
    while time.monotonic() < end:
        samples.append(read())
        time.sleep(0.5)
    return samples


def _highest(samples: list[dict[str, int]], name: str, fifth: int) -> float:
    part = len(samples) / 5
    return max(sample[name] for sample in samples[int(fifth * part) : int((fifth + 1) * part) or None]) / MEGABYTE
