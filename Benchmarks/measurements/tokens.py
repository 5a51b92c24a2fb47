"""(l) and (m): what clients ask of tokens."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from access import FORM_TYPE, add_client, proof_fields
from context import Bench
from load import ToolFailed
from support import database
from support.oauth import App, code_sql
from support.server import Server
from table import Bar, Row

WARM_UP = 1
CONNECTIONS = 32


@contextmanager
def _tokens(bench: Bench, core: int | None = None) -> Iterator[tuple[Server, App, dict[str, str]]]:
    """A server, a confidential client of it and the tokens of one user."""
    with bench.server("tokens", core, JWKS_RATE_LIMIT="0") as server:
        bench.account(server)
        web = add_client(server)
        code, statements = code_sql(web, 1, "openid profile", hexadecimal="x'{}'")
        for statement in statements:
            database.change(server.database, statement)
        yield server, web, web.redeem(server, code).json()


def signatures(bench: Bench) -> float:
    """RSA-2048 signatures a second of all cores, and nothing else."""
    result = subprocess.run(
        ["openssl", "speed", "-seconds", str(bench.seconds), "-multi", str(len(bench.cores)), "rsa2048"],
        capture_output=True,
        text=True,
        timeout=4 * bench.seconds + 30,
    )
    rate = re.search(r"^rsa\s+2048 bits(?:\s+[\d.]+s){2}\s+([\d.]+)", result.stdout, re.MULTILINE)
    if rate is None:
        raise ToolFailed(f"openssl speed: {(result.stdout + result.stderr).strip()[-200:]}")
    return float(rate.group(1))


def refreshes(bench: Bench) -> list[Row]:
    """http-load refreshes one user's tokens for a confidential client over 32 keep-alive connections, closed loop, and
    shares all cores with the server. Each answer has two RS256 signatures, of the access token and of the ID token. In
    alternation with it `openssl speed` signs on as many processes as there are cores: its rate is halved."""
    row = Row("l", "refreshes", "refreshes/s", control_name="openssl, RSA-2048 signatures ÷ 2", bars=[Bar("ratio", 0.7)])
    values, controls = [], []
    with _tokens(bench) as (server, web, tokens):
        for round in bench.rounds:
            controls.append(signatures(bench) / 2)
            with bench.load(
                server,
                "/token",
                method="POST",
                body=urlencode({"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}),
                headers=proof_fields(web),
                connections=CONNECTIONS,
                warmup=WARM_UP,
                seconds=bench.seconds,
            ) as load:
                result = load.result(bench.seconds + 30)
            values.append(result.rate(200))
            row.problems += [f"run {round + 1}: {problem}" for problem in result.problems(200)]
    row.values, row.controls = values, controls
    return [row]


def shown_tokens(bench: Bench) -> list[Row]:
    """http-load on the second core, 32 keep-alive connections, closed loop, the server on the first: the same access
    token shown to /introspect and to /userinfo again and again."""
    core, load_core = bench.two_cores()
    rows = []
    with _tokens(bench, core) as (server, web, tokens):
        asked = {
            "/introspect": ("POST", urlencode({"token": tokens["access_token"]}), proof_fields(web)),
            "/userinfo": ("POST", urlencode({"access_token": tokens["access_token"]}), [FORM_TYPE]),
        }
        for path, (method, body, headers) in asked.items():
            row = Row("m", path, "requests/s", bars=[Bar("value", 8_000)])
            values = []
            for round in bench.rounds:
                with bench.load(
                    server,
                    path,
                    core=load_core,
                    method=method,
                    body=body,
                    headers=headers,
                    connections=CONNECTIONS,
                    warmup=WARM_UP,
                    seconds=bench.seconds,
                ) as load:
                    result = load.result(bench.seconds + 30)
                values.append(result.rate(200))
                row.problems += [f"run {round + 1}: {problem}" for problem in result.problems(200)]
            row.values = values
            rows.append(row)
    return rows
