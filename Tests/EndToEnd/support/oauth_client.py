"""Clients that are made one by one, for a server that is its own issuer by default."""

from dataclasses import dataclass
from urllib.parse import urlencode

from support.rotation import command
from support.server import Server

# Where nobody names another.
ISSUER = "http://localhost:8080"
CALLBACK = "https://app.example.com/callback"
PASSWORD = "correct horse battery staple"
# RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
PKCE = {"code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256"}


@dataclass(frozen=True)
class OAuthClient:
    id: str
    secret: str | None
    redirect_uri: str = CALLBACK

    def request(self, **changes: str | None) -> str:
        """The address to which it sends a browser; None leaves a parameter out."""
        usual = {
            "response_type": "code", "client_id": self.id, "redirect_uri": self.redirect_uri, "scope": "openid",
            "state": "a state",
        }  # fmt: skip
        return "/authorize?" + urlencode({name: value for name, value in (usual | changes).items() if value is not None})


def new_client(server: Server, *arguments: str, redirect_uri: str = CALLBACK) -> OAuthClient:
    made = command(server, "clients", "create", "Example App", "--redirect-uri", redirect_uri, *arguments)
    return OAuthClient(made["client_id"], made.get("client_secret"), redirect_uri)
