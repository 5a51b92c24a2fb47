"""/authorize and /sign-in up to the code, as clients and browsers meet them."""

import json
import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from authlib.oauth2.client import OAuth2Client
from authlib.oauth2.rfc6749.parameters import parse_authorization_code_response

from support import database
from support.browser import FORM_TYPE, Browser, Page
from support.oauth_client import CALLBACK, ISSUER, PASSWORD, PKCE, VERIFIER, OAuthClient, new_client
from support.rotation import until
from support.server import Server


@pytest.fixture(scope="module")
def server(unlimited: Server) -> Iterator[Server]:
    unlimited.create_user("alice", PASSWORD)
    unlimited.create_user("bob", PASSWORD)
    yield unlimited


@pytest.fixture(scope="module")
def app(server: Server) -> OAuthClient:
    return new_client(server)


@pytest.fixture(scope="module")
def desktop(server: Server) -> OAuthClient:
    return new_client(server, "--public", redirect_uri="http://127.0.0.1/callback")


@pytest.fixture
def browser(server: Server) -> Browser:
    return Browser(server.client, ISSUER)


def signed_in(browser: Browser, path: str, username: str) -> Page:
    """What comes after the form."""
    return browser.sign_in(browser.visit(path), username, PASSWORD)


def kept(server: Server, sql: str) -> list[tuple]:
    return database.rows(server.database, sql)


def test_authlib_gets_its_code(server: Server, app: OAuthClient, browser: Browser) -> None:
    """Row 40 as far as the code: the client checks state, and the issuer is there for RFC 9207."""
    client = OAuth2Client(
        None, app.id, app.secret, scope="openid profile", redirect_uri=CALLBACK, code_challenge_method="S256"
    )  # fmt: skip
    url, state = client.create_authorization_url("/authorize", code_verifier=VERIFIER, nonce="n-0S6_WzA2Mj")
    parsed = parse_authorization_code_response(signed_in(browser, url, "alice").location, state=state)
    assert set(parsed) == {"code", "state", "iss"} and parsed["iss"] == ISSUER
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", parsed["code"])
    challenge, nonce, uri = kept(server, "SELECT challenge, nonce, redirect_uri FROM authorization_codes")[-1]
    assert (challenge, nonce, uri) == (PKCE["code_challenge"], "n-0S6_WzA2Mj", CALLBACK)


def test_one_sign_in_for_every_client(server: Server, app: OAuthClient, browser: Browser) -> None:
    first = signed_in(browser, app.request(), "alice").parameters
    second = browser.open(app.request(prompt="none")).parameters
    assert second["code"] != first["code"] and second["state"] == "a state"
    other = new_client(server, redirect_uri="https://other.example.com/")
    assert browser.open(other.request()).parameters["code"]
    nobodys = Browser(server.client, ISSUER)
    assert nobodys.open(app.request(prompt="none")).parameters["error"] == "login_required"


def test_a_sign_in_is_on_record(server: Server, app: OAuthClient, browser: Browser) -> None:
    before = len(kept(server, "SELECT id FROM auth_logs"))
    page = browser.visit(app.request())
    wrong = browser.submit(page, username="alice", password="wrong")
    assert wrong.status == 401 and wrong.read.alert
    assert browser.submit(wrong, password=PASSWORD).parameters["code"]
    assert len(kept(server, "SELECT id FROM auth_logs")) == before + 2
    rows = [json.loads(line) for line in server.run("audit", "--user", "alice", "--json").stdout.splitlines()]
    assert {"sign_in", "authorize"} <= {row["action"] for row in rows}
    # Nothing secret is in the log, and nothing of a query.
    log = server.log.read_text()
    assert browser.cookies["session"] not in log and browser.cookies["flow"] not in log and PASSWORD not in log
    # Nor in the database.
    files = [path.read_bytes() for path in server.directory.glob(server.database.name + "*")]
    assert any(b"Example App" in content for content in files)
    for secret in (browser.cookies["session"], browser.cookies["flow"]):
        assert not any(secret.encode() in content for content in files)


def test_two_tabs_each_finish_their_own(app: OAuthClient, browser: Browser) -> None:
    """Row 33."""
    first, second = browser.visit(app.request(state="1")), browser.visit(app.request(state="2"))
    done = browser.sign_in(first, "alice", PASSWORD).parameters
    assert done["state"] == "1"
    assert browser.sign_in(first, "alice", PASSWORD).parameters == done
    other = browser.sign_in(second, "alice", PASSWORD).parameters
    assert other["state"] == "2" and other["code"] != done["code"]


def test_a_flow_is_bound_to_its_browser(server: Server, app: OAuthClient) -> None:
    """Row 32: a page of somebody else's flow signs nobody in."""
    victim, attacker = Browser(server.client, ISSUER), Browser(server.client, ISSUER)
    page = attacker.visit(app.request())
    assert signed_in(victim, app.request(), "bob").parameters["code"]
    for end in [victim.submit(page, username="bob", password=PASSWORD), victim.open(page.url)]:
        assert end.status == 400 and "Location" not in end.answer.headers


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_a_form_of_another_site_is_refused(app: OAuthClient, browser: Browser, headers: dict[str, str]) -> None:
    form = browser.visit(app.request()).form.fields | {"username": "alice", "password": PASSWORD}
    ours = {"Cookie": f"flow={browser.cookies['flow']}"}
    answer = browser.client.request("POST", "/sign-in", urlencode(form).encode(), FORM_TYPE | ours | headers)
    assert answer.status == 403 and "Set-Cookie" not in answer.headers


def test_the_user_is_asked_and_may_say_no(desktop: OAuthClient, browser: Browser) -> None:
    """Rows 17, 133, 135: a public client on loopback, on whichever port it has."""
    request = desktop.request(**PKCE, redirect_uri="http://127.0.0.1:49152/callback", scope="openid email")
    question = signed_in(browser, request, "alice")
    text = question.read.text
    assert question.status == 200 and "Example App" in text and "127.0.0.1:49152" in text and "alice" in text
    refused = browser.decide(question, "deny")
    assert refused.location.startswith("http://127.0.0.1:49152/callback?error=access_denied&")
    assert refused.parameters["iss"] == ISSUER
    # Every time.
    assert browser.decide(browser.visit(request), "allow").parameters["code"]
    assert browser.visit(request).asks


@pytest.mark.parametrize("uri", ["https://evil.example/", CALLBACK + "/", CALLBACK + "?x=1", CALLBACK.upper(), ""])
def test_a_redirect_uri_that_is_not_registered(server: Server, app: OAuthClient, browser: Browser, uri: str) -> None:
    """Rows 15, 16, 69."""
    page = browser.open(app.request(redirect_uri=uri)).answer
    assert page.status == 400 and "Location" not in page.headers and "<script" not in page.body.decode()
    identity = page.headers["X-Request-Id"]
    assert identity in page.body.decode()
    # The log has a writer of its own, which nobody waits for.
    lines = until(lambda: [line for line in server.log.read_text().splitlines() if identity in line], "the line")
    line = lines[0]
    assert "authorization request refused" in line and f"registered={CALLBACK}" in line or not uri


def test_a_disabled_user_is_signed_in_nowhere(server: Server, app: OAuthClient, browser: Browser) -> None:
    server.create_user("carol", PASSWORD)
    assert signed_in(browser, app.request(), "carol").parameters["code"]
    assert server.run("users", "disable", "--username", "carol").returncode == 0
    assert browser.open(app.request(prompt="none")).parameters["error"] == "login_required"
    assert signed_in(browser, app.request(), "carol").status == 401


def test_cors_is_never_there(server: Server, app: OAuthClient) -> None:
    """Row 30."""
    for path in [app.request(), app.request(prompt="none"), "/sign-in"]:
        answer = server.client.get(path, {"Origin": "https://app.example.com"})
        assert not [name for name in answer.headers if name.lower().startswith("access-control-")]
