"""How clients show who they are: rows 6 to 10, 12 and 13 of the checklist."""

import base64
from urllib.parse import quote

import pytest

from support.client_proof import basic
from support.provider import MakeProvider, Provider
from support.relying_party import Fields, RelyingParty, assert_refused
from support.rotation import command

CLIENT_ENDPOINTS = ["/token", "/revoke", "/introspect"]


JOB: Fields = {"grant_type": "client_credentials"}


def test_row_6_id_and_secret_are_form_decoded(provider: Provider) -> None:
    party = provider.party()
    assert party.secret
    for text in (f"{quote(party.client_id)}:{quote(party.secret)}", f"w%65b:{party.secret.replace('_', '%5F')}"):
        header = {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}
        assert party.send("/introspect", {"token": "x"}, header).status == 200
    # Not ours to have, and still compared as what they stand for.
    for secret in ("+ % : /", "a&b=c", "", "gr\u00fc\u00dfe \u20ac \U0001f511"):
        assert_refused(party.send("/token", JOB, basic("web", secret)), 401, "invalid_client")
        assert_refused(party.send("/token", JOB | {"client_id": "web", "client_secret": secret}), 401, "invalid_client")
    for broken in ("Basic", "Basic !", "Basic d2Vi", "Basic d2ViOiV6eg==", "Basic " + "A" * 3_000, "Digest x"):
        answer = party.send("/token", JOB, {"Authorization": broken})
        assert answer.status in (400, 401) and answer.json()["error"] in ("invalid_request", "invalid_client")


@pytest.mark.parametrize("path", CLIENT_ENDPOINTS)
def test_row_7_one_way_to_show_who_it_is(provider: Provider, path: str) -> None:
    party = provider.party("api")
    both = JOB | {"token": "x", "client_id": party.client_id, "client_secret": party.secret}
    assert_refused(party.post(path, both), 400, "invalid_request")
    # Its name twice is no second way.
    assert party.post(path, JOB | {"token": "x", "client_id": party.client_id}).status == 200
    assert party.post(path, JOB | {"token": "x", "client_id": "web"}).status in (400, 401)


@pytest.mark.parametrize("way", ["basic", "body"])
@pytest.mark.parametrize("path", CLIENT_ENDPOINTS)
def test_row_8_basic_or_body(provider: Provider, path: str, way: str) -> None:
    party = provider.party("api")
    fields = JOB | {"token": "x"}
    shown = {"client_id": party.client_id, "client_secret": party.secret}
    answer = party.post(path, fields) if way == "basic" else party.send(path, fields | shown)
    assert answer.status == 200


@pytest.mark.parametrize("registered", ["client_secret_basic", "client_secret_post"])
def test_row_8_unless_it_registered_one_of_them(provider: Provider, registered: str) -> None:
    party = provider.new_party(registered.rpartition("_")[2], "--token-endpoint-auth-method", registered)
    shown = {"client_id": party.client_id, "client_secret": party.secret}
    ways = {
        "client_secret_basic": party.post("/introspect", {"token": "x"}),
        "client_secret_post": party.send("/introspect", {"token": "x"} | shown),
    }
    for way, answer in ways.items():
        if way == registered:
            assert answer.status == 200
        else:
            assert_refused(answer, 401, "invalid_client")
    asked = party.asks()
    fields = party.redemption(provider.code(party, asked), asked)
    proof: Fields = shown if registered == "client_secret_post" else {}
    headers = basic(party.client_id, party.secret or "") if registered == "client_secret_basic" else {}
    assert party.send("/token", fields | proof, headers).status == 200
    assert command(provider.server, "clients", "show", party.client_id)["token_endpoint_auth_method"] == registered


@pytest.mark.parametrize("way", ["body", "basic without a password"])
def test_row_9_a_public_client_by_its_name(provider: Provider, way: str) -> None:
    party = provider.party("spa")
    asked = party.asks()
    fields = party.redemption(provider.code(party, asked), asked)
    shown: Fields = {"client_id": "spa"} if way == "body" else {}
    headers = basic("spa", "") if way != "body" else {}
    assert party.send("/token", fields | shown, headers).status == 200
    assert_refused(party.send("/token", fields, basic("spa", "guessed")), 401, "invalid_client")


def wrong_proofs(party: RelyingParty) -> list[tuple[Fields, dict[str, str]]]:
    name = party.client_id
    return [
        ({}, {}),
        ({"client_id": name}, {}),
        ({"client_id": name, "client_secret": "wrong"}, {}),
        ({"client_id": "nobody", "client_secret": party.secret}, {}),
        ({}, basic(name, "wrong")),
        ({}, basic(name, "")),
        ({}, basic("nobody", party.secret or "")),
    ]


def test_row_10_without_proof_nothing_else_is_looked_at(provider: Provider) -> None:
    """x/oauth2 tries Basic first and then the body, with one code (row 37)."""
    party = provider.party()
    asked = party.asks()
    fields = party.redemption(provider.code(party, asked), asked)
    for shown, headers in wrong_proofs(party):
        answer = party.send("/token", fields | shown, headers)
        if not shown and not headers:
            assert answer.status in (400, 401)
            continue
        assert_refused(answer, 401, "invalid_client")
        assert (answer.headers["WWW-Authenticate"] or "").startswith("Basic") or not headers
    answer = party.redeem(fields["code"], asked)
    assert answer.status == 200, "the code was used up"
    token = answer.json()["refresh_token"]
    for shown, headers in wrong_proofs(party)[1:]:
        fields = {"grant_type": "refresh_token", "refresh_token": token} | shown
        assert_refused(party.send("/token", fields, headers), 401, "invalid_client")
        assert_refused(party.send("/revoke", {"token": token} | shown, headers), 401, "invalid_client")
        assert_refused(party.send("/introspect", {"token": token} | shown, headers), 401, "invalid_client")
    assert party.refresh(token).status == 200


def test_row_10_all_failures_are_one(provider: Provider) -> None:
    party = provider.party()
    answers = [party.send("/token", JOB | shown, headers) for shown, headers in wrong_proofs(party)[1:]]
    assert {answer.status for answer in answers} == {401} and len({answer.body for answer in answers}) == 1


def test_row_13_two_secrets_are_valid_during_a_rotation(provider: Provider) -> None:
    party = provider.new_party("rotating")
    old = party.secret or ""
    new = command(provider.server, "clients", "rotate-secret", "rotating")["client_secret"]
    for secret in (old, new):
        assert party.send("/introspect", {"token": "x"}, basic("rotating", secret)).status == 200


def test_a_disabled_client_gets_nothing(provider: Provider) -> None:
    party = provider.new_party("stopped")
    asked = party.asks()
    code = provider.code(party, asked)
    assert provider.server.run("clients", "disable", "stopped").returncode == 0
    assert_refused(party.redeem(code, asked), 401, "invalid_client")
    assert provider.browser().open(party.asks().path).status == 400
    assert provider.server.run("clients", "enable", "stopped").returncode == 0
    assert_refused(party.redeem(code, asked), 400, "invalid_grant")
    assert provider.tokens(party)


def test_row_12_failures_are_limited_by_address_and_successes_are_not(provider_with: MakeProvider) -> None:
    party = provider_with(JWKS_RATE_LIMIT="5").party("api")
    assert [party.post("/token", JOB).status for _ in range(15)] == [200] * 15
    failures = [party.send("/token", JOB, basic("api", f"wrong {count}")) for count in range(15)]
    assert {answer.status for answer in failures} == {401, 429}, [answer.status for answer in failures]
    limited = failures[-1]
    assert limited.status == 429 and int(limited.headers["Retry-After"]) >= 1 and limited.json()["error"]


def test_not_one_of_two_thousand_wrong_secrets_is_taken(provider: Provider) -> None:
    """A comparison that mixed the bits of two digests once took one wrong secret in 256."""
    party = provider.party("api")
    answers = [party.send("/token", JOB, basic("api", f"wrong {count}")).status for count in range(2_000)]
    assert set(answers) == {401}
