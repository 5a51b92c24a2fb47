"""requests-oauth2client: a confidential client, and a public one on a user's own machine."""

from collections.abc import Iterator

import requests
from requests_oauth2client import BearerToken, InvalidGrant, OAuth2Client, UnauthorizedClient

from clients.issuer import EMAIL, USER, Issuer

_API = "https://reports.example.com"
_LOOPBACK = "http://127.0.0.1:53682/callback"
_SCOPE = "openid profile email offline_access"


def play(issuer: Issuer) -> Iterator[str]:
    issuer.add_resource(_API, "--scope", "read")
    yield from _confidential(issuer)
    yield from _public(issuer)
    yield from _machine(issuer)


def _configured(issuer: Issuer, **client: str) -> OAuth2Client:
    session = requests.Session()
    session.trust_env = False
    session.verify = str(issuer.certificate)
    return OAuth2Client.from_discovery_endpoint(
        issuer=issuer.url, redirect_uri=_LOOPBACK, session=session, testing=True, **client
    )


def _logged_in(issuer: Issuer, client: OAuth2Client, asks: bool, **more: str) -> BearerToken:
    """By code and PKCE, with `state`, `nonce` and `iss` checked; `asks` whether the user is asked for consent."""
    # What the metadata say of `iss` the library reads and does not hand on.
    demanded = {"authorization_response_iss_parameter_supported": client.authorization_response_iss_parameter_supported}
    assert all(demanded.values())
    request = client.authorization_request(scope=_SCOPE, **demanded, **more)
    browser = issuer.browser()
    page = issuer.signed_in(browser, browser.visit(request.uri), until=_LOOPBACK)
    assert page.url.startswith(issuer.url if asks else _LOOPBACK), page
    if asks:
        page = browser.submit(page, ("decision", "allow"), until=_LOOPBACK)
    return client.authorization_code(request.validate_callback(page.url))


def _confidential(issuer: Issuer) -> Iterator[str]:
    registered = issuer.register("Confidential", _LOOPBACK)
    client = _configured(issuer, client_id=registered.id, client_secret=registered.secret)
    token = _logged_in(issuer, client, asks=False)
    assert token.id_token.preferred_username == USER and client.userinfo(token)["email"] == EMAIL, token
    yield "code with PKCE and iss"
    second = client.refresh_token(token)
    # Who proves itself by a secret keeps its refresh token.
    assert second.access_token != token.access_token and second.refresh_token in (None, token.refresh_token), second
    assert client.introspect_token(second)["active"] is True
    yield "refresh, introspection"
    assert client.revoke_refresh_token(token.refresh_token)
    assert client.introspect_token(second)["active"] is False
    _refused(client, token.refresh_token)
    yield "revocation"


def _public(issuer: Issuer) -> Iterator[str]:
    registered = issuer.register("Public", _LOOPBACK.replace(":53682", ""), "--public", "--resource", _API)
    client = _configured(issuer, client_id=registered.id)
    token = _logged_in(issuer, client, asks=True, resource=_API)
    assert token.id_token.preferred_username == USER, token
    first = token.refresh_token
    second = client.refresh_token(token).refresh_token
    # An answer that was lost is given again; two steps back is somebody else.
    assert second != first and client.refresh_token(first).refresh_token == second
    assert client.refresh_token(second).refresh_token not in (first, second)
    _refused(client, first)
    _refused(client, second)
    yield "a public client on a free port, Allow, rotation, reuse ends it"


def _machine(issuer: Issuer) -> Iterator[str]:
    registered = issuer.register("Machine", None, "--grant", "client_credentials", "--resource", _API)
    client = _configured(issuer, client_id=registered.id, client_secret=registered.secret)
    token = client.client_credentials(scope="read", resource=_API)
    assert token.refresh_token is None and client.introspect_token(token)["aud"] == _API
    try:
        client.refresh_token("rt_of-nobody")
    except (InvalidGrant, UnauthorizedClient):
        yield "client credentials"
    else:
        raise AssertionError("a client without that grant was not refused")


def _refused(client: OAuth2Client, refresh_token: str) -> None:
    try:
        client.refresh_token(refresh_token)
    except InvalidGrant:
        return
    raise AssertionError("a dead refresh token was taken")
