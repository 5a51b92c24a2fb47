"""Requests of real clients that are more than ordinary: they ask for another protocol, or wait before they send a body.

What any client could send instead is in Tests/AuthHTTPTests, byte by byte.
"""

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from support.client import JWKS_PATH, TIMEOUT
from support.needs import skip_without
from support.server import Server

# What Java's default HttpClient sends first on a connection of its own.
JAVA = (
    "GET {target} HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nContent-Length: 0\r\nHost: 127.0.0.1\r\n"
    "HTTP2-Settings: AAEAAEAAAAIAAAAAAAMAAAAAAAQBAAAAAAUAAEAAAAYABgAA\r\nUpgrade: h2c\r\n"
    "User-Agent: Java-http-client/17.0.13\r\n\r\n"
)


def curl(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("curl")
    if program is None:
        skip_without("curl")
    return subprocess.run(
        [str(program), "--silent", "--show-error", "--noproxy", "*", "--max-time", str(TIMEOUT), *arguments],
        capture_output=True,
        text=True,
        timeout=3 * TIMEOUT,
    )


@contextmanager
def connected(server: Server) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port), TIMEOUT) as connection:
        yield connection


def everything(connection: socket.socket) -> bytes:
    """Until the server closes; a server that does not is a TimeoutError."""
    return b"".join(iter(lambda: connection.recv(65_536), b""))


@pytest.mark.parametrize("path", ["/ping", JWKS_PATH, "/ping?ordinary", "/health/live"])
def test_curl_that_wants_http2(unlimited: Server, path: str) -> None:
    url = f"http://127.0.0.1:{unlimited.port}{path}"
    result = curl("--http2", "--write-out", "[%{http_code} %{http_version}]", url, url)
    assert result.returncode == 0, result
    assert result.stdout.count("[200 1.1]") == 2, result


@pytest.mark.parametrize("target", ["/ping", JWKS_PATH, "/health/live"])
def test_java_that_wants_http2(unlimited: Server, target: str) -> None:
    """Its second request on the connection is not answered, but it is not left waiting either."""
    request = JAVA.format(target=target).encode()
    with connected(unlimited) as connection:
        connection.sendall(request + request)
        answers = everything(connection)
    assert answers.startswith(b"HTTP/1.1 200 OK\r\n") and answers.count(b"HTTP/1.1 ") == 1
    assert b"\r\nconnection: close\r\n" in answers.lower()


def test_curl_that_waits_to_be_asked_for_a_body(unlimited: Server) -> None:
    url = f"http://127.0.0.1:{unlimited.port}/register"
    body = json.dumps({"username": "patient"}).ljust(2_000)
    headers = ["-H", "Content-Type: application/json", "-H", "Expect: 100-continue", "--expect100-timeout", "8"]
    result = curl("--verbose", *headers, "--data-raw", body, "--write-out", "[%{http_code} %{time_total}]", url)
    assert "< HTTP/1.1 100 Continue" in result.stderr, result
    code, seconds = result.stdout.rpartition("[")[2].rstrip("]").split()
    assert code == "201" and float(seconds) < 8, result


def test_curl_is_not_asked_for_a_body_that_nobody_will_read(unlimited: Server) -> None:
    url = f"http://127.0.0.1:{unlimited.port}/register"
    headers = ["-H", "Expect: 100-continue", "--expect100-timeout", "8"]
    result = curl("--verbose", *headers, "--data-raw", "x" * 2_000, "--write-out", "[%{http_code}]", url)
    assert "100 Continue" not in result.stderr and result.stdout.endswith("[415]"), result


@pytest.mark.parametrize("length", ["9223372036854775808", "18446744073709551615", "8193"])
def test_too_much_is_refused_before_it_comes(unlimited: Server, length: str) -> None:
    head = f"POST /auth HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    with connected(unlimited) as connection:
        connection.settimeout(5)
        connection.sendall(head.encode())
        assert everything(connection).startswith(b"HTTP/1.1 413 ")
