"""A small MCP server that takes an issuer's access tokens: `server.py ISSUER URL CONFIGURATION`. For both majors.

The configuration is a file with what `clients create --like mcp` prints.
"""

import asyncio
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt
from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.auth.provider import AccessToken
from mcp.server.auth.settings import AuthSettings
from mcp.shared.auth import OAuthClientInformationFull

issuer, url, configuration = sys.argv[1:]
keys = jwt.PyJWKClient(f"{issuer}/.well-known/jwks.json")


class Verifier:
    async def verify_token(self, token: str) -> AccessToken | None:
        try:
            key = await asyncio.to_thread(keys.get_signing_key_from_jwt, token)
            claims = jwt.decode(token, key, algorithms=["RS256"], audience=url, issuer=issuer)
        except jwt.PyJWTError as error:
            print(f"refused: {error}", file=sys.stderr)
            return None
        if jwt.get_unverified_header(token)["typ"] != "at+jwt":
            return None
        return AccessToken(
            token=token,
            client_id=claims["client_id"],
            scopes=claims["scope"].split(),
            expires_at=claims["exp"],
            resource=url,
            subject=claims["sub"],
            claims=claims,
        )


def whoami() -> str:
    """The number of the account that asks."""
    token = get_access_token()
    assert token is not None
    return str(token.subject)


printed: dict[str, Any] = {"AuthSettings": AuthSettings, "OAuthClientInformationFull": OAuthClientInformationFull}
exec(Path(configuration).read_text(), printed)
settings = printed["settings"]
port = urlsplit(url).port
try:
    from mcp.server.mcpserver import MCPServer
except ImportError:
    from mcp.server.fastmcp import FastMCP

    one = FastMCP("notes", auth=settings, token_verifier=Verifier(), host="127.0.0.1", port=port, log_level="WARNING")
    one.tool()(whoami)
    one.run("streamable-http")
else:
    two = MCPServer("notes", auth=settings, token_verifier=Verifier(), log_level="WARNING")
    two.tool()(whoami)
    two.run("streamable-http", host="127.0.0.1", port=port)
