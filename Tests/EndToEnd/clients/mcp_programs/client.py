"""An MCP client that logs its user in: `client.py URL CONFIGURATION REDIRECT_URI`. For both majors of the SDK.

The configuration is a file with what `clients create --like mcp` prints.
Prints the address that a browser has to visit, reads the one at which the browser ends, and prints what a tool
answered, with how often tokens came: twice, the second time after the access token's end.
"""

import asyncio
import importlib.metadata
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from mcp import ClientSession
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.server.auth.settings import AuthSettings
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata, OAuthToken

url, configuration, redirect_uri = sys.argv[1:]
IS_FIRST = importlib.metadata.version("mcp").startswith("1.")


class Storage:
    tokens: OAuthToken | None = None
    given = 0

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens
        self.given += 1

    async def get_client_info(self) -> OAuthClientInformationFull:
        """What an operator registered: this is all of the configuration."""
        printed: dict[str, Any] = {
            "AuthSettings": AuthSettings, "OAuthClientInformationFull": OAuthClientInformationFull,
        }  # fmt: skip
        exec(Path(configuration).read_text(), printed)
        return printed["client"]

    async def set_client_info(self, _: OAuthClientInformationFull) -> None:
        raise AssertionError("it has registered itself")


async def show(address: str) -> None:
    print(address, flush=True)


async def came_back() -> Any:
    line = await asyncio.to_thread(sys.stdin.readline)
    query = {name: values[0] for name, values in parse_qs(urlsplit(line.strip()).query).items()}
    if IS_FIRST:
        return query["code"], query.get("state")
    from mcp.shared.auth import AuthorizationCodeResult

    return AuthorizationCodeResult(code=query["code"], state=query.get("state"), iss=query.get("iss"))


async def main() -> None:
    if IS_FIRST:
        from httpx import AsyncClient
    else:
        from httpx2 import AsyncClient
    metadata = OAuthClientMetadata(redirect_uris=[redirect_uri], token_endpoint_auth_method="none")
    storage = Storage()
    auth = OAuthClientProvider(url, metadata, storage, show, came_back)
    async with (
        AsyncClient(auth=auth, timeout=20) as http,
        streamable_http_client(url, http_client=http) as streams,
        ClientSession(*streams[:2]) as session,
    ):
        await session.initialize()
        for _ in range(2):
            result = await session.call_tool("whoami", {})
            print(result.content[0].text, storage.given, flush=True)
            # As after its end.
            auth.context.token_expiry_time = 1


asyncio.run(main())
