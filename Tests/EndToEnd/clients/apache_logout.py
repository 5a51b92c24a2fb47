"""mod_auth_openidc by what `clients create --like` prints, word by word: two applications, two browsers, and what becomes
of them when somebody signs out."""

import json
from collections.abc import Iterator
from urllib.parse import quote

from clients.apache import apache, configured_site, free_ports, web_app
from clients.browser import Browser, Page
from clients.issuer import EMAIL, USER, Issuer
from support.rotation import command, until

# Here the applications share a host, and so their cookies: elsewhere each has its own.
_OWN_COOKIE = "OIDCCookie session_of_{port}\n"


def play(issuer: Issuer) -> Iterator[str]:
    ports = free_ports(2)
    homes = [f"http://127.0.0.1:{port}" for port in ports]
    sites = []
    with web_app() as app:
        for port, home in zip(ports, homes, strict=True):
            client, configuration = issuer.register_like("mod_auth_openidc", home)
            checked = issuer.checked(client, "mod_auth_openidc", f"{home}/signed-in")
            assert checked["fails_at"] is None, checked
            sites.append(configured_site(port, app, _OWN_COOKIE.format(port=port) + configuration))
        with apache("".join(sites), ports[0], issuer.certificate) as log:
            try:
                yield from _sign_out(issuer, *homes)
            except AssertionError as error:
                raise AssertionError(f"{error}\n{log.read_text()}") from error


def _sign_out(issuer: Issuer, first: str, second: str) -> Iterator[str]:
    here, elsewhere = issuer.browser(), issuer.browser()
    for browser in (here, elsewhere):
        told = _told(issuer.signed_in(browser, browser.visit(f"{first}/report")))
        assert told["OIDC_CLAIM_preferred_username"] == USER and told["OIDC_CLAIM_email"] == EMAIL, told
        # Nobody is asked for a password twice.
        assert _told(browser.visit(f"{second}/report"))["OIDC_CLAIM_sub"] == told["OIDC_CLAIM_sub"]
    yield "by its printed configuration, as clients check says; two applications, two browsers"

    page = here.visit(f"{first}/signed-in?logout={quote(f'{first}/', safe='')}", until=f"{first}/")
    assert page.url == f"{first}/" and page.status == 303, page
    asked = [url for _, url in here.requests if url.startswith(f"{issuer.url}/logout?")]
    assert len(asked) == 1 and "id_token_hint=" in asked[0], here.requests
    assert not _is_in(issuer, here, first)
    yield "sign-out at one goes to the issuer and back, without a question"

    until(lambda: not _is_in(issuer, here, second), "the other application has heard of it")
    for home in (first, second):
        assert _is_in(issuer, elsewhere, home), "another browser was signed out"
    yield "the other hears of it by the back channel; another browser does not"

    command(issuer.server, "users", "sign-out-everywhere", "--username", USER)
    for home in (first, second):
        until(lambda home=home: not _is_in(issuer, elsewhere, home), f"{home} has heard of it")
    yield "signed out everywhere, all are out"


def _is_in(issuer: Issuer, browser: Browser, home: str) -> bool:
    """Whether the application still knows the browser; else it sends it to the issuer, whom nobody visits here."""
    page = browser.visit(f"{home}/report", until=f"{issuer.url}/authorize")
    if page.url.startswith(issuer.url):
        return False
    _told(page)
    return True


def _told(page: Page) -> dict[str, str]:
    """What the web app was told about its user."""
    assert page.status == 200 and page.headers["Content-Type"] == "application/json", page
    return json.loads(page.text)
