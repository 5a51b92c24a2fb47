"""Every answer of the OAuth endpoints and the pages that somebody outside can cause, for the OpenAPI document."""

import re
from urllib.parse import urlencode

from support.browser import FORM_TYPE, Browser
from support.client import Client, Request
from support.openapi_callers import EXPECTING, Callers, Listening, crafted
from support.provider import API, Provider, password_of
from support.rotation import until
from support.server import Server

OF_NOBODY = {"client_id": "nobody", "client_secret": "wrong"}
OWN_FORM = {"Sec-Fetch-Site": "same-origin"}
# Well-formed, and nobody's.
FLOW = "A" * 43


def ask_forms(callers: Callers, client: Client) -> None:
    """What HTTP itself says of each path that takes a form."""
    mine = Listening(client, callers)
    for path in callers.forms():
        for body, headers, status in (
            (b"a=1", {"Content-Type": "application/json"}, 415), (b"a=" + b"x" * 40_000, FORM_TYPE, 413),
            (b"a=1", FORM_TYPE | EXPECTING, 417), (b"a=%", FORM_TYPE, 400),
        ):  # fmt: skip
            assert mine.request("POST", path, body, OWN_FORM | headers).status == status, (path, status)
        assert mine.request("PATCH", path).status == 405
        if "get" in callers.document.value["paths"][path]:
            assert mine.request("GET", path, b"{}", EXPECTING).status == 417


def ask_provider(callers: Callers, provider: Provider) -> None:
    """`provider` is nobody else's: at the end its database is gone."""
    provider.server.client = Listening(provider.http, callers)
    tokens = ask_tokens(provider)
    ask_user_info(callers, provider, tokens["access_token"])
    ask_authorize(callers, provider)
    browser = ask_pages(provider)
    ask_without_database(provider, browser, provider.tokens(provider.party(), browser)["access_token"])


def ask_tokens(provider: Provider) -> dict[str, str]:
    web, api = provider.party("web"), provider.party("api")
    tokens = provider.tokens(web, scope="openid profile email offline_access", resource=API)
    refreshed = web.refresh(tokens["refresh_token"])
    job = {"grant_type": "client_credentials"}
    for fields, error in (
        ({"grant_type": "authorization_code"}, "invalid_request"), (job, "unauthorized_client"),
        ({"grant_type": "authorization_code", "code": "made-up"}, "invalid_grant"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], "scope": "admin"}, "invalid_scope"),
        ({"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], "resource": "x:y"}, "invalid_target"),
    ):  # fmt: skip
        answer = web.post("/token", fields)
        assert (answer.status, answer.json()["error"]) == (400, error)
    assert refreshed.status == 200 and api.post("/token", job).status == 200
    for path in ("/introspect", "/revoke"):
        assert web.post(path, {"token": "made-up"}).status == 200
        assert web.post(path, {}).status == 400
        assert web.send(path, OF_NOBODY | {"token": "made-up"}).status == 401
    assert web.send("/token", OF_NOBODY | job).status == 401
    for kind in ("access_token", "refresh_token"):
        assert web.introspect(tokens[kind])["active"]
    return tokens


def ask_user_info(callers: Callers, provider: Provider, good: str) -> None:
    def shown(token: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {token}"}

    other = provider.party("api").post("/token", {"grant_type": "client_credentials"}).json()["access_token"]
    for method in ("GET", "HEAD", "POST"):
        for headers, status in ((shown(good), 200), ({}, 401), (shown("made-up"), 401), (shown(other), 403)):
            assert provider.http.request(method, "/userinfo", None, headers).status == status
        twice = [("Authorization", f"Bearer {good}")] * 2
        answer = crafted(provider.http, method, "/userinfo", *twice)
        callers.note(method.lower(), "/userinfo", answer)
        assert answer.status == 400
        assert provider.http.request(method, "/userinfo", b"{}", EXPECTING).status == 417
    form = urlencode({"access_token": good}).encode()
    assert provider.http.request("POST", "/userinfo", form, FORM_TYPE).status == 200


def ask_authorize(callers: Callers, provider: Provider) -> None:
    """Each error that a client is told, which the document names in words."""
    plain, asking = provider.party("plain"), provider.party("asking")
    browser = provider.signed_in()
    heard: set[str] = set()
    for asked, user in (
        (plain.asks(response_type=None), browser), (plain.asks(response_type="token"), browser),
        (plain.asks(scope="admin"), browser), (plain.asks(resource="https://unknown.example.com"), browser),
        (plain.asks(prompt="none"), provider.browser()), (asking.asks(prompt="none"), browser),
        (plain.asks(request="x"), browser), (plain.asks(request_uri="x"), browser),
        (plain.asks(registration="x"), browser),
    ):  # fmt: skip
        heard.add(user.visit(asked.path).parameters["error"])
    heard.add(browser.decide(browser.visit(asking.asks().path), "deny").parameters["error"])
    said = callers.document.component("responses", "AuthorizationAnswer")["description"].partition("Errors: ")[2]
    assert heard == set(re.findall(r"\w+", said)), heard
    assert browser.open("/authorize?client_id=nobody").status == 400
    # The answer in a form: at once, and after the form of a page.
    in_form = plain.asks(response_mode="form_post").path
    assert browser.open(in_form).status == 200
    other = provider.browser()
    page = other.visit(in_form)
    assert other.submit(page, username="alice", password=password_of("alice")).status == 200
    # What has ended says the same again.
    assert other.open(page.url).status == 200
    page = other.visit(plain.asks(prompt="login").path)
    other.sign_in(page, "alice", password_of("alice"))
    assert other.open(page.url).status == 303
    assert browser.post("/authorize", {"client_id": "plain"}, from_elsewhere=True).status == 303


def ask_pages(provider: Provider) -> Browser:
    browser = provider.browser()
    page = browser.visit("/account")
    assert browser.open("/sign-in").status == 400
    assert browser.submit(page, username="alice", password="wrong").status == 401
    for path in ("/sign-in", "/account", "/account/password"):
        assert browser.post(path, {}, from_elsewhere=True).status == 403
    assert browser.post("/logout", {"decision": "sign-out"}, from_elsewhere=True).status == 403
    browser.sign_in(page, "alice", password_of("alice"))
    assert browser.open("/account").status == 200
    assert browser.post("/account", {"action": "withdraw", "client": "nobody"}).status == 303
    ask_password(browser, provider)
    ask_logout(browser, provider)
    browser.sign_in(browser.visit("/account"), "alice", password_of("alice"))
    return browser


def ask_password(browser: Browser, provider: Provider) -> None:
    provider.new_user("carol")
    old, new = password_of("carol"), "another password than before"
    other = provider.browser()
    page = other.open("/account/password")
    for password, chosen, status in (("wrong", new, 401), (old, "short", 400), (old, new, 303)):
        fields = {"username": "carol", "password": password, "new_password": chosen, "repeated_password": chosen}
        assert other.submit(page, **fields).status == status


def ask_logout(browser: Browser, provider: Provider) -> None:
    leaving = provider.new_party("leaving", "--post-logout-redirect-uri", "https://leaving.example.com/")
    tokens = provider.tokens(leaving, browser)
    assert browser.post("/logout", {"state": "1"}, from_elsewhere=True).status == 303
    home = {"post_logout_redirect_uri": "https://leaving.example.com/"}
    hint = home | {"id_token_hint": tokens["id_token"]}
    assert browser.open("/logout?" + urlencode(hint)).status == 303
    # Nobody is signed in any more: there is nothing to ask.
    assert browser.open("/logout?" + urlencode(hint)).status == 303
    assert browser.open("/logout?state=1&state=2").status == 400
    provider.tokens(leaving, browser)
    page = browser.open("/logout")
    assert page.status == 200 and browser.submit(page, decision="sign-out").status == 200
    provider.tokens(leaving, browser)
    page = browser.open("/logout?" + urlencode(home | {"client_id": "leaving"}))
    assert browser.submit(page, decision="sign-out").status == 303


def ask_without_database(provider: Provider, browser: Browser, token: str) -> None:
    server, web = provider.server, provider.party()
    away = server.directory / "away.db"
    server.database.rename(away)
    until(lambda: "the database is lost" in server.log.read_text(), "the loss is noticed", 3)
    for path in (web.asks().path, f"/sign-in?flow={FLOW}", "/logout", "/account", "/account/password"):
        assert browser.open(path).status == 503
    for path, fields in (
        ("/sign-in", {"flow": FLOW, "username": "a", "password": "b"}), ("/logout", {"decision": "sign-out"}),
        ("/account", {"action": "sign-out-everywhere"}), ("/account/password", {}),
    ):  # fmt: skip
        assert browser.post(path, fields).status == 503, path
    for path in ("/token", "/revoke", "/introspect"):
        assert web.post(path, {"grant_type": "client_credentials", "token": "made-up"}).status == 503
    for method in ("GET", "HEAD", "POST"):
        shown = {"Authorization": f"Bearer {token}"}
        assert provider.http.request(method, "/userinfo", None, shown).status == 503
    away.rename(server.database)
    until(lambda: "the database is back" in server.log.read_text(), "the return is noticed", 3)


def ask_limited(callers: Callers, server: Server) -> None:
    """A server whose limits are two, of which all that count with /auth are used up."""
    mine = Listening(server.client, callers)
    statuses = [mine.get("/authorize").status for _ in range(9)]
    assert statuses == [400] * 8 + [429]
    for method, path in (
        ("POST", "/authorize"), ("GET", "/logout"), ("POST", "/logout"), ("GET", "/account"), ("POST", "/account"),
        ("POST", "/sign-in"), ("POST", "/account/password"),
    ):  # fmt: skip
        assert mine.send(Request(method, path, b"", FORM_TYPE)).status == 429
    form = urlencode(OF_NOBODY | {"token": "x", "grant_type": "client_credentials"}).encode()
    for path in ("/token", "/token", "/token", "/revoke", "/introspect"):
        last = mine.request("POST", path, form, FORM_TYPE).status
    assert last == 429
