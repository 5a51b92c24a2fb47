"""The modules of the OpenID conformance suite's Basic OP plan, each a test of its name, the hard conditions of each.

Those of `prompt`, `max_age` and `id_token_hint` are in `test_conformance_sign_in.py`, those about codes that are
used twice in `test_codes.py`. `oidcc-idtoken-unsigned` and `oidcc-ensure-request-object-with-redirect-uri` begin where
`none` is among the algorithms, which `test_oauth_metadata.py` refuses.
"""

import math
import re
import time
from collections import Counter
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest

from support import jwk
from support.client_proof import challenge_of
from support.provider import EMAIL, Provider
from support.rotation import until

MINUTES = 60
# RFC 6749 appendix A.17.
VISIBLE = re.compile(r"[\x20-\x7e]+")


def bits(text: str) -> float:
    """Shannon entropy, as the suite estimates it."""
    return -sum(n * math.log2(n / len(text)) for n in Counter(text).values())


def test_oidcc_server(provider: Provider) -> None:
    party = provider.party()
    asked = party.asks()
    answer = party.redeem(provider.code(party, asked), asked)
    assert answer.status == 200 and answer.headers["Content-Type"].startswith("application/json")
    tokens = answer.json()
    claims = party.identity(tokens, asked)
    now = time.time()
    assert claims["iss"] == provider.issuer
    assert isinstance(claims["sub"], str) and 0 < len(claims["sub"]) <= 255 and claims["sub"].isascii()
    assert abs(claims["iat"] - now) < 5 * MINUTES and now < claims["exp"]
    assert all(isinstance(claims[name], int) for name in ("iat", "exp", "auth_time"))
    assert claims["sid"] and claims["amr"] == ["pwd"]
    assert VISIBLE.fullmatch(tokens["access_token"]) and bits(tokens["access_token"]) > 96


@pytest.mark.parametrize("response_mode", [None, "query"])
def test_oidcc_response_type_missing(provider: Provider, response_mode: str | None) -> None:
    party = provider.party()
    asked = party.asks(response_type=None, response_mode=response_mode)
    error = party.refusal(provider.browser().open(asked.path), asked)
    assert error in ("invalid_request", "unsupported_response_type")


def test_oidcc_idtoken_signature(provider: Provider) -> None:
    header = jwt.get_unverified_header(provider.tokens(provider.party())["id_token"])
    assert header["alg"] == "RS256" and header["kid"] in provider.http.published_kids()
    assert all(jwk.public_key(key) for key in provider.http.jwks())


@pytest.mark.parametrize("way", ["get", "post-header", "post-body"])
def test_oidcc_userinfo(provider: Provider, way: str) -> None:
    party = provider.party()
    tokens = provider.tokens(party)
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    answer = {
        "get": lambda: provider.http.get("/userinfo", bearer),
        "post-header": lambda: provider.http.request("POST", "/userinfo", headers=bearer),
        "post-body": lambda: party.send("/userinfo", {"access_token": tokens["access_token"]}),
    }[way]()
    assert answer.status == 200 and answer.headers["Content-Type"].startswith("application/json")
    claims = answer.json()
    assert claims["sub"] == jwt.decode(tokens["id_token"], options={"verify_signature": False})["sub"]
    assert all(isinstance(value, str) and value for value in claims.values())


def test_oidcc_ensure_request_without_nonce_succeeds_for_code_flow(provider: Provider) -> None:
    party = provider.party()
    asked = party.asks(nonce=None)
    assert "nonce" not in party.identity(party.redeem(provider.code(party, asked), asked).json(), asked)


@pytest.mark.parametrize(
    ("scope", "claims"),
    [
        ("openid", {}),
        ("openid profile", {"preferred_username": "alice"}),
        ("openid email", {"email": EMAIL}),
        ("openid profile email", {"preferred_username": "alice", "email": EMAIL}),
        # Not offered: they change nothing.
        ("openid address", {}),
        ("openid phone", {}),
        ("openid profile email address phone", {"preferred_username": "alice", "email": EMAIL}),
    ],
)
def test_oidcc_scope(provider: Provider, scope: str, claims: dict[str, str]) -> None:
    party = provider.party()
    asked = party.asks(scope=scope)
    tokens = party.redeem(provider.code(party, asked), asked).json()
    told = party.userinfo(tokens["access_token"]).json()
    assert told == {"sub": party.identity(tokens, asked)["sub"]} | claims
    assert tokens["scope"].split() == [name for name in scope.split() if name not in ("address", "phone")]


def test_oidcc_alternate_happy_flow(provider: Provider) -> None:
    party = provider.party()
    asked = party.asks(scope="email openid profile")
    assert asked.verifier
    turned = "&".join(reversed(urlsplit(asked.path).query.split("&")))
    page = provider.finish(browser := provider.browser(), browser.visit(f"/authorize?{turned}"))
    fields = list(reversed(party.redemption(party.code(page, asked), asked).items()))
    assert party.post("/token", dict(fields)).status == 200


@pytest.mark.parametrize(
    "parameters",
    [
        {"display": "page"},
        {"display": "popup"},
        {"extra": "foobar"},
        {"ui_locales": "se"},
        {"ui_locales": "de en"},
        {"claims_locales": "se"},
        {"acr_values": "1 2"},
        {"claims": '{"userinfo":{"name":{"essential":true}}}'},
    ],
    ids=lambda parameters: "-".join(next(iter(parameters.items())))[:24],
)
def test_oidcc_parameters_that_change_no_answer(provider: Provider, parameters: dict[str, str]) -> None:
    """oidcc-display-page, -display-popup, -ensure-request-with-unknown-parameter-succeeds, -ui-locales,
    -claims-locales, -ensure-request-with-acr-values-succeeds, -claims-essential."""
    party = provider.party()
    asked = party.asks(scope="openid", **parameters)
    tokens = party.redeem(provider.code(party, asked), asked).json()
    claims = party.identity(tokens, asked)
    assert "name" not in claims and claims.get("acr") != ""
    assert party.userinfo(tokens["access_token"]).status == 200


def test_oidcc_ui_locales_chooses_the_language(provider: Provider) -> None:
    browser, party = provider.browser(), provider.party()
    english, german = (browser.visit(party.asks(ui_locales=tags).path) for tags in ("se", "se de-CH en"))
    assert [page.tags("html")[0]["lang"] for page in (english, german)] == ["en", "de"]


def test_oidcc_login_hint(provider: Provider) -> None:
    party, browser = provider.party(), provider.browser()
    asked = party.asks(login_hint="bob")
    page = browser.visit(asked.path)
    assert page.wants_password and page.form.fields["username"] == "bob" and page.form.fields["password"] == ""
    # It is a hint: whoever signs in, signs in.
    tokens = party.redeem(party.code(provider.finish(browser, page, "alice"), asked), asked).json()
    assert party.identity(tokens, asked)["preferred_username"] == "alice"


def test_oidcc_ensure_post_request_succeeds(provider: Provider) -> None:
    """A form of another site's, without our cookies: who is signed in stays signed in (Core §3.1.2.1)."""
    party, browser = provider.party(), provider.signed_in()
    asked = party.asks()
    fields = {name: value for name, value in asked.parameters.items() if isinstance(value, str)}
    page = browser.follow(browser.post("/authorize", fields, from_elsewhere=True))
    assert party.redeem(party.code(page, asked), asked).status == 200


@pytest.mark.parametrize("name", ["web", "plain"])
def test_oidcc_server_client_secret_post(provider: Provider, name: str) -> None:
    party = provider.party(name)
    asked = party.asks()
    proof = {"client_id": party.client_id, "client_secret": party.secret}
    answer = party.send("/token", party.redemption(provider.code(party, asked), asked) | proof)
    assert answer.status == 200 and party.identity(answer.json(), asked)


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"request_uri": "https://web.example.com/request.jwt"}, "request_uri_not_supported"),
        ({"request": "eyJhbGciOiJub25lIn0.eyJzY29wZSI6Im9wZW5pZCJ9."}, "request_not_supported"),
        ({"registration": '{"client_name":"x"}'}, "registration_not_supported"),
    ],
)
def test_oidcc_request_objects_are_rejected_as_unsupported(
    provider: Provider, parameters: dict[str, str], error: str
) -> None:
    """oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported and its sister."""
    party, browser = provider.party(), provider.signed_in()
    asked = party.asks(**parameters)
    assert party.refusal(browser.open(asked.path), asked) == error


def test_oidcc_refresh_token(provider: Provider) -> None:
    party, other = provider.party(), provider.party("plain")
    asked = party.asks(scope="openid offline_access", prompt="consent")
    tokens = party.redeem(provider.code(party, asked), asked).json()
    first = party.identity(tokens, asked)
    token = tokens["refresh_token"]
    assert VISIBLE.fullmatch(token) and bits(token) > 128
    until(lambda: time.time() >= first["iat"] + 1, "the next second")
    answer = party.refresh(token)
    assert answer.status == 200
    second = party.identity(answer.json())
    same = ("iss", "sub", "aud", "azp", "auth_time", "sid")
    assert [second.get(name) for name in same] == [first.get(name) for name in same]
    assert second["iat"] > first["iat"]
    stolen = other.refresh(answer.json()["refresh_token"])
    assert (stolen.status, stolen.json()["error"]) == (400, "invalid_grant")
    assert party.refresh(answer.json()["refresh_token"]).status == 200


def test_oidcc_ensure_request_with_valid_pkce_succeeds(provider: Provider) -> None:
    party = provider.party()
    asked = party.asks()
    assert asked.verifier and asked.parameters["code_challenge"] == challenge_of(asked.verifier)
    assert "code_challenge" in dict(parse_qsl(urlsplit(asked.path).query))
    assert party.redeem(provider.code(party, asked), asked).status == 200
