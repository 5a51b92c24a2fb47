"""What becomes of a code: rows 23, 24 and 35 to 39 of the checklist, oidcc-codereuse and oidcc-codereuse-30seconds.

That it is kept hashed is looked at here; that of 50 which redeem it one succeeds is asked over HTTP here and of each
store by its laws.
"""

import secrets
import time
from typing import Any

import pytest

from support import database
from support.browser import FORM_TYPE
from support.client import Request, Response
from support.client_proof import basic
from support.provider import Provider
from support.relying_party import Asked, RelyingParty, encoded

RIGHT = "https://web.example.com/cb"


def assert_invalid(answer: Response, *errors: str) -> None:
    assert answer.status == 400 and answer.json()["error"] in (errors or ("invalid_grant",)), answer.body


def test_row_35_a_code_cannot_be_guessed_and_is_kept_hashed(provider: Provider) -> None:
    party, browser = provider.party(), provider.signed_in()
    codes = [party.code(browser.open((asked := party.asks()).path), asked) for _ in range(20)]
    assert len(set(codes)) == 20 and all(len(code) >= 22 for code in codes)
    assert not any(codes[0][:6] == code[:6] for code in codes[1:])
    everything = b"".join(path.read_bytes() for path in provider.server.directory.iterdir())
    assert not any(code.encode() in everything for code in codes)
    ends = database.value(provider.server.database, "SELECT max(expires_at) FROM authorization_codes")
    assert ends / 1_000 <= time.time() + 60


def test_row_36_of_50_redemptions_one_succeeds(provider: Provider) -> None:
    party = provider.party()
    asked = party.asks()
    body = encoded(party.redemption(provider.code(party, asked), asked)).encode()
    headers = FORM_TYPE | basic(party.client_id, party.secret or "")
    answers = provider.http.at_once(50, lambda _: Request("POST", "/token", body, headers))
    assert sorted(answer.status for answer in answers) == [200] + [400] * 49
    [won] = [answer.json() for answer in answers if answer.status == 200]
    # Everyone else had everything right: somebody has the code who should not.
    assert party.refresh(won["refresh_token"]).json()["error"] == "invalid_grant"


WRONG: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [
    ("no redirect URI", {"redirect_uri": None}, ("invalid_grant", "invalid_request")),
    ("another redirect URI", {"redirect_uri": f"{RIGHT}?tenant=a&x=%2F"}, ("invalid_grant",)),
    ("almost its redirect URI", {"redirect_uri": f"{RIGHT}/"}, ("invalid_grant",)),
    ("no verifier", {"code_verifier": None}, ("invalid_grant", "invalid_request")),
    ("an empty verifier", {"code_verifier": ""}, ("invalid_grant", "invalid_request")),
    ("another verifier", {"code_verifier": "v" * 64}, ("invalid_grant",)),
    ("a short verifier", {"code_verifier": "v" * 42}, ("invalid_grant", "invalid_request")),
    ("a long verifier", {"code_verifier": "v" * 129}, ("invalid_grant", "invalid_request")),
    ("a verifier with other characters", {"code_verifier": "v" * 42 + "+"}, ("invalid_grant", "invalid_request")),
    ("an unknown resource", {"resource": "https://unknown.example"}, ("invalid_target",)),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "errors"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_row_37_what_is_wrong_leaves_the_code_good(
    provider: Provider, changes: dict[str, Any], errors: tuple[str, ...]
) -> None:
    """Rows 23 and 24 too. Who proves the request by its verifier may leave out the redirect URI (OAuth 2.1 §10.2)."""
    party = provider.party()
    asked = party.asks()
    code = provider.code(party, asked)
    answer = party.redeem(code, asked, **changes)
    if changes == {"redirect_uri": None} and answer.status == 200:
        return
    assert_invalid(answer, *errors)
    assert party.redeem(code, asked).status == 200


@pytest.mark.parametrize("thief", ["plain", "spa"])
def test_row_37_the_code_of_another_client(provider: Provider, thief: str) -> None:
    party = provider.party()
    asked = party.asks()
    code = provider.code(party, asked)
    assert_invalid(provider.party(thief).redeem(code, asked))
    tokens = party.redeem(code, asked).json()
    # Used up, it is no more of the thief's business: nothing ends.
    assert_invalid(provider.party(thief).redeem(code, asked))
    assert party.userinfo(tokens["access_token"]).status == 200


def test_row_24_a_verifier_where_there_was_no_challenge(provider: Provider) -> None:
    party = provider.party("plain")
    asked = party.asks()
    code = provider.code(party, asked)
    assert_invalid(
        party.redeem(code, asked, code_verifier=secrets.token_urlsafe(48)), "invalid_grant", "invalid_request"
    )
    assert party.redeem(code, asked).status == 200


@pytest.mark.parametrize("name", ["web", "plain", "spa"])
def test_oidcc_codereuse(provider: Provider, name: str) -> None:
    """Rows 38 and 68 too: what it led to is dead at once."""
    party, api = provider.party(name), provider.party("api")
    asked = party.asks(**({"resource": "https://api.example.com"} if name != "plain" else {}))
    code = provider.code(party, asked)
    tokens = party.redeem(code, asked).json()
    assert party.userinfo(tokens["access_token"]).status == 200
    assert_invalid(party.redeem(code, asked))
    assert party.userinfo(tokens["access_token"]).status == 401
    asker = api if name != "plain" else party
    assert asker.introspect(tokens["access_token"]) == {"active": False}
    assert_invalid(party.refresh(tokens["refresh_token"]))


def test_a_second_use_that_is_not_right_ends_nothing(provider: Provider) -> None:
    """Who found an old code in a log and has no verifier signs nobody out."""
    party = provider.party()
    asked = party.asks()
    code = provider.code(party, asked)
    tokens = party.redeem(code, asked).json()
    for changes in ({"code_verifier": "v" * 64}, {"code_verifier": None}, {"redirect_uri": f"{RIGHT}/"}):
        assert_invalid(party.redeem(code, asked, **changes), "invalid_grant", "invalid_request")
    assert party.refresh(tokens["refresh_token"]).status == 200


def a_code(provider: Provider, party: RelyingParty, username: str = "alice") -> tuple[str, Asked]:
    asked = party.asks()
    return provider.code(party, asked, username=username), asked


def test_row_39_an_expired_code(provider: Provider) -> None:
    party = provider.party()
    code, asked = a_code(provider, party)
    now = int(time.time() * 1_000)
    database.change(
        provider.server.database, "UPDATE authorization_codes SET expires_at = ? WHERE used_at IS NULL", now
    )
    assert_invalid(party.redeem(code, asked))


@pytest.mark.parametrize(
    "command",
    [
        ("users", "disable", "--username", "ended"),
        ("users", "sign-out-everywhere", "--username", "ended"),
        ("users", "reset-password", "--username", "ended"),
        ("users", "delete", "--username", "ended", "--yes"),
        ("clients", "delete", "ended-client", "--yes"),
    ],
    ids=lambda command: "-".join(command[:2]),
)
def test_row_39_a_code_of_what_ended_meanwhile(provider: Provider, command: tuple[str, ...]) -> None:
    """And row 123: all else that hangs on the grant ends with it."""
    run = secrets.token_hex(4)
    command = tuple(word.replace("ended", f"ended-{run}") for word in command)
    provider.new_user(f"ended-{run}")
    party = provider.new_party(f"ended-{run}-client")
    code, asked = a_code(provider, party, f"ended-{run}")
    tokens = provider.tokens(party, username=f"ended-{run}", scope="openid offline_access")
    browser = provider.signed_in(f"ended-{run}")
    assert party.userinfo(tokens["access_token"]).status == 200
    result = provider.server.run(*command)
    assert result.returncode == 0, result.stderr
    redeemed, refreshed = party.redeem(code, asked), party.refresh(tokens["refresh_token"])
    if command[0] == "clients":
        assert [answer.json()["error"] for answer in (redeemed, refreshed)] == ["invalid_client"] * 2
    else:
        assert_invalid(redeemed)
        assert_invalid(refreshed)
        silent = provider.party().asks(prompt="none")
        assert provider.party().refusal(browser.open(silent.path), silent) == "login_required"
    assert party.userinfo(tokens["access_token"]).status == 401
