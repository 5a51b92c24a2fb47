"""(l) and (m) on PostgreSQL, beside SQLite."""

from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import urlencode

from access import (
    FORM_TYPE,
    add_client,
    add_codes,
    add_families,
    fetch,
    of_postgres,
    of_sqlite,
    proof_fields,
    refreshing,
)
from context import Bench
from load import LoadResult
from measurements.on_postgres import UNLIMITED, durable, version
from measurements.tokens import CONNECTIONS, WARM_UP, signatures
from support.cluster import Cluster
from support.server import Server
from table import Row

FAMILIES = 1_000


@dataclass
class _Store:
    server: Server
    requests: dict[str, dict[str, object]]

    def ask(self, bench: Bench, what: str) -> LoadResult:
        with bench.load(
            self.server, connections=CONNECTIONS, warmup=WARM_UP, seconds=bench.seconds, **self.requests[what]
        ) as load:
            return load.result(bench.seconds + 30)


def tokens(bench: Bench) -> list[Row]:
    """Two servers side by side on all cores, one on SQLite and one on PostgreSQL (fsync on, the same disk, the same
    cores), each with a thousand users, sessions and grants: http-load, 32 keep-alive connections, closed loop, asks one
    of them, then the other; every second run begins with the other. Refreshed are all thousand grants in turn, for a
    confidential client; shown to /introspect and to /userinfo is one access token. Beside the refreshes the signatures
    that the cores can do, as in (l)."""
    with durable() as made, ExitStack() as stack:
        postgres, sqlite = _store(bench, stack, made), _store(bench, stack, None)
        rows = []
        bare = [signatures(bench) / 2 for _ in bench.rounds]
        for what in postgres.requests:
            row = Row("l" if what == "refreshes" else "m", f"{what} on PostgreSQL", "requests/s", control_name="SQLite")
            results: dict[str, list[LoadResult]] = {"PostgreSQL": [], "SQLite": []}
            for round in bench.rounds:
                turns = [("PostgreSQL", postgres), ("SQLite", sqlite)]
                for name, store in turns if round % 2 == 0 else reversed(turns):
                    result = store.ask(bench, what)
                    results[name].append(result)
                    row.problems += [f"{name}, run {round + 1}: {problem}" for problem in result.problems(200)]
            row.values, row.controls = ([each.rate(200) for each in of] for of in results.values())
            rows.append(row)
            if what == "refreshes":
                rows.append(Row("l", "the same", "requests/s", row.values, bare, "openssl, RSA-2048 signatures ÷ 2"))
        rows[0].notes.append(version(made))
        return rows


def _store(bench: Bench, stack: ExitStack, made: Cluster | None) -> _Store:
    database = made.database.another() if made else None
    server = bench.new_server("tokens", **UNLIMITED | ({"JWKS_DATABASE": database.url} if database else {}))
    with bench.running(server):
        client = add_client(server)
    tables = of_postgres(database) if database else of_sqlite(server.database)
    add_families(tables, client, FAMILIES)
    codes = add_codes(tables, client, FAMILIES)
    if database:
        # What autovacuum would do in the middle of the measurement.
        database.psql("VACUUM ANALYZE;")
    stack.enter_context(bench.running(server))
    given = fetch(server, client, codes)
    token = given[0]["access_token"]
    form: dict[str, object] = {"method": "POST"}
    return _Store(
        server,
        {
            "refreshes": refreshing(client, given, bench.new_directory("lines") / "tokens"),
            "/introspect": form
            | {"path": "/introspect", "body": urlencode({"token": token}), "headers": proof_fields(client)},
            "/userinfo": form
            | {"path": "/userinfo", "body": urlencode({"access_token": token}), "headers": [FORM_TYPE]},
        },
    )
