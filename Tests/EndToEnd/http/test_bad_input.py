"""Whatever a client sends, it gets its 4xx and the server goes on."""

import json

import pytest

from support.client import JSON_TYPE, JWKS_PATH, Response, assert_error
from support.raw import RawConnection, exchange, head, post, post_json
from support.server import Server

KIB = 1024
BODY_LIMIT = 8 * KIB
# The other member that each path wants, so that only the name is wrong.
OTHER_MEMBER = {"/register": b'"email":"someone@example.com"', "/auth": b'"password":"secret"'}


@pytest.fixture(autouse=True)
def alive_afterwards(unlimited: Server):
    yield
    assert unlimited.client.get("/ping").status == 200


def assert_refused(answer: Response, status: int) -> None:
    assert_error(answer, status, "invalid_request" if status == 400 else None)
    assert answer.headers["Cache-Control"] == "no-store"


BODIES = [
    pytest.param(b"", id="empty"),
    pytest.param(b" \n", id="white space"),
    pytest.param(b"username=a&password=b", id="not JSON"),
    pytest.param(b"{", id="cut off"),
    pytest.param(b"[]", id="array"),
    pytest.param(b'"x"', id="string"),
    pytest.param(b"null", id="null"),
    pytest.param(b"1", id="number"),
    pytest.param(b"{}", id="no members"),
    pytest.param(b'[{"username":"a",%s}]', id="object in an array"),
    pytest.param(b'{"username":"a",%s}{}', id="two documents"),
    pytest.param(b"{'username':'a',%s}", id="single quotes"),
    pytest.param(b'{"username":"a",%s,}', id="trailing comma"),
    pytest.param(b'{"username":5,%s}', id="number for a name"),
    pytest.param(b'{"username":null,%s}', id="null for a name"),
    pytest.param(b'{"username":true,%s}', id="boolean for a name"),
    pytest.param(b'{"username":["a"],%s}', id="array for a name"),
    pytest.param(b'{"username":{"a":"b"},%s}', id="object for a name"),
    pytest.param(b'{"Username":"a",%s}', id="member name in another case"),
    pytest.param(b'{"username":"a","username":"b",%s}', id="duplicate members"),
    pytest.param(b'{"username":"a","userna\\u006de":"b",%s}', id="duplicate members, one escaped"),
    pytest.param(b'{"username":"\xff\xfe",%s}', id="invalid UTF-8"),
    pytest.param(b'{"username":"\xc0\xaf",%s}', id="overlong UTF-8"),
    pytest.param(b'{"username":"\xed\xa0\x80",%s}', id="surrogate in UTF-8"),
    pytest.param(b'{"username":"\\ud800",%s}', id="lone high surrogate"),
    pytest.param(b'{"username":"\\udc00",%s}', id="lone low surrogate"),
    pytest.param(b'{"username":"\\udc00\\ud800",%s}', id="surrogates in the wrong order"),
    pytest.param(b'{"username":"a\nb",%s}', id="unescaped control character"),
    pytest.param(b'{"username":"a\0b",%s}', id="unescaped NUL"),
    pytest.param(b'{"username":"\\x41",%s}', id="unknown escape"),
    pytest.param(b'{"username":' + b"[" * 4000, id="deep"),
    pytest.param(b'{"a":' * 1500, id="deep objects"),
    pytest.param(b'{"username":"a",%s,"more":' + b"[" * 2000 + b"]" * 2000 + b"}", id="deep and well-formed"),
]


@pytest.mark.parametrize("path", OTHER_MEMBER)
@pytest.mark.parametrize("body", BODIES)
def test_malformed_bodies(unlimited: Server, path: str, body: bytes) -> None:
    assert_refused(exchange(unlimited.port, post_json(path, body.replace(b"%s", OTHER_MEMBER[path]))), 400)


@pytest.mark.parametrize("path", OTHER_MEMBER)
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(json.dumps({"username": "a" * 10_000}).encode(), id="long name"),
        pytest.param(b"[" * 10_000 + b"]" * 10_000, id="10,000 deep"),
        pytest.param(b"x" * 1_000_000, id="1 MB"),
    ],
)
def test_bodies_over_the_limit(unlimited: Server, path: str, body: bytes) -> None:
    assert_refused(exchange(unlimited.port, post_json(path, body)), 413)


@pytest.mark.parametrize(("size", "status"), [(BODY_LIMIT, 201), (BODY_LIMIT + 1, 413)])
def test_the_limit_itself(unlimited: Server, size: int, status: int) -> None:
    body = json.dumps({"username": "filled"}).encode().ljust(size)
    assert exchange(unlimited.port, post_json("/register", body)).status == status


@pytest.mark.parametrize("path", OTHER_MEMBER)
def test_a_body_without_end(unlimited: Server, path: str) -> None:
    with RawConnection(unlimited.port) as connection:
        connection.send(head("POST", path, "Content-Type: application/json", "Transfer-Encoding: chunked"))
        for _ in range(2 * BODY_LIMIT // KIB):
            connection.send(b"400\r\n" + b" " * KIB + b"\r\n")
        assert_refused(connection.read_response(), 413)
        assert connection.is_closed_by_server()


REGISTRATIONS = [
    pytest.param({}, 400, id="no name"),
    pytest.param({"email": "only@example.com"}, 400, id="only an address"),
    pytest.param({"username": ""}, 400, id="0 characters"),
    pytest.param({"username": "z"}, 201, id="1 character"),
    pytest.param({"username": "n" * 64}, 201, id="64 characters"),
    pytest.param({"username": "n" * 65}, 400, id="65 characters"),
    pytest.param({"username": "nul\0"}, 400, id="NUL"),
    pytest.param({"username": "bell\a"}, 400, id="BEL"),
    pytest.param({"username": "line\r\nbreak"}, 400, id="line break"),
    pytest.param({"username": "escape\x1b[31m"}, 400, id="escape sequence"),
    pytest.param({"username": "delete\x7f"}, 400, id="DEL"),
    pytest.param({"username": "next\x85line"}, 400, id="C1 control"),
    pytest.param({"username": "e1", "email": "no-at-sign"}, 400, id="address without @"),
    pytest.param({"username": "e2", "email": ""}, 400, id="empty address"),
    pytest.param({"username": "e3", "email": 5}, 400, id="number for an address"),
    pytest.param({"username": "e4", "email": ["a@example.com"]}, 400, id="array for an address"),
    pytest.param({"username": "e5", "email": "a\0@example.com"}, 400, id="NUL in an address"),
    pytest.param({"username": "e6", "email": "a@example.com"}, 201, id="address"),
]


@pytest.mark.parametrize(("registration", "status"), REGISTRATIONS)
def test_names_and_addresses(unlimited: Server, registration: dict[str, object], status: int) -> None:
    answer = unlimited.client.post("/register", registration)
    if status == 201:
        assert answer.status == 201
        assert unlimited.client.login(str(registration["username"]), answer.json()["password"]).status == 200
    else:
        assert_refused(answer, status)


@pytest.mark.parametrize(
    "credentials",
    [
        pytest.param({"username": "a"}, id="no password"),
        pytest.param({"password": "a"}, id="no name"),
        pytest.param({"username": "a", "password": 5}, id="number for a password"),
        pytest.param({"username": "a", "password": None}, id="null for a password"),
    ],
)
def test_incomplete_credentials(unlimited: Server, credentials: dict[str, object]) -> None:
    assert_refused(unlimited.client.post("/auth", credentials), 400)


@pytest.mark.parametrize("username", ["", "a\0b", "line\r\nbreak", "n" * 65, "n" * 4000, "' OR 1=1 --", "💥"])
def test_no_name_logs_in_by_surprise(unlimited: Server, username: str) -> None:
    assert unlimited.client.login(username, "secret").status in (400, 401)


def test_no_name_forges_a_line_of_the_log(unlimited: Server) -> None:
    for break_ in ("\n", "\r", "\r\n", "\u2028", "\x1b[2K"):
        unlimited.client.login(f"a{break_}FORGED", "secret")
    assert "FORGED" not in {line[:6] for line in unlimited.log.read_text().splitlines()}


@pytest.mark.parametrize("path", OTHER_MEMBER)
@pytest.mark.parametrize(
    "content_type",
    [None, "", "text/plain", "text/json", "application/jsonx", "application/x-www-form-urlencoded"],
)
def test_other_content_types(unlimited: Server, path: str, content_type: str | None) -> None:
    headers = [] if content_type is None else [f"Content-Type: {content_type}"]
    body = b'{"username":"a",%s}' % OTHER_MEMBER[path]
    assert_refused(exchange(unlimited.port, post(path, body, *headers)), 415)


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"']
)
def test_content_types_of_json(unlimited: Server, content_type: str) -> None:
    body = b'{"username":"nobody","password":"wrong"}'
    assert exchange(unlimited.port, post("/auth", body, f"Content-Type: {content_type}")).status == 401


@pytest.mark.parametrize(
    "target", ["/%61uth", "//auth", "/auth/", "/AUTH", "/auth//", "/./auth", "/x/../auth", "/auth%2f", "/auth;x=1"]
)
def test_paths_that_only_look_like_a_known_one(unlimited: Server, target: str) -> None:
    body = b'{"username":"nobody","password":"wrong"}'
    assert_error(exchange(unlimited.port, post_json(target, body)), 404, "not_found")


@pytest.mark.parametrize("target", ["/", "/nothing", "/.env", "/.well-known/", "/.well-known/jwks.json/", "/%00"])
def test_unknown_paths(unlimited: Server, target: str) -> None:
    assert_error(exchange(unlimited.port, head("GET", target)), 404, "not_found")


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([f"X-{number}: 1" for number in range(1000)], id="1,000 headers"),
        pytest.param([f"X-Long: {'x' * 100_000}"], id="a long header"),
        pytest.param(["X-Folded: a", " b: c\0"], id="NUL in a header"),
    ],
)
@pytest.mark.parametrize("path", ["/auth", JWKS_PATH])
def test_headers(unlimited: Server, path: str, headers: list[str]) -> None:
    assert 400 <= exchange(unlimited.port, head("GET", path, *headers)).status < 500


FRAMINGS = [
    pytest.param(["Content-Length: 2", "Transfer-Encoding: chunked"], id="two kinds of length"),
    pytest.param(["Content-Length: 2", "Content-Length: 3"], id="two lengths"),
    pytest.param(["Content-Length: -2"], id="negative length"),
    pytest.param(["Content-Length: two"], id="length that is no number"),
]


@pytest.mark.parametrize("headers", FRAMINGS)
def test_ambiguous_framing(unlimited: Server, headers: list[str]) -> None:
    request = head("POST", "/auth", *(f"{name}: {value}" for name, value in JSON_TYPE.items()), *headers)
    with RawConnection(unlimited.port) as connection:
        connection.send(request + b"{}")
        assert connection.read_response().status == 400
        assert connection.is_closed_by_server()
