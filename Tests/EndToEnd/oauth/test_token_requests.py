"""What clients ask of `/token`, and how it answers: rows 1 to 5 and 11 of the checklist."""

from typing import Any

import pytest

from support.browser import FORM_TYPE
from support.client_proof import basic
from support.provider import API, OTHER_API, Provider
from support.relying_party import Fields, assert_refused

CLIENT_ENDPOINTS = ["/token", "/revoke", "/introspect"]


JOB: Fields = {"grant_type": "client_credentials"}


@pytest.mark.parametrize("path", CLIENT_ENDPOINTS)
def test_row_1_post_only(provider: Provider, path: str) -> None:
    for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH"):
        answer = provider.http.request(method, path)
        assert answer.status == 405 and "POST" in answer.headers["Allow"]
    json_body = provider.http.post(path, {"grant_type": "client_credentials"})
    assert json_body.status in (400, 415)


@pytest.mark.parametrize("name", ["grant_type", "scope", "client_id"])
def test_row_2_a_parameter_stands_there_once(provider: Provider, name: str) -> None:
    job = provider.party("api")
    usual = {"grant_type": "client_credentials", "scope": "read", "client_id": "api"}
    assert_refused(job.post("/token", usual | {name: [usual[name], usual[name]]}), 400, "invalid_request")


def test_row_2_empty_is_absent_unknown_is_ignored_resource_may_repeat(provider: Provider) -> None:
    job = provider.party("api")
    fields = JOB | {"scope": "", "code": "", "resource": "", "foo": "bar", "Grant_Type": "x", "audience": ["a", "b"]}
    answer = job.post("/token", fields)
    assert answer.status == 200, answer.body
    assert_refused(job.post("/token", {"grant_type": ""}), 400, "invalid_request")
    assert_refused(job.post("/token", {}), 400, "invalid_request")
    assert job.post("/token", JOB | {"resource": [API, API]}).status == 200
    assert_refused(job.post("/token", JOB | {"resource": [API, OTHER_API]}), 400, "invalid_target")


def test_a_space_may_stand_as_it_is(provider: Provider) -> None:
    """As oidc-agent sends its scopes when it refreshes."""
    party = provider.party()
    token = provider.tokens(party)["refresh_token"]
    assert party.secret
    form = f"grant_type=refresh_token&refresh_token={token}&scope=openid profile email"
    headers = FORM_TYPE | basic(party.client_id, party.secret)
    answer = provider.http.request("POST", "/token", form.encode(), headers)
    assert answer.status == 200 and answer.json()["scope"].split() == ["openid", "profile", "email"], answer.body


def test_row_3_and_4_the_shape_of_success(provider: Provider) -> None:
    party, job = provider.party(), provider.party("api")
    asked = party.asks()
    redeemed = party.redeem(provider.code(party, asked), asked)
    refreshed = party.refresh(redeemed.json()["refresh_token"])
    for answer in (redeemed, refreshed, job.post("/token", JOB)):
        assert answer.status == 200 and answer.headers["Content-Type"].startswith("application/json")
        assert answer.headers["Cache-Control"] == "no-store" and answer.headers["Pragma"] == "no-cache"
        body = answer.json()
        assert body["token_type"] == "Bearer"
        assert isinstance(body["expires_in"], int) and 1 <= body["expires_in"] <= 31_536_000
        assert None not in body.values()
    # RFC 6749 §4.4.3.
    assert set(answer.json()) - {"scope"} == {"access_token", "token_type", "expires_in"}
    introspected = job.post("/introspect", {"token": "x"})
    revoked = job.post("/revoke", {"token": "x"})
    assert "no-store" in introspected.headers["Cache-Control"] and revoked.status == 200 and revoked.body == b""


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("no grant type", {}, "invalid_request"),
    ("no code", {"grant_type": "authorization_code"}, "invalid_request"),
    ("made-up code", {"grant_type": "authorization_code", "code": "x" * 43}, "invalid_grant"),
    ("no refresh token", {"grant_type": "refresh_token"}, "invalid_request"),
    ("made-up refresh token", {"grant_type": "refresh_token", "refresh_token": "rt_x"}, "invalid_grant"),
    ("escapes", {"grant_type": "authorization_code", "code": 'a"\\\r\n\t\x00<b>'}, "invalid_grant"),
    ("no ASCII", {"grant_type": "refresh_token", "refresh_token": "ü\u202e"}, "invalid_request"),
    ("no ASCII in a scope", {"grant_type": "refresh_token", "refresh_token": "rt_x", "scope": "ü"}, "invalid_request"),
    ("no ASCII in a secret", {"grant_type": "refresh_token", "client_secret": "ü"}, "invalid_request"),
    ("unknown grant type", {"grant_type": 'pass"word\r\n'}, "unsupported_grant_type"),
    ("password", {"grant_type": "password", "username": "alice", "password": "x"}, "unsupported_grant_type"),
    ("implicit", {"grant_type": "implicit"}, "unsupported_grant_type"),
    ("device", {"grant_type": "urn:ietf:params:oauth:grant-type:device_code"}, "unsupported_grant_type"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "error"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_row_5_and_11_errors_are_json_without_input(provider: Provider, fields: Fields, error: str) -> None:
    answer = provider.party().post("/token", fields)
    assert_refused(answer, 400, error)
    for value in fields.values():
        assert isinstance(value, str)
        assert len(value) < 4 or value in ("authorization_code", "refresh_token") or value.encode() not in answer.body


@pytest.mark.parametrize(
    "body", [b"grant_type=%zz", b"grant_type=%ff", b"&" * 9_000, b"a=b&" * 70, b"\xff\x00", b"=&=&="]
)
def test_row_5_what_is_no_form(provider: Provider, body: bytes) -> None:
    party = provider.party()
    headers = FORM_TYPE | basic(party.client_id, party.secret or "")
    answer = provider.http.request("POST", "/token", body, headers)
    assert answer.status in (400, 413) and "no-store" in answer.headers["Cache-Control"]
    assert answer.json()["error"] == "invalid_request"


def test_a_charset_is_no_other_type(provider: Provider) -> None:
    """oauth4webapi sends one."""
    charset = {"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"}
    assert provider.party("api").post("/token", JOB, charset).status == 200


def test_row_11_a_grant_that_the_client_may_not_use(provider: Provider) -> None:
    assert_refused(provider.party().post("/token", JOB), 400, "unauthorized_client")
    assert_refused(provider.party("spa").post("/token", JOB), 400, "unauthorized_client")
    code = {"grant_type": "authorization_code", "code": "x" * 43, "redirect_uri": "https://web.example.com/cb"}
    assert_refused(provider.party("api").post("/token", code), 400, "unauthorized_client")
    job = {"grant_type": "refresh_token", "refresh_token": "rt_x"}
    assert provider.party("api").post("/token", job).json()["error"] in ("unauthorized_client", "invalid_grant")
