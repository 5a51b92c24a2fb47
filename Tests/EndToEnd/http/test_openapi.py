"""The OpenAPI document: it is valid, the real server does what it says and nothing else, and schemathesis agrees.

What OAuth and the pages answer is asked for in support/openapi_oauth.py."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from support.client import JSON_TYPE, Client, Request, Response, login_request, post_json
from support.openapi import FILE, Document
from support.openapi_callers import EXPECTING, Callers, crafted
from support.openapi_oauth import ask_forms, ask_limited, ask_provider
from support.provider import Provider, prepare
from support.rotation import QUICK
from support.server import DEADLINE, MakeServer, Server

PASSWORD = "a password of one's own"
# For each operation and phase; `JWKS_OPENAPI_SECONDS=300` generates for that long instead.
EXAMPLES = 20
CONFIGURATION = Path(__file__).parents[1] / "support" / "schemathesis.toml"
POSTS = ("/register", "/auth", "/password")


@pytest.fixture(scope="module")
def document() -> Document:
    return Document(FILE.read_text())


def test_is_openapi(document: Document, unlimited: Server) -> None:
    validate(document.value)
    answer = unlimited.client.get("/openapi.json")
    is_same = answer.body == FILE.read_bytes()
    assert is_same, "the server was built from another document"
    assert unlimited.run("--version").stdout.strip() == document.value["info"]["version"]
    # Every component is there for something; no operation can refer to the answer to paths that there are not.
    named = set(re.findall(r'"\$ref": "#/components/([^"]+)"', FILE.read_text()))
    proofs = [proof for *_, operation in document.operations() for proof in operation.get("security", [])]
    named |= {f"securitySchemes/{name}" for proof in proofs for name in proof}
    made = {f"{kind}/{name}" for kind, items in document.value["components"].items() for name in items}
    assert made - named == {"responses/NotFound"} and not named - made


def examples(value: Any) -> Iterator[tuple[dict[str, Any], Any]]:
    """Every schema that has examples beside it, with each of them."""
    if isinstance(value, dict):
        for example in value.get("examples", {}).values() if "schema" in value else ():
            yield value["schema"], example["value"]
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from examples(item)


def ask_documents(callers: Callers, client: Client, document: Document) -> None:
    for path, method, operation in document.operations():
        # What needs more than to be asked, and can go wrong, is somebody else's here.
        if method == "post" or not operation["responses"]["400"]["$ref"].endswith("/MalformedRequest"):
            continue
        answer = callers.ask(client, Request(method.upper(), path, None, {}))
        assert answer.status in (200, 302, 303)
        if "304" in operation["responses"]:
            known = {"If-None-Match": answer.headers["ETag"]}
            assert callers.ask(client, Request(method.upper(), path, None, known)).status == 304
        assert callers.ask(client, Request(method.upper(), path, b"{}", EXPECTING)).status == 417
        assert callers.ask(client, Request("PATCH", path, None, {})).status == 405
        callers.note(method, path, crafted(client, method.upper(), path, names_host=False))
    assert callers.ask(client, Request("GET", "/nothing", None, {})).status == 404


def ask_accounts(callers: Callers, client: Client) -> None:
    def post(path: str, **members: str | None) -> Response:
        return callers.ask(client, post_json(path, members))

    alice = {"username": "alice", "password": post("/register", username="alice", email="a@b.example").json()["password"]}
    assert post("/register", username="alice").status == 409
    assert post("/register", username="another", email="a@b.example").status == 409
    assert post("/register", username="third", email=None).status == 201
    for expired in ("", "?expired=true", "?expired=published", "?expired=false"):
        assert post(f"/auth{expired}", **alice).status == 200
    for expired in ("?expired", "?expired=TRUE"):
        assert post(f"/auth{expired}", **alice).status == 400
    wrong = alice | {"password": "wrong"}
    assert post("/auth", **wrong).status == 401
    assert post("/password", **wrong, new_password="long enough").status == 401
    for new in ("short", alice["password"], "x" * 1_025):
        assert post("/password", **alice, new_password=new).status == 400
    assert post("/password", **alice, new_password="long enough").status == 204
    for members in ({}, {"username": ""}, {"username": "x" * 65}, {"username": "a", "email": "b"}, {"username": None},
                    {"username": "a", "password": "b"}):  # fmt: skip
        assert post("/register", **members).status == 400
    for path in POSTS:
        assert post(path).status == 400
        for body, headers, status in (
            (b"{", JSON_TYPE, 400), (b"[]", JSON_TYPE, 400), (b"{}", {}, 415), (b" " * 8_193, JSON_TYPE, 413),
            (b"{}", JSON_TYPE | EXPECTING, 417),
        ):  # fmt: skip
            assert callers.ask(client, Request("POST", path, body, headers)).status == status
        assert callers.ask(client, Request("PATCH", path, None, {})).status == 405


def ask_strict(callers: Callers, server: Server) -> None:
    """A server that lets nobody do much."""
    made = server.run("users", "create", "--username", "new")
    credentials = {"username": "new", "password": made.stdout.strip()}
    ask, client = callers.ask, server.client
    assert ask(client, post_json("/auth", credentials)).status == 403
    assert ask(client, post_json("/auth?expired=true", credentials)).status == 400
    assert ask(client, post_json("/auth", credentials)).status == 429
    assert ask(client, post_json("/password", credentials)).status == 429
    assert [ask(client, post_json("/register", {"username": "x"})).status for _ in range(3)] == [403, 403, 429]
    ask_limited(callers, server)
    assert {key["alg"] for key in ask(client, Request("GET", "/.well-known/jwks.json", None, {})).json()["keys"]} == {
        "RS256", "ES256", "EdDSA",
    }  # fmt: skip


def ask_busy(callers: Callers, server: Server) -> None:
    """A server that can hash hardly anything, and then stops."""
    requests = {
        "/register": lambda index: post_json("/register", {"username": f"busy {index}"}),
        "/auth": lambda index: login_request("busy", "wrong"),
        "/password": lambda index: post_json(
            "/password", {"username": "busy", "password": "wrong", "new_password": PASSWORD}
        ),
    }
    deadline = time.monotonic() + 6 * DEADLINE
    for path, request in requests.items():
        while (path, "post", 503) not in callers.seen:
            assert time.monotonic() < deadline, "nothing is too much for this server"
            for answer in server.client.at_once(12, request):
                callers.note("post", path, answer)
    assert server.process
    server.process.send_signal(signal.SIGTERM)
    for method in ("GET", "HEAD"):
        while callers.ask(server.client, Request(method, "/health/ready", None, {})).status != 503:
            assert time.monotonic() < deadline, "it does not stop"
    # Ends at once.
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(DEADLINE)
    server.process = None


def provider(prepared_server: MakeServer, **settings: str) -> Provider:
    """A server that is its own issuer, with clients and users."""
    made = prepared_server(**QUICK | settings)
    made.settings["JWKS_ISSUER"] = f"http://127.0.0.1:{made.port}"
    made.start()
    return Provider(made, prepare(made))


def test_the_server_does_what_it_says(
    document: Document, unlimited: Server, server: MakeServer, prepared_server: MakeServer
) -> None:
    callers = Callers(document)
    ask_documents(callers, unlimited.client, document)
    ask_accounts(callers, unlimited.client)
    ask_forms(callers, unlimited.client)
    ask_provider(callers, provider(prepared_server))
    ask_strict(
        callers,
        server(
            JWKS_RATE_LIMIT="2", JWKS_RATE_WINDOW="10m", JWKS_REGISTRATION="closed", JWKS_ALLOW_EXPIRED="false",
            JWKS_CHANGE_GENERATED_PASSWORDS="true", JWKS_KEY_ALGORITHMS="RS256,ES256,EdDSA",
        ),
    )  # fmt: skip
    ask_busy(
        callers,
        server(
            JWKS_RATE_LIMIT="0", JWKS_HASH_THREADS="1", JWKS_ARGON2_MEMORY="262144", JWKS_HASH_DEADLINE="1s",
            JWKS_DRAIN_DELAY="1m",
        ),
    )  # fmt: skip
    # Nobody can cause a 500 from outside.
    unseen = {status for status in document.statuses() - callers.seen.keys() if status[2] != 500}
    assert not unseen, unseen
    for schema, example in examples(document.value):
        assert not document.errors(schema, example), example
        if "error" in example and example["error"] != "server_error":
            assert example in callers.bodies, f"no answer is {example}"


# `object_level_authorization`, `use_after_free`, `ensure_resource_availability` and `missing_required_header` find nothing
# to look at here: nothing is kept as a resource, and no field is required.
def test_schemathesis(prepared_server: MakeServer, tmp_path: Path, report: Callable[[str], None]) -> None:
    made = provider(prepared_server, JWKS_ARGON2_MEMORY="8")
    for name in ("logs in", "changes"):
        made.server.create_user(name, PASSWORD)
    party = made.party()
    known = {
        "OPENAPI_PASSWORD": PASSWORD, "OPENAPI_CLIENT": party.client_id, "OPENAPI_SECRET": party.secret or "",
        "OPENAPI_REDIRECT_URI": party.redirect_uri, "OPENAPI_TOKEN": made.tokens(party)["access_token"],
    }  # fmt: skip
    seconds = os.environ.get("JWKS_OPENAPI_SECONDS")
    # The same requests every time, unless somebody looks for longer.
    how_long = ["--max-time", seconds, "--generation-database", "none"] if seconds else ["--generation-deterministic"]
    result = subprocess.run(
        [
            Path(sys.executable).with_name("schemathesis"), "--config-file", CONFIGURATION, "run", FILE, "--no-color",
            "--url", f"http://127.0.0.1:{made.server.port}", "--max-redirects", "0",
            "--max-examples", str(EXAMPLES), *how_long,
        ],
        cwd=tmp_path,
        env=os.environ | known | {
            "SCHEMATHESIS_HOOKS": "support.openapi_hooks", "PYTHONPATH": str(Path(__file__).parents[1]),
        },
        capture_output=True,
        text=True,
        timeout=120 + int(seconds or 0),
    )  # fmt: skip
    summary = result.stdout.partition("= SUMMARY =")[2] or result.stdout
    report("schemathesis: " + ", ".join(line.strip() for line in summary.splitlines() if " generated, " in line))
    assert result.returncode == 0, result.stdout + result.stderr
