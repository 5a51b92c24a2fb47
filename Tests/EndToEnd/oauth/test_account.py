"""The account's own page: a user sees who is signed in and who may do what, and ends it."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from support import database
from support.account import ACCOUNT, NEW_PASSWORD, buttons, change_password, opened, press
from support.browser import FORM_TYPE, Browser, Page
from support.page_rules import MOST_BYTES
from support.provider import MakeProvider, Provider, name_of, password_of
from support.relying_party import unsigned
from support.rotation import command

QUARTER = 900_000


@pytest.fixture
def user(provider: Provider, request: pytest.FixtureRequest) -> str:
    """A user of one test."""
    name = f"user-{abs(hash(request.node.name)) % 10**8}"
    provider.new_user(name)
    return name


def sid_of(tokens: dict[str, Any]) -> str:
    sid: str = unsigned(tokens["id_token"])["sid"]
    return sid


def is_signed_in(browser: Browser) -> bool:
    return not browser.visit(ACCOUNT).wants_password


def test_two_applications_two_browsers_and_one_button(provider: Provider, user: str) -> None:
    """Signed out everywhere in one place, nobody is signed in anywhere and no application has anything."""
    web, spa = provider.party("web"), provider.party("spa")
    one, two = provider.browser(), provider.browser()
    tokens = [
        (party, provider.tokens(party, browser, user, scope="openid email offline_access"))
        for browser in (one, two)
        for party in (web, spa)
    ]
    page = opened(one, user, password_of(user))
    assert len(buttons(page, "end-session")) == 2
    assert {each["client"] for each in buttons(page, "withdraw")} == {"web", "spa"}
    gone = press(one, action="sign-out-everywhere")
    assert gone.status == 200 and "You are signed out" in gone.read.text and "session" not in one.cookies
    for browser in (one, two):
        assert not is_signed_in(browser)
        assert browser.visit(web.asks().path).wants_password
    for party, given in tokens:
        assert party.refresh(given["refresh_token"]).json()["error"] == "invalid_grant"
        assert party.userinfo(given["access_token"]).status == 401
    assert web.introspect(tokens[0][1]["access_token"]) == {"active": False}
    # The password is what it was.
    page = opened(one, user, password_of(user))
    assert not buttons(page, "withdraw") and "Signed out everywhere" in page.read.text


def test_one_session_is_ended_and_no_other(provider: Provider, user: str) -> None:
    web, browsers = provider.party("web"), [provider.browser() for _ in range(3)]
    tokens = [provider.tokens(web, browser, user, scope="openid") for browser in browsers]
    sid = sid_of(tokens[1])
    page = opened(browsers[0], user, password_of(user))
    assert sid in {each["session"] for each in buttons(page, "end-session")} and page.read.text.count("this browser") == 1
    answer = press(browsers[0], action="end-session", session=sid)
    assert "That browser is signed out." in answer.read.text and len(buttons(answer, "end-session")) == 2
    assert [is_signed_in(browser) for browser in browsers] == [True, False, True]
    assert [web.userinfo(each["access_token"]).status for each in tokens] == [200, 401, 200]
    again = press(browsers[0], action="end-session", session=sid)
    assert "That had ended already" in again.read.text
    own = press(browsers[0], action="end-session", session=sid_of(tokens[0]))
    assert "You are signed out" in own.read.text and "session" not in browsers[0].cookies


def test_row_123_withdrawn_access_is_asked_for_anew(provider: Provider, user: str) -> None:
    asking, web = provider.party("asking"), provider.party("web")
    browser = provider.browser()
    given = provider.tokens(asking, browser, user, scope="openid email offline_access")
    kept = provider.tokens(web, browser, user)
    page = opened(browser, user, password_of(user))
    text = page.read.text
    assert name_of("asking") in text and "asking.example.com" in text and "see your e-mail address" in text
    answer = press(browser, action="withdraw", client="asking")
    assert "no access any more" in answer.read.text
    assert [each["client"] for each in buttons(answer, "withdraw")] == ["web"]
    assert asking.refresh(given["refresh_token"]).json()["error"] == "invalid_grant"
    assert asking.userinfo(given["access_token"]).status == 401 and web.userinfo(kept["access_token"]).status == 200
    assert browser.visit(asking.asks(scope="openid email").path).asks
    audit = provider.server.run("audit", "--json", "--user", user, "--action", "consent.withdraw").stdout
    assert [json.loads(line)["client"] for line in audit.splitlines()] == ["asking"]


@pytest.mark.parametrize("what", ["session", "client", "nothing", "no session"])
def test_nothing_of_another_user_can_be_named(provider: Provider, user: str, what: str) -> None:
    """Nor anything that there is not."""
    web, victim, browser = provider.party("web"), provider.browser(), provider.browser()
    given = provider.tokens(web, victim, "bob", scope="openid offline_access")
    opened(browser, user, password_of(user))
    forms = {
        "session": {"action": "end-session", "session": sid_of(given)},
        "client": {"action": "withdraw", "client": "web"},
        "nothing": {"action": "withdraw", "client": "nobody' --"},
        "no session": {"action": "end-session"},
    }
    answer = press(browser, **forms[what])
    assert answer.status == 200 and "That had ended already" in answer.read.text
    assert is_signed_in(victim) and web.userinfo(given["access_token"]).status == 200
    assert web.refresh(given["refresh_token"]).status == 200


def test_changes_want_a_password_that_was_checked_lately(provider: Provider, user: str) -> None:
    web, browser = provider.party("web"), provider.browser()
    given = provider.tokens(web, browser, user, scope="openid offline_access")
    page = opened(browser, user, password_of(user))
    sid = buttons(page, "end-session")[0]["session"]
    database.change(
        provider.server.database, "UPDATE sessions SET authenticated_at = authenticated_at - ? WHERE id = ?", QUARTER, sid
    )
    assert is_signed_in(browser), "to look is to look"
    for form in ({"action": "end-session", "session": sid}, {"action": "withdraw", "client": "web"},
                 {"action": "sign-out-everywhere"}):  # fmt: skip
        page = press(browser, **form)
        assert page.wants_password and page.form.fields["username"] == user
    assert is_signed_in(browser) and web.refresh(given["refresh_token"]).status == 200
    before = browser.cookies["session"]
    back = browser.submit(page, username=user, password=password_of(user))
    page = browser.open(back.location, from_elsewhere=False)
    assert "Nothing was changed yet" in page.read.text and browser.cookies["session"] != before
    assert "no access any more" in press(browser, action="withdraw", client="web").read.text


def test_a_form_of_another_site_changes_nothing(provider: Provider, user: str) -> None:
    browser = provider.browser()
    opened(browser, user, password_of(user))
    cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items())}
    for path, body in (
        (ACCOUNT, b"action=sign-out-everywhere"),
        ("/account/password", f"username={user}&password=x&new_password=abcdefgh&repeated_password=abcdefgh".encode()),
    ):
        for site in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "null"}, {}):
            assert provider.http.request("POST", path, body, FORM_TYPE | cookies | site).status == 403
    assert is_signed_in(browser)
    # What it says does not come from elsewhere either.
    page = browser.open("/account?notice=password-changed")
    assert page.status == 200 and "is changed" not in page.read.text


def test_a_session_that_is_none_leads_to_the_sign_in(provider: Provider, user: str) -> None:
    browser = provider.browser()
    opened(browser, user, password_of(user))
    assert provider.server.run("users", "disable", "--username", user).returncode == 0
    assert not is_signed_in(browser)
    assert press(browser, action="sign-out-everywhere").wants_password
    bad = browser.post(ACCOUNT, {"action": "something"})
    assert bad.status == 400 and "action has to be" in bad.read.alert


def test_the_password_is_changed_and_everybody_else_is_out(provider: Provider, user: str) -> None:
    web, browser, other = provider.party("web"), provider.browser(), provider.browser()
    given = provider.tokens(web, browser, user, scope="openid offline_access")
    opened(other, user, password_of(user))
    link = provider.http.get("/.well-known/change-password")
    assert link.status == 302 and link.headers["Location"] == "/account/password"
    page = browser.visit("/account/password")
    fields = {each["name"]: each for each in page.tags("input")}
    assert fields["username"]["value"] == user and "readonly" in fields["username"]
    assert [fields[name]["autocomplete"] for name in ("username", "password", "new_password", "repeated_password")] == [
        "username", "current-password", "new-password", "new-password",
    ]  # fmt: skip
    old = password_of(user)
    for status, sentence, attempt in (
        (401, "is wrong", {"old": "guess"}), (400, "at least 8", {"old": old, "new": "short"}),
        (400, "at least 8", {"old": old, "new": "x" * 1_025}), (400, "is the current one", {"old": old, "new": old}),
        (400, "not the same", {"old": old, "repeated_password": "something else"}),
    ):  # fmt: skip
        refused = change_password(browser, page, **attempt)
        assert refused.status == status and sentence in refused.read.alert, refused.read.alert
        assert refused.form.fields["username"] == user and refused.form.fields["password"] == ""
        assert old not in refused.answer.body.decode()
    assert is_signed_in(other)
    before = browser.cookies["session"]
    # Another name in the form is nobody's business: it is the session that says who.
    done = change_password(browser, page, old, username="bob")
    assert "Your password is changed" in done.read.text and browser.cookies["session"] != before
    assert is_signed_in(browser) and not is_signed_in(other)
    assert web.refresh(given["refresh_token"]).json()["error"] == "invalid_grant"
    assert opened(other, user, NEW_PASSWORD) and provider.signed_in("bob")


def test_a_generated_password_is_changed_on_the_way_to_the_client(provider: Provider, user: str) -> None:
    reset = ("users", "reset-password", "--username", user, "--change-generated-passwords", "true")
    generated = provider.server.run(*reset).stdout.strip()
    party, browser = provider.party(), provider.browser()
    asked = party.asks()
    refused = browser.submit(browser.visit(asked.path), username=user, password=generated)
    [link] = [each["href"] for each in refused.tags("a")]
    page = browser.visit(link)
    assert "readonly" not in page.tags("input")[1] and "form-action" not in page.answer.headers["Content-Security-Policy"]
    party.code(change_password(browser, page, generated, username=user), asked)


def test_what_a_browser_says_of_itself_is_text(provider: Provider, user: str) -> None:
    evil = "Mozilla/5.0 (<script>alert(1)</script>\"'&; Linux) <b>Firefox/1</b>"
    browser = provider.browser()
    page = opened(browser, user, password_of(user))
    for value in (evil, "<img src=x>/1", "\u202eevil"):
        database.change(provider.server.database, "UPDATE sessions SET user_agent = ?, address = ?", value, value)
        database.change(provider.server.database, "UPDATE audit_events SET user_agent = ?, address = ?", value, value)
        page = browser.visit(ACCOUNT)
        assert page.status == 200 and not page.tags("b") and not page.tags("img") and not page.tags("script")
        assert not re.search("[\u202a-\u202e]", page.answer.body.decode())


def test_the_pages_are_light_and_what_they_should_be(
    provider: Provider, user: str, report: Callable[[str], None]
) -> None:
    browser = provider.browser()
    first = browser.visit(ACCOUNT)
    pages: dict[str, Page] = {"its sign-in": first, "account": opened(browser, user, password_of(user))}
    for name in ("web", "spa", "asking", "cli"):
        provider.tokens(provider.party(name), browser, user)
    for _ in range(25):
        opened(provider.browser(), user, password_of(user))
    pages |= {"account, full": browser.visit(ACCOUNT), "password": browser.visit("/account/password")}
    pages["signed out"] = provider.browser().open("/account?notice=signed-out", from_elsewhere=False)
    full = pages["account, full"]
    assert "And 16 more." in full.read.text and len(buttons(full, "withdraw")) == 4
    for name, page in pages.items():
        [style] = [each["href"] for each in page.tags("link")]
        weight = len(page.answer.body) + len(browser.open(style).answer.body)
        report(f"{name}: {len(page.answer.body)} bytes, {weight} with its style")
        assert weight < MOST_BYTES and not page.tags("script")
        headers = page.answer.headers
        assert page.status == 200 and headers["Cache-Control"] == "no-store" and headers["X-Frame-Options"] == "DENY"
        policy = headers["Content-Security-Policy"]
        assert ("form-action 'self'" in policy) == (name not in ("its sign-in", "signed out"))
        identifiers = [each["id"] for _, each in page.read.tags if "id" in each]
        assert len(page.tags("h1")) == 1 and len(set(identifiers)) == len(identifiers)


def test_the_languages(provider: Provider, user: str) -> None:
    browser = provider.browser()
    opened(browser, user, password_of(user))
    cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items())}
    for path, sentence in ((ACCOUNT, "Wo Sie angemeldet sind"), ("/account/password", "Jetziges Passwort")):
        answer = provider.http.get(path, cookies | {"Accept-Language": "de-AT"})
        assert answer.status == 200 and sentence in answer.body.decode() and '<html lang="de">' in answer.body.decode()


def test_sessions_list(provider_with: MakeProvider) -> None:
    provider = provider_with()
    assert provider.server.run("sessions", "list").stdout == "nobody is signed in with a browser\n"
    web = provider.party("web")
    sids = [sid_of(provider.tokens(web, username=name, scope="openid")) for name in ("bob", "alice", "bob")]
    listed = command(provider.server, "sessions", "list")["sessions"]
    assert [each["sid"] for each in listed] == [sids[1], sids[2], sids[0]]
    assert listed[0]["username"] == "alice" and listed[0]["address"] == "127.0.0.1" and "hash" not in json.dumps(listed)
    assert set(listed[0]) == {
        "sid", "user_id", "username", "address", "user_agent", "created_at", "authenticated_at", "seen_at", "expires_at",
    }  # fmt: skip
    mine = provider.server.run("sessions", "list", "--user", "bob")
    assert mine.returncode == 0 and sids[0] in mine.stdout and sids[1] not in mine.stdout
    assert mine.stdout.splitlines()[0].split() == ["ID", "USER", "DEVICE", "ADDRESS", "SIGNED", "IN", "LAST", "SEEN", "ENDS"]
    nobody = provider.server.run("sessions", "list", "--user", "nobody")
    assert nobody.returncode != 0 and "there is no user nobody" in nobody.stderr
