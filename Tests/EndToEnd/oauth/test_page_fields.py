"""Pages and cookies as a browser gets them: header fields, weight, limits, and row 131 of the checklist."""

import re

from support import database
from support.browser import Browser, Page
from support.page_rules import MOST_BYTES, assert_a_page
from support.provider import MakeProvider, Provider, password_of


def weight(browser: Browser, page: Page) -> int:
    """Of the page with all that it loads, which is one file at the most and our own."""
    files = [each["href"] for each in page.tags("link")] + [
        each["src"] for each in page.tags("script") if "src" in each
    ]
    assert len(files) <= 1 and all(file.startswith("/") and not file.startswith("//") for file in files)
    loaded = [browser.open(file).answer for file in files]
    assert all(answer.status == 200 and "immutable" in answer.headers["Cache-Control"] for answer in loaded)
    return len(page.answer.body) + sum(len(answer.body) for answer in loaded)


def test_pages_are_light(provider: Provider) -> None:
    for name in ("web", "asking"):
        browser = provider.browser()
        page = browser.visit(provider.party(name).asks().path)
        pages = [page, browser.sign_in(page, "alice", "wrong")]
        if name == "asking":
            pages.append(browser.sign_in(page, "alice", password_of("alice")))
            assert pages[-1].asks
        pages.append(browser.visit("/authorize"))
        for each in pages:
            assert_a_page(each)
            assert not each.tags("script") and weight(browser, each) < MOST_BYTES


def test_no_form_action_where_a_form_ends_at_a_client(provider: Provider) -> None:
    """Chrome and Safari hold it against the redirect that answers the form, too."""
    for name in ("web", "asking"):
        page = provider.signed_in().visit(provider.party(name).asks(prompt="login").path)
        assert "form-action" not in page.answer.headers["Content-Security-Policy"]


def test_the_cookies(provider: Provider) -> None:
    browser = provider.signed_in()
    names = set()
    for line in browser.set_cookies:
        name, *attributes = re.split("=|; ", line.replace("=", "; ", 1))
        names.add(name)
        # Plain names: the issuer is http, on loopback.
        assert {"HttpOnly", "SameSite", "Path"} <= set(attributes) and "SameSite=Lax" in line and "Path=/" in line
        assert "Domain" not in line and "__Host-" not in line
        assert len(line.split("=", 1)[1].split(";")[0]) >= 22
    assert names == {"flow", "session"}


def test_the_cookies_of_an_https_issuer(provider_with: MakeProvider) -> None:
    provider = provider_with(JWKS_ISSUER="https://id.example.com")
    party, browser = provider.party("asking"), provider.browser()
    asked = party.asks()
    page = browser.visit(asked.path)
    assert "max-age=" in page.answer.headers["Strict-Transport-Security"]
    assert party.redeem(party.code(provider.finish(browser, page), asked), asked).status == 200
    assert set(browser.cookies) == {"__Host-flow", "__Host-session"}
    assert all("; Secure" in line and "Domain" not in line and "Path=/;" in f"{line};" for line in browser.set_cookies)
    # A cookie without the prefix could be another host's of the same site.
    other = provider.browser()
    other.cookies["session"] = browser.cookies["__Host-session"]
    assert other.visit(party.asks().path).wants_password


def test_too_many_attempts(provider_with: MakeProvider) -> None:
    """The limit of `POST /auth`, told on the page."""
    provider = provider_with(JWKS_RATE_LIMIT="3")
    browser = provider.browser()
    page = browser.visit(provider.party().asks().path)
    # Of names that there are not: a limit that counts by name alone would let them pass.
    answers = [browser.submit(page, username=f"nobody-{count}", password="wrong") for count in range(8)]
    assert {answer.status for answer in answers} == {401, 429}
    limited = [answer for answer in answers if answer.status == 429][-1]
    assert int(limited.answer.headers["Retry-After"]) >= 1 and limited.read.alert.strip()
    assert_a_page(limited)


def test_wrong_unknown_and_disabled_look_the_same(provider: Provider) -> None:
    provider.new_user("locked")
    assert provider.server.run("users", "disable", "--username", "locked").returncode == 0
    browser = provider.browser()
    page = browser.visit(provider.party().asks().path)
    shown = []
    for username, password in (("bob", "wrong"), ("nobody", "wrong"), ("locked", password_of("locked"))):
        answer = browser.submit(page, username=username, password=password)
        assert answer.status == 401 and answer.read.alert.strip() and answer.form.fields["password"] == ""
        assert answer.form.fields["username"] == username
        fields = [each for each in answer.answer.lasting_headers() if each[0] != "content-length"]
        shown.append((answer.answer.body.replace(username.encode(), b""), fields))
    assert shown[0] == shown[1] == shown[2]
    assert "session" not in browser.cookies


def test_row_131_a_sign_in_leaves_the_rows_of_a_login(provider: Provider) -> None:
    """The same account rules, `auth_logs` and audit as those of `POST /auth`."""
    file = provider.server.database

    def count(where: str) -> int:
        number: int = database.value(file, f"SELECT count(*) FROM auth_logs WHERE user_id {where}")
        return number

    provider.new_user("logged")
    before = count("IS NULL")
    user = database.value(file, "SELECT id FROM users WHERE username = 'logged'")
    browser = provider.browser()
    page = browser.visit(provider.party().asks().path)
    assert browser.submit(page, username="logged", password="wrong").status == 401
    assert count("IS NULL") == before + 1
    assert browser.submit(page, username="logged", password=password_of("logged")).status == 303
    assert count(f"= {user}") == 1
    assert database.value(file, f"SELECT last_login IS NOT NULL FROM users WHERE id = {user}") == 1
