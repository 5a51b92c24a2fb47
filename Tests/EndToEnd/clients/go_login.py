"""go-oidc with x/oauth2, of Debian's packages and without a module proxy."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from clients.issuer import EMAIL, USER, Issuer, Registered
from clients.program import running
from support.ports import free_port
from support.server import REPOSITORY

_SOURCE = Path(__file__).with_name("go") / "login.go"
_PROGRAM = REPOSITORY / ".build" / "oauth-clients" / "go-login"


def play(issuer: Issuer) -> Iterator[str]:
    _build()
    port = free_port()
    yield _logs_in(issuer, issuer.register("Go", f"http://127.0.0.1:{port}/callback"), port, "code")
    # x/oauth2 proves a public client by Basic with an empty password.
    public = issuer.register("Go CLI", "http://127.0.0.1/callback", "--public")
    yield _logs_in(issuer, public, free_port(), "a public client with PKCE")


def _build() -> None:
    _PROGRAM.parent.mkdir(parents=True, exist_ok=True)
    settings = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": str(_PROGRAM.with_name("go-cache"))}
    subprocess.run(["go", "build", "-o", _PROGRAM, _SOURCE], env=os.environ | settings, check=True)


def _logs_in(issuer: Issuer, client: Registered, port: int, way: str) -> str:
    home = f"http://127.0.0.1:{port}"
    told_it = {"ISSUER": issuer.url, "CLIENT_ID": client.id, "CLIENT_SECRET": client.secret, "HOME_URL": home}
    with running([_PROGRAM], port, SSL_CERT_FILE=str(issuer.certificate), **told_it):
        browser = issuer.browser()
        page = issuer.signed_in(browser, browser.visit(f"{home}/login"))
        if not client.secret:
            page = browser.submit(page, ("decision", "allow"))
        assert page.status == 200, page
        told = json.loads(page.text)
    assert (told["preferred_username"], told["email"], told["userinfo"]) == (USER, EMAIL, EMAIL), told
    assert told["refreshed"] and told["refresh_token"], told
    return f"{way}, nonce, at_hash, userinfo, refresh"
