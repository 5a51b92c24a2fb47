"""The account's own pages in a real browser: script/browser-test runs these."""

from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

import html5lib
from playwright.sync_api import Browser, BrowserContext, Page, expect

import pytest
from support.oauth_client import PASSWORD, PKCE, OAuthClient
from support.server import Server
from test_pages import (  # noqa: F401  These are fixtures, too.
    MOST_BYTES, Callback, app, arrived, callback, chromium, context, desktop, everybody_can_use, is_page, issuer, sign_in,
)  # fmt: skip


def test_by_keyboard_with_two_requests(
    context: BrowserContext, app: OAuthClient, callback: Callback, report: Callable[[str], None]  # noqa: F811
) -> None:
    page = context.new_page()
    page.goto(app.request())
    sign_in(page)
    arrived(page, callback)
    requests: list[str] = []
    sizes: dict[str, int] = {}
    page.on("request", lambda request: requests.append(urlsplit(request.url).path))
    page.on("response", lambda answer: sizes.update({urlsplit(answer.url).path: len(answer.body())}))
    page.goto("/account")
    page.wait_for_load_state("networkidle")
    report(f"the account's page asks for {requests}: {sum(sizes.values())} bytes")
    assert requests[0] == "/account" and requests[1].startswith("/assets/pages-") and len(requests) == 2
    assert sum(sizes.values()) < MOST_BYTES
    expect(page.get_by_role("heading", name="Applications")).to_be_visible()
    page.get_by_role("button", name="Withdraw: Example App").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("That application has no access any more.")
    expect(page.get_by_text("No application has access")).to_be_visible()
    page.get_by_role("button", name="Sign out everywhere").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("You are signed out")
    # Nothing of it is shown any more.
    page.go_back()
    expect(page.locator("h1")).to_have_text("Sign in")


def test_without_scripts_the_password_is_changed(
    chromium: Browser, issuer: Server  # noqa: F811
) -> None:
    issuer.create_user("bob", PASSWORD)
    context = chromium.new_context(  # noqa: F811
        base_url=issuer.settings["JWKS_ISSUER"], java_script_enabled=False, locale="en-US"
    )
    page = context.new_page()
    page.goto("/.well-known/change-password")
    expect(page.locator("h1")).to_have_text("Change password")
    expect(page.locator("#username")).to_be_focused()
    for text in ("bob", PASSWORD, "another password", "another passwort"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("not the same")
    expect(page.locator("#username")).to_have_value("bob")
    expect(page.locator("#password")).to_be_focused()
    for text in (PASSWORD, "another password", "another password"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Your password is changed")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [900, 320])
def test_everybody_can_use_them(
    chromium: Browser, issuer: Server, app: OAuthClient, desktop: OAuthClient, callback: Callback,  # noqa: F811
    scheme: str, width: int,
) -> None:  # fmt: skip
    """In both schemes and on narrow screens; and the markup is valid."""
    locale = "en-US" if scheme == "light" else "de-DE"
    context = chromium.new_context(  # noqa: F811
        base_url=issuer.settings["JWKS_ISSUER"], color_scheme=scheme, viewport={"width": width, "height": 700},
        locale=locale,
    )  # fmt: skip
    page = context.new_page()
    sources: list[str] = []
    page.on("response", lambda answer: sources.append(answer.text()) if is_page(answer) else None)
    look = partial(everybody_can_use, page, scheme=scheme, width=width)
    page.goto("/account")
    look("account-sign-in")
    sign_in(page)
    page.locator("button[value=sign-out-everywhere]").wait_for()
    page.goto(app.request())
    arrived(page, callback)
    page.goto(desktop.request(**PKCE, scope="openid email offline_access"))
    page.locator("button[value=allow]").click()
    arrived(page, callback)
    page.goto("/account")
    look("account")
    page.locator("button[value=withdraw]").first.click()
    page.get_by_role("status").wait_for()
    look("account-notice")
    page.goto("/account/password")
    look("account-password")
    page.locator("#password").fill("wrong")
    page.locator("#new-password").fill("another password")
    page.locator("#repeated").fill("another password")
    page.locator("button.main").click()
    page.get_by_role("alert").wait_for()
    look("account-wrong-password")
    page.goto("/account")
    page.locator("button[value=sign-out-everywhere]").click()
    page.get_by_role("status").wait_for()
    look("account-signed-out")
    context.close()
    assert len(sources) >= 8
    for source in sources:
        html5lib.HTMLParser(strict=True).parse(source)
