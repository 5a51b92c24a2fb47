"""What schemathesis cannot know from the document: read by its command line (SCHEMATHESIS_HOOKS)."""

import os
from itertools import count
from typing import Any

import schemathesis
from hypothesis import strategies as st

# Rules in words, as JSON Schema cannot say them: which characters, and bytes after normalisation.
schemathesis.openapi.format(
    "username", st.text(st.characters(max_codepoint=0x24F, categories=("L", "N", "P", "S")), min_size=1, max_size=64)
)
schemathesis.openapi.format("password", st.text(min_size=8, max_size=100))

# Two accounts that there are, and the password that the second has at the moment.
_login = {"username": "logs in", "password": os.environ["OPENAPI_PASSWORD"]}
_change = {"username": "changes", "password": os.environ["OPENAPI_PASSWORD"]}
_turn = count()


@schemathesis.hook
def filter_body(context: Any, body: Any) -> bool:
    """A new password is another one than the old: no schema says that."""
    return not (isinstance(body, dict) and "new_password" in body and body.get("password") == body["new_password"])


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Half of the requests that are meant to be right get a name and a password that are."""
    right = {"/auth": _login, "/password": _change}.get(case.path)
    if right and case.meta and case.meta.generation.mode.is_positive:
        given = {**case.body, **right}
        if next(_turn) % 2 == 0 and filter_body(context, given):
            case.body = given


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    if case.path == "/password" and response.status_code == 204:
        _change["password"] = case.body["new_password"]
