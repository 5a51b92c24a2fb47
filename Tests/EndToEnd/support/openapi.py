"""The OpenAPI document of the server, and what it says of an answer."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs

from support.client import Response
from support.server import REPOSITORY

FILE = REPOSITORY / "Sources/AuthHTTP/Endpoints/openapi.json"
METHODS = {"get", "head", "post", "put", "patch", "delete", "options", "trace"}
# Of HTTP itself: no document lists them.
USUAL_FIELDS = {"connection", "content-length", "content-type", "date"}


class Document:
    def __init__(self, text: str) -> None:
        self.value: dict[str, Any] = json.loads(text)

    def operations(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Path, method and operation."""
        for path, item in self.value["paths"].items():
            for method in METHODS & item.keys():
                yield path, method, item[method]

    def statuses(self) -> set[tuple[str, str, int]]:
        """Every answer that is described: path, method, status."""
        return {(path, method, int(status)) for path, method, op in self.operations() for status in op["responses"]}

    def component(self, kind: str, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.value["components"][kind][name]
        return found

    def resolved(self, value: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in value:
            return value
        _, _, kind, name = value["$ref"].split("/")
        return self.component(kind, name)

    def response(self, path: str, method: str, status: int) -> dict[str, Any] | None:
        """What is said of this answer; None for nothing."""
        found = self.value["paths"].get(path, {}).get(method, {}).get("responses", {}).get(str(status))
        return found and self.resolved(found)

    def errors(self, schema: dict[str, Any], value: Any) -> list[str]:
        """What is wrong with `value`."""
        whole = {"allOf": [schema], "components": self.value["components"]}
        validator = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
        return [f"{error.message} at {list(error.instance_path)}" for error in validator.iter_errors(value)]

    def faults(self, response: dict[str, Any], answer: Response, is_head: bool = False) -> list[str]:
        """Everything in which `answer` is not as `response` says, fields that it says nothing of included."""
        faults: list[str] = []
        fields = {name.lower(): field for name, field in response.get("headers", {}).items()}
        given = {name.lower() for name in answer.headers}
        faults += [f"{name} is not described" for name in given - fields.keys() - USUAL_FIELDS]
        for name, field in ((name, self.resolved(field)) for name, field in fields.items()):
            values = answer.headers.get_all(name, [])
            if len(values) > 1 or field.get("required") and not values:
                faults.append(f"{len(values)} times {name}")
            for value in values:
                typed = int(value) if field["schema"].get("type") == "integer" and value.isdigit() else value
                faults += [f"{name}: {error}" for error in self.errors(field["schema"], typed)]
        return faults + self._faults_of_content(response.get("content"), answer, is_head)

    def _faults_of_content(
        self, content: dict[str, Any] | None, answer: Response, is_head: bool
    ) -> list[str]:
        if content is None:
            return ["there is a body"] if answer.body else []
        [kind] = content
        wanted = "text/html; charset=utf-8" if kind == "text/html" else kind
        if answer.headers["Content-Type"] != wanted:
            return [f"the Content-Type is {answer.headers['Content-Type']}"]
        if is_head:
            return ["there is a body"] if answer.body else []
        value = answer.json() if kind == "application/json" else answer.body.decode()
        return self.errors(content[kind]["schema"], value)
