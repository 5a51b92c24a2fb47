"""A server with an issuer that is where it listens, and with clients, resources and users to try it with."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.browser import Browser, Page
from support.client import Client
from support.relying_party import Asked, RelyingParty
from support.rotation import QUICK, command
from support.server import MakeServer, Server

API = "https://api.example.com"
OTHER_API = "https://other.example.com/v1"
# Its verifiers know no `typ` but JWT.
OLD_API = "https://old.example.com"
RESOURCES = {
    API: ["--scope", "read", "--scope", "write"],
    OTHER_API: ["--scope", "admin"],
    OLD_API: ["--typ", "JWT", "--lifetime", "2m"],
}
USERS = {"alice": "alice has a password", "bob": "bob has another one"}
EMAIL = "alice@example.com"


@dataclass(frozen=True)
class Kind:
    """How a client is registered, beside its id."""

    redirect_uris: tuple[str, ...]
    options: tuple[str, ...] = ()
    is_public: bool = False
    uses_pkce: bool = True


OF_ALL = ("--resource", API, "--resource", OTHER_API, "--resource", OLD_API)
CLIENTS = {
    "web": Kind(("https://web.example.com/cb", "https://web.example.com/cb?tenant=a&x=%2F"), OF_ALL),
    # As mod_auth_openidc, Grafana and Spring are by default.
    "plain": Kind(("https://plain.example.com/cb",), uses_pkce=False),
    "spa": Kind(("https://spa.example.com/cb",), OF_ALL, is_public=True),
    "cli": Kind(("http://127.0.0.1/callback", "http://localhost/callback", "http://[::1]/callback"), is_public=True),
    "app": Kind(("com.example.app:/callback",), is_public=True),
    "once": Kind(("https://once.example.com/cb",), ("--grant", "authorization_code")),
    "asking": Kind(("https://asking.example.com/cb",), ("--consent", "explicit")),
    "api": Kind((), ("--grant", "client_credentials", "--resource", API)),
}


@dataclass(frozen=True)
class Provider:
    server: Server = field(repr=False)
    secrets: dict[str, str] = field(repr=False)

    @property
    def http(self) -> Client:
        return self.server.client

    @property
    def issuer(self) -> str:
        issuer = self.server.settings["JWKS_ISSUER"]
        return issuer

    def browser(self) -> Browser:
        return Browser(self.http, "/".join(self.issuer.split("/")[:3]))

    def party(self, name: str = "web") -> RelyingParty:
        kind = CLIENTS[name]
        uri = next(iter(kind.redirect_uris), "")
        return RelyingParty(self.http, self.issuer, name, uri, self.secrets.get(name), kind.uses_pkce)

    def new_party(self, name: str, *options: str, redirect_uri: str | None = None) -> RelyingParty:
        """A client of one test, for what would disturb the others."""
        uri = redirect_uri or f"https://{name}.example.com/cb"
        made = command(self.server, "clients", "create", name_of(name), "--id", name, "--redirect-uri", uri, *options)
        return RelyingParty(self.http, self.issuer, name, uri, made.get("client_secret"))

    def new_user(self, name: str) -> None:
        """A user of one test, whose password `password_of` knows."""
        self.server.create_user(name, password_of(name))

    def signed_in(self, username: str = "alice") -> Browser:
        browser = self.browser()
        self.finish(browser, browser.visit(self.party("plain").asks().path), username)
        return browser

    def finish(self, browser: Browser, page: Page, username: str = "alice") -> Page:
        """What a willing user does until the client has its answer."""
        for _ in range(4):
            if page.wants_password:
                page = browser.sign_in(page, username, password_of(username))
            elif page.asks:
                page = browser.decide(page, "allow")
            else:
                return page
        raise AssertionError("pages without end")

    def answer(self, asked: Asked, browser: Browser | None = None, username: str = "alice") -> Page:
        browser = browser or self.browser()
        return self.finish(browser, browser.visit(asked.path), username)

    def code(self, party: RelyingParty, asked: Asked, browser: Browser | None = None, username: str = "alice") -> str:
        return party.code(self.answer(asked, browser, username), asked)

    def tokens(
        self, party: RelyingParty, browser: Browser | None = None, username: str = "alice", **changes: Any
    ) -> dict[str, Any]:
        """All that a sign-in gives a client."""
        asked = party.asks(**changes)
        answer = party.redeem(self.code(party, asked, browser, username), asked)
        assert answer.status == 200, (answer, answer.body)
        tokens: dict[str, Any] = answer.json()
        return tokens


MakeProvider = Callable[..., Provider]


def name_of(client_id: str) -> str:
    """Of a client, for people."""
    return f"The {client_id} client"


def password_of(username: str) -> str:
    return USERS.get(username, f"the password of {username}")


def prepare(server: Server) -> dict[str, str]:
    """Registers users, resources and clients at a server that runs; the secrets of the clients by their ids."""
    for name, password in USERS.items():
        address = ("--email", EMAIL) if name == "alice" else ()
        made = server.run("users", "create", "--username", name, "--password-stdin", *address, stdin=f"{password}\n")
        assert made.returncode == 0, made
    for uri, options in RESOURCES.items():
        command(server, "resources", "add", uri, *options)
    secrets: dict[str, str] = {}
    for name, kind in CLIENTS.items():
        options = list(kind.options) + (["--public"] if kind.is_public else [])
        for uri in kind.redirect_uris:
            options += ["--redirect-uri", uri]
        made = command(server, "clients", "create", name_of(name), "--id", name, *options)
        if "client_secret" in made:
            secrets[name] = made["client_secret"]
    return secrets


def copied(
    make: MakeServer, prepared: Path, to: Path, secrets: dict[str, str], path: str = "", **settings: str
) -> Provider:
    """A server on a copy of a directory that was prepared, at an issuer of its own, with this path."""
    shutil.copytree(prepared, to)
    server = make(to, **QUICK | settings)
    server.settings |= {"JWKS_ISSUER": f"http://127.0.0.1:{server.port}{path}"} | settings
    server.start()
    return Provider(server, secrets)
