"""Rows 133 to 136: nobody is asked the same twice, and everybody is asked about what is new."""

from support.browser import Browser, Page
from support.provider import API, Provider, name_of
from support.relying_party import RelyingParty
from support.rotation import command


def shown(provider: Provider, party: RelyingParty, browser: Browser, **changes: str) -> Page | None:
    """The question, answered with yes; None where there is none."""
    asked = party.asks(**changes)
    page = browser.visit(asked.path)
    if not page.asks:
        party.code(page, asked)
        return None
    party.code(browser.decide(page, "allow"), asked)
    return page


def test_row_134_once_and_then_the_difference(provider: Provider) -> None:
    party = provider.new_party("remembered", "--consent", "explicit", "--resource", API)
    provider.new_user("carol")
    browser = provider.signed_in("carol")
    first = shown(provider, party, browser, scope="openid")
    assert first and f"Let {name_of('remembered')} in?" in first.read.text and "know who you are" in first.read.text
    assert not shown(provider, party, browser, scope="openid")
    more = shown(provider, party, browser, scope="openid email")
    assert more and f"Let {name_of('remembered')} do more?" in more.read.text
    assert "see your e-mail address" in more.read.text and "know who you are" not in more.read.text
    assert not shown(provider, party, browser, scope="email openid")
    read = shown(provider, party, browser, scope="openid email read", resource=API)
    assert read and API in read.read.text and "e-mail" not in read.read.text
    # Of the user, not of the browser; and of this user alone.
    assert not shown(provider, party, provider.signed_in("carol"), scope="openid email read", resource=API)
    assert shown(provider, party, provider.signed_in("bob"), scope="openid")
    # Row 133.
    again = shown(provider, party, browser, scope="openid email", prompt="consent")
    assert again and "know who you are" in again.read.text and "e-mail" in again.read.text


def test_row_132_without_a_page_what_is_remembered_is_enough(provider: Provider) -> None:
    party = provider.new_party("silent", "--consent", "explicit")
    browser = provider.signed_in()
    assert shown(provider, party, browser, scope="openid")
    assert not shown(provider, party, browser, scope="openid", prompt="none")
    asked = party.asks(scope="openid email", prompt="none")
    assert party.refusal(browser.open(asked.path), asked) == "consent_required"


def test_row_136_who_is_deleted_is_forgotten(provider: Provider) -> None:
    party = provider.new_party("registered-twice", "--consent", "explicit")
    browser = provider.signed_in()
    assert shown(provider, party, browser) and not shown(provider, party, browser)
    assert provider.server.run("clients", "delete", "registered-twice", "--yes").returncode == 0
    uri = ("--redirect-uri", "https://registered-twice.example.com/cb")
    command(provider.server, "clients", "create", "Another", "--id", "registered-twice", "--consent", "explicit", *uri)
    assert browser.visit(party.asks().path).asks
