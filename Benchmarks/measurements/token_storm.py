"""(n): refreshes beside logins at twice the capacity, and the JWK Set's clients beside both."""

import time

from access import add_client, add_codes, add_families, fetch, of_sqlite, refreshing
from context import Account, Bench
from load import HTTPLoad, LoadResult
from measurements.logins import saturated
from measurements.storm import FILLING, OVERLOAD, flood, probe
from support.server import Server
from table import Bar, Row

REFRESHES_PER_SECOND = 100
FAMILIES = 1_000


def token_storm(bench: Bench) -> list[Row]:
    """As (e), on a server with a thousand families: 100 refreshes a second alone (two RS256 signatures each, at a
    constant rate over 8 keep-alive connections); then, at logins of twice the capacity, the JWK Set's probes of (e) by
    themselves; then the same with the refreshes. Latencies are from a request's sending to its answer's last byte."""
    idle: list[LoadResult] = []
    stormy: list[LoadResult] = []
    probes: dict[str, list[LoadResult]] = {"alone": [], "beside": []}
    problems: list[str] = []
    server = bench.new_server("token-storm", JWKS_RATE_LIMIT="0", JWKS_TRUSTED_PROXIES="127.0.0.1")
    with bench.running(server):
        account = bench.account(server)
        client = add_client(server)
    tables = of_sqlite(server.database)
    add_families(tables, client, FAMILIES)
    codes = add_codes(tables, client, FAMILIES)
    with bench.running(server):
        request = refreshing(client, fetch(server, client, codes), bench.new_directory("lines") / "tokens")
        for round in bench.rounds:
            with _refreshes(bench, server, request, warmup=0.5) as refreshes:
                idle.append(refreshes.result(bench.seconds + 30))
            rate = OVERLOAD * saturated(bench, server, account).rate(200)
            probes["alone"].append(_stormy(bench, server, account, rate)[0])
            beside, refreshed = _stormy(bench, server, account, rate, request)
            probes["beside"].append(beside)
            stormy += refreshed
            for name, result in (("idle", idle[-1]), ("storm", stormy[-1]), ("JWK Set", beside)):
                problems += [f"{name}, run {round + 1}: {problem}" for problem in result.problems(200)]
            time.sleep(0.5)
    rows = [
        Row("n", f"refresh in the storm, {name}", "ms", *_both(stormy, idle, name), "idle", bars)
        for name, bars in (("p50", []), ("p99", [Bar("value", 10, most=True)]))
    ]
    rows += [
        Row("n", f"JWK Set in it, {name}", "ms", *_both(probes["beside"], probes["alone"], name), "without refreshes")
        for name in ("p50", "p99")
    ]
    late = max(result.report["lag_ms"]["p99"] for result in idle + stormy)
    rows[0].notes = [f"sent at most {late:.1f} ms late (p99)"]
    for row in rows:
        row.problems = problems
    return rows


def _both(values: list[LoadResult], controls: list[LoadResult], name: str) -> tuple[list[float], list[float]]:
    return [result.latency[name] for result in values], [result.latency[name] for result in controls]


def _refreshes(bench: Bench, server: Server, request: dict[str, object], warmup: float) -> HTTPLoad:
    return bench.load(
        server, rate=REFRESHES_PER_SECOND, connections=8, warmup=warmup, seconds=bench.seconds, **request
    )


def _stormy(
    bench: Bench, server: Server, account: Account, rate: float, request: dict[str, object] | None = None
) -> tuple[LoadResult, list[LoadResult]]:
    """The probes' and, where there is a request, the refreshes' result."""
    refreshed = []
    with (
        flood(bench, server, account, rate, bench.seconds) as load,
        probe(bench, server, warmup=FILLING) as probes,
    ):
        if request is not None:
            with _refreshes(bench, server, request, warmup=FILLING) as refreshes:
                refreshed = [refreshes.result(bench.seconds + 30)]
        result = probes.result(bench.seconds + 30)
        load.result(bench.seconds + 30)
    return result, refreshed
