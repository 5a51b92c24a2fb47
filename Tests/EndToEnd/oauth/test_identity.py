"""What ID tokens and userinfo say of a user: rows 96 to 105 of the checklist."""

import base64
import json
from typing import Any

import jwt
import pytest

from support import database
from support.client import Response
from support.provider import API, EMAIL, Provider, password_of
from support.relying_party import left_half, unsigned

OURS = {"iss", "sub", "aud", "exp", "iat", "auth_time", "amr", "at_hash", "sid", "nonce"}


def assert_unauthorized(answer: Response, error: str | None) -> None:
    """RFC 6750 §3: without a token there is no error to tell of."""
    assert answer.status == 401
    challenge = answer.headers["WWW-Authenticate"]
    assert challenge.startswith("Bearer ")
    assert ("error=" in challenge) == (error is not None) and (error is None or f'error="{error}"' in challenge)
    assert "no-store" in answer.headers["Cache-Control"]


def test_row_96_sub_is_the_same_everywhere(provider: Provider) -> None:
    party = provider.party()
    asked = party.asks(resource=API)
    tokens = party.redeem(provider.code(party, asked), asked).json()
    user = database.value(provider.server.database, "SELECT id FROM users WHERE username = 'alice'")
    told = [
        party.identity(tokens, asked)["sub"],
        party.userinfo(tokens["access_token"]).json()["sub"],
        party.access(tokens["access_token"], API)["sub"],
        party.introspect(tokens["access_token"])["sub"],
        provider.party("api").introspect(tokens["access_token"])["sub"],
    ]
    assert told == [str(user)] * len(told)


@pytest.mark.parametrize("identifier", ["1", "007", "9" * 19])
def test_row_96_no_client_has_the_number_of_a_user(provider: Provider, identifier: str) -> None:
    """It would be the `sub` of its own tokens (RFC 9068 §5)."""
    made = provider.server.run("clients", "create", "Job", "--grant", "client_credentials", "--id", identifier)
    assert made.returncode == 1 and not made.stdout and len(made.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "nonce", ["n-0S6_WzA2Mj", "+ & = %", "ü€😀", "\"<>'\\", "a" * 500], ids=lambda n: ascii(n)[:20]
)
def test_row_97_nonce_comes_back_as_it_went(provider: Provider, nonce: str) -> None:
    party = provider.party()
    asked = party.asks(nonce=nonce)
    assert party.identity(party.redeem(provider.code(party, asked), asked).json(), asked)["nonce"] == nonce


def test_row_98_at_hash(provider: Provider) -> None:
    tokens = provider.tokens(provider.party())
    assert unsigned(tokens["id_token"])["at_hash"] == left_half(tokens["access_token"])


@pytest.mark.parametrize("name", ["web", "plain", "spa"])
def test_row_99_a_refreshed_id_token(provider: Provider, name: str) -> None:
    party = provider.party(name)
    asked = party.asks()
    tokens = party.redeem(provider.code(party, asked), asked).json()
    refreshed = party.refresh(tokens["refresh_token"])
    assert refreshed.status == 200
    first, second = party.identity(tokens, asked), party.identity(refreshed.json())
    assert "nonce" not in second
    assert [first[name] for name in ("auth_time", "aud", "sub", "iss", "sid")] == [
        second[name] for name in ("auth_time", "aud", "sub", "iss", "sid")
    ]


def test_row_100_no_azp_while_aud_is_one_value(provider: Provider) -> None:
    claims = unsigned(provider.tokens(provider.party())["id_token"])
    assert isinstance(claims["aud"], str) and claims.get("azp", claims["aud"]) == claims["aud"] and "azp" not in claims


@pytest.mark.parametrize(
    ("scope", "claims"),
    [
        ("openid", {}),
        ("openid profile", {"preferred_username": "alice"}),
        ("openid email", {"email": EMAIL}),
        ("email openid profile", {"preferred_username": "alice", "email": EMAIL}),
    ],
)
def test_row_101_claims_are_in_both_places(provider: Provider, scope: str, claims: dict[str, str]) -> None:
    tokens = provider.tokens(provider.party(), scope=scope)
    identity = unsigned(tokens["id_token"])
    assert {name: value for name, value in identity.items() if name not in OURS} == claims
    assert provider.party().userinfo(tokens["access_token"]).json() == {"sub": identity["sub"]} | claims


def test_row_102_email_verified_only_when_known(provider: Provider) -> None:
    party = provider.party()
    for username in ("alice", "bob"):
        tokens = provider.tokens(party, username=username)
        for claims in (unsigned(tokens["id_token"]), party.userinfo(tokens["access_token"]).json()):
            assert "email_verified" not in claims and ("email" in claims) == (username == "alice")


def test_row_103_each_token_opens_its_own_door(provider: Provider) -> None:
    party = provider.party()
    tokens = provider.tokens(party)
    identity, access, refresh = tokens["id_token"], tokens["access_token"], tokens["refresh_token"]
    for wrong in (identity, refresh):
        assert_unauthorized(party.userinfo(wrong), "invalid_token")
    assert party.introspect(identity) == {"active": False}
    for wrong in (identity, access):
        assert party.refresh(wrong).json()["error"] == "invalid_grant"
    # An access token says nothing of who is expected: of whoever is signed in, not even of whose it is.
    for username in ("alice", "bob"):
        asked = party.asks(prompt="none", id_token_hint=access)
        assert party.refusal(provider.signed_in(username).open(asked.path), asked) == "login_required"
    assert party.userinfo(access).status == 200


@pytest.mark.parametrize("alter", ["none", "signature", "claims", "kid", "HS256"])
def test_an_altered_token_opens_nothing(provider: Provider, alter: str) -> None:
    party = provider.party()
    token = provider.tokens(party)["access_token"]
    header, claims, signature = token.split(".")
    said = jwt.get_unverified_header(token)

    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    altered = {
        "none": f"{part(said | {'alg': 'none'})}.{claims}.",
        "signature": f"{header}.{claims}.{'A' * len(signature)}",
        "claims": f"{header}.{part(unsigned(token) | {'sub': '2'})}.{signature}",
        "kid": f"{part(said | {'kid': '999'})}.{claims}.{signature}",
        "HS256": f"{part(said | {'alg': 'HS256'})}.{claims}.{signature}",
    }[alter]
    assert_unauthorized(party.userinfo(altered), "invalid_token")
    assert party.introspect(altered) == {"active": False}


@pytest.mark.parametrize("how", ["disable", "delete", "sign-out-everywhere", "reset-password", "POST /password"])
def test_row_104_userinfo_looks_at_the_grant(provider: Provider, how: str) -> None:
    name = f"leaving-{how.replace(' /', '-').lower()}"
    provider.new_user(name)
    party = provider.party()
    token = provider.tokens(party, username=name)["access_token"]
    assert party.userinfo(token).status == 200
    if how.startswith("POST"):
        fields = {"username": name, "password": password_of(name), "new_password": "another password"}
        assert provider.http.post("/password", fields).status == 204
    else:
        more = ("--yes",) if how == "delete" else ()
        result = provider.server.run("users", how, "--username", name, *more)
        assert result.returncode == 0, result.stderr
    assert_unauthorized(party.userinfo(token), "invalid_token")
    assert party.introspect(token) == {"active": False}


def test_row_105_the_challenge(provider: Provider) -> None:
    party = provider.party()
    token = provider.tokens(party)["access_token"]
    for method in ("GET", "POST"):
        assert_unauthorized(provider.http.request(method, "/userinfo"), None)
        assert_unauthorized(provider.http.request(method, "/userinfo", headers={"Authorization": "Basic dzp3"}), None)
    for wrong in ("x", "", "a.b.c", "ü", token[:-1], "x" * 7_000):
        answer = provider.http.get("/userinfo", {"Authorization": f"Bearer {wrong}".encode().decode("latin-1")})
        assert answer.status in (400, 401) and answer.headers["WWW-Authenticate"].startswith("Bearer")
    # Addresses are logged.
    assert_unauthorized(provider.http.get(f"/userinfo?access_token={token}"), None)


def test_row_105_two_ways_at_once_are_one_too_many(provider: Provider) -> None:
    party = provider.party()
    token = provider.tokens(party)["access_token"]
    answer = party.send("/userinfo", {"access_token": token}, {"Authorization": f"Bearer {token}"})
    assert answer.status == 400 and 'error="invalid_request"' in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("value", [["twice", "twice"], "ü"], ids=["twice", "no ASCII"])
def test_row_105_a_form_that_is_none_is_challenged(provider: Provider, value: str | list[str]) -> None:
    answer = provider.party().send("/userinfo", {"access_token": value})
    assert answer.status == 400 and 'error="invalid_request"' in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("body", [b"", b"{}"])
@pytest.mark.parametrize("content_type", ["application/json", "text/plain"])
def test_beside_the_field_another_body_says_nothing(provider: Provider, content_type: str, body: bytes) -> None:
    """RFC 6750 §2.1: the field is always taken. HTTP libraries give a POST a type of their own."""
    party = provider.party()
    bearer = {"Authorization": f"Bearer {provider.tokens(party)['access_token']}"}
    answer = provider.http.request("POST", "/userinfo", body, {"Content-Type": content_type} | bearer)
    assert answer.status == 200 and answer.json()["preferred_username"] == "alice"
    assert provider.http.request("POST", "/userinfo", body, {"Content-Type": content_type}).status == 415


def test_a_token_without_openid_is_not_enough(provider: Provider) -> None:
    """RFC 6750 §3.1; and what `POST /auth` gives has no scope."""
    party = provider.party()
    tokens = provider.tokens(party, scope="read", resource=API)
    assert "id_token" not in tokens and set(tokens["scope"].split()) == {"read"}
    first_party = provider.http.token("alice", password_of("alice"))
    for token in (tokens["access_token"], first_party):
        answer = party.userinfo(token)
        challenge = answer.headers["WWW-Authenticate"]
        assert answer.status == 403 and 'error="insufficient_scope"' in challenge and 'scope="openid"' in challenge
