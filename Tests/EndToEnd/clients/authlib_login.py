"""Authlib in a Flask app, which is what Superset, Airflow and pgAdmin log in with."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from authlib.integrations.flask_client import OAuth
from authlib.oidc.discovery import OpenIDProviderMetadata
from flask import Flask, redirect, session, url_for
from werkzeug.serving import WSGIRequestHandler, make_server

from clients.environment import trusting_requests
from clients.issuer import EMAIL, USER, Issuer, Registered
from support.ports import free_port

_PKCE = {"code_challenge_method": "S256"}


def play(issuer: Issuer) -> Iterator[str]:
    OpenIDProviderMetadata(issuer.metadata()).validate()
    yield "metadata"
    for way, more in (("code", {}), ("PKCE", _PKCE)):
        port = free_port()
        home = f"http://127.0.0.1:{port}"
        client = issuer.register(f"Authlib {way}", f"{home}/callback")
        with trusting_requests(issuer.certificate), _running(_app(issuer, client, more), port):
            browser = issuer.browser()
            page = issuer.signed_in(browser, browser.visit(f"{home}/login"))
            # Nonce, at_hash, iss and aud of the ID token are Authlib's to check; a fault is a 500.
            assert (page.url, page.status, page.text) == (f"{home}/", 200, f"{USER} {EMAIL}"), page
            assert any("nonce=" in url for _, url in browser.requests), browser.requests
            assert any("code_challenge=" in url for _, url in browser.requests) == bool(more), browser.requests
            page = browser.visit(f"{home}/later")
            assert (page.status, page.text) == (200, f"{EMAIL} with another token"), page
        yield f"{way}, userinfo, refresh"


def _app(issuer: Issuer, client: Registered, more: dict[str, str]) -> Flask:
    app = Flask(__name__)
    app.secret_key = client.secret
    tokens: dict[str, Any] = {}
    oauth = OAuth(app, update_token=lambda _, token, **__: tokens.update(token))
    # This is all that an operator configures.
    issued = oauth.register(
        "issuer",
        client_id=client.id,
        client_secret=client.secret,
        server_metadata_url=issuer.well_known,
        client_kwargs={"scope": "openid profile email"} | more,
    )

    @app.get("/login")
    def login() -> Any:
        return issued.authorize_redirect(url_for("callback", _external=True))

    @app.get("/callback")
    def callback() -> Any:
        tokens.update(issued.authorize_access_token())
        session["user"] = tokens["userinfo"]
        return redirect("/")

    @app.get("/")
    def home() -> str:
        return f"{session['user']['preferred_username']} {session['user']['email']}"

    @app.get("/later")
    def later() -> str:
        """When the access token has run out."""
        before = tokens["access_token"]
        user = issued.userinfo(token=tokens | {"expires_at": 1})
        return f"{user['email']} with {'the same' if tokens['access_token'] == before else 'another'} token"

    return app


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        pass


@contextmanager
def _running(app: Flask, port: int) -> Iterator[None]:
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
