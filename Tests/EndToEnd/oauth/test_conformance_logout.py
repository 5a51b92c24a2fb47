"""The modules of the RP-Initiated OP plan, and rows 138 and 139 of the checklist."""

import base64
import json
import time
from dataclasses import dataclass
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from support import database, envelope
from support.browser import FORM_TYPE, Browser, Page
from support.provider import MakeProvider, Provider
from support.relying_party import RelyingParty, encoded, unsigned
from support.rotation import ON_DEMAND, command, states, the, until
from support.server import SECRET

OUT = "https://leaving.example.com/out"


@dataclass(frozen=True)
class User:
    """Somebody who signed in to a client, in a browser of their own."""

    provider: Provider
    party: RelyingParty
    browser: Browser
    hint: str

    def leave(self, **parameters: str) -> Page:
        return self.browser.open(f"/logout?{encoded(parameters)}")

    def is_signed_in(self) -> bool:
        asked = self.party.asks(prompt="none")
        answer = self.party.answer(self.browser.visit(asked.path), asked)
        assert answer.get("error") in (None, "login_required")
        return "code" in answer


@pytest.fixture(scope="module")
def leaving(provider: Provider) -> RelyingParty:
    return provider.new_party("leaving", "--post-logout-redirect-uri", OUT)


def user_of(provider: Provider, party: RelyingParty, name: str = "alice") -> User:
    browser = provider.browser()
    return User(provider, party, browser, provider.tokens(party, browser, name)["id_token"])


@pytest.fixture
def user(provider: Provider, leaving: RelyingParty) -> User:
    return user_of(provider, leaving)


def buttons(page: Page) -> list[tuple[str, str]]:
    return page.form.buttons if page.tags("form") else []


def asks(page: Page) -> bool:
    return page.status == 200 and buttons(page) == [("decision", "sign-out")]


def confirm(user: User, page: Page) -> Page:
    assert asks(page), (page.status, page.read.text)
    return user.browser.submit(page, decision="sign-out")


def is_own_page(page: Page) -> bool:
    return page.status == 200 and not page.tags("form") and "no-store" in page.answer.headers["Cache-Control"]


def test_oidcc_rp_initiated_logout_discovery_endpoint_verification(provider: Provider) -> None:
    found = provider.http.get("/.well-known/openid-configuration").json()
    assert found["end_session_endpoint"] == f"{provider.issuer}/logout"


def test_oidcc_rp_initiated_logout(user: User) -> None:
    assert user.is_signed_in()
    page = user.leave(id_token_hint=user.hint, post_logout_redirect_uri=OUT, state="a state & more")
    assert page.location.startswith(f"{OUT}?") and page.parameters == {"state": "a state & more"}
    assert "session" not in user.browser.cookies
    assert not user.is_signed_in()
    # In the database too: the cookie that the browser had opens nothing.
    sid = unsigned(user.hint)["sid"]
    file = user.provider.server.database
    assert database.value(file, "SELECT count(*) FROM sessions WHERE id = ?", sid) == 0
    assert database.rows(file, "SELECT count(*) FROM grants WHERE session_id = ? AND ended_at IS NULL", sid) == [(0,)]
    audited = "SELECT outcome, client FROM audit_events WHERE action = 'sign_out' ORDER BY id DESC LIMIT 1"
    [row] = database.rows(file, audited)
    assert row == ("success", "leaving")


@pytest.mark.parametrize(
    "uri",
    [
        pytest.param("https://leaving.example.com/other", id="oidcc_rp_initiated_logout_bad_post_logout_redirect_uri"),
        pytest.param(f"{OUT}?x=1", id="oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri"),
        "https://leaving.example.com/cb", f"{OUT}/", OUT.upper(), f"{OUT}#x", "//leaving.example.com/out",
        "javascript:1",
    ],
)  # fmt: skip
def test_oidcc_rp_initiated_logout_bad_post_logout_redirect_uri(user: User, uri: str) -> None:
    page = user.leave(id_token_hint=user.hint, post_logout_redirect_uri=uri, state="s")
    assert asks(page) and user.is_signed_in()
    # Whoever wants to leave can, and stays here.
    assert is_own_page(confirm(user, page)) and not user.is_signed_in()


def test_oidcc_rp_initiated_logout_no_id_token_hint(user: User) -> None:
    page = user.leave(post_logout_redirect_uri=OUT)
    assert asks(page) and user.is_signed_in()
    assert is_own_page(confirm(user, page)) and not user.is_signed_in()


def unsigned_hint(token: str) -> str:
    header = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    return f"{header}.{token.split('.')[1]}."


def signed(claims: dict[str, Any], kid: str, key: rsa.RSAPrivateKey) -> str:
    """As the server writes it, byte for byte."""

    def text(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    header = f'{{"alg":"RS256","kid":"{kid}","typ":"JWT"}}'.encode()
    body = f"{text(header)}.{text(json.dumps(claims).encode())}"
    return f"{body}.{text(key.sign(body.encode(), padding.PKCS1v15(), SHA256()))}"


def test_oidcc_rp_initiated_logout_modified_id_token_hint(user: User) -> None:
    page = user.leave(id_token_hint=unsigned_hint(user.hint), post_logout_redirect_uri=OUT)
    assert asks(page) and user.is_signed_in()
    assert is_own_page(confirm(user, page)) and not user.is_signed_in()


def test_oidcc_rp_initiated_logout_bad_id_token_hint(user: User) -> None:
    other = rsa.generate_private_key(65537, 2048)
    kid = the("active", user.provider.server)
    for hint in (signed(unsigned(user.hint), kid, other), signed(unsigned(user.hint), "987654", other), "nonsense"):
        page = user.leave(id_token_hint=hint, post_logout_redirect_uri=OUT)
        assert asks(page) and user.is_signed_in()
    assert is_own_page(confirm(user, page)) and not user.is_signed_in()


def test_oidcc_rp_initiated_logout_no_params(user: User) -> None:
    page = user.leave()
    assert asks(page) and user.is_signed_in()
    assert is_own_page(confirm(user, page)) and not user.is_signed_in()


def test_oidcc_rp_initiated_logout_no_post_logout_redirect_uri(user: User) -> None:
    assert is_own_page(user.leave(id_token_hint=user.hint)) and not user.is_signed_in()


def test_oidcc_rp_initiated_logout_only_state(user: User) -> None:
    page = user.leave(state="s")
    assert asks(page) and is_own_page(confirm(user, page)) and not user.is_signed_in()


def test_oidcc_rp_initiated_logout_no_state(user: User) -> None:
    page = user.leave(id_token_hint=user.hint, post_logout_redirect_uri=OUT)
    assert page.location == OUT and not user.is_signed_in()


def test_by_post_of_another_site(user: User) -> None:
    """RP-Initiated Logout 1.0 §2: POST as well as GET; no cookie comes along with it."""
    fields = {"id_token_hint": user.hint, "post_logout_redirect_uri": OUT, "state": "s"}
    first = user.browser.post("/logout", fields, from_elsewhere=True)
    assert user.browser.follow(first).location == f"{OUT}?state=s" and not user.is_signed_in()


def test_row_138_the_hint_of_somebody_else_asks(provider: Provider, leaving: RelyingParty, user: User) -> None:
    other = user_of(provider, leaving, "bob")
    another = user_of(provider, leaving)
    for hint in (other.hint, another.hint):
        page = user.leave(id_token_hint=hint, post_logout_redirect_uri=OUT, state="s")
        assert asks(page) and user.is_signed_in()
    assert confirm(user, page).location == f"{OUT}?state=s"
    assert not user.is_signed_in() and other.is_signed_in() and another.is_signed_in()
    # Nor does an access token do, or a hint that names another client than the request does.
    token = provider.tokens(leaving, other.browser)["access_token"]
    assert asks(other.leave(id_token_hint=token, post_logout_redirect_uri=OUT))
    assert asks(other.leave(id_token_hint=other.hint, client_id="web", post_logout_redirect_uri=OUT))
    assert other.is_signed_in()


def test_row_138_the_answer_holds_once_and_comes_from_us_alone(user: User) -> None:
    question = user.leave(client_id="leaving", post_logout_redirect_uri=OUT, state="s")
    assert asks(question)
    fields = question.form.fields | {"decision": "sign-out"}
    forged = user.browser.post("/logout", fields, from_elsewhere=True)
    assert forged.status == 403 and user.is_signed_in()
    headers = FORM_TYPE | {"Origin": "null"}
    cookie = {"Cookie": f"session={user.browser.cookies['session']}"}
    body = encoded(fields).encode()
    assert user.provider.http.request("POST", "/logout", body, headers | cookie).status == 403 and user.is_signed_in()
    for wrong in ({"decision": "allow"}, {"session": "another"}, {"session": ""}):
        page = user.browser.post("/logout", fields | wrong)
        assert page.status == 400 or asks(page), page.status
        assert user.is_signed_in()
    assert user.browser.submit(question, decision="sign-out").location == f"{OUT}?state=s"
    assert not user.is_signed_in()
    # Another session of the same browser, and the form of before.
    user.provider.tokens(user.party, user.browser)
    again = user.browser.submit(question, decision="sign-out")
    assert asks(again) and user.is_signed_in()


def test_row_139_an_expired_hint_is_ours_all_the_same(user: User) -> None:
    server = user.provider.server
    kid = the("active", server)
    key = envelope.open_all(server.database, SECRET)[int(kid)]
    assert isinstance(key, rsa.RSAPrivateKey)
    hint = signed(unsigned(user.hint) | {"exp": int(time.time()) - 86_400}, kid, key)
    # At /authorize, too: another one would not do (row 62).
    asked = user.party.asks(prompt="none", id_token_hint=hint)
    assert user.party.code(user.browser.open(asked.path), asked)
    page = user.leave(id_token_hint=hint, post_logout_redirect_uri=OUT)
    assert page.location == OUT and not user.is_signed_in()


def test_row_139_a_hint_under_a_key_that_has_left(provider_with: MakeProvider) -> None:
    provider = provider_with(**ON_DEMAND)
    party = provider.new_party("leaving", "--post-logout-redirect-uri", OUT)
    leaver, revoked = user_of(provider, party), user_of(provider, party)
    server, kid = provider.server, the("active", provider.server)

    def retire() -> str:
        active = the("active", server)
        command(server, "keys", "rotate")
        until(lambda: dict(states(server)).get(active) == "retired", "the key retires")
        return active

    assert retire() == kid
    # As if an hour had passed, and its last token were over.
    database.change(server.database, f"UPDATE key_states SET signed_until = 1000 WHERE kid = {kid}")
    database.change(server.database, f"UPDATE keys SET exp = 1 WHERE kid = {kid}")
    until(lambda: kid not in provider.http.published_kids(), "the key leaves")
    page = leaver.leave(id_token_hint=leaver.hint, post_logout_redirect_uri=OUT)
    assert page.location == OUT and not leaver.is_signed_in()
    # One that was revoked may be in somebody else's hands.
    later = user_of(provider, party)
    gone = the("active", server)
    command(server, "keys", "revoke", gone)
    until(lambda: gone not in provider.http.published_kids(), "it is out of the JWK Set")
    assert asks(later.leave(id_token_hint=later.hint, post_logout_redirect_uri=OUT)) and later.is_signed_in()
    kept = database.rows(server.database, "SELECT kid, algorithm FROM retired_public_keys")
    assert kept == [(int(kid), "RS256")]
    # Nor is what was revoked after it had left.
    told = server.run("keys", "revoke", kid)
    assert told.stdout.startswith(f"key {kid} had left the JWK Set in its time: "), told
    assert server.run("keys", "revoke", kid).returncode == 1
    assert asks(revoked.leave(id_token_hint=revoked.hint, post_logout_redirect_uri=OUT))


def test_nobody_is_signed_in(provider: Provider, leaving: RelyingParty) -> None:
    hint = user_of(provider, leaving).hint
    stranger = provider.browser()
    assert is_own_page(stranger.open("/logout"))
    page = stranger.open(f"/logout?{encoded({'id_token_hint': hint, 'post_logout_redirect_uri': OUT, 'state': 's'})}")
    assert page.location == f"{OUT}?state=s"
    page = stranger.open(f"/logout?{encoded({'client_id': 'leaving', 'post_logout_redirect_uri': OUT})}")
    assert page.location == OUT
    assert is_own_page(stranger.open(f"/logout?{encoded({'post_logout_redirect_uri': OUT})}"))


@pytest.mark.parametrize("name", ["id_token_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales"])
def test_said_twice(user: User, name: str) -> None:
    page = user.browser.open(f"/logout?{name}=a&{name}=b")
    assert page.status == 400 and name in page.read.text and user.is_signed_in()


def test_hostile_text_stays_text(user: User) -> None:
    hostile = '"><script>alert(1)</script>'
    page = user.leave(state=hostile, client_id=hostile, post_logout_redirect_uri=hostile, id_token_hint=hostile)
    assert page.status == 200 and not page.tags("script") and page.form.fields["state"] == hostile
    assert is_own_page(confirm(user, page))


def test_in_german_too(user: User) -> None:
    page = user.leave(ui_locales="de-AT")
    assert "Abmelden" in page.read.text
    assert "Sie sind abgemeldet" in confirm(user, page).read.text


def test_the_log_says_why_and_holds_no_hint(user: User) -> None:
    user.leave(id_token_hint=user.hint, post_logout_redirect_uri=f"{OUT}/else")
    log = user.provider.server.log
    until(lambda: "logout request leads nowhere" in log.read_text(), "the line")
    text = log.read_text()
    assert "redirect_uri" in text and user.hint not in text and user.hint.split(".")[2] not in text
