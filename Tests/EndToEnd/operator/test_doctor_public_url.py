"""`doctor` asks the public URL as a verifier would: whoever answers there has to be this server, and to be trusted."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from support.certificates import make_pair
from support.client import JWKS_PATH
from support.server import MakeServer, Server

TIMEOUT = 20


@contextmanager
def somebody(answer: bytes | None, is_slow: bool = False) -> Iterator[str]:
    """The address of something that gives this answer to whatever it is sent; with None it says nothing.

    What is slow goes on with a byte now and then, for as long as somebody listens.
    """
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.settimeout(TIMEOUT)
                # Until the head of the request is there, or the caller has given up.
                received = b""
                while b"\r\n\r\n" not in received and (more := connection.recv(65_536)):
                    received += more
                if answer is not None:
                    connection.sendall(answer)
                    with suppress(OSError):
                        while is_slow:
                            connection.sendall(b" ")
                            time.sleep(0.2)
                else:
                    connection.recv(1)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join(TIMEOUT)


def response(status: str, body: bytes = b"", *fields: str) -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *fields]
    return "\r\n".join([*head, "", ""]).encode() + body


def verdict(server: Server, issuer: str, trusted: Path | None = None) -> tuple[int, list[tuple[str, str]]]:
    """The exit code, and what is said of the public URL after its address."""
    server.settings["JWKS_ISSUER"] = issuer
    server.settings.pop("SSL_CERT_FILE", None)
    if trusted:
        server.settings["SSL_CERT_FILE"] = str(trusted)
    result = server.run("doctor", "--json")
    findings = [finding for finding in json.loads(result.stdout)["findings"] if finding["check"] == "public URL"]
    address = f"{issuer}{JWKS_PATH}"
    assert findings and all(finding["text"].startswith(address) for finding in findings), findings
    return result.returncode, [(each["verdict"], each["text"].removeprefix(address).strip(": ")) for each in findings]


@pytest.fixture(scope="module")
def own_keys(unlimited: Server) -> list[dict[str, Any]]:
    return unlimited.client.jwks()


def keys(*shown: Any) -> bytes:
    return json.dumps({"keys": shown}).encode()


def test_who_answers(unlimited: Server, own_keys: list[dict[str, Any]]) -> None:
    now, first, second = time.time(), *own_keys
    right = keys(first, second)
    cases: list[tuple[bytes, str, str]] = [
        (response("200 OK", right), "ok", "shows keys 1, 3, as it should"),
        (response("200 OK", right, f"Date: {formatdate(now, usegmt=True)}"), "ok", "shows keys 1, 3"),
        (response("200 OK", right, f"Date: {formatdate(now - 600, usegmt=True)}", "Age: 600"), "ok", "shows keys 1, 3"),
        (response("200 OK", keys(first)), "warning", "shows key 1, and this database has keys 1, 3: a cache "),
        (response("200 OK", keys(first, second, second | {"kid": "4"})), "warning", "shows keys 1, 3, 4, and this "),
        (response("200 OK", keys(second)), "wrong", "shows key 3, and this database has keys 1, 3, one of which signs"),
        (response("200 OK", keys(first | {"n": second["n"]}, second)), "wrong", "shows keys 1, 3, and this database has"),
        (response("200 OK", keys()), "wrong", "shows no key, and this database has keys 1, 3, which are others"),
        (response("200 OK", b"<html>"), "wrong", "what is there is no JWK Set"),
        (response("200 OK", b"x" * 70_000), "wrong", "what answers there is no JWK Set"),
        (response("404 Not Found"), "wrong", "404 in place of the keys"),
        (response("302 Found", b"", "Location: /elsewhere"), "wrong", "302: verifiers follow no redirect"),
        (response("502 Bad Gateway"), "warning", "502: a proxy answers, is the server running?"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "wrong", "what answers there speaks no HTTP"),
        (b"", "wrong", "what answers there speaks no HTTP"),
    ]
    for answer, expected, text in cases:
        with somebody(answer) as issuer:
            code, found = verdict(unlimited, issuer)
        assert [found[0][0]] == [expected] and found[0][1].startswith(text) and len(found) == 1, (answer[:60], found)
        assert code == (1 if expected == "wrong" else 0)


@pytest.mark.parametrize(("seconds", "words"), [(-600, "s behind this one"), (600, "s ahead of this one")])
def test_another_clock(unlimited: Server, own_keys: list[dict[str, Any]], seconds: int, words: str) -> None:
    date = formatdate(time.time() + seconds, usegmt=True)
    with somebody(response("200 OK", keys(*own_keys), f"Date: {date}")) as issuer:
        code, [keys_found, clock] = verdict(unlimited, issuer)
    assert code == 1 and keys_found[0] == "ok"
    assert clock[0] == "wrong" and words in clock[1] and "JWKS_CLOCK_SKEW" in clock[1]


@pytest.mark.parametrize("answer", [None, b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n"])
def test_who_says_nothing_or_goes_on_for_ever_is_not_waited_for(unlimited: Server, answer: bytes | None) -> None:
    with somebody(answer, is_slow=True) as issuer:
        begin = time.monotonic()
        code, [found] = verdict(unlimited, issuer)
    assert 5 <= time.monotonic() - begin < TIMEOUT
    assert code == 0 and found == ("warning", "no answer in time: is the server running, and who is before it?")


def test_through_tls(server: MakeServer, unlimited: Server, tmp_path: Path) -> None:
    pair, other = make_pair(tmp_path), make_pair(tmp_path, "other")
    running = server(**pair.settings)
    issuer = f"https://localhost:{running.port}"
    assert verdict(running, issuer, pair.certificate) == (0, [("ok", "shows keys 1, 3, as it should")])
    by_address = f"https://127.0.0.1:{running.port}"
    assert verdict(running, by_address, pair.certificate) == (0, [("ok", "shows keys 1, 3, as it should")])
    for trusted in (None, other.certificate):
        code, [(found, text)] = verdict(running, issuer, trusted)
        assert code == 1 and found == "wrong" and text.startswith("its certificate is over, of another name or "), text
    code, [found_] = verdict(running, issuer, tmp_path / "nothing")
    assert code == 0 and found_[0] == "warning" and found_[1].startswith("there are no certificates of authorities")
    code, [found_] = verdict(running, f"http://127.0.0.1:{running.port}")
    assert code == 1 and found_ == ("wrong", "400 in place of the keys: another server is there")
    code, [found_] = verdict(unlimited, f"https://127.0.0.1:{unlimited.port}", pair.certificate)
    assert code == 1 and found_ == ("wrong", "what answers there speaks no TLS: is it http?")


def test_where_nobody_is(unlimited: Server) -> None:
    assert verdict(unlimited, "http://127.0.0.1:1") == (0, [("warning", "connection refused: is the server running?")])
