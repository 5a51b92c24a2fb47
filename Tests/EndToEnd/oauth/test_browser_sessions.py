"""The session of a browser: rows 121, 123 and 130 of the checklist, and what its ends end."""

import re
import time

import pytest

from support import database
from support.browser import Browser
from support.client import Response
from support.provider import Provider, password_of
from support.relying_party import RelyingParty, unsigned

DAYS = 86_400_000
HOURS = 3_600_000


def is_signed_in(provider: Provider, browser: Browser) -> bool:
    party = provider.party()
    asked = party.asks(prompt="none")
    return "code" in party.answer(browser.open(asked.path), asked)


def assert_ended(answer: Response) -> None:
    assert (answer.status, answer.json()["error"]) == (400, "invalid_grant"), answer.body


def test_row_130_the_cookie_is_random_and_kept_hashed(provider: Provider) -> None:
    browsers = [provider.signed_in() for _ in range(3)]
    cookies = [browser.cookies["session"] for browser in browsers]
    assert len(set(cookies)) == 3 and all(re.fullmatch(r"[A-Za-z0-9_-]{22,}", cookie) for cookie in cookies)
    everything = b"".join(path.read_bytes() for path in provider.server.directory.iterdir())
    assert not any(cookie.encode() in everything for cookie in cookies)
    assert not any(cookie in provider.server.log.read_text() for cookie in cookies)


def test_row_130_sid_is_not_the_cookie(provider: Provider) -> None:
    browser = provider.browser()
    claims = unsigned(provider.tokens(provider.party(), browser)["id_token"])
    assert claims["sid"] not in browser.cookies.values()
    other = provider.browser()
    other.cookies["session"] = claims["sid"]
    assert not is_signed_in(provider, other)


def test_row_130_another_secret_for_another_user(provider: Provider) -> None:
    """And whoever sat there before is signed out."""
    browser, party = provider.signed_in(), provider.party()
    first = browser.cookies["session"]
    asked = party.asks(prompt="login")
    page = browser.visit(asked.path)
    code = party.code(browser.sign_in(page, "bob", password_of("bob")), asked)
    assert unsigned(party.redeem(code, asked).json()["id_token"])["preferred_username"] == "bob"
    assert browser.cookies["session"] != first
    before = provider.browser()
    before.cookies["session"] = first
    assert not is_signed_in(provider, before) and is_signed_in(provider, browser)


@pytest.mark.parametrize(("column", "span"), [("idle_until", 12 * HOURS), ("expires_at", 7 * DAYS)])
def test_row_130_idle_and_absolute_end(provider: Provider, column: str, span: int) -> None:
    browser = provider.signed_in()
    file = provider.server.database
    newest = "WHERE created_at = (SELECT max(created_at) FROM sessions)"
    begun = "seen_at" if column == "idle_until" else "created_at"
    assert abs(database.value(file, f"SELECT {column} - {begun} FROM sessions {newest}") - span) < 5_000
    assert is_signed_in(provider, browser)
    database.change(file, f"UPDATE sessions SET {column} = ? {newest}", int(time.time() * 1_000))
    assert not is_signed_in(provider, browser)


def test_sessions_of_two_browsers_are_independent(provider: Provider) -> None:
    one, other = provider.signed_in(), provider.signed_in()
    sids = {unsigned(provider.tokens(provider.party(), browser)["id_token"])["sid"] for browser in (one, other)}
    assert len(sids) == 2
    one.cookies["session"] = "x" * 43
    assert not is_signed_in(provider, one) and is_signed_in(provider, other)


@pytest.mark.parametrize("how", ["POST /password", "reset-password", "disable", "sign-out-everywhere", "delete"])
@pytest.mark.parametrize("scope", ["openid", "openid offline_access"])
def test_row_123_what_ends_sessions_and_families(provider: Provider, how: str, scope: str) -> None:
    name = f"{how.replace(' /', '-').lower()}-{len(scope)}"
    provider.new_user(name)
    party: RelyingParty = provider.party("spa")
    browser = provider.signed_in(name)
    tokens = provider.tokens(party, browser, name, scope=scope)
    bystander = provider.signed_in()
    others = provider.tokens(party, bystander, scope=scope)
    if how.startswith("POST"):
        fields = {"username": name, "password": password_of(name), "new_password": "another password"}
        assert provider.http.post("/password", fields).status == 204
    else:
        result = provider.server.run("users", how, "--username", name, *(["--yes"] if how == "delete" else []))
        assert result.returncode == 0, result.stderr
    assert_ended(party.refresh(tokens["refresh_token"]))
    assert not is_signed_in(provider, browser)
    assert is_signed_in(provider, bystander) and party.refresh(others["refresh_token"]).status == 200


def test_row_123_a_disabled_client(provider: Provider) -> None:
    party = provider.new_party("paused")
    tokens = provider.tokens(party, scope="openid offline_access")
    for verb in ("disable", "enable"):
        assert provider.server.run("clients", verb, "paused").returncode == 0
    assert_ended(party.refresh(tokens["refresh_token"]))
    assert party.userinfo(tokens["access_token"]).status == 401
    assert provider.tokens(party)


def test_a_password_that_has_to_be_changed_signs_nobody_in(provider: Provider) -> None:
    provider.new_user("reset")
    reset = ("users", "reset-password", "--username", "reset", "--change-generated-passwords", "true")
    generated = provider.server.run(*reset).stdout.strip()
    browser = provider.browser()
    page = browser.visit(provider.party().asks().path)
    shown = browser.submit(page, username="reset", password=generated)
    assert shown.status == 403 and "session" not in browser.cookies
    handle = page.form.fields["flow"]
    assert [each["href"] for each in shown.tags("a")] == [f"/account/password?flow={handle}"]
