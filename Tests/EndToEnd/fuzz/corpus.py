"""What the mutations begin with, and requests whose answers are known beforehand."""

import random
from dataclasses import dataclass

from support.client import JWKS_PATH

# Half of them are documents, which the event loop answers; a query sends them to the ordinary routes.
TARGETS = [
    "/ping", JWKS_PATH, "/.well-known/openid-configuration", "/ping?x", JWKS_PATH + "?x", "/", "/health/live",
    "/health/ready", "/auth", "/register", "/auth?expired=true", "/nothing", "http://a/ping", "*", "//auth", "/jwks.json",
]  # fmt: skip
METHODS = ["GET", "GET", "GET", "HEAD", "POST", "POST", "PUT", "DELETE", "OPTIONS", "CONNECT", "TRACE"]
FIELDS = [
    "Connection: close", "Connection: keep-alive", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c",
    "Upgrade: websocket", "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA", "Expect: 100-continue", "Expect: x", "Host: b",
    "Host: [::1]:1", "Host:", "Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked", "Content-Length: 0",
    "Content-Length: 5", "Content-Length: 9223372036854775808", "Content-Length: 1, 1", "If-None-Match: *",
    'If-None-Match: W/"x", "y"', "If-Match: x", "Range: bytes=0-1", "X-Forwarded-For: 1.2.3.4, ::1", "Cookie: a=b",
    "Authorization: Bearer 0123456789abcdef", "Content-Type: text/plain", "Content-Type: application/json",
    "Accept-Encoding: gzip", "User-Agent: a\u0300\u0316\u0301\u0323", "Trailer: X", "TE: trailers", "X: " + "x" * 9000,
]  # fmt: skip
BODIES = [
    b"", b"{}", b"[]", b"{", b'{"username":"alice","password":"x"}', b'{"username":"alice"}', b'{"username":1}',
    b'{"username":"\\ud800","password":""}', b'{"username":"a","username":"b","password":"c"}', b"\xff\xfe", b"[" * 4000,
    b'{"a":' * 1000, b'"\\u0000"', b'{"username":"' + b"\xcc\x80" * 2000 + b'","password":"x"}', b" " * 8193,
    b"GET /ping HTTP/1.1\r\nHost: a\r\n\r\n", b"0\r\n\r\nGET /ping HTTP/1.1\r\nHost: a\r\n\r\n",
]  # fmt: skip
# What mutations put in.
WORDS = [
    b"\r\n", b"\r\n\r\n", b"\n", b"\r", b"\0", b" ", b"\t", b":", b",", b"\x7f", b"\x80", b"\xff", b"HTTP/1.0",
    b"HTTP/1.1", b"HTTP/2.0", b"%00", b"%2f", b"?", b"#", b"-1", b"0x10", b"18446744073709551616", b"ffffffffffffffff",
    b"7fffffffffffffff", b"0\r\n\r\n", b";a=b", b"chunked", b"close", b"GET ", b"POST ", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
]  # fmt: skip


def framed(chance: random.Random, body: bytes) -> tuple[str, bytes]:
    """The field that says how long `body` is, and the body as it is sent."""
    if chance.random() < 0.6:
        return f"Content-Length: {len(body)}", body
    chunks = []
    while body:
        size = chance.randint(1, len(body))
        chunks.append(b"%x\r\n%s\r\n" % (size, body[:size]))
        body = body[size:]
    return "Transfer-Encoding: chunked", b"".join([*chunks, b"0\r\n\r\n"])


def request(method: str, target: str, fields: list[str], body: bytes = b"") -> bytes:
    return "\r\n".join([f"{method} {target} HTTP/1.1", *fields, "", ""]).encode() + body


def any_request(chance: random.Random) -> bytes:
    """Well-formed or nearly so."""
    method = chance.choice(METHODS)
    fields = ["Host: a", *chance.sample(FIELDS, chance.choice([0, 0, 1, 1, 2, 4]))]
    if method not in ("POST", "PUT"):
        return request(method, chance.choice(TARGETS), fields)
    length, body = framed(chance, chance.choice(BODIES))
    return request(method, chance.choice(TARGETS), [*fields, "Content-Type: application/json", length], body)


@dataclass(frozen=True)
class Known:
    """A request and the status that it must be answered with."""

    data: bytes
    method: str
    status: int


def known_request(chance: random.Random) -> Known:
    """Its body, where it has one, is often a request itself: whoever takes it for one answers twice."""
    documents = [("GET", "/ping", 200), ("HEAD", "/ping", 200), ("GET", JWKS_PATH, 200), ("GET", "/nothing", 404)]
    method, target, status = chance.choice([*documents, ("GET", "/ping?x", 200), ("POST", "/nothing", 404),
                                            ("POST", "/ping", 405), ("POST", "/auth", 400)])  # fmt: skip
    if method != "POST":
        return Known(request(method, target, ["Host: a"]), method, status)
    length, body = framed(chance, chance.choice(BODIES[1:7] + BODIES[-2:]) if target != "/auth" else b"{}")
    return Known(request(method, target, ["Host: a", "Content-Type: application/json", length], body), method, status)
