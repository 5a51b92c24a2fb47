"""What a client may ask for at `/authorize`, and what it is told: rows 21 to 31 of the checklist."""

import secrets

import pytest
from support.browser import ELSEWHERE
from support.client_proof import challenge_of
from support.provider import Provider

CHALLENGE = challenge_of("v" * 43)
S256 = {"code_challenge_method": "S256"}
HARD_STATES = [
    "+ & = % # ? / ; , : @ $",
    "a" * 600,
    "%2B%20+%26",
    "ÄÖ€😀",
    "\"<>'\\`{}|^~",
    '{"csrf":"x y","next":"/a?b=c&d"}',
]


@pytest.mark.parametrize("name", ["spa", "cli", "app"])
@pytest.mark.parametrize(
    "pkce",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge": None},
        {"code_challenge": ""},
        {"code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": "s256"},
        {"code_challenge_method": "S512"},
    ],
    ids=str,
)
def test_row_21_a_public_client_uses_s256(provider: Provider, name: str, pkce: dict[str, str]) -> None:
    party, browser = provider.party(name), provider.signed_in()
    asked = party.asks(**pkce)
    assert party.refusal(browser.open(asked.path), asked) == "invalid_request"


def test_row_22_a_confidential_client_goes_without_until_it_once_did(provider: Provider) -> None:
    party = provider.new_party("learning")
    without = {"code_challenge": None, "code_challenge_method": None}
    browser = provider.signed_in()
    for _ in range(2):
        asked = party.asks(**without)
        code = party.code(browser.open(asked.path), asked)
        assert party.redeem(code, asked, code_verifier=None).status == 200
    assert provider.tokens(party, browser)
    asked = party.asks(**without)
    assert party.refusal(browser.open(asked.path), asked) == "invalid_request"


@pytest.mark.parametrize(
    "challenge",
    [
        "x",
        "x" * 42,
        "x" * 44,
        "x" * 128,
        "x" * 42 + "=",
        "x" * 42 + "+",
        "x" * 42 + ".",
        "x" * 42 + "ü",
        " " + "x" * 42,
    ],
)
def test_row_23_a_challenge_is_43_characters_of_base64url(provider: Provider, challenge: str) -> None:
    for name in ("web", "spa"):
        party = provider.party(name)
        asked = party.asks(code_challenge=challenge)
        assert party.refusal(provider.browser().open(asked.path), asked) == "invalid_request"


@pytest.mark.parametrize("state", HARD_STATES, ids=lambda state: ascii(state)[:30])
def test_row_25_state_comes_back_as_it_went(provider: Provider, state: str) -> None:
    party = provider.party()
    asked = party.asks(state=state)
    # Compared there.
    party.code(provider.answer(asked), asked)
    asked = party.asks(state=state, response_type="token")
    party.refusal(provider.browser().open(asked.path), asked)


def test_row_25_no_state_comes_back_where_none_was_sent(provider: Provider) -> None:
    party = provider.party()
    for changes in ({"state": None}, {"state": ""}):
        asked = party.asks(**changes)
        assert "state" not in provider.answer(asked).parameters
        asked = party.asks(prompt="none", **changes)
        assert set(provider.browser().open(asked.path).parameters) == {"error", "error_description", "iss"}


REFUSED = [
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_type": "id_token"}, "unsupported_response_type"),
    ({"response_type": "code id_token"}, "unsupported_response_type"),
    ({"response_type": "code token"}, "unsupported_response_type"),
    ({"response_type": "none"}, "unsupported_response_type"),
    ({"response_type": "Code"}, "unsupported_response_type"),
    ({"response_type": None}, "invalid_request"),
    ({"response_type": ["code", "code"]}, "invalid_request"),
    ({"response_mode": "fragment"}, "invalid_request"),
    ({"response_mode": "web_message"}, "invalid_request"),
    ({"scope": "nothing-there-is"}, "invalid_scope"),
    ({"scope": 'open"id'}, "invalid_scope"),
    ({"scope": "  "}, "invalid_scope"),
    ({"scope": ["openid", "email"]}, "invalid_request"),
    ({"nonce": ["a", "b"]}, "invalid_request"),
    ({"state": ["a", "b"]}, "invalid_request"),
    ({"code_challenge": [CHALLENGE, CHALLENGE]}, "invalid_request"),
    ({"ui_locales": ["de", "en"]}, "invalid_request"),
    ({"claims_locales": ["de", "en"]}, "invalid_request"),
    ({"display": ["page", "popup"]}, "invalid_request"),
    ({"acr_values": ["1", "2"]}, "invalid_request"),
    ({"claims": ["{}", "{}"]}, "invalid_request"),
    ({"resource": "https://unknown.example"}, "invalid_target"),
    ({"resource": "relative"}, "invalid_target"),
    ({"resource": "https://api.example.com#x"}, "invalid_target"),
    ({"prompt": "none"}, "login_required"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "error"), REFUSED, ids=str)
def test_row_26_and_27_errors_reach_the_client_with_iss(
    provider: Provider, changes: dict[str, str], error: str
) -> None:
    """No page before, and no sign-in: the request is wrong whoever comes."""
    party = provider.party()
    asked = party.asks(**changes)
    if isinstance(asked.parameters["state"], list):
        answer = provider.browser().open(asked.path).parameters
        assert (answer["error"], answer["iss"]) == (error, provider.issuer) and "state" not in answer
    else:
        assert party.refusal(provider.browser().open(asked.path), asked) == error


def test_row_26_iss_stands_there_once_and_is_the_issuer(provider: Provider) -> None:
    party = provider.party()
    for changes in ({}, {"prompt": "none"}, {"iss": "https://evil.example"}):
        page = provider.answer(party.asks(**changes))
        assert page.location.count("iss=") == 1 and page.parameters["iss"] == provider.issuer


@pytest.mark.parametrize("name", ["web", "asking"])
def test_row_29_get_and_post_give_the_same_pages(provider: Provider, name: str) -> None:
    party = provider.party(name)
    asked = party.asks(login_hint="bob", ui_locales="de")
    fields = {name: value for name, value in asked.parameters.items() if isinstance(value, str)}
    shown = []
    for way in ("get", "post", "post from elsewhere"):
        browser = provider.browser()
        if way == "get":
            page = browser.visit(asked.path)
        else:
            page = browser.follow(browser.post("/authorize", fields, from_elsewhere=way != "post"))
        assert page.wants_password
        shown.append((page.status, page.read.text, page.form.fields["username"]))
        assert party.code(provider.finish(browser, page), asked)
    assert shown[0] == shown[1] == shown[2]


def test_row_30_no_cors_where_users_are(provider: Provider) -> None:
    party = provider.party()
    origin = {"Origin": ELSEWHERE}
    preflight = {"Origin": ELSEWHERE, "Access-Control-Request-Method": "POST"}
    for path in (party.asks().path, "/authorize", "/sign-in", "/logout?client_id=x", f"/sign-in?flow={secrets.token_urlsafe(32)}"):
        for answer in (provider.http.get(path, origin), provider.http.request("OPTIONS", path, headers=preflight)):
            assert answer.status in (200, 303, 400, 405), (path, answer)
            assert not [name for name in answer.headers if name.lower().startswith("access-control-")], path


def test_row_31_303_after_credentials(provider: Provider) -> None:
    party, browser = provider.party(), provider.browser()
    page = browser.visit(party.asks().path)
    answer = browser.submit(page, username="alice", password="alice has a password")
    assert answer.status == 303 and answer.answer.body == b"" and "no-store" in answer.answer.headers["Cache-Control"]


def test_other_methods_are_refused(provider: Provider) -> None:
    for method in ("PUT", "DELETE", "PATCH"):
        answer = provider.http.request(method, "/authorize")
        assert answer.status == 405 and {"GET", "POST"} <= set(answer.headers["Allow"].replace(" ", "").split(","))
