"""Django with django-allauth, as Paperless-ngx has it, and with mozilla-django-oidc."""

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from clients.browser import Browser, Page
from clients.issuer import EMAIL, USER, Issuer
from clients.program import running
from support.ports import free_port
from support.server import REPOSITORY

_PROGRAM = Path(__file__).with_name("django_programs") / "site.py"
# An environment of its own, which script/oauth-clients makes.
_PYTHON = REPOSITORY / ".build" / "oauth-clients" / "django" / "bin" / "python"


def play(issuer: Issuer) -> Iterator[str]:
    port = free_port()
    home = f"http://127.0.0.1:{port}"
    uris = ("--redirect-uri", f"{home}/oidc/callback/", "--post-logout-redirect-uri", f"{home}/")
    client = issuer.register("Django", f"{home}/accounts/oidc/id/login/callback/", *uris)
    told_it = {
        "ISSUER": issuer.url, "HOME_URL": home, "CLIENT_ID": client.id, "CLIENT_SECRET": client.secret,
        "REQUESTS_CA_BUNDLE": str(issuer.certificate),
    }  # fmt: skip
    with TemporaryDirectory(prefix="django-") as directory:
        log = Path(directory) / "log"
        with log.open("w") as errors, running([_PYTHON, _PROGRAM, directory], port, errors, **told_it):
            try:
                yield _by_allauth(issuer, home)
                yield _by_mozilla(issuer, home)
            except AssertionError as error:
                raise AssertionError(f"{error}\n{log.read_text()}") from error


def _by_allauth(issuer: Issuer, home: str) -> str:
    browser = issuer.browser()
    page = issuer.signed_in(browser, browser.visit(f"{home}/accounts/oidc/id/login/"))
    assert (page.url, page.text) == (f"{home}/", f"{USER} {EMAIL}"), page
    return "django-allauth: PKCE, userinfo"


def _by_mozilla(issuer: Issuer, home: str) -> str:
    browser = issuer.browser()
    page = issuer.signed_in(browser, browser.visit(f"{home}/oidc/authenticate/"))
    # It makes the user's name of the address, by a digest.
    assert page.url == f"{home}/" and page.text.endswith(f" {EMAIL}"), page
    _looks_again(browser, home, page)
    page = browser.visit(f"{home}/oidc/logout/")
    assert (page.url, page.text) == (f"{home}/", "nobody"), page
    # The issuer's session has ended too: who signs in again is asked for the password.
    assert browser.visit(f"{home}/oidc/authenticate/").url.startswith(issuer.url)
    return "mozilla-django-oidc: PKCE, nonce, userinfo, renewal by prompt=none, sign-out"


def _looks_again(browser: Browser, home: str, before: Page) -> None:
    time.sleep(1.5)
    asked = len(browser.requests)
    page = browser.visit(f"{home}/")
    assert (page.url, page.text) == (f"{home}/", before.text), page
    assert any("prompt=none" in url for _, url in browser.requests[asked:]), browser.requests[asked:]
