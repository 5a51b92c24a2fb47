"""The account's own page, as a browser uses it."""

import re

from support.browser import Browser, Page

ACCOUNT = "/account"
NEW_PASSWORD = "another password than before"


def buttons(page: Page, action: str) -> list[dict[str, str]]:
    """The fields of each form of the page that does this."""
    forms = re.findall(r'<form method="post" action="/account">(.*?)</form>', page.answer.body.decode(), re.DOTALL)
    fields = [
        dict(re.findall(r'<(?:input|button)[^>]* name="([^"]*)" value="([^"]*)"', form)) for form in forms
    ]
    return [each for each in fields if each["action"] == action]


def press(browser: Browser, **fields: str) -> Page:
    """Sends a form of the page and goes where it leads, as a browser does: it comes from this server all the way."""
    page = browser.post(ACCOUNT, fields)
    while page.status == 303:
        page = browser.open(page.location, from_elsewhere=False)
    return page


def opened(browser: Browser, username: str, password: str) -> Page:
    """The account's page, after a sign-in where one is wanted."""
    page = browser.visit(ACCOUNT)
    if page.wants_password:
        page = browser.sign_in(page, username, password)
    assert page.url.endswith(ACCOUNT) and page.status == 200 and "Your account" in page.read.text, page.answer
    return page


def change_password(browser: Browser, page: Page, old: str, new: str = NEW_PASSWORD, **others: str) -> Page:
    """Fills in the form, and goes on as far as this server leads."""
    answer = browser.submit(page, **{"password": old, "new_password": new, "repeated_password": new} | others)
    while answer.status == 303 and browser.is_ours(answer.location):
        answer = browser.open(answer.location, from_elsewhere=False)
    return answer
