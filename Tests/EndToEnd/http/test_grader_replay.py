"""The course grader's steps, in its order and with its pauses and its reading of the database.

It is the one place of the suite where sleeping is right: the grader sleeps.
"""

import os
import re
import secrets
import shutil
import subprocess
import time
import uuid
from pathlib import Path

import jwt
import pytest

from support import database
from support.client import JWKS_PATH, Client, Request, Response
from support.server import BINARY, DEADLINE, REPOSITORY, SECRET, MakeServer, Server

pytestmark = pytest.mark.alone

USERNAME, PASSWORD = "userABC", "password123"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# Its transport sets this on every request, whatever the request had: nothing may look at it.
BEARER = {"Authorization": f"Bearer {secrets.token_hex(32)}"}
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


class GraderClient(Client):
    """A client whose requests all carry the tool's Authorization, the JWK Set's and the 405 probes included."""

    def send(self, request: Request) -> Response:
        return super().send(Request(request.method, request.path, request.body, request.headers | BEARER))


@pytest.fixture(autouse=True)
def authorized(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("support.server.Client", GraderClient)


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
    start_like_the_grader(server)
    project_3(server.client, server.database)


def test_project_3_by_script(prepared_server: MakeServer) -> None:
    """`--run script/server`, in a tree that is built: it has the same second to start in."""
    release = REPOSITORY / ".build/release/jwks-server"
    if BINARY.resolve() != release.resolve() or not (REPOSITORY / ".build/built-at").exists():
        pytest.skip("script/server would build: what is tested is not what script/test built")
    server = prepared_server()
    server.binary = REPOSITORY / "script/server"
    start_like_the_grader(server)
    assert "building" not in server.log.read_text()
    project_3(server.client, server.database)


def project_3(client: Client, file: Path) -> None:
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


def test_nothing_looks_at_authorization(prepared_server: MakeServer) -> None:
    server = prepared_server(JWKS_RATE_LIMIT="0")
    server.start()
    plain = Client(server.port)
    password = plain.new_user("alice")
    for method, path, body in [
        ("GET", "/ping", None),
        ("GET", JWKS_PATH, None),
        ("HEAD", JWKS_PATH, None),
        ("GET", "/.well-known/openid-configuration", None),
        ("GET", "/health/ready", None),
        ("GET", "/auth", None),
        ("GET", "/nowhere", None),
        ("POST", "/auth", f'{{"username":"alice","password":"{password}"}}'.encode()),
        ("POST", "/auth", b'{"username":"alice","password":"wrong"}'),
        ("POST", "/register", b'{"username":"alice"}'),
    ]:
        headers = {"Content-Type": "application/json"} if body else {}
        expected = plain.request(method, path, body, headers)
        for value in (BEARER["Authorization"], "Bearer", "Basic YTpi", "x" * 1000):
            answer = plain.request(method, path, body, headers | {"Authorization": value})
            assert answer.status == expected.status, (method, path, value)
            if expected.status != 200 or method != "POST":
                assert answer.body == expected.body, (method, path, value)


def walk_like_the_grader(directory: Path) -> str:
    """Everything below, in order, as one text; ends at a symbolic link to a directory, as the tool's walk does."""
    texts = []
    for entry in sorted(directory.iterdir()):
        if entry.is_symlink() and entry.is_dir():
            raise IsADirectoryError(entry)
        texts.append(walk_like_the_grader(entry) if entry.is_dir() else entry.read_bytes().decode(errors="replace"))
    return "\n".join(texts)


def script_tree(directory: Path) -> Path:
    """script/server over a binary that says what it was asked, in a tree that was just built."""
    (directory / "script").mkdir(parents=True)
    shutil.copy(REPOSITORY / "script/server", directory / "script/server")
    for name in ("bootstrap", "swift"):
        stub = directory / "script" / name
        stub.write_text(f"#!/bin/sh\necho called {name} >&2\n")
        stub.chmod(0o755)
    (directory / "Sources").mkdir()
    (directory / "Sources/a.swift").write_text("")
    (directory / "Package.swift").write_text("")
    binary = directory / ".build/release/jwks-server"
    binary.parent.mkdir(parents=True)
    binary.write_text('#!/bin/sh\necho "$@"\n')
    binary.chmod(0o755)
    return directory


def run_script(tree: Path) -> subprocess.CompletedProcess[str]:
    path = f"{tree / 'script'}:{os.environ['PATH']}"
    return subprocess.run(
        [tree / "script/server", "--port", "1"],
        cwd=tree,
        env=os.environ | {"NOT_MY_KEY": SECRET, "PATH": path},
        capture_output=True,
        text=True,
        timeout=DEADLINE,
    )


def test_the_script_builds_only_what_changed(tmp_path: Path) -> None:
    tree = script_tree(tmp_path / "tree")
    first = run_script(tree)
    assert first.returncode == 0 and "called swift" in first.stderr and first.stdout == "serve --port 1\n"
    quick = run_script(tree)
    assert (quick.returncode, quick.stdout, quick.stderr) == (0, "serve --port 1\n", "")
    time.sleep(0.02)
    (tree / "Sources/b.swift").write_text("")
    assert "called swift" in run_script(tree).stderr
    assert run_script(tree).stderr == ""
    time.sleep(0.02)
    (tree / "Sources/b.swift").unlink()
    assert "called swift" in run_script(tree).stderr

    moved = tree.rename(tmp_path / "moved")
    refused = run_script(moved)
    assert refused.returncode == 1 and f"rm -rf {moved}/.build" in refused.stderr
    shutil.rmtree(moved / ".build")


def test_a_source_file_holds_the_parameterised_insert() -> None:
    insert = re.compile(r"INSERT +INTO +keys *\( *kid, *key, *exp *\) *VALUES *\(\?, *\?, *\? *\)")
    assert insert.search(walk_like_the_grader(REPOSITORY / "Sources"))
