"""(o): what a browser waits for before it shows the sign-in page."""

from urllib.parse import urlencode

from access import add_client
from context import Bench
from load import ToolFailed
from support.oauth import CALLBACK
from table import Bar, Row

PER_SECOND = 50


def sign_in(bench: Bench) -> list[Row]:
    """Without other load, http-load asks 50 times a second at a constant rate, in turn over 4 keep-alive connections:
    for `/authorize`, which begins a flow in the database and answers 303 to the page, and for the page of one flow.
    From a request's sending to the last byte of the answer, so that the first came earlier."""
    rows = []
    with bench.server("sign-in", JWKS_RATE_LIMIT="0") as server:
        client = add_client(server)
        asked = {"response_type": "code", "client_id": client.id, "redirect_uri": CALLBACK, "scope": "openid profile"}
        asked |= {"state": "s", "nonce": "n", "code_challenge": client.challenge, "code_challenge_method": "S256"}
        begin = f"/authorize?{urlencode(asked)}"
        answer = server.client.get(begin)
        page = answer.headers["Location"]
        if answer.status != 303 or not page.startswith("/sign-in?flow="):
            raise ToolFailed(f"/authorize answered {answer.status} and {page}")
        cookie = answer.headers["Set-Cookie"].partition(";")[0]
        shown = server.client.get(page, {"Cookie": cookie})
        if shown.status != 200 or b"password" not in shown.body:
            raise ToolFailed(f"the page answered {shown.status}")
        for path, status, name in ((begin, 303, "/authorize"), (page, 200, "page of a flow")):
            row = Row("o", f"{name}, p99", "ms", bars=[Bar("value", 5, most=True)])
            values, middle = [], []
            for round in bench.rounds:
                with bench.load(
                    server,
                    path,
                    headers=[f"Cookie: {cookie}"],
                    rate=PER_SECOND,
                    connections=4,
                    warmup=0.5,
                    seconds=bench.seconds,
                ) as load:
                    result = load.result(bench.seconds + 30)
                values.append(result.latency["p99"])
                middle.append(result.latency["p50"])
                row.problems += [f"run {round + 1}: {problem}" for problem in result.problems(status)]
            row.values = values
            rows += [Row("o", f"{name}, p50", "ms", middle), row]
        rows[2].notes = [f"{len(shown.body)} bytes"]
    return rows
