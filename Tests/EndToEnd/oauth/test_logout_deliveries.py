"""The modules of the Back-Channel OP plan, row 140 of the checklist, and what operators do about sessions."""

import time
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from support import database
from support.provider import MakeProvider, Provider, password_of
from support.receiver import Receiver, Told, receiving, verified
from support.relying_party import RelyingParty, encoded, unsigned
from support.rotation import command, refusal, until

OUT = "https://told.example.com/out"
numbers = count(1)


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def provider(provider_with: MakeProvider) -> Provider:
    return provider_with(JWKS_BACKCHANNEL_ALLOW_PRIVATE="127.0.0.1")


@pytest.fixture
def told(provider: Provider, receiver: Receiver) -> Iterator[RelyingParty]:
    """A client of this test alone, with its own place at the receiver."""
    name = f"told-{next(numbers)}"
    uri = f"{receiver.uri}/{name}"
    receiver.status, receiver.location = 200, None
    yield provider.new_party(name, "--post-logout-redirect-uri", OUT, "--backchannel-logout-uri", uri)
    command(provider.server, "clients", "delete", name, "--yes")


def of(receiver: Receiver, party: RelyingParty, number: int = 1) -> list[Told]:
    """What this client was told, once there is so much of it."""
    path = f"/end/{party.client_id}"
    until(lambda: len(receiver.of(path)) >= number, f"{number} tokens to {path}")
    return receiver.of(path)


def pending(provider: Provider, party: RelyingParty) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = command(provider.server, "sessions", "logouts")["logouts"]
    return [row for row in rows if row["client_id"] == party.client_id]


def test_oidcc_backchannel_logout_discovery_endpoint_verification(provider: Provider) -> None:
    found = provider.http.get("/.well-known/openid-configuration").json()
    assert found["backchannel_logout_supported"] is True and found["backchannel_logout_session_supported"] is True


def test_oidcc_backchannel_rp_initiated_logout(provider: Provider, receiver: Receiver, told: RelyingParty) -> None:
    browser = provider.browser()
    hint = provider.tokens(told, browser)["id_token"]
    page = browser.open(f"/logout?{encoded({'id_token_hint': hint, 'post_logout_redirect_uri': OUT})}")
    assert page.location == OUT
    [token] = of(receiver, told)
    claims, identity = verified(token, provider, told.client_id), unsigned(hint)
    assert (claims["sub"], claims["sid"]) == (identity["sub"], identity["sid"])
    asked = told.asks(prompt="none")
    assert told.refusal(browser.open(asked.path), asked) == "login_required"
    until(lambda: not pending(provider, told), "it is told for good")
    # Nobody takes a logout token for anything else.
    assert told.userinfo(token.token).status == 401
    assert told.introspect(token.token) == {"active": False}


def test_row_140_all_clients_of_the_session_and_no_other(
    provider: Provider, receiver: Receiver, told: RelyingParty
) -> None:
    uri = f"{receiver.uri}/second"
    second = provider.new_party("second", "--backchannel-logout-uri", uri)
    one, other = provider.browser(), provider.browser()
    sid = unsigned(provider.tokens(told, one)["id_token"])["sid"]
    assert unsigned(provider.tokens(second, one)["id_token"])["sid"] == sid
    provider.tokens(told, other)
    provider.tokens(provider.party(), one)
    page = one.open("/logout")
    one.submit(page, decision="sign-out")
    assert verified(of(receiver, told)[0], provider, told.client_id)["sid"] == sid
    assert verified(of(receiver, second)[0], provider, "second")["sid"] == sid
    assert len(receiver.of(f"/end/{told.client_id}")) == 1
    # Two browsers: what ends all tells of each.
    command(provider.server, "users", "sign-out-everywhere", "--username", "alice")
    assert {unsigned(each.token)["sid"] for each in of(receiver, told, 2)} == {sid, *sids_of(receiver, told)}


def sids_of(receiver: Receiver, party: RelyingParty) -> set[str]:
    return {unsigned(each.token)["sid"] for each in receiver.of(f"/end/{party.client_id}")}


@pytest.mark.parametrize("end", ["password", "disable", "delete", "reset-password", "sessions end", "another signs in"])
def test_whatever_ends_a_session_tells(provider: Provider, receiver: Receiver, told: RelyingParty, end: str) -> None:
    name = f"leaver-{end.replace(' ', '-')}"
    provider.new_user(name)
    browser = provider.browser()
    sid = unsigned(provider.tokens(told, browser, name)["id_token"])["sid"]
    match end:
        case "password":
            body = {"username": name, "password": password_of(name), "new_password": "quite another password"}
            assert provider.http.post("/password", body).status in (200, 204)
        case "sessions end":
            ended = command(provider.server, "sessions", "end", sid)
            assert (ended["username"], ended["sessions_ended"]) == (name, 1)
        case "another signs in":
            page = browser.visit(told.asks(prompt="login").path)
            browser.sign_in(page, "bob", password_of("bob"))
        case _:
            extra = ("--yes",) if end == "delete" else ()
            command(provider.server, "users", end, "--username", name, *extra)
    [token] = of(receiver, told)
    assert verified(token, provider, told.client_id)["sid"] == sid


def test_row_140_a_failure_is_seen_and_tried_again(
    provider: Provider, receiver: Receiver, told: RelyingParty
) -> None:
    receiver.status = 500
    provider.tokens(told, browser := provider.browser())
    browser.submit(browser.open("/logout"), decision="sign-out")
    first = of(receiver, told)[0]
    [row] = until(lambda: [row for row in pending(provider, told) if row["failure"]], "it is seen")
    assert (row["state"], row["failure"], row["attempts"]) == ("failed", "status 500", 1)
    assert row["sid"] == unsigned(first.token)["sid"] and row["next_at"] > row["ended_at"]
    text = provider.server.run("sessions", "logouts")
    assert text.returncode == 0 and told.client_id in text.stdout and "status 500" in text.stdout
    receiver.status = 204
    second = of(receiver, told, 2)[1]
    before, after = unsigned(first.token), unsigned(second.token)
    assert before["jti"] != after["jti"] and before["iat"] < after["iat"]
    assert verified(second, provider, told.client_id)["sid"] == before["sid"]
    until(lambda: not pending(provider, told), "it is told for good")


def test_row_140_no_redirect_is_followed(provider: Provider, receiver: Receiver, told: RelyingParty) -> None:
    receiver.status, receiver.location = 307, f"{receiver.uri}/elsewhere"
    provider.tokens(told, browser := provider.browser())
    browser.submit(browser.open("/logout"), decision="sign-out")
    [row] = until(lambda: [row for row in pending(provider, told) if row["failure"]], "it is seen")
    assert row["failure"] == "status 307" and not receiver.of("/end/elsewhere")


def test_row_140_loopback_is_told_nothing_unless_it_is_named(provider_with: MakeProvider, receiver: Receiver) -> None:
    provider = provider_with()
    party = provider.new_party("inside", "--backchannel-logout-uri", f"{receiver.uri}/inside")
    provider.tokens(party, browser := provider.browser())
    browser.submit(browser.open("/logout"), decision="sign-out")
    [row] = until(lambda: [row for row in pending(provider, party) if row["failure"]], "it is seen")
    assert row["failure"] == "address_not_allowed" and not receiver.of("/end/inside")


def test_a_thousand_that_end_at_once_delay_no_login(
    provider: Provider, receiver: Receiver, told: RelyingParty
) -> None:
    provider.new_user("many")
    file = provider.server.database
    user = database.value(file, "SELECT id FROM users WHERE username = 'many'")
    end = int(time.time() * 1000) + 3_600_000
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
    database.change(
        file,
        f"{numbers} INSERT INTO sessions (hash, id, user_id, authenticated_at, address, user_agent, created_at,"
        f" seen_at, idle_until, expires_at) SELECT CAST('many ' || i AS BLOB), 'many ' || i, {user}, 0, '', '', 0, 0,"
        f" {end}, {end}"
        " FROM n",
    )
    database.change(
        file,
        f"{numbers} INSERT INTO session_clients (session_id, client_id, expires_at)"
        f" SELECT 'many ' || i, '{told.client_id}', {end} FROM n",
    )
    receiver.answers.clear()
    came = receiver.came
    ended = command(provider.server, "users", "sign-out-everywhere", "--username", "many")
    assert ended["sessions_ended"] == 1000
    until(lambda: receiver.came > came, "the first are on their way")
    # Nobody is answered, and nobody who logs in waits for that.
    for _ in range(20):
        assert provider.http.login("alice", password_of("alice")).status == 200
    provider.signed_in("bob")
    assert not receiver.of(f"/end/{told.client_id}")
    receiver.answers.set()
    until(lambda: len(sids_of(receiver, told)) == 1000, "all of them are told", 60)
    until(lambda: not pending(provider, told), "for good")


def test_sessions_end(provider: Provider) -> None:
    assert refusal(provider.server.run("sessions", "end", "nonsense")) == (
        1, "jwks-server: there is no session nonsense, or it is over",
    )  # fmt: skip
    assert provider.server.run("sessions", "end").returncode == 64
    assert provider.server.run("sessions", "end", "x", "--user", "bob").returncode == 64
    provider.new_user("ending")
    party = provider.party("plain")
    one, other = provider.signed_in("ending"), provider.signed_in("ending")
    kept = provider.tokens(party, one, scope="openid offline_access")["refresh_token"]
    lost = provider.tokens(party, one)["refresh_token"]
    assert command(provider.server, "sessions", "end", "--user", "ending")["sessions_ended"] == 2
    for browser in (one, other):
        asked = party.asks(prompt="none")
        assert party.refusal(browser.open(asked.path), asked) == "login_required"
    assert party.refresh(kept).status == 200 and party.refresh(lost).status == 400
    assert command(provider.server, "sessions", "end", "--user", "ending")["sessions_ended"] == 0
