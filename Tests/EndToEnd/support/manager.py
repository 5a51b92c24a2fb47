"""A service manager: what systemd is to the server, as far as sockets and variables go."""

import os
import socket
import subprocess
import time
from pathlib import Path

from support.server import Server

# The socket becomes descriptor 3, and the process that is told so is the server's: exec keeps the number.
HAND_OVER = 'exec 3<&"$HANDED_OVER"; export LISTEN_PID=$$ LISTEN_FDS=1; unset HANDED_OVER; exec "$0" "$@"'


class Notifications:
    """A socket for NOTIFY_SOCKET: a path, or `@` and a name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind("\0" + name[1:] if name.startswith("@") else name)
        self.received: list[str] = []

    def close(self) -> None:
        self._socket.close()

    def drain(self) -> None:
        """Takes what is there."""
        self._socket.settimeout(0)
        try:
            while True:
                self._take()
        except BlockingIOError:
            pass

    def wait_for(self, assignment: str, seconds: float = 10) -> str:
        """Takes notifications until one has this assignment, and returns that one."""
        deadline = time.monotonic() + seconds
        while True:
            self._socket.settimeout(max(0.001, deadline - time.monotonic()))
            try:
                text = self._take()
            except TimeoutError:
                raise AssertionError(f"no {assignment} within {seconds} s, but {self.received}") from None
            if assignment in text.split("\n"):
                return text

    def count_during(self, seconds: float, assignment: str) -> int:
        """How many with this assignment arrive in that time."""
        end = time.monotonic() + seconds
        before = len(self.received)
        while (left := end - time.monotonic()) > 0:
            self._socket.settimeout(left)
            try:
                self._take()
            except TimeoutError:
                break
        return sum(assignment in text.split("\n") for text in self.received[before:])

    def _take(self) -> str:
        text = self._socket.recv(4096).decode()
        self.received.append(text)
        return text


class HandedOver:
    """A socket that listens whether a server is there or not."""

    def __init__(self, address: str = "127.0.0.1", port: int = 0, family: int = socket.AF_INET) -> None:
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.bind((address, port))
        self.socket.listen(4096)
        self.port: int = self.socket.getsockname()[1]

    def close(self) -> None:
        self.socket.close()

    def start(self, server: Server, *arguments: str) -> None:
        """Starts `server` with the socket; it may not be there yet when this returns."""
        server.process = hand_over(self.socket, server, server.log, *arguments)


def hand_over(handed: socket.socket, server: Server, log: Path, *arguments: str) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(
            ["bash", "-c", HAND_OVER, server.binary, *arguments],
            cwd=server.directory,
            env=server.environment() | {"HANDED_OVER": str(handed.fileno())},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=(handed.fileno(),),
        )


def abstract_name() -> str:
    return f"@jwks-server-{os.getpid()}-{time.monotonic_ns()}"
