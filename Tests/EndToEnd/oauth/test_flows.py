"""A sign-in belongs to the browser that began it, and ends once: rows 32 and 33 of the checklist."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest

from support import database
from support.browser import FORM_TYPE, Browser, Page
from support.client import Client, Request, Response
from support.ports import free_port
from support.provider import MakeProvider, Provider, password_of
from support.relying_party import encoded
from support.rotation import until
from support.scrape import Scrape

ALICE = {"username": "alice", "password": password_of("alice")}


def gives_code(page: Page) -> bool:
    return page.status == 303 and "code" in page.parameters


@pytest.mark.parametrize("other_has", ["nothing", "a session", "a flow of its own"])
def test_row_32_a_flow_is_not_finished_in_another_browser(provider: Provider, other_has: str) -> None:
    party, one = provider.party(), provider.browser()
    asked = party.asks()
    page = one.visit(asked.path)
    other = provider.signed_in() if other_has == "a session" else provider.browser()
    if other_has == "a flow of its own":
        assert other.visit(party.asks().path).wants_password
    shown = other.visit(page.url)
    assert shown.status == 400 and not shown.tags("form")
    assert not gives_code(other.submit(page, **ALICE))
    assert not gives_code(other.submit(page, decision="allow")) and not gives_code(other.submit(page, decision="deny"))
    # Where it began, it goes on.
    assert party.code(one.sign_in(page, "alice", password_of("alice")), asked)


def test_row_32_a_question_is_not_answered_in_another_browser(provider: Provider) -> None:
    party, one, other = provider.party("asking"), provider.signed_in(), provider.signed_in("bob")
    asked = party.asks()
    page = one.visit(asked.path)
    assert page.asks and not gives_code(other.submit(page, decision="allow"))
    # Nor by another session in the same browser: whoever agrees has to have been asked.
    one.cookies["session"] = other.cookies["session"]
    again = one.follow(one.submit(page, decision="allow"))
    assert not gives_code(again)
    assert again.asks and "bob" in again.read.text


@pytest.mark.parametrize("times", [2, 3])
def test_row_33_a_form_that_is_sent_twice_is_answered_alike(provider: Provider, times: int) -> None:
    party, browser = provider.party(), provider.browser()
    asked = party.asks()
    page = browser.visit(asked.path)
    pages = [browser.submit(page, **ALICE) for _ in range(times)]
    [code] = {party.code(each, asked) for each in pages}
    assert party.redeem(code, asked).status == 200


def test_row_33_of_50_times_at_once_too(provider: Provider) -> None:
    party, browser = provider.party("asking"), provider.signed_in()
    asked = party.asks()
    page = browser.visit(asked.path)
    answers = at_once(provider, browser, page, 50, {"decision": "allow"})
    assert {answer.status for answer in answers} == {303}
    [location] = {answer.headers["Location"] for answer in answers}
    assert location.startswith(f"{party.redirect_uri}?code=")
    grants = "SELECT count(*) FROM grants WHERE client_id = 'asking'"
    assert database.value(provider.server.database, grants) == 1


@pytest.mark.parametrize("name", ["web", "asking"])
def test_row_33_20_sign_ins_at_once_cost_one_hash_and_leave_one_session(
    provider_with: MakeProvider, name: str
) -> None:
    """S26: a double click. The answers have one cookie, so that it is all the same which of them the browser takes."""
    provider = provider_with(JWKS_RATE_LIMIT="100", JWKS_METRICS_PORT=str(free_port()))
    browser = provider.browser()
    page = browser.visit(provider.party(name).asks().path)

    def hashes() -> float:
        answer = Client(int(provider.server.settings["JWKS_METRICS_PORT"])).get("/metrics")
        samples = Scrape(answer.body.decode()).families["jwks_hash_wait_seconds"].samples
        return sum(value for (name, _), value in samples.items() if name == "jwks_hash_wait_seconds_count")

    log = provider.server.log
    until(lambda: "memory of password hashes" in log.read_text(), "the last hash of the start")
    before = hashes()
    answers = at_once(provider, browser, page, 20, ALICE)
    assert {answer.status for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert len({answer.headers["Set-Cookie"] for answer in answers}) == 1
    assert hashes() - before == 1
    rows = "SELECT count(*) FROM {}"
    assert database.value(provider.server.database, rows.format("sessions")) == 1
    successes = "audit_events WHERE action = 'sign_in' AND outcome = 'success'"
    assert database.value(provider.server.database, rows.format(successes)) == 1
    # With another password it is no repetition, and the sessions stay as they are.
    wrong = at_once(provider, browser, page, 4, ALICE | {"password": "guessed"})
    assert not any(answer.headers["Set-Cookie"] for answer in wrong)
    assert hashes() - before == (1 if name == "web" else 5)
    assert database.value(provider.server.database, rows.format("sessions")) == 1


def at_once(provider: Provider, browser: Browser, page: Page, count: int, values: dict[str, str]) -> list[Response]:
    cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items())}
    headers = FORM_TYPE | cookies | {"Sec-Fetch-Site": "same-origin"}
    body = encoded(page.form.fields | values).encode()
    return provider.http.at_once(count, lambda _: Request("POST", "/sign-in", body, headers))


def test_row_33_back_after_the_end(provider: Provider) -> None:
    party, browser = provider.party(), provider.browser()
    asked = party.asks()
    page = browser.visit(asked.path)
    code = party.code(browser.sign_in(page, "alice", password_of("alice")), asked)
    assert party.redeem(code, asked).status == 200
    back = browser.visit(page.url)
    # The same answer again, which is used up, or a page that says so: no second code.
    assert (back.status == 303 and party.code(back, asked) == code) or (back.status == 400 and back.read.alert)


def test_row_33_a_used_handle_says_so(provider: Provider) -> None:
    """A minute later: with a way back to the client, which it asked for, and nowhere else."""
    party, browser = provider.party(), provider.browser()
    page = browser.visit(party.asks().path)
    provider.finish(browser, page)
    minute = 60_001
    database.change(provider.server.database, "UPDATE flows SET done_at = done_at - ?", minute)
    for back in (browser.visit(page.url), browser.submit(page, **ALICE)):
        assert_over(back)
        assert {link["href"] for link in back.tags("a")} <= {"https://web.example.com/"}


def test_row_33_two_tabs(provider: Provider) -> None:
    party, other, browser = provider.party(), provider.party("plain"), provider.browser()
    asked, asked_too = party.asks(), other.asks()
    one, two = browser.visit(asked.path), browser.visit(asked_too.path)
    assert other.code(browser.sign_in(two, "alice", password_of("alice")), asked_too)
    # Signed in by the other tab, it needs a password no more, and takes one.
    assert party.code(browser.sign_in(one, "alice", password_of("alice")), asked)


def test_row_33_a_tab_goes_on_with_the_session_of_another(provider: Provider) -> None:
    party, browser = provider.party(), provider.browser()
    asked = party.asks()
    one = browser.visit(asked.path)
    provider.finish(browser, browser.visit(party.asks().path))
    assert party.code(browser.visit(one.url), asked)


def assert_over(page: Page) -> None:
    assert page.status == 400 and page.read.alert.strip() and not page.tags("form")


def test_a_flow_that_took_too_long(provider: Provider) -> None:
    browser = provider.browser()
    page = browser.visit(provider.party().asks().path)
    database.change(provider.server.database, "UPDATE flows SET expires_at = ?", int(time.time() * 1_000))
    for late in (browser.visit(page.url), browser.submit(page, **ALICE)):
        assert_over(late)
        assert [link["href"] for link in late.tags("a")] == ["https://web.example.com/"], "there is a way back"
    assert "session" not in browser.cookies


def test_a_sign_in_to_the_account_that_took_too_long_begins_anew(provider: Provider) -> None:
    browser = provider.browser()
    page = browser.visit("/account")
    database.change(provider.server.database, "UPDATE flows SET expires_at = ?", int(time.time() * 1_000))
    again = browser.follow(browser.submit(page, **ALICE))
    assert again.wants_password and again.url != page.url and "session" not in browser.cookies
    assert browser.sign_in(again, "alice", password_of("alice")).url.endswith("/account")


def test_the_page_after_a_wrong_password_has_an_address(provider: Provider) -> None:
    """Who reloads it by its address comes back to the form, not to the end of the flow."""
    browser = provider.browser()
    page = browser.visit(provider.party().asks().path)
    wrong = browser.submit(page, username="alice", password="a guess")
    assert wrong.status == 401 and wrong.url == page.url
    assert browser.visit(wrong.url).wants_password


@pytest.mark.parametrize("verb", ["disable", "delete"])
def test_a_client_that_ends_meanwhile(provider: Provider, verb: str) -> None:
    """Nobody is sent to it any more, and it is told nothing."""
    party = provider.new_party(f"{verb}d-meanwhile", "--consent", "explicit")
    browser = provider.browser()
    pages = [browser.visit(party.asks().path), browser.visit(party.asks().path)]
    pages[0] = browser.sign_in(pages[0], "alice", password_of("alice"))
    assert pages[0].asks
    more = ("--yes",) if verb == "delete" else ()
    assert provider.server.run("clients", verb, party.client_id, *more).returncode == 0
    assert_over(browser.submit(pages[0], decision="allow"))
    assert_over(browser.submit(pages[1], **ALICE))
    assert_over(browser.visit(pages[1].url))


def test_nothing_of_it_is_in_the_log(provider_with: MakeProvider) -> None:
    """Row 159, with every line that there is."""
    provider = provider_with(JWKS_LOG_LEVEL="trace")
    party, browser = provider.party("spa"), provider.browser()
    asked = party.asks(scope="openid offline_access")
    page = browser.visit(asked.path)
    handle = page.form.fields["flow"]
    code = party.code(provider.finish(browser, page), asked)
    tokens = party.redeem(code, asked).json()
    refreshed = party.refresh(tokens["refresh_token"]).json()
    party.userinfo(refreshed["access_token"])
    party.refresh(tokens["refresh_token"], scope="more")
    party.redeem(code, asked)
    party.refresh(refreshed["refresh_token"])
    web = provider.party()
    web.introspect(tokens["access_token"])
    web.revoke(tokens["refresh_token"])
    log = provider.server.log.read_text()
    secret = [
        code,
        handle,
        asked.verifier,
        asked.text("state"),
        password_of("alice"),
        web.secret,
        *browser.cookies.values(),
    ]
    secret += [answer[name] for answer in (tokens, refreshed) for name in ("access_token", "id_token", "refresh_token")]
    assert not [index for index, text in enumerate(secret) if text and text in log]
    assert "reused" in log or "reuse" in log, "what happened is told"


def test_the_flow_is_the_address_and_nothing_else_is(provider: Provider) -> None:
    """No password, code or state in an address that a log keeps: a handle is worth nothing in another browser."""
    browser, party = provider.browser(), provider.party()
    asked = party.asks()
    page = browser.visit(asked.path)
    assert set(parse_qs(urlsplit(page.url).query)) <= {"flow"}
    assert set(page.form.fields) == {"flow", "username", "password"} and page.form.method == "post"
