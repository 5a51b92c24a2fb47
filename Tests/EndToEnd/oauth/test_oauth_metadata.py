"""Discovery and issuer: oidcc-discovery-endpoint-verification and rows 141 to 146 of the checklist."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
from support import jwk
from support.client import Request, assert_error
from support.provider import MakeProvider, Provider
from support.relying_party import unsigned
from support.server import CONFIGURATION_ERROR, MakeServer

WELL_KNOWN = ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"]
SIGN_INS = 24
ENDPOINTS = {
    "authorization_endpoint": "/authorize",
    "token_endpoint": "/token",
    "userinfo_endpoint": "/userinfo",
    "revocation_endpoint": "/revoke",
    "introspection_endpoint": "/introspect",
    "end_session_endpoint": "/logout",
    "jwks_uri": "/.well-known/jwks.json",
}
# What is told of each: the contract's list for what there is.
EXPECTED: dict[str, Any] = {
    "response_types_supported": ["code"],
    "response_modes_supported": ["query", "form_post"],
    "subject_types_supported": ["public"],
    "id_token_signing_alg_values_supported": ["RS256"],
    "code_challenge_methods_supported": ["S256"],
    "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
    "request_parameter_supported": False,
    "request_uri_parameter_supported": False,
    "authorization_response_iss_parameter_supported": True,
}


def metadata(provider: Provider, path: str = WELL_KNOWN[0]) -> dict[str, Any]:
    answer = provider.http.get(path)
    assert answer.status == 200, answer
    found: dict[str, Any] = answer.json()
    return found


def test_oidcc_discovery_endpoint_verification(provider: Provider) -> None:
    answers = [provider.http.get(path) for path in WELL_KNOWN]
    assert all(answer.headers["Content-Type"] == "application/json" for answer in answers)
    assert answers[0].body == answers[1].body
    found = answers[0].json()
    assert found["issuer"] == provider.issuer
    for name, path in ENDPOINTS.items():
        assert found[name] == f"{provider.issuer}{path}", name
    assert {name: found.get(name) for name in EXPECTED} == EXPECTED
    assert None not in found.values() and [] not in found.values()
    assert set(found["grant_types_supported"]) == {"authorization_code", "refresh_token", "client_credentials"}
    assert {"openid", "profile", "email", "offline_access"} <= set(found["scopes_supported"])
    assert {"iss", "sub", "aud", "exp", "iat", "auth_time", "email", "preferred_username"} <= set(
        found["claims_supported"]
    )
    assert "none" not in str(found["id_token_signing_alg_values_supported"])
    keys = provider.http.jwks()
    assert all(jwk.public_key(key) for key in keys) and len({key["kid"] for key in keys}) == len(keys)


def test_the_languages_of_the_pages_are_told(provider: Provider) -> None:
    assert metadata(provider)["ui_locales_supported"] == ["en", "de"]


def test_only_what_works_is_told(provider: Provider) -> None:
    """Whatever is a place is answered there, whatever is a method of authentication is taken."""
    found = metadata(provider)
    for name, uri in found.items():
        if name.endswith("_endpoint") or name == "jwks_uri":
            path = urlsplit(uri).path
            assert provider.http.get(path).status != 404, name
    for name in ("revocation_endpoint_auth_methods_supported", "introspection_endpoint_auth_methods_supported"):
        assert set(found[name]) <= {"client_secret_basic", "client_secret_post", "none"}, name
    # Nobody asks about tokens without proof (RFC 7662 §2.1).
    assert "none" not in found["introspection_endpoint_auth_methods_supported"]


@pytest.mark.parametrize("path", WELL_KNOWN)
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
        {"Forwarded": "host=evil.example;proto=https"},
        {"X-Forwarded-Prefix": "/evil", "X-Original-URL": "/evil"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_row_141_endpoints_come_from_the_issuer_alone(provider: Provider, path: str, headers: dict[str, str]) -> None:
    answer = provider.http.get(path, headers)
    assert answer.status == 200 and answer.body == provider.http.get(path).body


def test_row_141_pages_and_answers_too(provider: Provider) -> None:
    party, browser = provider.party(), provider.signed_in()
    asked = party.asks()
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Cookie": cookie}
    answer = provider.http.send(Request("GET", asked.path, None, headers))
    assert answer.status == 303 and "evil" not in str(answer.headers)


def test_row_142_the_issuer_is_one_and_the_same(provider: Provider) -> None:
    party = provider.party()
    asked = party.asks()
    page = provider.answer(asked)
    tokens = party.redeem(party.code(page, asked), asked).json()
    said = [
        metadata(provider)["issuer"],
        page.parameters["iss"],
        unsigned(tokens["access_token"])["iss"],
        unsigned(tokens["id_token"])["iss"],
        party.introspect(tokens["access_token"])["iss"],
    ]
    assert said == [provider.server.settings["JWKS_ISSUER"]] * len(said)


@pytest.mark.parametrize("end", ["?x=1", "#fragment", "/path?x"])
def test_row_142_an_issuer_that_nothing_can_be_hung_on(prepared_server: MakeServer, end: str) -> None:
    server = prepared_server(JWKS_ISSUER=f"https://issuer.example{end}")
    code, line = server.refusal()
    assert code == CONFIGURATION_ERROR and "JWKS_ISSUER" in line and not server.database.exists()


@pytest.fixture(scope="module")
def tenant(provider_with: MakeProvider) -> Provider:
    """At an issuer with a path."""
    return provider_with(path="/tenant")


def test_row_143_an_issuer_with_a_path(tenant: Provider) -> None:
    places = [f"{path}/tenant" for path in WELL_KNOWN] + ["/tenant/.well-known/openid-configuration"]
    [body] = {json.dumps(metadata(tenant, path)) for path in places}
    assert json.loads(body)["issuer"] == tenant.issuer and tenant.issuer.endswith("/tenant")
    # A search goes on after a 404 and ends at anything else.
    for other in (f"{WELL_KNOWN[0]}/other", f"{WELL_KNOWN[1]}/tenant/x", f"/other{WELL_KNOWN[0]}"):
        assert_error(tenant.http.get(other), 404, "not_found")


def test_row_143_its_clients_get_tokens(tenant: Provider) -> None:
    """`iss` has the path everywhere; the endpoints are where its metadata says."""
    found = metadata(tenant, "/tenant/.well-known/openid-configuration")
    for name, path in ENDPOINTS.items():
        assert urlsplit(found[name]).path in (path, f"/tenant{path}"), name
        assert tenant.http.get(urlsplit(found[name]).path).status != 404
    party = tenant.party()
    tokens = tenant.tokens(party)
    assert party.introspect(tokens["access_token"])["iss"] == unsigned(tokens["id_token"])["iss"] == tenant.issuer


def test_row_144_metadata_and_keys_without_the_database(provider_with: MakeProvider) -> None:
    provider = provider_with()
    before = [provider.http.get(path).body for path in (*WELL_KNOWN, ENDPOINTS["jwks_uri"])]
    shutil.rmtree(provider.server.directory)
    assert [provider.http.get(path).body for path in (*WELL_KNOWN, ENDPOINTS["jwks_uri"])] == before


def test_row_144_metadata_and_keys_while_sign_ins_queue(provider_with: MakeProvider) -> None:
    provider = provider_with(JWKS_HASH_THREADS="1", JWKS_RATE_LIMIT="0")
    paths = (*WELL_KNOWN, ENDPOINTS["jwks_uri"])
    before = [provider.http.get(path).body for path in paths]
    rounds = 0
    with ThreadPoolExecutor(SIGN_INS) as pool:
        sign_ins = [pool.submit(provider.signed_in) for _ in range(SIGN_INS)]
        while not all(sign_in.done() for sign_in in sign_ins):
            assert [provider.http.get(path).body for path in paths] == before
            # Answered while two of them wait at least, of which one alone is hashed.
            rounds += sum(not sign_in.done() for sign_in in sign_ins) > 1
    for sign_in in sign_ins:
        sign_in.result()
    assert rounds > 0


@pytest.mark.parametrize(
    "issuer",
    [
        "http://issuer.example",
        "http://127.0.0.1.issuer.example",
        "http://localhost.example:8080",
        "https://issuer.example/",
        "https://Issuer.example",
    ],
)
def test_row_142_and_145_an_issuer_that_clients_may_not_use(provider_with: MakeProvider, issuer: str) -> None:
    """Tokens of `/auth` may have it, as ever; the sign-in and what clients use is off, and the log says so."""
    server = provider_with(JWKS_ISSUER=issuer).server
    found = server.client.get(WELL_KNOWN[0]).json()
    assert found["issuer"] == issuer and not set(found) & (set(ENDPOINTS) - {"jwks_uri"})
    for path in ("/authorize", "/sign-in", "/token", "/userinfo"):
        assert_error(server.client.get(path), 404, "not_found")
    assert server.log.read_text().count("JWKS_ISSUER") == 1


def test_row_146_mcp_authorization_server_metadata(provider: Provider) -> None:
    found = metadata(provider, WELL_KNOWN[1])
    for name in ("issuer", "authorization_endpoint", "token_endpoint", "response_types_supported"):
        assert found[name]
    assert found["issuer"] == provider.issuer
    assert "code" in found["response_types_supported"] and "S256" in found["code_challenge_methods_supported"]
    # An MCP client asks for all of it when nobody tells it what to ask for.
    assert len(found["scopes_supported"]) <= 8
