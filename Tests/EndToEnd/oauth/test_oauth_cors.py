"""Scripts of any site may use the endpoints for clients, and no page: what a browser asks before, and sees of an
answer. That `/authorize` and the pages have none of it is row 30, in `test_authorization_requests.py`."""

import pytest

from support.browser import ELSEWHERE
from support.client import Response
from support.provider import Provider

FOR_SCRIPTS = {
    "/token": "POST",
    "/revoke": "POST",
    "/introspect": "POST",
    "/userinfo": "GET",
    "/.well-known/openid-configuration": "GET",
    "/.well-known/oauth-authorization-server": "GET",
    "/.well-known/jwks.json": "GET",
}
ORIGIN = {"Origin": ELSEWHERE}


def words(answer: Response, name: str) -> set[str]:
    return {word.strip().lower() for word in (answer.headers[name] or "").split(",")}


def assert_open(answer: Response) -> None:
    assert answer.headers.get_all("Access-Control-Allow-Origin") == ["*"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize(("path", "method"), FOR_SCRIPTS.items())
def test_a_browser_may_ask(provider: Provider, path: str, method: str) -> None:
    asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization,content-type"}
    answer = provider.http.request("OPTIONS", path, headers=ORIGIN | asked)
    assert (answer.status, answer.body) == (204, b"")
    assert_open(answer)
    assert method.lower() in words(answer, "Access-Control-Allow-Methods")
    assert {"authorization", "content-type", "mcp-protocol-version"} <= words(answer, "Access-Control-Allow-Headers")
    assert int(answer.headers["Access-Control-Max-Age"]) > 0


@pytest.mark.parametrize(("path", "method"), FOR_SCRIPTS.items())
def test_a_script_sees_the_answer(provider: Provider, path: str, method: str) -> None:
    answer = provider.http.request(method, path, headers=ORIGIN)
    assert_open(answer)
    if method == "POST" or path == "/userinfo":
        assert answer.status >= 400, "errors too"
        assert "www-authenticate" in words(answer, "Access-Control-Expose-Headers")


def test_a_script_sees_what_it_got(provider: Provider) -> None:
    party = provider.party("spa")
    asked = party.asks()
    answer = party.post("/token", party.redemption(provider.code(party, asked), asked), ORIGIN)
    assert answer.status == 200
    assert_open(answer)
    told = provider.http.get("/userinfo", ORIGIN | {"Authorization": f"Bearer {answer.json()['access_token']}"})
    assert told.status == 200
    assert_open(told)


def test_cookies_open_nothing_there(provider: Provider) -> None:
    browser = provider.signed_in()
    cookie = {"Cookie": f"session={browser.cookies['session']}"}
    assert provider.http.get("/userinfo", cookie).status == 401
