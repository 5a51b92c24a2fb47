"""/authorize and /sign-in up to the code, as clients and browsers meet them."""

import json
import re
from collections.abc import Iterator

import pytest
from authlib.oauth2.client import OAuth2Client
from authlib.oauth2.rfc6749.parameters import parse_authorization_code_response

from support import database
from support.pages import (
    CALLBACK, PASSWORD, PKCE, VERIFIER, Browser, OAuthClient, Page, answered, new_client,
)  # fmt: skip
from support.rotation import until
from support.server import Server

ISSUER = "http://localhost:8080"


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


def kept(server: Server, sql: str) -> list[tuple]:
    return database.rows(server.database, sql)


def test_authlib_gets_its_code(server: Server, app: OAuthClient) -> None:
    """Row 40 as far as the code: the client checks state, and the issuer is there for RFC 9207."""
    client = OAuth2Client(
        None, app.id, app.secret, scope="openid profile", redirect_uri=CALLBACK, code_challenge_method="S256"
    )  # fmt: skip
    url, state = client.create_authorization_url("/authorize", code_verifier=VERIFIER, nonce="n-0S6_WzA2Mj")
    answer = Browser(server.client).sign_in(url, "alice")
    parsed = parse_authorization_code_response(answer.headers["Location"], state=state)
    assert set(parsed) == {"code", "state", "iss"} and parsed["iss"] == ISSUER
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", parsed["code"])
    challenge, nonce, uri = kept(server, "SELECT challenge, nonce, redirect_uri FROM authorization_codes")[-1]
    assert (challenge, nonce, uri) == (PKCE["code_challenge"], "n-0S6_WzA2Mj", CALLBACK)


def test_one_sign_in_for_every_client(server: Server, app: OAuthClient) -> None:
    browser = Browser(server.client)
    first = answered(browser.sign_in(app.request(), "alice"))
    second = answered(browser.open(app.request(prompt="none")))
    assert second["code"] != first["code"] and second["state"] == "a state"
    other = new_client(server, redirect_uri="https://other.example.com/")
    assert answered(browser.open(other.request()))["code"]
    assert answered(Browser(server.client).open(app.request(prompt="none")))["error"] == "login_required"


def test_a_sign_in_is_on_record(server: Server, app: OAuthClient) -> None:
    before = len(kept(server, "SELECT id FROM auth_logs"))
    browser = Browser(server.client)
    page = browser.open(app.request())
    wrong = browser.submit(page, username="alice", password="wrong")
    assert wrong.status == 401 and 'role="alert"' in wrong.body.decode()
    assert answered(browser.submit(wrong, password=PASSWORD))["code"]
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


def test_two_tabs_each_finish_their_own(server: Server, app: OAuthClient) -> None:
    """Row 33."""
    browser = Browser(server.client)
    first, second = browser.open(app.request(state="1")), browser.open(app.request(state="2"))
    done = answered(browser.submit(first, username="alice", password=PASSWORD))
    assert done["state"] == "1"
    assert answered(browser.submit(first, username="alice", password=PASSWORD)) == done
    other = answered(browser.submit(second, username="alice", password=PASSWORD))
    assert other["state"] == "2" and other["code"] != done["code"]


def test_a_flow_is_bound_to_its_browser(server: Server, app: OAuthClient) -> None:
    """Row 32: a page of somebody else's flow signs nobody in."""
    victim, attacker = Browser(server.client), Browser(server.client)
    page = attacker.open(app.request())
    assert answered(victim.sign_in(app.request(), "bob"))["code"]
    for answer in [
        victim.submit(page, username="bob", password=PASSWORD),
        victim.open(f"/sign-in?flow={Page(page).fields['flow']}"),
    ]:
        assert answer.status == 400 and "Location" not in answer.headers


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_a_form_of_another_site_is_refused(server: Server, app: OAuthClient, headers: dict[str, str]) -> None:
    browser = Browser(server.client)
    form = Page(browser.open(app.request())).fields | {"username": "alice", "password": PASSWORD}
    assert browser.post("/sign-in", form, headers).status == 403
    assert "session" not in browser.cookies


def test_the_user_is_asked_and_may_say_no(server: Server, desktop: OAuthClient) -> None:
    """Rows 17, 133, 135: a public client on loopback, on whichever port it has."""
    browser = Browser(server.client)
    request = desktop.request(**PKCE, redirect_uri="http://127.0.0.1:49152/callback", scope="openid email")
    question = browser.sign_in(request, "alice")
    text = question.body.decode()
    assert question.status == 200 and "Example App" in text and "127.0.0.1:49152" in text and "alice" in text
    refused = browser.submit(question, decision="deny")
    assert refused.headers["Location"].startswith("http://127.0.0.1:49152/callback?error=access_denied&")
    assert answered(refused)["iss"] == ISSUER
    # Every time.
    again = browser.open(request)
    assert answered(browser.submit(again, decision="allow"))["code"]
    assert browser.open(request).status == 200


@pytest.mark.parametrize("uri", ["https://evil.example/", CALLBACK + "/", CALLBACK + "?x=1", CALLBACK.upper(), ""])
def test_a_redirect_uri_that_is_not_registered(server: Server, app: OAuthClient, uri: str) -> None:
    """Rows 15, 16, 69."""
    page = Browser(server.client).open(app.request(redirect_uri=uri))
    assert page.status == 400 and "Location" not in page.headers and "<script" not in page.body.decode()
    identity = page.headers["X-Request-Id"]
    assert identity in page.body.decode()
    # The log has a writer of its own, which nobody waits for.
    lines = until(lambda: [line for line in server.log.read_text().splitlines() if identity in line], "the line")
    line = lines[0]
    assert "authorization request refused" in line and f"registered={CALLBACK}" in line or not uri


def test_a_disabled_user_is_signed_in_nowhere(server: Server, app: OAuthClient) -> None:
    server.create_user("carol", PASSWORD)
    browser = Browser(server.client)
    assert answered(browser.sign_in(app.request(), "carol"))["code"]
    assert server.run("users", "disable", "--username", "carol").returncode == 0
    assert answered(browser.open(app.request(prompt="none")))["error"] == "login_required"
    assert browser.sign_in(app.request(), "carol").status == 401


def test_cors_is_never_there(server: Server, app: OAuthClient) -> None:
    """Row 30."""
    for path in [app.request(), app.request(prompt="none"), "/sign-in"]:
        answer = server.client.get(path, {"Origin": "https://app.example.com"})
        assert not [name for name in answer.headers if name.lower().startswith("access-control-")]
