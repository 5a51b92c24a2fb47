"""What another site, or who wants to be taken for somebody else, may try: login CSRF, session fixation, open redirects,
code injection.
"""

import secrets
from urllib.parse import urlsplit

import pytest

from support.browser import ELSEWHERE, FORM_TYPE, Browser, Page
from support.client import Response
from support.provider import Provider, password_of
from support.relying_party import encoded

ALICE = {"username": "alice", "password": password_of("alice")}


def raw(provider: Provider, browser: Browser, page: Page, headers: dict[str, str]) -> Response:
    """The page's form with a right password, as sent with these header fields."""
    cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items())}
    body = encoded(page.form.fields | ALICE).encode()
    return provider.http.request("POST", urlsplit(page.form.action).path, body, FORM_TYPE | cookies | headers)


FOREIGN = [
    {"Sec-Fetch-Site": "cross-site", "Origin": ELSEWHERE},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:1"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Origin": ELSEWHERE},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1"},
    {},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_login_csrf(provider: Provider, headers: dict[str, str]) -> None:
    """Another site's form signs nobody in, even where the browser's cookies came along."""
    party, browser = provider.party(), provider.browser()
    asked = party.asks()
    page = browser.visit(asked.path)
    answer = raw(provider, browser, page, headers)
    assert answer.status == 403 and not answer.headers.get_all("Set-Cookie")
    assert party.code(browser.sign_in(page, "alice", password_of("alice")), asked)


def test_older_browsers_say_their_origin_alone(provider: Provider) -> None:
    party, browser = provider.party(), provider.browser()
    page = browser.visit(party.asks().path)
    assert raw(provider, browser, page, {"Origin": browser.origin}).status == 303


def test_an_attackers_session_is_not_put_under_a_victim(provider: Provider) -> None:
    """The victim's browser is led to the attacker's page; it has no cookie of that flow."""
    attacker, victim, party = provider.browser(), provider.browser(), provider.party()
    page = attacker.visit(party.asks().path)
    forged = victim.post("/sign-in", page.form.fields | ALICE, from_elsewhere=True)
    assert forged.status == 403 and "session" not in victim.cookies


def test_a_session_that_was_known_before_is_worth_nothing_after(provider: Provider) -> None:
    """Session fixation: the secret of the session is a new one with each password."""
    browser, party = provider.browser(), provider.party()
    browser.cookies["session"] = planted = secrets.token_urlsafe(32)
    provider.finish(browser, browser.visit(party.asks().path))
    first = browser.cookies["session"]
    assert first != planted
    provider.finish(browser, browser.visit(party.asks(prompt="login").path))
    assert browser.cookies["session"] != first
    for old in (planted, first):
        other = provider.browser()
        other.cookies["session"] = old
        asked = party.asks(prompt="none")
        assert party.refusal(other.open(asked.path), asked) == "login_required"


@pytest.mark.parametrize(
    "target", [ELSEWHERE, "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)", f"{ELSEWHERE}#"]
)
def test_no_open_redirect(provider: Provider, target: str) -> None:
    names = (
        "next",
        "redirect",
        "return_to",
        "continue",
        "url",
        "redirect_uri",
        "post_logout_redirect_uri",
        "rd",
        "flow",
    )
    party, browser = provider.party(), provider.browser()
    stranger = encoded({name: target for name in names})
    for path in (
        f"/sign-in?{stranger}",
        f"/authorize?{stranger}",
        f"/?{stranger}",
        "//elsewhere.example/",
        "/%5Celsewhere",
    ):
        answer = provider.http.get(path)
        assert "elsewhere" not in (answer.headers["Location"] or "") and answer.status not in (301, 302, 307, 308)
    # Beside a right request they lead nowhere.
    asked = party.asks(**{name: target for name in names if name not in ("redirect_uri",)})
    assert party.code(provider.answer(asked, browser), asked)


def test_a_code_of_somebody_else_is_not_taken_in(provider: Provider) -> None:
    """Code injection: the attacker's own code in the victim's session of the client fails at its verifier, and where
    there is none at the nonce, which is that of the attacker's request."""
    party = provider.party()
    attackers, victims = party.asks(), party.asks()
    code = provider.code(party, attackers, username="bob")
    injected = party.redeem(code, victims)
    assert (injected.status, injected.json()["error"]) == (400, "invalid_grant")
    plain = provider.party("plain")
    attackers, victims = plain.asks(), plain.asks()
    tokens = plain.redeem(provider.code(plain, attackers, username="bob"), victims).json()
    claims = plain.identity(tokens, attackers)
    assert claims["nonce"] != victims.parameters["nonce"]
