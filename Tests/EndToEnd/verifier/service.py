"""`Examples/notes-service` as a process of its own."""

import http.client
import os
import subprocess
import time
from pathlib import Path

from support.ports import free_port
from support.server import DEADLINE, REPOSITORY

BINARY = REPOSITORY / ".build/example/bin/notes-service"


class Service:
    def __init__(self, issuer: str, directory: Path, number: int = 1, **settings: str) -> None:
        self.port = free_port()
        self.log = directory / f"service-{number}.log"
        self.environment = dict(os.environ) | {"ISSUER": issuer, "AUDIENCE": issuer, "PORT": str(self.port)} | settings
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("wb") as log:
            self.process = subprocess.Popen([BINARY], env=self.environment, stdout=log, stderr=log)
        deadline = time.monotonic() + DEADLINE
        while self.status("/health") != 200:
            assert self.process.poll() is None and time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.02)

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait(DEADLINE)

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE)

    def status(self, path: str) -> int | None:
        """None while nobody answers."""
        connection = self.connect()
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()


def ask(connection: http.client.HTTPConnection, token: str | None) -> http.client.HTTPResponse:
    """`/notes` with this token; its body is read."""
    connection.request("GET", "/notes", headers={} if token is None else {"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    answer.body = answer.read().decode()  # type: ignore[attr-defined]
    return answer
