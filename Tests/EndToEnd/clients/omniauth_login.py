"""OmniAuth with openid_connect, of Debian's packages: what GitLab, Mastodon and Discourse log in with."""

import json
from collections.abc import Iterator
from pathlib import Path

from clients.issuer import EMAIL, USER, Issuer
from clients.program import running
from support.ports import free_port

_PROGRAM = Path(__file__).with_name("ruby") / "login.rb"


def play(issuer: Issuer) -> Iterator[str]:
    for way, method in (("Basic", "basic"), ("the secret in the body", "body")):
        port = free_port()
        home = f"http://127.0.0.1:{port}"
        client = issuer.register(f"OmniAuth {way}", f"{home}/auth/issuer/callback")
        told_it = {
            "ISSUER": issuer.url, "CLIENT_ID": client.id, "CLIENT_SECRET": client.secret, "HOME_URL": home,
            "METHOD": method, "SSL_CERT_FILE": str(issuer.certificate),
        }  # fmt: skip
        with running(["ruby", _PROGRAM], port, **told_it):
            browser = issuer.browser()
            page = issuer.signed_in(browser, browser.visit(f"{home}/auth/issuer"))
            assert page.status == 200, page
            told = json.loads(page.text)
            # State, nonce, iss, aud and the signature are the library's to check; a fault is a 500.
            assert (told["info"]["nickname"], told["info"]["email"]) == (USER, EMAIL), told
            assert told["uid"] == "1" and told["credentials"]["refresh_token"].startswith("rt_"), told
            assert any("nonce=" in url for _, url in browser.requests), browser.requests
        yield f"{way}, nonce, userinfo"
