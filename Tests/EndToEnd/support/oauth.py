"""Clients of the OAuth endpoints, and the codes that they bring: put into the database, as a user would have caused them."""

import hashlib
import secrets
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from support.browser import FORM_TYPE
from support.client import Request, Response
from support.client_proof import basic, challenge_of
from support.server import Server

CALLBACK = "https://app.example.com/callback"
DAY = 86_400_000


@dataclass
class App:
    """A client; without a secret a public one."""

    id: str
    secret: str | None = None
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @property
    def challenge(self) -> str:
        return challenge_of(self.verifier)

    def proof(self) -> dict[str, str]:
        return {} if self.secret is None else basic(self.id, self.secret)

    def post(self, server: Server, path: str, **parameters: str) -> Response:
        named = parameters if self.secret is not None else {"client_id": self.id} | parameters
        return server.client.send(Request("POST", path, urlencode(named).encode(), FORM_TYPE | self.proof()))

    def token(self, server: Server, grant_type: str, **parameters: str) -> Response:
        return self.post(server, "/token", grant_type=grant_type, **parameters)

    def redeem(self, server: Server, code: str) -> Response:
        return self.token(
            server, "authorization_code", code=code, redirect_uri=CALLBACK, code_verifier=self.verifier
        )

    def refresh(self, server: Server, token: str, **parameters: str) -> Response:
        return self.token(server, "refresh_token", refresh_token=token, **parameters)


def code_sql(app: App, user: int, scope: str, *, hexadecimal: str, nonce: str = "n-1") -> tuple[str, list[str]]:
    """A code, and the statements that put it and its grant where the server finds them.

    `hexadecimal` writes bytes as the database reads them, from their digits in {}.
    """
    code, grant, now = secrets.token_urlsafe(32), secrets.token_hex(16), time.time_ns() // 1_000_000
    digest = hashlib.sha256(code.encode()).hexdigest()
    return code, [
        "INSERT INTO grants (id, user_id, client_id, session_id, scopes, resources, authenticated_at, is_offline,"
        f" created_at, expires_at) VALUES ({hexadecimal.format(grant)}, {user}, '{app.id}', 'sid-{grant}', '{scope}',"
        f" '', {now}, 0, {now}, {now + DAY})",
        "INSERT INTO authorization_codes (hash, grant_id, redirect_uri, challenge, nonce, expires_at) VALUES"
        f" ({hexadecimal.format(digest)}, {hexadecimal.format(grant)}, '{CALLBACK}', '{app.challenge}', '{nonce}',"
        f" {now + 60_000})",
    ]
