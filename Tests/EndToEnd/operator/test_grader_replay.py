"""The course grader's steps, in its order and with its pauses and its reading of the database.

It is the one place of the suite where sleeping is right: the grader sleeps.
"""

import re
import time
import uuid
from pathlib import Path

import jwt
import pytest

from support import database
from support.client import JWKS_PATH, Client
from support.server import REPOSITORY, MakeServer, Server

USERNAME, PASSWORD = "userABC", "password123"
FORM = {
    "Authorization": "Basic dXNlckFCQzpwYXNzd29yZDEyMw==",
    "Content-Type": "application/x-www-form-urlencoded",
}
COLUMNS = {
    "users": [
        ("id", "INTEGER"),
        ("username", "TEXT"),
        ("password_hash", "TEXT"),
        ("email", "TEXT"),
        ("date_registered", "TIMESTAMP"),
        ("last_login", "TIMESTAMP"),
    ],
    "keys": [("kid", "INTEGER"), ("key", "BLOB"), ("exp", "INTEGER")],
    "auth_logs": [
        ("id", "INTEGER"),
        ("request_ip", "TEXT"),
        ("request_timestamp", "TIMESTAMP"),
        ("user_id", "INTEGER"),
    ],
}


def columns(file: Path, table: str) -> list[tuple[str, str]]:
    return [(name, kind) for _, name, kind, *_ in database.rows(file, f"PRAGMA table_info({table})")]


def start_like_the_grader(server: Server) -> None:
    server.spawn()
    time.sleep(1)


def token_like_the_grader(client: Client, query: str) -> str:
    form = client.request("POST", f"/auth{query}", b"password=password123&username=userABC", FORM)
    assert form.status != 200
    answer = client.post(f"/auth{query}", {"username": USERNAME, "password": PASSWORD})
    assert answer.status == 200
    return answer.json()["token"]


def test_project_3(prepared_server: MakeServer) -> None:
    server = prepared_server()
    client, file = server.client, server.database
    start_like_the_grader(server)

    assert columns(file, "users") == COLUMNS["users"]

    username = f"testor_{uuid.uuid4().hex[:8]}"
    answer = client.register(username, f"{username}@test.com")
    assert answer.status == 201
    password = answer.json()["password"]
    assert password == str(uuid.UUID(password)) and uuid.UUID(password).version == 4
    [user] = database.rows(file, "SELECT * FROM users WHERE username = ?", username)
    user_id, _, password_hash, email, registered, _ = user
    assert password_hash not in ("", password)
    assert email == f"{username}@test.com"
    assert re.fullmatch(database.TIMESTAMP, registered)

    assert columns(file, "keys") == COLUMNS["keys"]
    keys = database.rows(file, "SELECT key FROM keys")
    assert keys and not any(key.strip().startswith(b"-----BEGIN") for (key,) in keys)

    assert columns(file, "auth_logs") == COLUMNS["auth_logs"]
    assert client.login(username, password).status == 200
    [(_, address, at, _)] = database.rows(file, "SELECT * FROM auth_logs WHERE user_id = ?", user_id)
    assert address == "127.0.0.1"
    assert re.fullmatch(database.TIMESTAMP, at)

    time.sleep(1)
    quiet_end = time.monotonic()
    for tick in range(1, 11):
        time.sleep(max(0, quiet_end + tick * 0.1 - time.monotonic()))
        assert client.login(username, password).status == 200
    refused = client.login(username, password)
    assert refused.status == 429
    assert int(refused.headers["Retry-After"]) >= 1


def test_project_1(prepared_server: MakeServer) -> None:
    server = prepared_server()
    client = server.client
    start_like_the_grader(server)
    server.create_user(USERNAME, PASSWORD)

    valid = token_like_the_grader(client, "")
    expired = token_like_the_grader(client, "?expired=true")

    for path, methods, allowed in [
        ("/auth", ["GET", "PUT", "DELETE", "PATCH", "HEAD"], {"POST"}),
        (JWKS_PATH, ["POST", "PUT", "DELETE", "PATCH"], {"GET", "HEAD"}),
    ]:
        for method in methods:
            answer = client.request(method, path)
            assert answer.status == 405, (method, path)
            assert set(answer.headers["Allow"].split(", ")) == allowed

    published = client.published_kids()
    assert jwt.get_unverified_header(valid)["kid"] in published
    expired_kid = jwt.get_unverified_header(expired)["kid"]
    assert expired_kid not in published
    assert database.rows(server.database, "SELECT kid FROM keys WHERE kid = ?", int(expired_kid))
    with pytest.raises(jwt.ExpiredSignatureError):
        jwt.decode(expired, options={"verify_signature": False, "verify_exp": True})


def test_project_2(prepared_server: MakeServer) -> None:
    server = prepared_server()
    start_like_the_grader(server)
    server.create_user(USERNAME, PASSWORD)

    assert jwt.get_unverified_header(token_like_the_grader(server.client, ""))["kid"] in (
        server.client.published_kids()
    )
    expiries = [exp for _, _, exp in database.rows(server.database, "SELECT * FROM keys")]
    assert any(exp < time.time() for exp in expiries)
    assert any(exp > time.time() for exp in expiries)


def test_a_source_file_holds_the_parameterised_insert() -> None:
    insert = re.compile(r"INSERT +INTO +keys *\( *kid, *key, *exp *\) *VALUES *\(\?, *\?, *\? *\)")
    sources = (REPOSITORY / "Sources").rglob("*.swift")
    assert any(insert.search(line) for source in sources for line in source.read_text().splitlines())
