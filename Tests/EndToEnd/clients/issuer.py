"""The real binary over TLS, with one user, and what the plays register and ask at it."""

import base64
import json
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from clients.browser import Browser, Page
from support.certificates import make_pair, trusting
from support.client import Response
from support.rotation import command
from support.server import Server

USER = "alice"
EMAIL = "alice@example.com"
PASSWORD = "a-password-for-real-clients"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Registered:
    """What an operator copies into a client's configuration."""

    id: str
    secret: str


class Issuer:
    def __init__(self, server: Server, certificate: Path, trusted: ssl.SSLContext) -> None:
        """`certificate` is the file that clients trust."""
        self.server = server
        self.certificate = certificate
        self.trusted = trusted
        # The programs' pages are at 127.0.0.1: another site, as in life.
        self.url = f"https://localhost:{server.port}"
        self.well_known = f"{self.url}/.well-known/openid-configuration"

    def register(self, name: str, redirect_uri: str | None, *options: str) -> Registered:
        uri = ("--redirect-uri", redirect_uri) if redirect_uri else ()
        made = command(self.server, "clients", "create", name, *uri, *options)
        return Registered(made["client_id"], made.get("client_secret", ""))

    def register_like(self, profile: str, url: str, *options: str) -> tuple[Registered, str]:
        """A client as a program that is known needs it, and that program's own configuration, as it is printed."""
        made = self.server.run("clients", "create", f"{profile} at {url}", "--like", profile, "--url", url, *options)
        assert made.returncode == 0, made
        [client_id] = re.findall(r"(?i)client_?id\W+([0-9a-f-]{36})", made.stdout)
        secrets = re.findall(r"cs_[\w-]{43}", made.stdout)
        assert len(secrets) <= 1, "the secret is told more than once"
        return Registered(client_id, "".join(secrets)), made.stdout

    def checked(self, client: Registered, profile: str, redirect_uri: str | None = None) -> dict[str, Any]:
        """What `clients check` says of a program with this configuration."""
        options = [] if redirect_uri is None else ["--redirect-uri", redirect_uri]
        if client.secret:
            options.append("--secret-stdin")
        trusting = self.server.settings | {"SSL_CERT_FILE": str(self.certificate)}
        before, self.server.settings = self.server.settings, trusting
        try:
            said = self.server.run(
                "clients", "check", client.id, "--like", profile, "--json", *options, stdin=f"{client.secret}\n"
            )
        finally:
            self.server.settings = before
        assert said.returncode in (0, 1), said
        return json.loads(said.stdout)

    def add_resource(self, uri: str, *options: str) -> None:
        command(self.server, "resources", "add", uri, *options)

    def metadata(self) -> dict[str, Any]:
        answer = self.server.client.get("/.well-known/openid-configuration")
        assert answer.status == 200, answer
        return answer.json()

    def browser(self) -> Browser:
        return Browser(self.trusted)

    def signed_in(self, browser: Browser, page: Page, until: str = "\0") -> Page:
        """Signs the user in at the page to which a client has sent the browser."""
        assert page.url.startswith(self.url), page
        return browser.sign_in(page, USER, PASSWORD, until)

    def asked(self, path: str, client: Registered, **fields: str) -> Response:
        """An answer to a form with the client's secret by Basic."""
        basic = base64.b64encode(f"{client.id}:{client.secret}".encode()).decode()
        headers = FORM | {"Authorization": f"Basic {basic}"}
        return self.server.client.request("POST", path, urlencode(fields).encode(), headers)

    def code_flow(self, client: Registered, redirect_uri: str, **parameters: str) -> dict[str, Any]:
        """The user signs in to a client that does the least that one can; `subject` is the user's number."""
        query = {"response_type": "code", "client_id": client.id, "redirect_uri": redirect_uri} | parameters
        browser = self.browser()
        page = self.signed_in(browser, browser.visit(f"{self.url}/authorize?{urlencode(query)}"), until=redirect_uri)
        code = parse_qs(urlsplit(page.url).query)["code"][0]
        answer = self.asked("/token", client, grant_type="authorization_code", code=code, redirect_uri=redirect_uri)
        assert answer.status == 200, answer
        tokens = answer.json()
        claims = base64.urlsafe_b64decode(tokens["id_token"].split(".")[1] + "==")
        return tokens | {"subject": json.loads(claims)["sub"]}

    @contextmanager
    def disabled_user(self) -> Iterator[None]:
        command(self.server, "users", "disable", "--username", USER)
        try:
            yield
        finally:
            command(self.server, "users", "enable", "--username", USER)

    def is_active(self, token: str, client: Registered) -> bool:
        answer = self.asked("/introspect", client, token=token)
        assert answer.status == 200, answer
        return answer.json()["active"]


@contextmanager
def issuer(directory: Path) -> Iterator[Issuer]:
    """Runs in a new directory below this one, and must stop cleanly."""
    place = directory / "issuer"
    place.mkdir()
    pair = make_pair(directory)
    server = Server(place, pair.settings)
    made = Issuer(server, pair.certificate, trusting(pair))
    # Ten requests a second are more than a person makes, and fewer than these do. The programs are on this machine.
    server.settings |= {
        "JWKS_ISSUER": made.url, "JWKS_RATE_LIMIT": "100", "JWKS_BACKCHANNEL_ALLOW_PRIVATE": "127.0.0.1",
    }  # fmt: skip
    server.start()
    try:
        account = ("users", "create", "--username", USER, "--email", EMAIL, "--password-stdin")
        created = server.run(*account, stdin=f"{PASSWORD}\n")
        assert created.returncode == 0, created
        yield made
    finally:
        server.stop()
