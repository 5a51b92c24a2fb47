"""The OAuth endpoints for clients, over the real binary: codes, refreshing, a client's own tokens, what is told of tokens."""

import base64
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jwt
import pytest

from support import database, secret_scan
from support.client import JWKS_PATH
from support.oauth import CALLBACK, App, code_sql
from support.rotation import command, refusal
from support.server import WRONG_SECRET, MakeServer, Server

ISSUER = "http://localhost:8080"
API = "https://api.example.com"


@pytest.fixture(scope="module")
def web(unlimited: Server) -> App:
    unlimited.client.new_user("alice", "alice@example.com")
    command(unlimited, "resources", "add", API, "--scope", "read")
    made = command(unlimited, "clients", "create", "Web", "--redirect-uri", CALLBACK, "--id", "web")
    return App("web", made["client_secret"])


@pytest.fixture(scope="module")
def app(unlimited: Server, web: App) -> App:
    command(unlimited, "clients", "create", "App", "--redirect-uri", CALLBACK, "--id", "app", "--public")
    return App("app")


def new_code(server: Server, app: App, scope: str = "openid profile email") -> str:
    code, statements = code_sql(app, 1, scope, hexadecimal="x'{}'")
    for statement in statements:
        database.change(server.database, statement)
    return code


def verified(server: Server, token: str, audience: str) -> dict[str, Any]:
    keys = jwt.PyJWKClient(f"http://127.0.0.1:{server.port}{JWKS_PATH}")
    key = keys.get_signing_key_from_jwt(token)
    return jwt.decode(token, key, algorithms=["RS256"], audience=audience, issuer=ISSUER)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_code_becomes_tokens(unlimited: Server, web: App) -> None:
    answer = web.redeem(unlimited, new_code(unlimited, web))
    assert answer.status == 200, answer
    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["Pragma"] == "no-cache"
    tokens = answer.json()
    assert (tokens["token_type"], tokens["expires_in"], tokens["scope"]) == ("Bearer", 600, "openid profile email")

    access = verified(unlimited, tokens["access_token"], ISSUER)
    assert jwt.get_unverified_header(tokens["access_token"])["typ"] == "at+jwt"
    assert {"iss", "sub", "aud", "iat", "exp", "jti", "client_id", "scope", "auth_time", "sid", "gid"} == set(access)
    identity = verified(unlimited, tokens["id_token"], "web")
    assert identity["nonce"] == "n-1" and identity["email"] == "alice@example.com" and identity["sub"] == "1"
    half = hashlib.sha256(tokens["access_token"].encode()).digest()[:16]
    assert identity["at_hash"] == base64.urlsafe_b64encode(half).decode().rstrip("=")

    told = unlimited.client.get("/userinfo", bearer(tokens["access_token"])).json()
    assert told == {"sub": "1", "preferred_username": "alice", "email": "alice@example.com"}
    shown = web.post(unlimited, "/introspect", token=tokens["access_token"]).json()
    assert shown["active"] is True and shown["jti"] == access["jti"] and shown["username"] == "alice"

    again = web.refresh(unlimited, tokens["refresh_token"]).json()
    assert again["refresh_token"] == tokens["refresh_token"] and again["access_token"] != tokens["access_token"]
    assert web.post(unlimited, "/revoke", token=tokens["refresh_token"]).status == 200
    for token in (tokens["access_token"], again["access_token"]):
        assert unlimited.client.get("/userinfo", bearer(token)).status == 401
        assert web.post(unlimited, "/introspect", token=token).json() == {"active": False}
    assert web.refresh(unlimited, tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_one_code_and_one_refresh_token_brought_by_50(unlimited: Server, app: App) -> None:
    code = new_code(unlimited, app)
    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(lambda _: app.redeem(unlimited, code), range(50)))
    assert sorted(answer.status for answer in answers) == [200] + [400] * 49
    tokens = app.redeem(unlimited, new_code(unlimited, app)).json()
    with ThreadPoolExecutor(50) as threads:
        refreshed = list(threads.map(lambda _: app.refresh(unlimited, tokens["refresh_token"]), range(50)))
    assert {answer.status for answer in refreshed} == {200}
    assert len({answer.json()["refresh_token"] for answer in refreshed} - {tokens["refresh_token"]}) == 1
    shown = unlimited.run("audit", "--client", "app", "--json", "--limit", "0").stdout
    rows = [(row["action"], row["outcome"], row["reason"]) for row in map(json.loads, shown.splitlines())]
    assert rows.count(("token.issue", "failure", "code_reuse")) == 1


def test_a_clients_own_tokens(unlimited: Server, web: App) -> None:
    made = command(
        unlimited, "clients", "create", "Service", "--grant", "client_credentials", "--resource", API, "--id", "service"
    )
    service = App("service", made["client_secret"])
    answer = service.token(unlimited, "client_credentials", scope="read", resource=API).json()
    claims = verified(unlimited, answer["access_token"], API)
    assert (claims["sub"], claims["client_id"], claims["scope"], answer["expires_in"]) == (
        "service", "service", "read", 3600,
    )  # fmt: skip
    assert not {"refresh_token", "id_token"} & set(answer)
    assert unlimited.client.get("/userinfo", bearer(answer["access_token"])).status == 403
    assert unlimited.run("clients", "disable", "service").returncode == 0
    refused = service.token(unlimited, "client_credentials")
    assert refused.status == 401 and refused.headers["WWW-Authenticate"].startswith("Basic")


def test_nothing_of_it_is_written_down(unlimited: Server, web: App, app: App) -> None:
    code = new_code(unlimited, web)
    tokens = web.redeem(unlimited, code).json()
    secrets = {name: tokens[name] for name in ("access_token", "id_token", "refresh_token")}
    secrets |= {"code": code, "verifier": web.verifier, "secret": web.secret or ""}
    files = [unlimited.log, *unlimited.directory.iterdir()]
    assert secret_scan.find(files, secrets) == set()


@pytest.mark.parametrize("damage", ["DELETE FROM token_secrets", "UPDATE token_secrets SET sealed = x'00'"])
def test_a_damaged_secret_of_refresh_tokens(server: MakeServer, damage: str) -> None:
    running = server()
    running.client.new_user("alice")
    made = command(running, "clients", "create", "Web", "--redirect-uri", CALLBACK, "--id", "web")
    web = App("web", made["client_secret"])
    old = web.redeem(running, new_code(running, web)).json()["refresh_token"]
    running.stop()
    database.change(running.database, damage)
    is_gone = damage.startswith("DELETE")
    report = running.run("doctor")
    assert ("the secret of refresh tokens" in report.stdout) != is_gone
    if not is_gone:
        code, line = refusal(running.run("backup", "copy.db"))
        assert code == 1 and "the secret of refresh tokens, row 1 of token_secrets, cannot be opened" in line
    running.start()
    refused = web.refresh(running, old)
    assert (refused.status, refused.json()["error"]) == (
        (400, "invalid_grant") if is_gone else (503, "temporarily_unavailable")
    )
    tokens = web.redeem(running, new_code(running, web)).json()
    assert ("refresh_token" in tokens) == is_gone
    assert running.log.read_text().count("nobody can refresh") == (0 if is_gone else 1)
    assert running.client.get("/health/ready").status == 200


def test_a_refresh_token_survives_another_master_key(
    server: MakeServer, prepared_server: MakeServer, tmp_path: Path
) -> None:
    running = server()
    running.client.new_user("alice")
    made = command(running, "clients", "create", "Web", "--redirect-uri", CALLBACK, "--id", "web")
    web = App("web", made["client_secret"])
    token = web.redeem(running, new_code(running, web)).json()["refresh_token"]
    file = tmp_path / "new-secret"
    file.write_text(WRONG_SECRET)
    file.chmod(0o600)
    changed = prepared_server(running.directory, NOT_MY_KEY_NEW_FILE=str(file)).run("master-key", "rotate")
    assert changed.returncode == 0, changed
    assert web.refresh(running, token).status == 200
    running.stop()
    running.settings["NOT_MY_KEY"] = WRONG_SECRET
    running.start()
    assert web.refresh(running, token).status == 200
