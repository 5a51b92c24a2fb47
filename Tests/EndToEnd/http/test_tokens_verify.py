"""Tokens and the JWK Set, verified by a library that knows nothing of this server: PyJWT."""

import time
import uuid
from typing import Any

import jwt
import pytest

from support import database
from support.client import JWKS_PATH, assert_error
from support.server import MakeServer, Server

ISSUER = "http://localhost:8080"


def verified(server: Server, token: str, issuer: str = ISSUER, audience: str = ISSUER) -> dict[str, Any]:
    keys = jwt.PyJWKClient(f"http://127.0.0.1:{server.port}{JWKS_PATH}")
    key = keys.get_signing_key_from_jwt(token)
    return jwt.decode(token, key, algorithms=["RS256"], audience=audience, issuer=issuer)


def test_a_token_verifies(unlimited: Server) -> None:
    client = unlimited.client
    password = client.new_user("verified")
    answer = client.login("verified", password)
    assert set(answer.json()) == {"token", "token_type", "expires_in"}
    assert (answer.json()["token_type"], answer.json()["expires_in"]) == ("Bearer", 3600)

    token = answer.json()["token"]
    claims = verified(unlimited, token)

    header = jwt.get_unverified_header(token)
    assert header == {"alg": "RS256", "kid": header["kid"], "typ": "JWT"}
    assert header["kid"] in client.published_kids()
    assert set(claims) == {"iss", "sub", "aud", "iat", "nbf", "exp", "jti", "preferred_username"}
    user_id = database.value(unlimited.database, "SELECT id FROM users WHERE username = 'verified'")
    assert claims["sub"] == str(user_id)
    assert claims["preferred_username"] == "verified"
    assert claims["exp"] - claims["iat"] == 3600
    assert claims["nbf"] <= claims["iat"] and abs(claims["iat"] - time.time()) < 60


def test_no_two_tokens_have_the_same_id(unlimited: Server) -> None:
    password = unlimited.client.new_user("twice")
    ids = {verified(unlimited, unlimited.client.token("twice", password))["jti"] for _ in range(5)}
    assert len(ids) == 5


def test_an_altered_token_does_not_verify(unlimited: Server) -> None:
    password = unlimited.client.new_user("altered")
    header, claims, signature = unlimited.client.token("altered", password).split(".")
    altered = signature[:10] + ("A" if signature[10] != "A" else "B") + signature[11:]
    with pytest.raises(jwt.InvalidSignatureError):
        verified(unlimited, f"{header}.{claims}.{altered}")


def test_expired_under_a_published_key_fails_for_its_exp_alone(unlimited: Server) -> None:
    client = unlimited.client
    password = client.new_user("published")

    def asked(value: str) -> str:
        answer = client.post(f"/auth?expired={value}", {"username": "published", "password": password})
        assert (answer.status, answer.json()["expires_in"]) == (200, 0)
        return answer.json()["token"]

    token = asked("published")
    with pytest.raises(jwt.ExpiredSignatureError):
        verified(unlimited, token)
    header, claims, signature = token.split(".")
    altered = signature[:10] + ("A" if signature[10] != "A" else "B") + signature[11:]
    with pytest.raises(jwt.InvalidSignatureError):
        verified(unlimited, f"{header}.{claims}.{altered}")
    # The other kind fails before anyone looks at its exp.
    with pytest.raises(jwt.PyJWKClientError, match="Unable to find a signing key"):
        verified(unlimited, asked("true"))


def test_an_expired_token_does_not_verify(unlimited: Server) -> None:
    password = unlimited.client.new_user("expired")
    token = unlimited.client.expired_token("expired", password)
    with pytest.raises(jwt.PyJWKClientError):
        verified(unlimited, token)
    with pytest.raises(jwt.ExpiredSignatureError):
        jwt.decode(token, options={"verify_signature": False, "verify_exp": True})
    kid = int(jwt.get_unverified_header(token)["kid"])
    assert database.value(unlimited.database, "SELECT exp FROM keys WHERE kid = ?", kid) <= time.time()


def test_expired_tokens_can_be_turned_off(server: MakeServer) -> None:
    client = server(JWKS_ALLOW_EXPIRED="false").client
    password = client.new_user("modern")
    answer = client.post("/auth?expired=true", {"username": "modern", "password": password})
    assert_error(answer, 400, "invalid_request")
    assert client.login("modern", password).status == 200


def test_issuer_audience_and_lifetime_are_settings(server: MakeServer) -> None:
    running = server(JWKS_ISSUER="https://issuer.example", JWKS_AUDIENCE="an-api", JWKS_TOKEN_LIFETIME="90s")
    password = running.client.new_user("settings")
    answer = running.client.login("settings", password)
    claims = verified(running, answer.json()["token"], "https://issuer.example", "an-api")
    assert claims["exp"] - claims["iat"] == answer.json()["expires_in"] == 90


def test_the_audience_is_the_issuer_unless_set(server: MakeServer) -> None:
    running = server(JWKS_ISSUER="https://issuer.example")
    password = running.client.new_user("audience")
    token = running.client.token("audience", password)
    assert verified(running, token, "https://issuer.example", "https://issuer.example")


def test_tokens_verify_after_a_restart(server: MakeServer) -> None:
    running = server()
    password = running.client.new_user("restart")
    token = running.client.token("restart", password)
    keys = running.client.jwks()
    running.stop()
    running.start()
    assert running.client.jwks() == keys
    assert uuid.UUID(verified(running, token)["jti"])
