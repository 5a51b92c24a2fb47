"""Authlib as the client: what its integrations for web frameworks do, and its own reading of the metadata."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from authlib.integrations.base_client import OAuthError
from authlib.integrations.base_client.sync_app import BaseApp, OAuth2Mixin
from authlib.integrations.base_client.sync_openid import OpenIDMixin
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.discovery import OpenIDProviderMetadata
from support.provider import API, EMAIL, Provider

SCOPE = "openid profile email offline_access"


class App(OAuth2Mixin, OpenIDMixin, BaseApp):  # type: ignore[misc]
    """As Authlib's clients for Flask and Django are made, without a framework."""

    client_cls = OAuth2Session


def app(provider: Provider, name: str, **client_options: Any) -> App:
    party = provider.party(name)
    return App(
        SimpleNamespace(update_token=lambda *_, **__: None),
        name=name,
        client_id=party.client_id,
        client_secret=party.secret,
        server_metadata_url=f"{provider.issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": SCOPE} | client_options,
    )


def test_its_reading_of_the_metadata(provider: Provider) -> None:
    metadata = provider.http.get("/.well-known/openid-configuration").json()
    OpenIDProviderMetadata(metadata).validate()
    with pytest.raises(ValueError, match="RS256"):
        OpenIDProviderMetadata(metadata | {"id_token_signing_alg_values_supported": ["ES256"]}).validate()


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("plain", {}),
        ("plain", {"token_endpoint_auth_method": "client_secret_post"}),
        ("web", {"code_challenge_method": "S256"}),
        ("web", {"code_challenge_method": "S256", "token_endpoint_auth_method": "client_secret_post"}),
        ("spa", {"code_challenge_method": "S256", "token_endpoint_auth_method": "none"}),
    ],
    ids=str,
)
def test_a_sign_in(provider: Provider, name: str, options: dict[str, str]) -> None:
    client, party = app(provider, name, **options), provider.party(name)
    begun = client.create_authorization_url(party.redirect_uri)
    page = provider.finish(browser := provider.browser(), browser.visit(begun["url"]))
    answer = {key: values[0] for key, values in parse_qs(urlsplit(page.location).query).items()}
    assert answer["state"] == begun["state"]
    verifier = {"code_verifier": begun["code_verifier"]} if "code_verifier" in begun else {}
    tokens = client.fetch_access_token(party.redirect_uri, code=answer["code"], state=answer["state"], **verifier)
    user = client.parse_id_token(tokens, nonce=begun["nonce"])
    assert (user["preferred_username"], user["email"]) == ("alice", EMAIL)
    told = client.userinfo(token=tokens)
    assert (told["sub"], told["email"]) == (user["sub"], EMAIL)


def test_a_wrong_nonce_is_seen(provider: Provider) -> None:
    client, party = app(provider, "plain"), provider.party("plain")
    tokens = provider.tokens(party)
    with pytest.raises(Exception, match="nonce"):
        client.parse_id_token(tokens, nonce="another")


def test_a_refresh_and_the_end(provider: Provider) -> None:
    party = provider.party("plain")
    tokens = provider.tokens(party)
    metadata = provider.http.get("/.well-known/openid-configuration").json()
    session = OAuth2Session(
        party.client_id, party.secret, token=tokens, revocation_endpoint_auth_method="client_secret_basic"
    )
    new = session.refresh_token(metadata["token_endpoint"], refresh_token=tokens["refresh_token"])
    assert new["access_token"] != tokens["access_token"]
    told = session.introspect_token(metadata["introspection_endpoint"], token=new["access_token"]).json()
    assert told["active"] is True and told["client_id"] == "plain"
    kept = new.get("refresh_token", tokens["refresh_token"])
    assert session.revoke_token(metadata["revocation_endpoint"], token=kept).status_code == 200
    with pytest.raises(OAuthError, match="invalid_grant"):
        session.refresh_token(metadata["token_endpoint"], refresh_token=kept)


def test_a_job(provider: Provider) -> None:
    party = provider.party("api")
    session = OAuth2Session(party.client_id, party.secret, scope="read")
    metadata = provider.http.get("/.well-known/openid-configuration").json()
    token = session.fetch_token(metadata["token_endpoint"], grant_type="client_credentials", resource=API)
    assert (token["token_type"], token["scope"]) == ("Bearer", "read") and token.is_expired() is False
