"""A certificate is renewed while the server runs: SIGHUP."""

import signal
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from support.certificates import Pair, make_pair, serial_of, trusting
from support.client import JWKS_PATH, TIMEOUT
from support.server import MakeServer, Server

CALLERS = 50


def hang_up(server: Server, line: str, count: int = 1) -> None:
    """Sends SIGHUP and waits until the log says `line` once more."""
    assert server.process is not None
    before = server.log.read_text().count(line)
    server.process.send_signal(signal.SIGHUP)
    deadline = time.monotonic() + TIMEOUT
    while server.log.read_text().count(line) < before + count:
        assert time.monotonic() < deadline, server.log.read_text()
        time.sleep(0.01)


def serial_now(server: Server, context: ssl.SSLContext) -> str:
    with socket.create_connection(("127.0.0.1", server.port), TIMEOUT) as tcp:
        with context.wrap_socket(tcp, server_hostname="localhost") as tls:
            return serial_of(tls)


def other_pair(directory: Path, name: str, **options: object) -> Pair:
    (directory / name).mkdir()
    return make_pair(directory / name, **options)  # type: ignore[arg-type]


def test_a_renewal_under_load_drops_nobody(server: MakeServer, tmp_path: Path, report) -> None:  # type: ignore[no-untyped-def]
    """Callers on kept connections, half of them on the fast path; newcomers beside them see each new certificate."""
    pair = make_pair(tmp_path)
    renewals = [other_pair(tmp_path, f"renewed-{number}") for number in range(5)]
    context = trusting(pair, *renewals)
    running = server(JWKS_RATE_LIMIT="0", **pair.settings)
    running.client.tls = context
    all_connected = threading.Barrier(CALLERS + 1)
    is_over = threading.Event()

    def call(number: int) -> tuple[str, int]:
        connection = running.client.connect()
        asked = 0
        all_connected.wait(TIMEOUT)
        socket_then = connection.sock
        while not is_over.is_set() or asked == 0:
            connection.request("GET", JWKS_PATH if number % 2 else "/ping?x")
            answer = connection.getresponse()
            assert answer.status == 200 and answer.read()
            asked += 1
        # The very connection that it began with, under the certificate of then.
        assert connection.sock is socket_then
        serial = serial_of(connection.sock)
        connection.close()
        return serial, asked

    with ThreadPoolExecutor(CALLERS) as threads:
        calls = [threads.submit(call, number) for number in range(CALLERS)]
        try:
            all_connected.wait(TIMEOUT)
            for renewed in renewals:
                first = renewed.certificate
                assert first != pair.certificate
                pair.replace(renewed)
                hang_up(running, "new connections get the certificate that was read")
                assert serial_now(running, context) == renewed.serial
        finally:
            is_over.set()
        results = [one.result() for one in calls]
    assert {serial for serial, _ in results} == {pair.serial}
    report(f"{CALLERS} callers, {len(renewals)} renewals: {sum(asked for _, asked in results)} answers, 0 dropped")


@pytest.mark.parametrize("damage", ["mismatched", "expired", "missing", "noise"])
def test_a_broken_renewal_changes_nothing(server: MakeServer, tmp_path: Path, damage: str) -> None:
    pair = make_pair(tmp_path)
    running = server(**pair.settings)
    context = trusting(pair)
    serial = serial_now(running, context)
    renewed = other_pair(tmp_path, "renewed", days=-1 if damage == "expired" else 90)
    before = len(running.log.read_text().splitlines())
    if damage == "mismatched":
        # As if a renewal were caught between its two files.
        pair.certificate.write_bytes(renewed.certificate.read_bytes())
    elif damage == "expired":
        pair.replace(renewed)
    elif damage == "missing":
        pair.key.unlink()
    else:
        pair.certificate.write_text("no certificate\n")
    hang_up(running, "SIGHUP: the certificate in use is kept")
    # Keys of a first start may still be announced meanwhile.
    lines = [line for line in running.log.read_text().splitlines()[before:] if "SIGHUP" in line]
    assert len(lines) == 1 and "JWKS_TLS_" in lines[0], lines
    assert serial_now(running, context) == serial
    # And the next good one is taken.
    pair.replace(make_pair(renewed.certificate.parent, "good"))
    hang_up(running, "new connections get the certificate that was read")
    good = trusting(Pair(pair.certificate, pair.key, ""))
    assert serial_now(running, good) != serial


def test_a_renewal_that_is_late_already(server: MakeServer, tmp_path: Path) -> None:
    pair = make_pair(tmp_path)
    running = server(**pair.settings)
    pair.replace(other_pair(tmp_path, "renewed", days=3))
    hang_up(running, "the TLS certificate expires in less than 14 days")
