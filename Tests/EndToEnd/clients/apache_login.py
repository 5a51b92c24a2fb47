"""mod_auth_openidc as a relying party: whoever signs in reaches the web app behind Apache."""

import json
import secrets
from collections.abc import Iterator
from urllib.parse import quote

from clients.apache import apache, free_ports, site, web_app
from clients.browser import Browser, Page
from clients.issuer import EMAIL, USER, Issuer, Registered

# What an operator writes for one site.
_SITE = """\
OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration
OIDCClientID {client.id}
OIDCClientSecret {client.secret}
OIDCRedirectURI {home}/signed-in
OIDCCryptoPassphrase {passphrase}
OIDCScope "openid profile email"
OIDCRemoteUserClaim preferred_username
OIDCPassRefreshToken On
OIDCPassUserInfoAs claims json
"""

_API = "https://behind-apache.example.com"

# The ways that are told apart, each with the directives that it takes more.
_WAYS = {
    "code": "",
    "PKCE": "OIDCPKCEMethod S256\n",
    "form_post": "OIDCResponseMode form_post\nOIDCProviderTokenEndpointAuth client_secret_post\n"
    "OIDCUserInfoTokenMethod post_param\n",
    "front POST": "OIDCProviderAuthRequestMethod POST\n",
    "API": f"OIDCAuthRequestParams resource={quote(_API, safe='')}\n",
    "refresh": "OIDCRefreshAccessTokenBeforeExpiry 86400 logout_on_error\n",
}


def play(issuer: Issuer) -> Iterator[str]:
    ports = dict(zip(_WAYS, free_ports(len(_WAYS)), strict=True))
    clients: dict[str, Registered] = {}
    sites = []
    issuer.add_resource(_API, "--scope", "read")
    with web_app() as app:
        for way, port in ports.items():
            home = f"http://127.0.0.1:{port}"
            client = clients[way] = issuer.register(f"Apache {way}", f"{home}/signed-in", "--resource", _API)
            directives = _SITE.format(issuer=issuer.url, client=client, home=home, passphrase=secrets.token_hex())
            sites.append(site(port, app, directives + _WAYS[way]))
        with apache("".join(sites), ports["code"], issuer.certificate) as log:
            for way, port in ports.items():
                try:
                    yield _logs_in(issuer, way, f"http://127.0.0.1:{port}", clients[way])
                except AssertionError as error:
                    raise AssertionError(f"{way}: {error}\n{log.read_text()}") from error


def _logs_in(issuer: Issuer, way: str, home: str, client: Registered) -> str:
    browser = issuer.browser()
    page = issuer.signed_in(browser, _visited(browser, way, home))
    if way == "form_post":
        assert page.form().action == f"{home}/signed-in" and "code" in page.form().fields, page
        page = browser.submit(page)
        assert not any("code=" in url for _, url in browser.requests), browser.requests
    told = _told(page)
    assert told["OIDC_CLAIM_preferred_username"] == USER and told["OIDC_CLAIM_email"] == EMAIL, told
    # An ID token that came with a refresh has none (OpenID Connect Core 1.0 §12.2).
    assert told["OIDC_CLAIM_iss"] == issuer.url and ("OIDC_CLAIM_nonce" in told) == (way != "refresh"), told
    assert json.loads(told["OIDC_userinfo_json"])["sub"] == told["OIDC_CLAIM_sub"], told
    asked = next(url for _, url in browser.requests if url.startswith(f"{issuer.url}/authorize?"))
    assert ("code_challenge_method=S256" in asked) == (way == "PKCE"), asked
    if way == "front POST":
        _sign_out(browser, home)
        # Who is signed in is not asked again, although a form of another site comes without cookies.
        _told(_visited(browser, way, home))
        return "front POST, single sign-on"
    if way == "API":
        token = issuer.asked("/introspect", client, token=told["OIDC_access_token"]).json()
        assert token["aud"] == _API, token
        return "an access token for an API"
    if way == "refresh":
        return _refreshes(issuer, browser, home, client, told)
    return way


def _visited(browser: Browser, way: str, home: str) -> Page:
    page = browser.visit(f"{home}/report")
    return browser.submit(page) if way == "front POST" else page


def _sign_out(browser: Browser, home: str) -> None:
    """At Apache."""
    browser.visit(f"{home}/signed-in?logout={home}/", until=f"{home}/")


def _refreshes(issuer: Issuer, browser: Browser, home: str, client: Registered, before: dict[str, str]) -> str:
    """Each request wants a younger token here."""
    after = _told(browser.visit(f"{home}/report"))
    assert after["OIDC_access_token"] != before["OIDC_access_token"], "no refresh"
    assert issuer.is_active(after["OIDC_access_token"], client)
    _sign_out(browser, home)
    assert not issuer.is_active(after["OIDC_access_token"], client), "signing out has revoked nothing"
    _told(browser.visit(f"{home}/report"))
    with issuer.disabled_user():
        assert "Logged Out" in browser.visit(f"{home}/report").text
        page = browser.visit(f"{home}/report")
        assert page.url.startswith(issuer.url) and "password" in page.form().fields, page
    return "refresh, revocation, a disabled user is out"


def _told(page: Page) -> dict[str, str]:
    """What the web app was told about its user."""
    assert page.status == 200 and page.headers["Content-Type"] == "application/json", page
    return json.loads(page.text)
