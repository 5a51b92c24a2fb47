"""HTTP byte by byte, for requests that no client library would send."""

import contextlib
import http.client
import socket

from support.client import TIMEOUT, Response


class RawConnection:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT)
        self.incoming = self.socket.makefile("rb")

    def __enter__(self) -> "RawConnection":
        return self

    def __exit__(self, *_: object) -> None:
        self.incoming.close()
        self.socket.close()

    def send(self, data: bytes) -> None:
        # The server may answer and close before it has everything: the answer is still to be read.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.socket.sendall(data)

    def read_response(self, to_head: bool = False) -> Response:
        status_line = self.incoming.readline().split(maxsplit=2)
        assert status_line[0].startswith(b"HTTP/1."), status_line
        headers = http.client.parse_headers(self.incoming)
        length = 0 if to_head else int(headers.get("Content-Length", 0))
        return Response(int(status_line[1]), headers, self.incoming.read(length))

    def is_closed_by_server(self) -> bool:
        try:
            return self.incoming.read(1) == b""
        except ConnectionResetError:
            return True


def head(method: str, target: str, *headers: str, version: str = "1.1") -> bytes:
    return "\r\n".join([f"{method} {target} HTTP/{version}", "Host: localhost", *headers, "", ""]).encode()


def post(target: str, body: bytes, *headers: str) -> bytes:
    """A POST with its length; the content type is among `headers`, or missing."""
    return head("POST", target, *headers, f"Content-Length: {len(body)}") + body


def post_json(target: str, body: bytes) -> bytes:
    return post(target, body, "Content-Type: application/json")


def exchange(port: int, data: bytes) -> Response:
    with RawConnection(port) as connection:
        connection.send(data)
        return connection.read_response()
