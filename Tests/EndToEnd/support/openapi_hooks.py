"""What schemathesis cannot know from the document: read by its command line (SCHEMATHESIS_HOOKS)."""

import os
from itertools import count
from typing import Any

import schemathesis
from hypothesis import strategies as st
from support.client_proof import basic


# Rules in words, as JSON Schema cannot say them: which characters, and bytes after normalisation.
schemathesis.openapi.format(
    "username", st.text(st.characters(max_codepoint=0x24F, categories=("L", "N", "P", "S")), min_size=1, max_size=64)
)
schemathesis.openapi.format("password", st.text(min_size=8, max_size=100))

# Two accounts that there are, and the password that the second has at the moment.
_login = {"username": "logs in", "password": os.environ["OPENAPI_PASSWORD"]}
_change = {"username": "changes", "password": os.environ["OPENAPI_PASSWORD"]}
_turn = count()


@schemathesis.auth().apply_to(path="/userinfo")
class AccessToken:
    """Of the scope openid."""

    def get(self, case: Any, context: Any) -> str:
        return f"Bearer {os.environ['OPENAPI_TOKEN']}"

    def set(self, case: Any, data: str, context: Any) -> None:
        case.headers["Authorization"] = data


@schemathesis.auth().apply_to(path=["/token", "/revoke", "/introspect"])
class ClientProof(AccessToken):
    """Of a client that there is."""

    def get(self, case: Any, context: Any) -> str:
        return basic(os.environ["OPENAPI_CLIENT"], os.environ["OPENAPI_SECRET"])["Authorization"]


@schemathesis.hook
def filter_body(context: Any, body: Any) -> bool:
    """A new password is another one than the old: no schema says that."""
    return not (isinstance(body, dict) and "new_password" in body and body.get("password") == body["new_password"])


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Of the requests that are meant to be right, half get a name and a password that are; all get what else is right."""
    if not (case.meta and case.meta.generation.mode.is_positive):
        return
    if right := {"/auth": _login, "/password": _change}.get(case.path):
        given = {**case.body, **right}
        if next(_turn) % 2 == 0 and filter_body(context, given):
            case.body = given
    elif case.path == "/authorize" and case.method == "GET":
        client = {"client_id": os.environ["OPENAPI_CLIENT"], "redirect_uri": os.environ["OPENAPI_REDIRECT_URI"]}
        case.query = {**case.query, **client}
    elif case.method == "POST" and isinstance(case.body, dict):
        # Of other members a list would become several of one name; the client and the token are in Authorization.
        shown = ("client_id", "client_secret", "access_token") if case.headers.get("Authorization") else ()
        case.body = {
            name: value for name, value in case.body.items()
            if name not in shown and (isinstance(value, str) or name == "resource")
        }  # fmt: skip
        case.headers["Sec-Fetch-Site"] = "same-origin"


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    if case.path == "/password" and response.status_code == 204:
        _change["password"] = case.body["new_password"]
