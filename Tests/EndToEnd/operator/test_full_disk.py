"""A disk that is full at the first start: it serves, or says why in one line; and it obeys SIGTERM whichever it is."""

import signal
import time
from pathlib import Path

import pytest

from support.client import NO_ANSWER
from support.disk import small_disk
from support.server import MakeServer, Server


def answers(server: Server, path: str) -> int | None:
    try:
        return server.client.get(path).status
    except NO_ANSWER:
        return None


def wait_for_readiness(server: Server, status: int) -> None:
    deadline = time.monotonic() + 10
    while answers(server, "/health/ready") != status:
        assert time.monotonic() < deadline, server.log.read_text()
        time.sleep(0.1)


@pytest.mark.parametrize("kibibytes", [64, 100, 120, 140, 160, 180, 220, 300, 400])
def test_a_first_start(prepared_server: MakeServer, tmp_path: Path, kibibytes: int) -> None:
    with small_disk(tmp_path / "disk", kibibytes) as disk:
        server = prepared_server(JWKS_DATABASE=f"sqlite:{disk}/keys.db")
        server.spawn()
        process, server.process = server.process, None
        assert process is not None
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and process.poll() is None and answers(server, "/ping") != 200:
            time.sleep(0.05)
        serves = answers(server, "/ping") == 200
        process.send_signal(signal.SIGTERM)
        code = process.wait(5)
        lines = server.log.read_text().splitlines()
        if serves:
            assert code == 0
        elif code == 1:
            assert len(lines) == 1 and "disk is full" in lines[0], lines
        else:
            # It still tries, and has said why.
            assert code == 0 and any("ERROR" in line and "disk is full" in line for line in lines), lines


def test_a_limit_on_the_size_of_files(prepared_server: MakeServer, tmp_path: Path) -> None:
    server = prepared_server()
    limited = tmp_path / "limited"
    limited.write_text(f'#!/bin/sh\nexec prlimit --fsize=20000 {server.binary} "$@"\n')
    limited.chmod(0o700)
    server.binary = limited
    code, line = server.refusal()
    assert code == 1 and "JWKS_DATABASE" in line and "check that the disk has room" in line


def test_readiness_follows_the_disk(prepared_server: MakeServer, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 1_000) as disk:
        server = prepared_server(JWKS_DATABASE=f"sqlite:{disk}/keys.db", JWKS_RATE_LIMIT="0")
        server.start()
        assert server.client.get("/health/ready").status == 200
        ballast = disk / "ballast"
        with ballast.open("wb", buffering=0) as file, pytest.raises(OSError):
            while True:
                file.write(bytes(1 << 12))
        # What the log of the database has room for is written yet.
        statuses = [server.client.register(f"user-{number}").status for number in range(60)]
        assert 503 in statuses, statuses
        wait_for_readiness(server, 503)
        assert server.client.get("/.well-known/jwks.json").status == 200
        ballast.unlink()
        wait_for_readiness(server, 200)
        assert server.client.register("after").status == 201
        lines = server.log.read_text().splitlines()
        assert sum(" ERROR " in line for line in lines) == 1, lines
        assert sum("the database answers again failures=" in line for line in lines) == 1, lines
        server.stop()
