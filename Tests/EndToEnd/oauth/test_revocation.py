"""`/revoke` and `/introspect`: rows 126 to 129 of the checklist."""

import time
from typing import Any

import pytest

from support.client_proof import basic
from support.provider import API, OTHER_API, Provider
from support.relying_party import unsigned

# RFC 7662 §2.2.
STRINGS = {"scope", "client_id", "username", "token_type", "sub", "iss", "jti", "sid"}
NUMBERS = {"exp", "iat"}


def test_row_126_of_a_refresh_token_all_ends(provider: Provider) -> None:
    party = provider.party()
    tokens = provider.tokens(party, scope="openid offline_access")
    answer = party.revoke(tokens["refresh_token"])
    assert (answer.status, answer.body) == (200, b"")
    assert party.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert party.userinfo(tokens["access_token"]).status == 401
    assert party.introspect(tokens["access_token"]) == party.introspect(tokens["refresh_token"]) == {"active": False}
    assert party.revoke(tokens["refresh_token"]).status == 200


def test_row_126_of_an_access_token_this_one_ends(provider: Provider) -> None:
    party = provider.party()
    tokens = provider.tokens(party)
    other = party.refresh(tokens["refresh_token"]).json()["access_token"]
    assert party.revoke(tokens["access_token"]).status == 200
    assert party.introspect(tokens["access_token"]) == {"active": False}
    assert party.userinfo(tokens["access_token"]).status == 401
    assert party.userinfo(other).status == 200 and party.refresh(tokens["refresh_token"]).status == 200


def test_row_126_of_a_public_client(provider: Provider) -> None:
    party = provider.party("spa")
    tokens = provider.tokens(party)
    assert party.revoke(tokens["refresh_token"]).status == 200
    assert party.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_row_126_a_client_revokes_its_own_alone(provider: Provider) -> None:
    party = provider.party()
    tokens = provider.tokens(party)
    for token in (tokens["refresh_token"], tokens["access_token"], "unknown", "rt_x", "a.b.c", "x" * 2_000):
        for other in ("plain", "spa"):
            answer = provider.party(other).revoke(token)
            assert (answer.status, answer.body) == (200, b"")
    assert party.userinfo(tokens["access_token"]).status == 200
    assert party.refresh(tokens["refresh_token"]).status == 200


def test_a_token_has_to_be_named(provider: Provider) -> None:
    for path in ("/revoke", "/introspect"):
        for fields in ({}, {"token": ""}, {"token": ["a", "b"]}, {"token": "ü\u202e"}):
            answer = provider.party().post(path, fields)
            assert (answer.status, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "id_token", "nonsense", ""])
def test_row_127_a_wrong_hint_is_only_a_hint(provider: Provider, hint: str) -> None:
    party = provider.party()
    tokens = provider.tokens(party)
    for name in ("access_token", "refresh_token"):
        assert party.introspect(tokens[name], token_type_hint=hint)["active"] is True
        assert party.revoke(tokens[name], token_type_hint=hint).status == 200
        assert party.introspect(tokens[name], token_type_hint=hint) == {"active": False}


def test_row_128_offline_verifiers_see_it_at_its_end(provider: Provider) -> None:
    party = provider.party()
    token = provider.tokens(party)["access_token"]
    assert party.revoke(token).status == 200
    assert party.access(token)["exp"] > time.time()


def assert_types(body: dict[str, Any]) -> None:
    assert all(isinstance(body[name], str) and body[name] for name in STRINGS & set(body))
    assert all(isinstance(body[name], int) for name in NUMBERS & set(body))


def test_row_129_what_the_client_is_told(provider: Provider) -> None:
    party = provider.party()
    tokens = provider.tokens(party, resource=[API, OTHER_API], scope="openid read")
    claims, told = unsigned(tokens["access_token"]), party.introspect(tokens["access_token"])
    assert told["active"] is True and told["username"] == "alice" and told["token_type"] == "Bearer"
    assert_types(told)
    for name in ("scope", "client_id", "sub", "aud", "iss", "exp", "iat", "jti", "sid"):
        assert told[name] == claims[name], name
    refresh = party.introspect(tokens["refresh_token"])
    assert refresh["active"] is True and refresh["client_id"] == "web" and refresh["sub"] == claims["sub"]
    assert_types(refresh)


def test_row_129_the_audience_is_told_and_others_are_not(provider: Provider) -> None:
    party, api = provider.party(), provider.party("api")
    for_api = provider.tokens(party, resource=API)
    for_other = provider.tokens(party, resource=OTHER_API)
    assert api.introspect(for_api["access_token"])["aud"] == API
    assert api.introspect(for_other["access_token"]) == {"active": False}
    assert api.introspect(for_api["refresh_token"]) == {"active": False}
    assert provider.party("plain").introspect(for_api["access_token"]) == {"active": False}


@pytest.mark.parametrize("token", ["unknown", "rt_x", "a.b.c", "x" * 4_000, "eyJhbGciOiJub25lIn0.e30."])
def test_row_129_nothing_but_active_of_what_is_none(provider: Provider, token: str) -> None:
    assert provider.party().introspect(token) == {"active": False}


def test_row_129_nobody_asks_without_proof(provider: Provider) -> None:
    party = provider.party()
    token = provider.tokens(party)["access_token"]
    for fields, headers in (
        ({}, {}),
        ({"client_id": "web"}, {}),
        ({"client_id": "spa"}, {}),
        ({}, basic("web", "wrong")),
        ({}, {"Authorization": f"Bearer {token}"}),
    ):
        answer = party.send("/introspect", {"token": token} | fields, headers)
        assert answer.status in (400, 401) and "active" not in answer.json(), (fields, headers)
        assert answer.json()["error"] in ("invalid_client", "invalid_request")


def test_a_job_asks_about_its_own_token(provider: Provider) -> None:
    job = provider.party("api")
    token = job.post("/token", {"grant_type": "client_credentials", "scope": "read", "resource": API}).json()
    told = job.introspect(token["access_token"])
    assert (told["active"], told["client_id"], told["sub"], told["scope"]) == (True, "api", "api", "read")
    assert "username" not in told
    assert job.revoke(token["access_token"]).status == 200
    assert job.introspect(token["access_token"]) == {"active": False}
