"""Connections in all and from one address: how many there may be, and what becomes of those beyond."""

import socket
import time
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from support.certificates import make_pair
from support.client import JWKS_PATH, TIMEOUT
from support.server import MakeServer, Server


# Not that of the client that waited for the start, whose connections may still be ending.
ONE, OTHER = "127.0.0.2", "127.0.0.3"


def connect(server: Server, source: str = ONE) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), TIMEOUT, (source, 0))


def is_closed(connection: socket.socket, within: float) -> bool:
    connection.settimeout(within)
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False


def wait_for_line(server: Server, text: str, within: float = TIMEOUT) -> str:
    deadline = time.monotonic() + within
    while not (lines := [line for line in server.log.read_text().splitlines() if text in line]):
        assert time.monotonic() < deadline, server.log.read_text()
        time.sleep(0.02)
    return lines[-1]


@pytest.mark.parametrize("is_encrypted", [False, True], ids=["plain", "TLS"])
def test_an_address_keeps_to_its_share(server: MakeServer, tmp_path: Path, is_encrypted: bool) -> None:
    settings = make_pair(tmp_path).settings if is_encrypted else {}
    running = server(JWKS_CONNECTIONS_PER_ADDRESS="10", **settings)
    line = "connections of an address that has its share were closed"
    with ExitStack() as stack:
        kept = [stack.enter_context(closing(connect(running))) for _ in range(10)]
        refused = [stack.enter_context(closing(connect(running))) for _ in range(30)]
        assert all(is_closed(connection, TIMEOUT) for connection in refused)
        # Another address is another matter.
        other = stack.enter_context(closing(connect(running, OTHER)))
        assert not is_closed(other, 0.2)
        assert not any(is_closed(connection, 0.01) for connection in kept)
        said = wait_for_line(running, line)
        assert "limit=10" in said and "count=30" in said and f"one_of_them={ONE}" in said
        # One place is given back: one more may come.
        kept[0].close()
        deadline = time.monotonic() + TIMEOUT
        while is_closed(newcomer := stack.enter_context(closing(connect(running))), 0.2):
            assert time.monotonic() < deadline
        assert not is_closed(newcomer, 0.1)
        for _ in range(20):
            stack.enter_context(closing(connect(running)))
        time.sleep(1.5)
    # Once a minute, however many there are.
    assert running.log.read_text().count(line) == 1
    assert running.client.get("/ping").status == 200


def test_a_trusted_proxy_has_no_share(server: MakeServer) -> None:
    running = server(JWKS_CONNECTIONS_PER_ADDRESS="3", JWKS_TRUSTED_PROXIES=ONE)
    with ExitStack() as stack:
        connections = [stack.enter_context(closing(connect(running))) for _ in range(30)]
        assert not any(is_closed(connection, 0.01) for connection in connections)
        others = [stack.enter_context(closing(connect(running, OTHER))) for _ in range(4)]
        assert is_closed(others[3], TIMEOUT) and not is_closed(others[0], 0.1)


def test_the_cap_on_all(server: MakeServer) -> None:
    """At the cap newcomers wait, whoever is there is served, and the longest idle make room."""
    running = server(JWKS_CONNECTIONS="40", JWKS_CONNECTIONS_PER_ADDRESS="0")
    assert "limit=" not in running.log.read_text()
    kept = running.client.connect()
    with ExitStack() as stack, closing(kept):
        for _ in range(60):
            stack.enter_context(closing(connect(running)))
        assert "limit=40" in wait_for_line(running, "no more connections")
        for _ in range(10):
            kept.request("GET", JWKS_PATH)
            assert kept.getresponse().read()
        with closing(running.client.connect()) as newcomer:
            newcomer.sock.settimeout(60)
            newcomer.request("GET", "/ping?x")
            assert newcomer.getresponse().status == 200


def test_more_connections_than_files(prepared_server: MakeServer) -> None:
    running = prepared_server(JWKS_CONNECTIONS="1000")
    wrapper = running.directory / "limited"
    wrapper.write_text(f'#!/bin/sh\nexec prlimit --nofile=256:256 {running.binary} "$@"\n')
    wrapper.chmod(0o700)
    running.binary = wrapper
    running.start()
    said = wait_for_line(running, "JWKS_CONNECTIONS is more than the limit of open files allows")
    assert "wanted=1000" in said and "limit=192" in said
