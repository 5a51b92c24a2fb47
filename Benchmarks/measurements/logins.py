"""(d), (g) and (h): what costs a password hash, against the bare hash, and what is refused before one."""

from collections.abc import Callable, Sequence
from statistics import median

from context import Account, Bench
from load import JSON_TYPE, Checks, LoadResult
from support.server import Server
from table import Bar, Row

WARM_UP = 1
"""Seconds until every connection is open and every thread is busy."""


def saturated(bench: Bench, server: Server, account: Account) -> LoadResult:
    """As many logins as the server can do."""
    with bench.log_in(server, account, warmup=WARM_UP, seconds=bench.seconds) as load:
        return load.result(bench.seconds + 30)


def logins(bench: Bench) -> list[Row]:
    """http-load logs one user in over 16 or more keep-alive connections, closed loop, without a rate limit, and shares
    all cores with the server. In alternation with it argon2-control checks the same PHC string (the same memory and
    passes) on as many threads as there are cores, and does nothing else: once with the memory of each thread kept on
    huge pages, which is what the hashing alone could do at best, and once as libsodium does it, which maps it anew."""
    bars = [Bar("ratio", 0.92, 0.97)]
    return _against_libsodium(
        bench, "d", "logins", bars, lambda server, account, _: saturated(bench, server, account), 200
    )


def registrations(bench: Bench) -> list[Row]:
    """As (d), with registrations of new names. A registration hashes once, as a login checks once."""

    def register(server: Server, _: Account, round: int) -> LoadResult:
        with bench.load(
            server,
            "/register",
            method="POST",
            body=f'{{"username":"run {round} {{n}}"}}',
            headers=[JSON_TYPE],
            connections=bench.login_connections,
            warmup=WARM_UP,
            seconds=bench.seconds,
        ) as load:
            return load.result(bench.seconds + 30)

    return _against_libsodium(bench, "h", "registrations", [], register, 201)


def _against_libsodium(
    bench: Bench,
    letter: str,
    what: str,
    bars: Sequence[Bar],
    run: Callable[[Server, Account, int], LoadResult],
    status: int,
) -> list[Row]:
    """Two rows of the same runs, one beside each control."""
    results: list[LoadResult] = []
    kept: list[Checks] = []
    bare: list[Checks] = []
    with bench.server(what, JWKS_RATE_LIMIT="0") as server:
        account = bench.account(server)
        for round in bench.rounds:
            kept.append(bench.libsodium(account, is_kept=True))
            results.append(run(server, account, round))
            bare.append(bench.libsodium(account, is_kept=False))
    values = [result.rate(status) for result in results]
    problems = [
        f"run {number}: {problem}" for number, result in enumerate(results, 1) for problem in result.problems(status)
    ]
    rows = [
        Row(letter, what, f"{what}/s", values, [each.rate for each in kept], "libsodium, memory kept", bars),
        Row(letter, what, f"{what}/s", values, [each.rate for each in bare], "libsodium as it is"),
    ]
    for row in rows:
        row.problems = problems
    share = median(result.cpu_share for result in results)
    on_huge_pages = median(each.bytes_on_huge_pages for each in kept)
    rows[0].notes += [
        f"{account.phc.split('$')[3]}; the load generator took {share:.1%} of the cores",
        f"the control had {on_huge_pages / 1_000_000:.1f} MB on huge pages",
    ]
    return rows


def refused(bench: Bench) -> list[Row]:
    """One address posts to /auth under the default limit: http-load, closed loop, 32 keep-alive connections, on the
    second core, the server on the first. Counted are the answers 429. The body is an empty object, so that the ten
    requests a second that are let through are answered 400 and no hash disturbs the measurement."""
    core, load_core = bench.two_cores()
    row = Row("g", "refused by the rate limit", "429/s")
    values = []
    with bench.server("refused", core) as server:
        for round in bench.rounds:
            with bench.load(
                server,
                "/auth",
                core=load_core,
                method="POST",
                body="{}",
                headers=[JSON_TYPE],
                connections=32,
                warmup=WARM_UP,
                seconds=bench.seconds,
            ) as load:
                result = load.result(bench.seconds + 30)
            values.append(result.rate(429))
            problems = result.problems(429, 400)
            if result.rate(400) > 10 * (bench.seconds + 1) / bench.seconds:
                problems.append(f"{result.rate(400):.1f} requests/s were let through, more than the limit of 10")
            row.problems += [f"run {round + 1}: {problem}" for problem in problems]
    row.values = values
    return [row]
