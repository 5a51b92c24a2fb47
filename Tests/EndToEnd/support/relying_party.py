"""A client of OAuth and OpenID Connect, by their texts: it asks, redeems, refreshes and verifies."""

import base64
import hashlib
import json
import re
import secrets
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

import jwt
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import KeySet

from support.browser import FORM_TYPE, Page
from support.client import Client, Response
from support.client_proof import basic, challenge_of

# Of a form or a query: a list is a parameter that stands there several times, None is none.
Fields = dict[str, Any]
STANDARD_SCOPES = "openid profile email"
# RFC 6749 §5.2.
DESCRIPTION = re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]+")
# Clocks are those of one machine.
LEEWAY = 5


def left_half(text: str) -> str:
    """What `at_hash` is under RS256: OpenID Connect Core 1.0 §3.1.3.6."""
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:16]).rstrip(b"=").decode()


def unsigned(token: str) -> dict[str, Any]:
    """The claims of a token, unverified."""
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def encoded(fields: Fields) -> str:
    return urlencode({name: value for name, value in fields.items() if value is not None}, doseq=True)


@dataclass(frozen=True)
class Asked:
    """An authorization request, and what answers it."""

    parameters: Fields
    verifier: str | None = field(repr=False)

    @property
    def path(self) -> str:
        return f"/authorize?{encoded(self.parameters)}"

    def text(self, name: str) -> str:
        value = self.parameters[name]
        assert isinstance(value, str)
        return value


@dataclass(frozen=True)
class RelyingParty:
    http: Client = field(repr=False)
    issuer: str
    client_id: str
    redirect_uri: str
    # None for a public client.
    secret: str | None = field(default=None, repr=False)
    uses_pkce: bool = True

    def at(self, redirect_uri: str) -> "RelyingParty":
        return replace(self, redirect_uri=redirect_uri)

    def asks(self, **changes: Any) -> Asked:
        """A request with everything that is usual; None leaves a parameter out."""
        verifier = secrets.token_urlsafe(48) if self.uses_pkce else None
        parameters: Fields = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": STANDARD_SCOPES,
            "state": secrets.token_urlsafe(12),
            "nonce": secrets.token_urlsafe(12),
        }
        if verifier:
            parameters |= {"code_challenge": challenge_of(verifier), "code_challenge_method": "S256"}
        return Asked(parameters | changes, verifier)

    def code(self, page: Page, asked: Asked) -> str:
        """Of an answer that gives one: RFC 6749 §4.1.2, RFC 9207 §2."""
        answer = self.answer(page, asked)
        assert set(answer) - {"state"} == {"code", "iss"}, answer
        return answer["code"]

    def refusal(self, page: Page, asked: Asked) -> str:
        answer = self.answer(page, asked)
        assert set(answer) - {"state", "error_description"} == {"error", "iss"}, answer
        return answer["error"]

    def answer(self, page: Page, asked: Asked) -> dict[str, str]:
        """What the client is told, by a redirect that goes nowhere else and to this request alone."""
        uri = asked.text("redirect_uri")
        separator = "&" if "?" in uri else "?"
        assert page.location.startswith(f"{uri}{separator}"), page.location
        answer = page.parameters
        assert answer["iss"] == self.issuer
        assert answer.get("state") == asked.parameters.get("state")
        return answer

    def post(self, path: str, fields: Fields, headers: dict[str, str] | None = None) -> Response:
        """With HTTP Basic where there is a secret, else with the id in the form."""
        own: Fields = {} if self.secret else {"client_id": self.client_id}
        shown = basic(self.client_id, self.secret) if self.secret else {}
        return self.send(path, own | fields, shown | (headers or {}))

    def send(self, path: str, fields: Fields, headers: dict[str, str] | None = None) -> Response:
        """As it stands there, without any proof."""
        return self.http.request("POST", path, encoded(fields).encode(), FORM_TYPE | (headers or {}))

    def redemption(self, code: str, asked: Asked) -> Fields:
        return {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": asked.parameters["redirect_uri"],
            "code_verifier": asked.verifier,
        }

    def redeem(self, code: str, asked: Asked, **changes: Any) -> Response:
        return self.post("/token", self.redemption(code, asked) | changes)

    def refresh(self, token: str, **changes: Any) -> Response:
        return self.post("/token", {"grant_type": "refresh_token", "refresh_token": token} | changes)

    def introspect(self, token: str, **changes: Any) -> dict[str, Any]:
        answer = self.post("/introspect", {"token": token} | changes)
        assert answer.status == 200, answer
        body: dict[str, Any] = answer.json()
        return body

    def revoke(self, token: str, **changes: Any) -> Response:
        return self.post("/revoke", {"token": token} | changes)

    def userinfo(self, token: str) -> Response:
        return self.http.get("/userinfo", {"Authorization": f"Bearer {token}"})

    def identity(self, tokens: dict[str, Any], asked: Asked | None = None) -> dict[str, Any]:
        """The claims of the ID token, verified by two libraries; without the request it is a refreshed one."""
        token = tokens["id_token"]
        header = jwt.get_unverified_header(token)
        assert header == {"alg": "RS256", "kid": header["kid"], "typ": "JWT"}
        nonce = asked.parameters.get("nonce") if asked else None
        claims = self._verified(token, self.client_id)
        assert claims["aud"] == self.client_id and "nbf" not in claims
        assert claims.get("nonce") == nonce and ("nonce" in claims) == (nonce is not None)
        assert claims.get("at_hash", left_half(tokens["access_token"])) == left_half(tokens["access_token"])
        return claims

    def access(self, token: str, audience: str | None = None, typ: str = "at+jwt") -> dict[str, Any]:
        """The claims of an access token, as its audience verifies them: RFC 9068 §4."""
        assert jwt.get_unverified_header(token)["typ"] == typ
        return self._verified(token, audience or self.issuer)

    def _verified(self, token: str, audience: str) -> dict[str, Any]:
        keys: Any = {"keys": self.http.jwks()}
        header = jwt.get_unverified_header(token)
        [key] = [key for key in keys["keys"] if key["kid"] == header["kid"]]
        claims: dict[str, Any] = jwt.decode(
            token, jwt.PyJWK(key), algorithms=[header["alg"]], audience=audience, issuer=self.issuer, leeway=LEEWAY
        )
        again = joserfc_jwt.decode(token, KeySet.import_key_set(keys), algorithms=[header["alg"]])
        assert json.loads(json.dumps(again.claims)) == claims
        return claims


def assert_refused(answer: Response, status: int, error: str) -> None:
    assert answer.status == status, (answer, answer.body)
    assert answer.headers["Content-Type"].startswith("application/json")
    assert "no-store" in answer.headers["Cache-Control"]
    body = answer.json()
    assert set(body) == {"error", "error_description"} and body["error"] == error, body
    assert DESCRIPTION.fullmatch(body["error_description"])
