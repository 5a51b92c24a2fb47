"""What a signal does, at any moment of the server's life."""

import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from support.client import NO_ANSWER
from support.server import MakeServer, Server

STARTS = 20
STOP_LIMIT = 5


def wait_until_held(server: Server) -> None:
    """Until the program runs and holds SIGTERM back; before its first instruction the system ends any process."""
    assert server.process is not None
    deadline = time.monotonic() + 1
    while time.monotonic() < deadline:
        status = Path(f"/proc/{server.process.pid}/status").read_text()
        blocked = int(next(line for line in status.splitlines() if line.startswith("SigBlk")).split()[1], 16)
        if blocked >> (signal.SIGTERM - 1) & 1:
            return


@pytest.mark.parametrize("bits", ["2048", "4096"])
def test_sigterm_at_any_moment_of_a_first_start(prepared_server: MakeServer, bits: str, request) -> None:
    dice = random.Random(request.node.name)
    codes = []
    for _ in range(STARTS):
        server = prepared_server(JWKS_KEY_BITS=bits)
        server.spawn()
        wait_until_held(server)
        time.sleep(dice.random() * 0.3)
        begin = time.monotonic()
        codes.append(server.end(signal.SIGTERM))
        assert time.monotonic() - begin < STOP_LIMIT
    assert codes == [0] * STARTS
    # What was interrupted is no hindrance.
    server.start()


@pytest.mark.parametrize("name", ["SIGHUP", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGPIPE"])
def test_a_signal_that_ends_nothing(server: MakeServer, name: str) -> None:
    running = server()
    assert running.process is not None
    running.process.send_signal(signal.Signals[name])
    time.sleep(0.1)
    assert running.client.get("/ping").status == 200
    running.stop()
    assert (name == "SIGHUP") == ("SIGHUP: there is nothing to read again" in running.log.read_text())


def test_readiness_ends_before_the_server_does(server: MakeServer) -> None:
    running = server(JWKS_DRAIN_DELAY="2s")
    assert running.client.get("/health/ready").status == 200
    begin = time.monotonic()
    assert running.process is not None
    running.process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    assert running.client.get("/health/ready").status == 503
    assert running.client.register("late").status == 201
    assert running.process.wait(10) == 0
    assert 2 <= time.monotonic() - begin < 2 + STOP_LIMIT
    running.process = None


def test_a_second_sigterm_ends_it_at_once(server: MakeServer) -> None:
    running = server(JWKS_DRAIN_DELAY="1h")
    process = running.process
    assert process is not None
    process.send_signal(signal.SIGTERM)
    time.sleep(0.2)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.3)
    process.send_signal(signal.SIGTERM)
    assert process.wait(1) == -signal.SIGTERM
    running.process = None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_command_ends_by_the_signal(server: MakeServer, number: signal.Signals) -> None:
    running = server()
    command = subprocess.Popen(
        [running.binary, "users", "create", "--username", "alice", "--password-stdin"],
        cwd=running.directory,
        env=running.environment(),
        stdin=subprocess.PIPE,
        # Under nohup SIGHUP is ignored, and a command goes on ignoring what it was told to.
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),
    )
    time.sleep(0.3)
    command.send_signal(number)
    assert command.wait(5) == -number


def test_no_memory_dump(server: MakeServer) -> None:
    running = server()
    assert running.process is not None
    limits = Path(f"/proc/{running.process.pid}/limits").read_text()
    core = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
    assert core.split()[4:6] == ["0", "0"]
    # Not dumpable: its files in /proc belong to root, whoever it runs as.
    assert running.client.get("/ping").status == 200


def test_half_a_body_holds_the_exit_no_longer_than_a_second_signal(server: MakeServer) -> None:
    running = server()
    connection = running.client.connect()
    connection.sock.sendall(b"POST /auth HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
    time.sleep(0.1)
    process = running.process
    assert process is not None
    process.send_signal(signal.SIGTERM)
    time.sleep(0.2)
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    assert process.wait(1) in (0, -signal.SIGTERM)
    running.process = None
    with pytest.raises(NO_ANSWER):
        running.client.get("/ping")
