"""(e) and (f): logins at twice the capacity, and what the JWK Set's clients notice of them."""

import time
from statistics import median

from context import Account, Bench
from load import JSON_TYPE, HTTPLoad, LoadResult
from measurements.logins import saturated
from support.client import JWKS_PATH
from support.server import Server
from table import Bar, Row, spread

OVERLOAD = 2
PROBES_PER_SECOND = 200
PROBE_CONNECTIONS = 8
FILLING = 2.5
"""Seconds until the queue of waiting logins has grown as long as its deadline of 2 s lets it."""


def flood(bench: Bench, server: Server, account: Account, rate: float, seconds: float) -> HTTPLoad:
    """Logins at a constant rate, whatever becomes of them."""
    return bench.load(
        server,
        "/auth",
        method="POST",
        body=account.login,
        headers=[JSON_TYPE],
        rate=f"{rate:.1f}",
        connections=bench.login_connections,
        most=4000,
        warmup=FILLING,
        seconds=seconds,
    )


def probe(bench: Bench, server: Server, warmup: float) -> HTTPLoad:
    """Whoever fetches the JWK Set."""
    return bench.load(
        server,
        JWKS_PATH,
        rate=PROBES_PER_SECOND,
        connections=PROBE_CONNECTIONS,
        warmup=warmup,
        seconds=bench.seconds,
        samples=True,
    )


def storm(bench: Bench) -> list[Row]:
    """Per run, one after the other on one server with all cores and no rate limit: the JWK Set alone (http-load asks
    200 times a second at a constant rate, in turn over 8 keep-alive connections); the capacity as in (d); then logins
    at a constant rate of twice the capacity (open loop) together with the same 200 probes a second. The window opens
    2.5 s after the flood begins, when the queue is full. Goodput is the logins answered 200 in the window; latencies
    are from a request's sending to its answer's last byte. The generators run at the highest priority that the system
    grants them, as clients on another machine would, but they share the cores. p99.9 and the longest are over the
    probes of all runs."""
    idle: list[LoadResult] = []
    stormy: list[LoadResult] = []
    floods: list[LoadResult] = []
    capacities: list[float] = []
    rates: list[float] = []
    probe_problems: list[str] = []
    login_problems: list[str] = []
    # On many cores the flood has more connections than one address may have; a proxy may have as many as it likes.
    with bench.server("storm", JWKS_RATE_LIMIT="0", JWKS_TRUSTED_PROXIES="127.0.0.1") as server:
        account = bench.account(server)
        for round in bench.rounds:
            with probe(bench, server, warmup=0.5) as probes:
                idle.append(probes.result(bench.seconds + 30))
            full = saturated(bench, server, account)
            capacities.append(full.rate(200))
            rates.append(OVERLOAD * full.rate(200))
            with (
                flood(bench, server, account, rates[-1], bench.seconds) as load,
                probe(bench, server, warmup=FILLING) as probes,
            ):
                stormy.append(probes.result(bench.seconds + 30))
                floods.append(load.result(bench.seconds + 30))
            for name, found in (("idle", idle[-1].problems(200)), ("storm", stormy[-1].problems(200))):
                probe_problems += [f"{name}, run {round + 1}: {problem}" for problem in found]
            for name, found in (("capacity", full.problems(200)), ("flood", floods[-1].problems(200, 503))):
                login_problems += [f"{name}, run {round + 1}: {problem}" for problem in found]
            time.sleep(0.5)
    latencies = _latency_rows(idle, stormy)
    goodput = _goodput_rows(floods, capacities, rates)
    for rows, problems in ((latencies, probe_problems), (goodput, login_problems)):
        for row in rows:
            row.problems = problems
    return latencies + goodput


def _latency_rows(idle: list[LoadResult], stormy: list[LoadResult]) -> list[Row]:
    def percentiles(name: str, bars: list[Bar]) -> Row:
        return Row(
            "e",
            f"JWK Set in the storm, {name}",
            "ms",
            [result.latency[name] for result in stormy],
            [result.latency[name] for result in idle],
            "idle",
            bars,
        )

    def overall(name: str, share: float) -> Row:
        return Row(
            "e", f"JWK Set in the storm, {name}", "ms", [_overall(stormy, share)], [_overall(idle, share)], "idle"
        )

    rows = [
        percentiles("p50", []),
        percentiles("p99", [Bar("value", 5, 2, most=True), Bar("ratio", 4, most=True)]),
        overall("p99.9", 0.999),
        overall("longest", 1),
    ]
    late = max(result.report["lag_ms"]["p99"] for result in idle + stormy)
    probes = sum(result.latency["count"] for result in stormy)
    niceness = stormy[0].report["niceness"]
    rows[0].notes = [f"probes sent at most {late:.1f} ms late (p99), niceness {niceness}"]
    rows[2].notes = [f"of {probes:.0f} probes"]
    return rows


def _overall(results: list[LoadResult], share: float) -> float:
    samples: list[float] = sorted(sample for result in results for sample in result.report["samples_ms"])
    return samples[min(len(samples) - 1, int(share * len(samples)))]


def _goodput_rows(floods: list[LoadResult], capacities: list[float], rates: list[float]) -> list[Row]:
    goodput = Row(
        "f",
        "goodput under twice the capacity",
        "logins/s",
        [result.rate(200) for result in floods],
        capacities,
        "capacity",
        [Bar("ratio", 0.9, 0.97)],
    )
    served = median(result.latency["p50"] for result in floods)
    refused = median(result.report["refused_latency_ms"]["p50"] for result in floods)
    generator = median(result.cpu_share for result in floods)
    goodput.notes = [
        f"{spread(rates)} logins/s arrived",
        f"a login took {served:.0f} ms, a refusal {refused:.0f} ms (medians)",
        f"the flood's generator took {generator:.1%} of the cores",
    ]
    shed = Row("f", "share of 503 under the flood", "%", [100 * result.share(503) for result in floods])
    return [goodput, shed]
