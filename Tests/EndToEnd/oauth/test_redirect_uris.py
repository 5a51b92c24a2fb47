"""Where answers may go: rows 15 to 20 of the checklist. What may be registered (row 18) is in
`operator/test_clients.py`."""

import pytest

from support.browser import Browser
from support.provider import Provider
from support.relying_party import RelyingParty

CALLBACK = "https://web.example.com/cb"


@pytest.fixture(scope="module")
def browsers(provider: Provider) -> list[Browser]:
    """One in which nobody is signed in, and one in which somebody is."""
    return [provider.browser(), provider.signed_in()]


def assert_no_redirect(browsers: list[Browser], party: RelyingParty, **changes: object) -> None:
    """By a page of our own, whether somebody is signed in or not: nobody is sent anywhere."""
    for browser in browsers:
        for way in ("get", "post"):
            asked = party.asks(**changes)
            if way == "get":
                page = browser.visit(asked.path)
            else:
                fields = {name: value for name, value in asked.parameters.items() if isinstance(value, str)}
                page = browser.follow(browser.post("/authorize", fields, from_elsewhere=True))
            assert page.status == 400, (page.answer, changes)
            assert page.answer.headers["Content-Type"].startswith("text/html") and "Location" not in page.answer.headers
            assert not page.tags("script") and not page.tags("a") and not page.tags("form")
            assert all("refresh" not in each.get("http-equiv", "") for each in page.tags("meta"))
            assert page.read.alert.strip()


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": None},
        {"client_id": ""},
        {"client_id": "nobody"},
        {"client_id": "WEB"},
        {"client_id": "web "},
        {"client_id": ["web", "web"]},
        {"redirect_uri": "https://evil.example/cb"},
        {"redirect_uri": [CALLBACK, CALLBACK]},
        {"redirect_uri": [CALLBACK, "https://evil.example/cb"]},
        {"client_id": "spa"},
        # Whatever else is wrong.
        {"redirect_uri": "https://evil.example/cb", "response_type": "token"},
        {"redirect_uri": "https://evil.example/cb", "request_uri": "https://web.example.com/r"},
        {"redirect_uri": "https://evil.example/cb", "prompt": "none"},
        {"redirect_uri": "https://evil.example/cb", "response_mode": "form_post"},
    ],
    ids=str,
)
def test_row_15_an_error_page_and_no_redirect(
    provider: Provider, browsers: list[Browser], changes: dict[str, str]
) -> None:
    """oidcc-ensure-registered-redirect-uri."""
    assert_no_redirect(browsers, provider.party(), **changes)


@pytest.mark.parametrize(
    "uri",
    [
        "https://WEB.example.com/cb",
        "HTTPS://web.example.com/cb",
        "https://web.example.com/CB",
        "https://web.example.com/cb/",
        "https://web.example.com/cb/../cb",
        "https://web.example.com/x/../cb",
        "https://web.example.com//cb",
        "https://web.example.com/%63b",
        "https://web.example.com/c%62",
        "https://web.example.com:443/cb",
        "https://web.example.com./cb",
        "https://web.example.com/cbx",
        "https://web.example.com/",
        "https://web.example.com",
        "https://sub.web.example.com/cb",
        "https://web.example.com.evil.example/cb",
        "https://web.example.com@evil.example/cb",
        "https://evil.example/https://web.example.com/cb",
        "https://user@web.example.com/cb",
        "https://web.example.com/cb#",
        "https://web.example.com/cb#fragment",
        "https://web.example.com/cb;x",
        "https://web.example.com/cb%00",
        "https://web.example.com/cb\x00",
        "https://web.example.com/cb\n",
        " https://web.example.com/cb",
        "https://web.example.com\\@evil.example/cb",
        "http://web.example.com/cb",
        "//web.example.com/cb",
        "/cb",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://web.example.com/cb" + "x" * 3_000,
    ],
    ids=lambda uri: ascii(uri)[:60],
)
def test_row_16_redirect_uris_compare_as_strings(provider: Provider, browsers: list[Browser], uri: str) -> None:
    assert_no_redirect(browsers, provider.party(), redirect_uri=uri)


@pytest.mark.parametrize("port", ["", ":1", ":8123", ":65535"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_row_17_on_loopback_the_port_is_free(provider: Provider, host: str, port: str) -> None:
    party = provider.party("cli").at(f"http://{host}{port}/callback")
    asked = party.asks()
    assert party.redeem(provider.code(party, asked), asked).status == 200


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.2/callback",
        "http://127.1/callback",
        "http://2130706433/callback",
        "http://LOCALHOST/callback",
        "http://localhost./callback",
        "http://localhost.evil.example/callback",
        "http://127.0.0.1.evil.example/callback",
        "http://127.0.0.1:80@evil.example/callback",
        "http://127.0.0.1:x/callback",
        "http://127.0.0.1:/callback",
        "http://127.0.0.1:65536/callback",
        "http://127.0.0.1:-1/callback",
        "http://[::2]/callback",
        "http://[0:0:0:0:0:0:0:1]/callback",
        "http://127.0.0.1/other",
        "http://127.0.0.1:8123/",
        "http://127.0.0.1:8123/callback?x=1",
        "http://127.0.0.1:8123/callback/",
        "https://127.0.0.1/callback",
    ],
)
def test_row_17_and_nothing_else_is(provider: Provider, browsers: list[Browser], uri: str) -> None:
    assert_no_redirect(browsers, provider.party("cli"), redirect_uri=uri)


def test_row_17_a_confidential_client_has_its_port(provider: Provider, browsers: list[Browser]) -> None:
    party = provider.new_party("fixed", redirect_uri="http://127.0.0.1:9000/cb")
    assert provider.tokens(party)
    assert_no_redirect(browsers, party, redirect_uri="http://127.0.0.1:9001/cb")


def test_a_scheme_of_an_app(provider: Provider, browsers: list[Browser]) -> None:
    assert provider.tokens(provider.party("app"))
    for uri in ("com.example.app:/callback/", "com.example.app://callback", "com.example.App:/callback"):
        assert_no_redirect(browsers, provider.party("app"), redirect_uri=uri)


def test_row_19_a_query_is_kept_and_extended(provider: Provider) -> None:
    """oidcc-redirect-uri-query-OK."""
    party = provider.party().at(f"{CALLBACK}?tenant=a&x=%2F")
    for changes in ({}, {"prompt": "none"}):
        asked = party.asks(**changes)
        page = provider.answer(asked)
        assert page.location.startswith(f"{CALLBACK}?tenant=a&x=%2F&")
        assert page.parameters["tenant"] == "a"
    assert page.parameters["error"] == "login_required"


@pytest.mark.parametrize(
    "query", ["?tenant=b&x=%2F", "?x=%2F&tenant=a", "?tenant=a&x=/", "?tenant=a&x=%2f", "?", "?foo"]
)
def test_row_19_another_query_is_refused(provider: Provider, browsers: list[Browser], query: str) -> None:
    """oidcc-redirect-uri-query-mismatch, oidcc-redirect-uri-query-added."""
    assert_no_redirect(browsers, provider.party(), redirect_uri=f"{CALLBACK}{query}")


@pytest.mark.parametrize("name", ["web", "plain", "spa", "cli", "app"])
def test_row_20_the_redirect_uri_is_always_named(provider: Provider, browsers: list[Browser], name: str) -> None:
    """oidcc-ensure-redirect-uri-in-authorization-request."""
    for uri in (None, ""):
        assert_no_redirect(browsers, provider.party(name), redirect_uri=uri)
