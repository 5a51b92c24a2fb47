"""The log goes to a descriptor that fails or takes nothing: it costs lines, never a request and never the process."""

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.server import MakeServer, Server

PIPE_SIZE = 4096


@contextmanager
def started(server: Server, stderr: int) -> Iterator[Server]:
    """Runs the server with this standard error, and expects that it stops as ever."""
    server.process = subprocess.Popen(
        [server.binary],
        cwd=server.directory,
        env=server.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=stderr,
    )
    server.log.touch()
    server.wait_for("/ping")
    yield server
    assert server.end(signal.SIGTERM) == 0


def use(server: Server) -> None:
    """Each of these is a line of the log at level debug, and more than one."""
    password = server.client.new_user(f"user-{time.monotonic_ns()}")
    assert server.client.login("nobody", password).status == 401
    for _ in range(50):
        assert server.client.get("/health/live").status == 200


def test_a_full_disk_under_the_log(prepared_server: MakeServer) -> None:
    with open("/dev/full", "wb") as full, started(prepared_server(JWKS_LOG_LEVEL="debug"), full.fileno()) as running:
        use(running)


def test_a_log_that_is_closed(prepared_server: MakeServer) -> None:
    server = prepared_server(JWKS_LOG_LEVEL="debug")
    server.log.touch()
    server.process = subprocess.Popen(
        ["/bin/sh", "-c", 'exec "$0" 2>&-', server.binary], cwd=server.directory, env=server.environment()
    )
    server.wait_for("/ping")
    use(server)
    assert server.end(signal.SIGTERM) == 0
    assert b"request answered" not in server.database.read_bytes()


def test_a_reader_that_is_gone(prepared_server: MakeServer) -> None:
    reading, writing = os.pipe()
    with started(prepared_server(JWKS_LOG_LEVEL="debug"), writing) as running:
        os.close(writing)
        os.close(reading)
        use(running)


def test_a_pipe_that_nobody_reads(prepared_server: MakeServer) -> None:
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, PIPE_SIZE)
    with started(prepared_server(JWKS_LOG_LEVEL="debug", JWKS_RATE_LIMIT="0"), writing) as running:
        os.close(writing)
        use(running)
        # Some 200 bytes a line: more than the buffer of a megabyte, through one connection.
        connection = running.client.connect()
        for _ in range(9_000):
            connection.request("GET", "/health/live")
            assert connection.getresponse().read()
        connection.close()
        use(running)
        _read_until(reading, b"lines of the log were lost count=")
        use(running)
    os.close(reading)


def test_a_stalled_pipe_does_not_hold_up_the_stop(prepared_server: MakeServer) -> None:
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, PIPE_SIZE)
    with started(prepared_server(JWKS_LOG_LEVEL="debug"), writing) as running:
        os.close(writing)
        use(running)
    os.close(reading)


def _read_until(descriptor: int, wanted: bytes) -> bytes:
    seen = b""
    deadline = time.monotonic() + 10
    while wanted not in seen:
        assert time.monotonic() < deadline, seen[-500:]
        seen += os.read(descriptor, 1 << 16)
    return seen


@pytest.mark.parametrize("stderr", ["/dev/null", "/dev/full"])
def test_the_exit_code_of_a_refusal_does_not_depend_on_the_log(
    prepared_server: MakeServer, stderr: str, tmp_path: Path
) -> None:
    server = prepared_server(JWKS_PORT="none")
    with open(stderr, "wb") as output:
        process = subprocess.run([server.binary], cwd=tmp_path, env=server.environment(), stderr=output, timeout=10)
    assert process.returncode == 78


def test_results_that_cannot_be_written(server: MakeServer) -> None:
    running = server()
    command = [str(running.binary), "keys", "list"]
    for target, code, line in (
        ("| true", 0, ""),
        ("> /dev/full", 1, "jwks-server: standard output cannot be written: No space left on device\n"),
    ):
        shell = f"set -o pipefail; {' '.join(command)} {target}"
        result = subprocess.run(
            ["bash", "-c", shell], cwd=running.directory, env=running.environment(), capture_output=True, text=True
        )
        named, _, rest = result.stderr.partition("\n")
        assert (result.returncode, rest) == (code, line) and named == f"jwks-server: in {running.database}"


@pytest.mark.parametrize("arguments", [["keys", "list"], ["keys", "rotate"], ["users", "create", "--username", "alice"]])
def test_a_command_is_done_although_nobody_is_told_where(server: MakeServer, arguments: list[str]) -> None:
    running = server()
    reading, writing = os.pipe()
    os.close(reading)
    with open("/dev/full", "wb") as full, open(writing, "wb") as broken:
        for stderr in (full, broken):
            result = subprocess.run(
                [running.binary, *(f"{word}-{stderr.fileno()}" if word == "alice" else word for word in arguments)],
                cwd=running.directory,
                env=running.environment(),
                stdout=subprocess.PIPE,
                stderr=stderr,
                timeout=10,
            )
            assert result.returncode == 0 and result.stdout


@contextmanager
def full_pipe() -> Iterator[tuple[int, int]]:
    """A pipe that takes nothing until somebody reads."""
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, PIPE_SIZE)
    os.write(writing, b"." * PIPE_SIZE)
    try:
        yield reading, writing
    finally:
        os.close(reading)
        os.close(writing)


def test_what_a_command_says_last_waits_for_who_reads_late(server: MakeServer) -> None:
    running = server()
    for arguments, code, said in (
        (("users", "show", "--username", "nobody"), 1, b"jwks-server: there is no user nobody"),
        (("keys", "list"), 0, b"jwks-server: in "),
        (("keys", "lits"), 64, b"jwks-server: "),
    ):
        with full_pipe() as (reading, writing):
            process = subprocess.Popen(
                [running.binary, *arguments],
                cwd=running.directory,
                env=running.environment(),
                stdout=subprocess.DEVNULL,
                stderr=writing,
            )
            # It has nothing left to do and is still there, much longer than a server waits for who reads its log.
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(1)
            seen = _read_until(reading, said)
            assert process.wait(10) == code and seen.lstrip(b".").startswith(said), seen[-500:]


def test_a_server_that_is_refused_waits_for_nobody(prepared_server: MakeServer) -> None:
    server = prepared_server(JWKS_PORT="none")
    with full_pipe() as (_, writing):
        process = subprocess.run(
            [server.binary], cwd=server.directory, env=server.environment(), stderr=writing, timeout=10
        )
    assert process.returncode == 78


@pytest.mark.parametrize("arguments", [("--port", "\x1b[31mred"), ("--\x1b[31mred",), ("\x1b]0;title\x07",)])
def test_no_control_character_reaches_the_terminal(prepared_server: MakeServer, arguments: tuple[str, ...]) -> None:
    result = prepared_server().run(*arguments)
    assert result.returncode != 0
    assert "\x1b" not in result.stderr and "\\u001b" in result.stderr
