"""requests_oauth2client as the client: codes with PKCE and `iss`, refreshing, introspection, revocation."""

import pytest
from requests_oauth2client import BearerToken, IdToken, InvalidGrant, LoginRequired, MismatchingIssuer, OAuth2Client

from support.provider import EMAIL, Provider


def client(provider: Provider, name: str) -> OAuth2Client:
    party = provider.party(name)
    made: OAuth2Client = OAuth2Client.from_discovery_endpoint(
        f"{provider.issuer}/.well-known/openid-configuration",
        issuer=provider.issuer,
        client_id=party.client_id,
        client_secret=party.secret,
        redirect_uri=party.redirect_uri or None,
        # Endpoints on loopback are http.
        testing=True,
    )
    return made


def signed_in(provider: Provider, used: OAuth2Client) -> BearerToken:
    request = used.authorization_request(scope="openid profile email offline_access")
    browser = provider.browser()
    page = provider.finish(browser, browser.visit(str(request)))
    tokens: BearerToken = used.authorization_code(request.validate_callback(page.location), validate=True)
    return tokens


@pytest.mark.parametrize("name", ["web", "spa", "cli", "app"])
def test_a_sign_in(provider: Provider, name: str) -> None:
    used = client(provider, name)
    tokens = signed_in(provider, used)
    assert isinstance(tokens.id_token, IdToken)
    assert tokens.id_token.claims["email"] == EMAIL and tokens.expires_in and tokens.refresh_token
    assert used.userinfo(tokens)["sub"] == tokens.id_token.sub
    refreshed = used.refresh_token(tokens)
    assert refreshed.access_token != tokens.access_token
    assert used.revoke_refresh_token(refreshed.refresh_token or tokens.refresh_token)
    with pytest.raises(InvalidGrant):
        used.refresh_token(refreshed.refresh_token or tokens.refresh_token)


def test_the_issuer_of_an_answer_is_looked_at(provider: Provider) -> None:
    used = client(provider, "web")
    assert used.authorization_response_iss_parameter_supported
    request = used.authorization_request(prompt="none")
    browser = provider.browser()
    page = browser.open(str(request))
    with pytest.raises(LoginRequired):
        request.validate_callback(page.location)
    right = provider.finish(browser, browser.visit(str(used.authorization_request()))).location
    forged = used.authorization_request().validate_callback
    with pytest.raises(MismatchingIssuer):
        forged(right.replace("iss=http", "iss=https"))


def test_introspection_and_revocation(provider: Provider) -> None:
    used = client(provider, "web")
    tokens = signed_in(provider, used)
    assert used.introspect_token(tokens.access_token)["active"] is True
    assert used.revoke_access_token(tokens.access_token)
    assert used.introspect_token(tokens.access_token) == {"active": False}


def test_a_job(provider: Provider) -> None:
    token = client(provider, "api").client_credentials(scope="read", resource="https://api.example.com")
    assert isinstance(token, BearerToken) and token.scope == "read" and not token.refresh_token
