"""Refresh tokens over HTTP: rows 112 to 125 of the checklist.

The random histories of row 115, the thief of row 117 (three generations, each shadowed after 5 s) and the clock that
goes back of row 120 are laws of each store; a restore that ends all is in `operator/test_restore.py`.
"""

import re
import time
from itertools import pairwise
from typing import Any

import pytest

from support import database
from support.browser import FORM_TYPE
from support.client import Request, Response
from support.provider import API, MakeProvider, Provider
from support.relying_party import RelyingParty, encoded, unsigned
from support.rotation import until


def assert_ended(answer: Response) -> None:
    assert (answer.status, answer.json()["error"]) == (400, "invalid_grant"), answer.body


def next_of(party: RelyingParty, token: str, **changes: Any) -> str:
    answer = party.refresh(token, **changes)
    assert answer.status == 200, answer.body
    token = answer.json()["refresh_token"]
    return token


@pytest.fixture(scope="module")
def impatient(provider_with: MakeProvider) -> Provider:
    """With a grace that a test can wait for, and other times than the usual ones."""
    return provider_with(
        JWKS_REFRESH_GRACE="1s",
        JWKS_REFRESH_IDLE="2h",
        JWKS_REFRESH_ABSOLUTE="3h",
        JWKS_SESSION_IDLE="1h",
        JWKS_SESSION_ABSOLUTE="4h",
    )


def outlived(party: RelyingParty, token: str) -> Response:
    """What a token is answered with once its grace is over; until then it has one successor."""
    successors = set()

    def refused() -> Response | None:
        time.sleep(0.1)
        answer = party.refresh(token)
        if answer.status == 200:
            successors.add(answer.json()["refresh_token"])
        return answer if answer.status != 200 else None

    answer = until(refused, "the end of the grace")
    assert len(successors) == 1
    return answer


def test_row_112_and_114_after_the_grace_the_family_ends(impatient: Provider) -> None:
    party = impatient.party("spa")
    tokens = impatient.tokens(party)
    first = tokens["refresh_token"]
    answer = party.refresh(first)
    second, access = answer.json()["refresh_token"], answer.json()["access_token"]
    assert second != first and party.userinfo(access).status == 200
    assert_ended(outlived(party, first))
    assert_ended(party.refresh(second))
    for token in (access, tokens["access_token"]):
        assert party.userinfo(token).status == 401


def test_row_114_and_115_within_the_grace_one_successor(provider: Provider) -> None:
    party = provider.party("spa")
    first = provider.tokens(party)["refresh_token"]
    [second] = {next_of(party, first) for _ in range(5)}
    [third] = {next_of(party, second) for _ in range(5)}
    assert len({first, second, third}) == 3


def test_row_113_of_50_at_once_all_get_the_same_successor(provider: Provider) -> None:
    party = provider.party("spa")
    token = provider.tokens(party)["refresh_token"]
    body = encoded({"grant_type": "refresh_token", "refresh_token": token, "client_id": "spa"}).encode()
    answers = provider.http.at_once(50, lambda _: Request("POST", "/token", body, FORM_TYPE))
    assert {answer.status for answer in answers} == {200}
    [successor] = {answer.json()["refresh_token"] for answer in answers}
    assert party.refresh(successor).status == 200


def test_row_116_two_generations_back_ends_it(provider: Provider) -> None:
    party = provider.party("spa")
    tokens = provider.tokens(party)
    chain = [tokens["refresh_token"]]
    for _ in range(2):
        chain.append(next_of(party, chain[-1]))
    assert_ended(party.refresh(chain[0]))
    assert_ended(party.refresh(chain[2]))
    assert party.userinfo(tokens["access_token"]).status == 401
    # The operator is told how old it was.
    log = provider.server.log
    until(lambda: re.search(r"was used again.* age_s=\d .*generations=2 ", log.read_text()), "the line")


@pytest.mark.parametrize("name", ["spa", "web"])
def test_row_118_and_122_what_is_wrong_leaves_it_untouched(provider: Provider, name: str) -> None:
    party = provider.party(name)
    token = provider.tokens(party, scope="openid")["refresh_token"]
    for changes, error in (
        ({"scope": "openid email"}, "invalid_scope"),
        ({"scope": 'a"b'}, "invalid_scope"),
        ({"resource": API}, "invalid_target"),
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({"refresh_token": [token, token]}, "invalid_request"),
    ):
        answer = party.refresh(token, **changes)
        assert (answer.status, answer.json()["error"]) == (400, error), (changes, answer.body)
    for other in ("cli", "plain", "once"):
        assert_ended(provider.party(other).refresh(token))
    assert provider.party().send("/token", {"grant_type": "refresh_token", "refresh_token": token}).status in (400, 401)
    row = database.rows(
        provider.server.database,
        "SELECT generation, replays, late, strikes, ended_at FROM grants ORDER BY created_at DESC LIMIT 1",
    )
    assert row == [(0, 0, 0, 0, None)]
    assert party.refresh(token).status == 200


@pytest.mark.parametrize("alter", ["first", "last", "middle", "longer", "shorter", "case", "empty"])
def test_an_altered_token_is_none(provider: Provider, alter: str) -> None:
    party = provider.party("spa")
    token = provider.tokens(party)["refresh_token"]
    middle = len(token) // 2
    altered = {
        "first": "x" + token[1:],
        "last": token[:-2] + ("AA" if token[-2:] != "AA" else "BB"),
        "middle": token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :],
        "longer": token + "A",
        "shorter": token[:-1],
        "case": token.swapcase(),
        "empty": "rt_",
    }[alter]
    assert_ended(party.refresh(altered))
    assert party.refresh(token).status == 200


@pytest.mark.parametrize("end", ["idle_until", "expires_at"])
def test_row_119_idle_and_absolute_end(provider: Provider, end: str) -> None:
    party = provider.party("spa")
    token = next_of(party, provider.tokens(party)["refresh_token"])
    where = "WHERE generation IS NOT NULL AND created_at = (SELECT max(created_at) FROM grants)"
    ends = database.rows(
        provider.server.database, f"SELECT idle_until - rotated_at, expires_at - created_at FROM grants {where}"
    )
    days = 86_400_000
    assert ends == [(30 * days, 90 * days)]
    database.change(provider.server.database, f"UPDATE grants SET {end} = ? {where}", int(time.time() * 1_000))
    assert_ended(party.refresh(token))


def test_row_119_the_ends_are_settings(impatient: Provider) -> None:
    """Of sessions too."""
    party, hour, file = impatient.party("spa"), 3_600_000, impatient.server.database
    next_of(party, impatient.tokens(party)["refresh_token"])
    grant = "SELECT idle_until - rotated_at, expires_at - created_at FROM grants ORDER BY created_at DESC LIMIT 1"
    assert database.rows(file, grant) == [(2 * hour, 3 * hour)]
    session = "SELECT idle_until - seen_at, expires_at - created_at FROM sessions ORDER BY created_at DESC LIMIT 1"
    assert database.rows(file, session) == [(hour, 4 * hour)]


def test_row_119_a_rotation_does_not_move_the_absolute_end(provider: Provider) -> None:
    party = provider.party("spa")
    token = provider.tokens(party)["refresh_token"]
    newest = "SELECT expires_at FROM grants ORDER BY created_at DESC LIMIT 1"
    before = database.value(provider.server.database, newest)
    for _ in range(3):
        token = next_of(party, token)
    assert database.value(provider.server.database, newest) == before


def test_row_121_two_devices_are_independent(provider: Provider) -> None:
    party = provider.party("spa")
    one, other = (provider.tokens(party) for _ in range(2))
    next_of(party, next_of(party, one["refresh_token"]))
    assert_ended(party.refresh(one["refresh_token"]))
    assert party.refresh(other["refresh_token"]).status == 200
    assert party.userinfo(other["access_token"]).status == 200 and party.userinfo(one["access_token"]).status == 401


@pytest.mark.parametrize(
    ("name", "scope", "given"),
    [
        ("web", "openid", True),
        ("web", "openid offline_access", True),
        ("once", "openid", False),
        ("once", "openid offline_access", True),
        ("spa", "openid", True),
    ],
)
def test_row_124_who_gets_one(provider: Provider, name: str, scope: str, given: bool) -> None:
    party = provider.party(name)
    tokens = provider.tokens(party, scope=scope)
    assert ("refresh_token" in tokens) == given
    if given:
        assert party.refresh(tokens["refresh_token"]).status == 200


def test_row_125_a_confidential_client_keeps_one(provider: Provider) -> None:
    party = provider.party()
    tokens = provider.tokens(party)
    seen = [tokens["refresh_token"]]
    for _ in range(4):
        answer = party.refresh(seen[0])
        assert answer.status == 200
        seen.append(answer.json().get("refresh_token", seen[0]))
    assert len(set(seen)) == 1
    # Each access token is another one.
    assert len({party.refresh(seen[0]).json()["access_token"] for _ in range(3)}) == 3


def test_access_tokens_of_a_family_have_one_session(provider: Provider) -> None:
    party = provider.party("spa")
    tokens = provider.tokens(party)
    token, said = tokens["refresh_token"], [unsigned(tokens["access_token"])]
    for _ in range(3):
        answer = party.refresh(token).json()
        token, said = answer["refresh_token"], [*said, unsigned(answer["access_token"])]
    assert len({claims["sid"] for claims in said}) == 1 and len({claims["jti"] for claims in said}) == 4
    assert all(one["iat"] <= other["iat"] for one, other in pairwise(said))


def test_a_refresh_adds_no_row(provider: Provider) -> None:
    party = provider.party("spa")
    token = provider.tokens(party)["refresh_token"]
    tables = ("grants", "authorization_codes", "revoked_tokens", "sessions", "flows", "audit_events")
    sql = "SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)
    before = database.rows(provider.server.database, sql)
    for _ in range(5):
        token = next_of(party, token)
    assert database.rows(provider.server.database, sql) == before
