"""(d), (g) and (h): what costs a password hash, against the bare hash, and what is refused before one."""

from collections.abc import Callable
from statistics import median

from context import Account, Bench
from load import JSON_TYPE, LoadResult
from support.server import Server
from table import Bar, Row

WARM_UP = 1
"""Seconds until every connection is open and every thread is busy."""


def saturated(bench: Bench, server: Server, account: Account) -> LoadResult:
    """As many logins as the server can do: http-load, closed loop, keep-alive."""
    with bench.load(
        server,
        "/auth",
        method="POST",
        body=account.login,
        headers=[JSON_TYPE],
        connections=bench.login_connections,
        warmup=WARM_UP,
        seconds=bench.seconds,
    ) as load:
        return load.result(bench.seconds + 30)


def logins(bench: Bench) -> list[Row]:
    """http-load logs one user in over 16 or more keep-alive connections, closed loop, without a rate limit, and shares
    all cores with the server. In alternation with it argon2-control checks the same PHC string (the same memory and
    passes) on as many threads as there are cores, and does nothing else."""
    row = Row("d", "logins", "logins/s", control_name="libsodium", bars=[Bar("ratio", 0.92, 0.97)])
    return [_against_libsodium(bench, row, lambda server, account, _: saturated(bench, server, account), 200)]


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

    row = Row("h", "registrations", "registrations/s", control_name="libsodium")
    return [_against_libsodium(bench, row, register, 201)]


def _against_libsodium(bench: Bench, row: Row, run: Callable[[Server, Account, int], LoadResult], status: int) -> Row:
    values, controls, shares = [], [], []
    with bench.server(row.what, JWKS_RATE_LIMIT="0") as server:
        account = bench.account(server)
        for round in bench.rounds:
            controls.append(bench.libsodium(account))
            result = run(server, account, round)
            values.append(result.rate(status))
            shares.append(result.cpu_share)
            row.problems += [f"run {round + 1}: {problem}" for problem in result.problems(status)]
    row.values, row.controls = values, controls
    parameters = account.phc.split("$")[3]
    row.notes.append(f"{parameters}; the load generator took {median(shares):.1%} of the cores")
    return row


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
