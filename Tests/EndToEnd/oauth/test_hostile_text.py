"""Text of whoever wants to break out of a page or of an answer: rows 28 and 34 of the checklist."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from support.browser import Browser, Page
from support.page_rules import assert_a_page
from support.provider import Provider
from support.rotation import command

HOSTILE = {
    "markup": "<script>alert(1)</script>\"><img src=x onerror=alert(1)>'&amp;",
    "quotes": "\" autofocus onfocus='alert(1)' x=\"",
    "closing": "</title></main></form><form action=https://elsewhere.example><input name=password>",
    "turned": "abc\u202ecba\u2066\u200f",
    "NUL": "a\x00b\x07\x1b[31m\r\nSet-Cookie: evil=1",
    "template": "{{7*7}}${7*7}<%= 7*7 %>#{7*7}",
    "long": "x" * 3_000,
    "longer than most requests": "x" * 10_000,
    "longer than any request": "x" * 40_000,
    "wide": "\u00fc\U0001f600\ufdfd" * 150,
}


PAGES = ("login_hint", "username", "ui_locales", "redirect_uri", "client_id", "scope", "flow")


def form_post_parts(page: Page) -> tuple[str, dict[str, str]]:
    [form] = page.tags("form")
    fields = {each["name"]: each["value"] for each in page.tags("input")}
    return form["action"], fields


@pytest.mark.parametrize("state", HOSTILE.values(), ids=HOSTILE)
def test_row_28_form_post(provider: Provider, state: str) -> None:
    """oidcc with `response_mode=form_post`: nothing in an address, and a button for who has no scripts."""
    party = provider.party()
    # HTML turns line ends into others, whoever escapes them.
    state = re.sub(r"[\x00\r\n]", "", state)[:3_000]
    asked = party.asks(response_mode="form_post", state=state)
    page = provider.answer(asked)
    assert page.status == 200 and "no-store" in page.answer.headers["Cache-Control"]
    action, fields = form_post_parts(page)
    assert action == party.redirect_uri and page.form.method == "post" and page.tags("button")
    assert set(fields) == {"code", "state", "iss"} and fields["state"] == state and fields["iss"] == provider.issuer
    assert fields["code"] not in page.url and len(page.tags("script")) == 1
    assert "form-action" not in page.answer.headers["Content-Security-Policy"]
    assert party.redeem(fields["code"], asked).status == 200
    refused = provider.browser().visit(party.asks(response_mode="form_post", state=state, prompt="none").path)
    action, fields = form_post_parts(refused)
    assert action == party.redirect_uri and fields["error"] == "login_required" and fields["state"] == state


def echoing(provider: Provider, browser: Browser, field: str, text: str) -> list[Page]:
    """Pages that might show the text."""
    party = provider.party()
    if field in ("login_hint", "ui_locales", "scope"):
        value = f"openid {text}" if field == "scope" else text
        page = browser.visit(party.asks(**{field: value}).path)
        return [page] if page.status != 303 else []
    if field == "username":
        page = browser.visit(party.asks().path)
        return [browser.submit(page, username=text, password="wrong")]
    if field == "flow":
        return [browser.visit(f"/sign-in?{urlencode({'flow': text})}"), browser.post("/sign-in", {"flow": text})]
    return [browser.visit(party.asks(**{field: text}).path)]


@pytest.mark.parametrize("field", PAGES)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_row_34_what_callers_say_stays_text(provider: Provider, field: str, text: str) -> None:
    browser = provider.browser()
    for page in echoing(provider, browser, field, text):
        if len(text) >= 10_000 and page.status in (400, 413, 431) and not page.read.tags:
            assert page.answer.json() and text not in page.read.text
            continue
        assert page.status in (200, 400, 401, 413, 414), page.answer
        assert_a_page(page)
        assert not page.tags("script") and len(page.tags("form")) <= 1
        if field in ("login_hint", "username") and len(text) < 200 and text.isprintable():
            assert page.form.fields["username"] == text


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_row_34_what_goes_to_the_client_stays_a_parameter(provider: Provider, text: str) -> None:
    party = provider.party()
    text = text[:1_000]
    for name in ("state", "nonce", "scope", "prompt", "response_type", "resource", "login_hint"):
        page = provider.browser().open(party.asks(**{name: text}).path)
        assert "evil" not in [header.lower() for header in page.answer.headers] and page.status in (200, 303, 400)
        if page.status != 303 or not page.location.startswith("https://"):
            continue
        assert urlsplit(page.location).netloc == "web.example.com"
        told = parse_qs(urlsplit(page.location).query, strict_parsing=True)
        # Nothing of it in an error's text; the state alone comes back.
        assert text not in str(told.get("error_description")) and (name != "state" or told["state"] == [text])


@pytest.mark.parametrize("text", ["markup", "quotes", "closing", "template"])
def test_row_34_the_name_of_a_client(provider: Provider, text: str) -> None:
    name = HOSTILE[text][:64].strip()
    identifier = f"hostile-{text}"
    made = provider.server.run(
        "clients", "create", name, "--id", identifier, "--consent", "explicit", "--redirect-uri", "https://h.example/cb"
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    assert command(provider.server, "clients", "show", identifier)["client_name"] == name
    browser = provider.signed_in()
    request = {"response_type": "code", "client_id": identifier, "redirect_uri": "https://h.example/cb"}
    path = f"/authorize?{urlencode(request)}"
    for page in (browser.visit(path), provider.browser().visit(path)):
        assert_a_page(page)
        assert name in page.read.text and len(page.tags("form")) == 1


@pytest.mark.parametrize("name", ["a\u202eb", "a\nb", "\x1b[31m"], ids=ascii)
def test_row_34_a_name_that_turns_or_hides_is_not_registered(provider: Provider, name: str) -> None:
    made = provider.server.run("clients", "create", name, "--redirect-uri", "https://h.example/cb")
    assert made.returncode != 0 and name not in made.stderr
