"""Who asks a server, and compares every answer with what the OpenAPI document says of it."""

from collections.abc import Iterator
from typing import Any

from support.client import Client, Request, Response
from support.openapi import Document

EXPECTING = {"Expect": "a miracle"}


class Callers:
    """Asks servers, and keeps every answer under what the document calls it."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.seen: dict[tuple[str, str, int], list[Response]] = {}
        self.bodies: list[Any] = []

    def ask(self, client: Client, request: Request) -> Response:
        answer = client.send(request)
        self.note(request.method.lower(), request.path.partition("?")[0], answer)
        return answer

    def note(self, method: str, path: str, answer: Response) -> None:
        item = self.document.value["paths"].get(path)
        if item is None:
            self.check("a path of nobody", self.document.component("responses", "NotFound"), answer)
            assert answer.status == 404
            return
        # Another method than there is stands with those that there are.
        for named in [method] if method in item else [name for name in item if name in ("get", "head", "post")]:
            response = self.document.response(path, named, answer.status)
            assert response, f"{answer.status} to {method} {path} is not described"
            self.check(f"{answer.status} to {method} {path}", response, answer, method == "head")
            self.seen.setdefault((path, named, answer.status), []).append(answer)

    def check(self, label: str, response: dict[str, Any], answer: Response, is_head: bool = False) -> None:
        faults = self.document.faults(response, answer, is_head)
        assert not faults, f"{label}: {faults}"
        if answer.body and answer.headers["Content-Type"] == "application/json":
            self.bodies.append(answer.json())

    def forms(self) -> Iterator[str]:
        """The paths that take a form."""
        for path, method, operation in self.document.operations():
            if method == "post" and "application/x-www-form-urlencoded" in operation["requestBody"]["content"]:
                yield path


class Listening(Client):
    """A client whose answers the callers hear, too."""

    def __init__(self, client: Client, callers: Callers) -> None:
        super().__init__(client.port, client.tls)
        self.callers = callers

    def send(self, request: Request) -> Response:
        answer = super().send(request)
        self.callers.note(request.method.lower(), request.path.partition("?")[0], answer)
        return answer


def crafted(client: Client, method: str, path: str, *fields: tuple[str, str], names_host: bool = True) -> Response:
    """A request as no library sends it: these fields and no other."""
    connection = client.connect()
    connection.putrequest(method, path, skip_host=not names_host)
    for name, value in fields:
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    response = Response(answer.status, answer.headers, answer.read())
    connection.close()
    return response
