"""Scenarios of the Model Context Protocol's conformance suite for authorization servers: rows 146 and 148, and the
fallback of clients that register themselves (OAuth 2.1 leaves `/register` to nobody; here accounts are made there)."""

from support import database
from support.client import assert_error
from support.provider import Provider

REGISTRATION = {
    "client_name": "An MCP client",
    "redirect_uris": ["http://127.0.0.1:33418/callback"],
    "grant_types": ["authorization_code", "refresh_token"],
    "token_endpoint_auth_method": "none",
    "application_type": "native",
}


def test_row_148_authorization_code_grant(provider: Provider) -> None:
    """With a client that takes a free port, as MCP clients do, and asks for all that is offered."""
    party = provider.party("cli").at("http://127.0.0.1:33418/callback")
    metadata = provider.http.get("/.well-known/oauth-authorization-server").json()
    asked = party.asks(scope=" ".join(metadata["scopes_supported"]), prompt="consent")
    page = provider.answer(asked)
    # Compared there: once each, the issuer's own, and back at the very port.
    code = party.code(page, asked)
    assert page.location.startswith("http://127.0.0.1:33418/callback?")
    answer = party.redeem(code, asked)
    assert answer.status == 200 and answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["Cache-Control"] == "no-store"
    tokens = answer.json()
    assert tokens["token_type"] == "Bearer" and tokens["access_token"] and tokens["refresh_token"]
    assert party.refresh(tokens["refresh_token"]).status == 200


def test_who_registers_itself_is_told_where_clients_are_registered(provider: Provider) -> None:
    count = "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM clients)"
    before = database.rows(provider.server.database, count)
    for body in (REGISTRATION, REGISTRATION | {"username": "mcp"}, {"username": "mcp", "redirect_uris": []}):
        answer = provider.http.post("/register", body)
        assert_error(answer, 400)
        assert "clients create" in answer.json()["error_description"]
    assert database.rows(provider.server.database, count) == before
