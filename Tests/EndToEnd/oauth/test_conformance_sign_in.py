"""The modules of the Basic OP plan about who signs in and when, and rows 132, 133, 135 and 137 of the checklist."""

import time

import pytest

from support import database
from support.browser import Browser
from support.provider import Provider, name_of
from support.relying_party import Asked, RelyingParty
from support.rotation import until


def signed_in(provider: Provider, party: RelyingParty, browser: Browser, **changes: object) -> dict[str, object]:
    """The claims of the ID token that a willing user's sign-in leads to."""
    asked = party.asks(**changes)
    return party.identity(party.redeem(provider.code(party, asked, browser), asked).json(), asked)


def next_second(claims: dict[str, object]) -> None:
    auth_time = claims["auth_time"]
    assert isinstance(auth_time, int)
    until(lambda: time.time() >= auth_time + 1, "the next second")


def silently(party: RelyingParty, browser: Browser, **changes: object) -> tuple[Asked, dict[str, str]]:
    """What `prompt=none` is answered with: never a page. What ends in this moment is seen one redirect later."""
    asked = party.asks(prompt="none", **changes)
    return asked, party.answer(browser.visit(asked.path), asked)


def test_oidcc_prompt_login(provider: Provider) -> None:
    party, browser = provider.party(), provider.browser()
    first = signed_in(provider, party, browser)
    next_second(first)
    assert browser.visit(party.asks(prompt="login").path).wants_password
    second = signed_in(provider, party, browser, prompt="login")
    assert second["sub"] == first["sub"] and second["auth_time"] > first["auth_time"]  # type: ignore[operator]


def test_oidcc_prompt_none_not_logged_in(provider: Provider) -> None:
    party = provider.party()
    _, answer = silently(party, provider.browser())
    assert answer["error"] == "login_required" and "code" not in answer


def test_oidcc_prompt_none_logged_in(provider: Provider) -> None:
    party, browser = provider.party(), provider.browser()
    first = signed_in(provider, party, browser)
    next_second(first)
    asked, answer = silently(party, browser)
    second = party.identity(party.redeem(answer["code"], asked).json(), asked)
    assert (second["sub"], second["auth_time"]) == (first["sub"], first["auth_time"])


def test_oidcc_max_age_1(provider: Provider) -> None:
    party, browser = provider.party(), provider.browser()
    first = signed_in(provider, party, browser)
    until(
        lambda: silently(party, browser, max_age="1")[1].get("error") == "login_required", "a sign-in that is too old"
    )
    page = browser.visit(party.asks(max_age="1").path)
    assert page.wants_password
    second = signed_in(provider, party, browser, max_age="1")
    assert second["auth_time"] > first["auth_time"]  # type: ignore[operator]


def test_oidcc_max_age_10000(provider: Provider) -> None:
    party, browser = provider.party(), provider.browser()
    first = signed_in(provider, party, browser)
    asked = party.asks(max_age="10000")
    second = party.identity(party.redeem(party.code(browser.open(asked.path), asked), asked).json(), asked)
    assert second["auth_time"] == first["auth_time"]


def test_oidcc_id_token_hint(provider: Provider) -> None:
    party, browser = provider.party(), provider.browser()
    hint = provider.tokens(party, browser)["id_token"]
    asked, answer = silently(party, browser, id_token_hint=hint)
    assert party.redeem(answer["code"], asked).status == 200
    # Of another user, and of nobody here.
    for other in (provider.signed_in("bob"), provider.browser()):
        assert silently(party, other, id_token_hint=hint)[1]["error"] == "login_required"


@pytest.mark.parametrize("kind", ["nonsense", "altered", "unsigned", "of another client"])
def test_oidcc_id_token_hint_of_which_nobody_can_say_whose_it_is(provider: Provider, kind: str) -> None:
    """Core §3.1.2.1: whoever is signed in is not shown to be the one whom the client expects. An old hint locks nobody
    out where a page may be shown."""
    party, browser = provider.party(), provider.browser()
    ours = provider.tokens(party, browser)["id_token"]
    hint = {
        "nonsense": "nonsense",
        "altered": ours[: ours.rindex(".")] + "." + "A" * 342,
        "unsigned": f"eyJhbGciOiJub25lIn0.{ours.split('.')[1]}.",
        "of another client": provider.tokens(provider.party("plain"), browser)["id_token"],
    }[kind]
    assert silently(party, browser, id_token_hint=hint)[1]["error"] == "login_required"
    asked = party.asks(id_token_hint=hint)
    assert party.code(browser.visit(asked.path), asked)


@pytest.mark.parametrize("prompt", ["login", "select_account", "consent", "login consent"])
def test_prompts_that_are_known(provider: Provider, prompt: str) -> None:
    party, browser = provider.party(), provider.signed_in()
    asked = party.asks(prompt=prompt)
    page = browser.visit(asked.path)
    assert page.wants_password != (prompt == "consent") and page.asks == (prompt == "consent")
    assert party.redeem(party.code(provider.finish(browser, page), asked), asked).status == 200


@pytest.mark.parametrize("prompt", ["none login", "consent none", "create", "NONE", "none,login"])
def test_row_132_an_unknown_prompt_or_none_with_another(provider: Provider, prompt: str) -> None:
    party = provider.party()
    asked = party.asks(prompt=prompt)
    assert party.refusal(provider.signed_in().open(asked.path), asked) == "invalid_request"


@pytest.mark.parametrize("name", ["web", "asking", "cli"])
def test_row_132_prompt_none_never_shows_a_page(provider: Provider, name: str) -> None:
    party = provider.party(name)
    for browser, error in (
        (provider.browser(), "login_required"),
        (provider.signed_in(), None if name == "web" else "consent_required"),
    ):
        assert silently(party, browser)[1].get("error") == error


def test_row_132_max_age_of_zero_is_a_login(provider: Provider) -> None:
    party, browser = provider.party(), provider.signed_in()
    assert silently(party, browser, max_age="0")[1]["error"] == "login_required"
    assert browser.visit(party.asks(max_age="0").path).wants_password
    for value in ("-1", "soon", "1.5"):
        asked = party.asks(max_age=value)
        assert party.refusal(browser.open(asked.path), asked) == "invalid_request"


def test_row_133_consent_is_asked_every_time_and_select_account_signs_in(provider: Provider) -> None:
    party, browser = provider.party(), provider.signed_in()
    for _ in range(2):
        asked = party.asks(prompt="consent")
        page = browser.visit(asked.path)
        assert page.asks
        party.code(browser.decide(page, "allow"), asked)
        assert browser.visit(party.asks(prompt="select_account").path).wants_password


@pytest.mark.parametrize("name", ["cli", "app"])
def test_row_135_who_cannot_prove_who_it_is_is_asked_about_every_time(provider: Provider, name: str) -> None:
    party, browser = provider.party(name), provider.signed_in()
    for _ in range(2):
        asked = party.asks()
        page = browser.visit(asked.path)
        assert page.asks
        assert party.redeem(party.code(browser.decide(page, "allow"), asked), asked).status == 200


@pytest.mark.parametrize(
    ("name", "place"),
    [("asking", "asking.example.com"), ("cli", "127.0.0.1"), ("app", "com.example.app")],
)
def test_row_137_the_question_names_client_and_place_and_no_means_no(provider: Provider, name: str, place: str) -> None:
    party, browser = provider.party(name), provider.signed_in()
    asked = party.asks()
    page = browser.visit(asked.path)
    assert page.asks and ("decision", "deny") in page.form.buttons
    assert name_of(name) in page.read.text and place in page.read.text and "alice" in page.read.text
    assert party.refusal(browser.decide(page, "deny"), asked) == "access_denied"
    before = database.value(provider.server.database, "SELECT count(*) FROM grants")
    # The flow is over: nobody changes the answer any more.
    again = browser.submit(page, decision="allow")
    assert again.status != 303 or "code" not in again.parameters
    assert database.value(provider.server.database, "SELECT count(*) FROM grants") == before


def test_a_sign_in_may_be_cancelled(provider: Provider) -> None:
    party, browser = provider.party(), provider.browser()
    asked = party.asks()
    page = browser.visit(asked.path)
    assert ("decision", "deny") in page.form.buttons
    assert party.refusal(browser.submit(page, decision="deny"), asked) == "access_denied"
