"""Access tokens, and for whom they are: rows 106 to 111 of the checklist."""

from typing import Any

import pytest
from support.provider import API, OLD_API, OTHER_API, Provider
from support.relying_party import Asked, RelyingParty, unsigned
from support.rotation import command

# RFC 9068 §2.2.
ALWAYS = {"iss", "sub", "aud", "exp", "iat", "jti", "client_id"}
OF_A_USER = {"scope", "auth_time", "sid"}
MINUTES, HOUR = 60, 3_600
SCOPES = "openid read admin"


def asked_for(provider: Provider, party: RelyingParty, **changes: Any) -> tuple[str, Asked]:
    asked = party.asks(**changes)
    return provider.code(party, asked), asked


def audience(token: str) -> set[str]:
    aud = unsigned(token)["aud"]
    assert aud and (isinstance(aud, str) or len(aud) > 1), aud
    return {aud} if isinstance(aud, str) else set(aud)


def test_row_106_claims_by_rfc_9068(provider: Provider) -> None:
    party = provider.party()
    claims = party.access(provider.tokens(party, resource=API, scope="openid read")["access_token"], API)
    assert ALWAYS | OF_A_USER <= set(claims) and claims["client_id"] == "web"
    assert claims["scope"].split() == ["openid", "read"] and isinstance(claims["auth_time"], int)
    assert "email" not in claims and "preferred_username" not in claims
    job = provider.party("api").post("/token", {"grant_type": "client_credentials", "resource": API}).json()
    claims = party.access(job["access_token"], API)
    assert set(claims) >= ALWAYS and claims["sub"] == claims["client_id"] == "api"
    assert "sid" not in claims and "auth_time" not in claims


def test_row_106_typ_and_lifetime_are_the_audiences(provider: Provider) -> None:
    party = provider.party()
    tokens = provider.tokens(party, resource=OLD_API)
    claims = party.access(tokens["access_token"], OLD_API, typ="JWT")
    assert claims["exp"] - claims["iat"] == tokens["expires_in"] == 2 * MINUTES


def test_row_107_aud_is_the_resource_as_registered(provider: Provider) -> None:
    party = provider.party()
    assert audience(provider.tokens(party)["access_token"]) == {provider.issuer}
    assert unsigned(provider.tokens(party, resource=API)["access_token"])["aud"] == API
    assert audience(provider.tokens(party, resource=[OTHER_API, API])["access_token"]) == {API, OTHER_API}


NONE_OF_OURS = [
    "https://unknown.example", f"{API}/v1", f"{API}#x", "api.example.com", "/", "HTTPS://api.example.com",
    "https://API.example.com", "https://api.example.com:443", f"{OTHER_API}/", f"{API}?x", f"{API}//",
]  # fmt: skip


@pytest.mark.parametrize("resource", NONE_OF_OURS)
def test_row_107_no_resource_of_ours(provider: Provider, resource: str) -> None:
    party = provider.party()
    for value in (resource, [API, resource]):
        asked = party.asks(resource=value)
        assert party.refusal(provider.browser().open(asked.path), asked) == "invalid_target"
    job = provider.party("api").post("/token", {"grant_type": "client_credentials", "resource": resource})
    assert (job.status, job.json()["error"]) == (400, "invalid_target")


def test_row_107_a_resource_that_is_not_the_clients(provider: Provider) -> None:
    party = provider.party("plain")
    asked = party.asks(resource=API)
    assert party.refusal(provider.browser().open(asked.path), asked) == "invalid_target"


@pytest.mark.parametrize(
    ("resource", "result"),
    [
        (API, {API}),
        (OTHER_API, {OTHER_API}),
        (None, {API, OTHER_API}),
        ([API, OTHER_API], {API, OTHER_API}),
        (OLD_API, None),
        ([API, OLD_API], None),
        ("https://unknown.example", None),
    ],
    ids=str,
)
@pytest.mark.parametrize("when", ["code", "refresh"])
def test_row_108_narrowed_never_widened(provider: Provider, when: str, resource: Any, result: set[str] | None) -> None:
    party = provider.party()
    code, asked = asked_for(provider, party, resource=[API, OTHER_API], scope=SCOPES)
    if when == "code":
        answer = party.redeem(code, asked, resource=resource)
    else:
        answer = party.refresh(party.redeem(code, asked).json()["refresh_token"], resource=resource)
    if result is None:
        assert (answer.status, answer.json()["error"]) == (400, "invalid_target")
    else:
        assert answer.status == 200 and audience(answer.json()["access_token"]) == result


def test_row_108_a_narrowed_token_leaves_the_grant_wide(provider: Provider) -> None:
    party = provider.party()
    code, asked = asked_for(provider, party, resource=[API, OTHER_API], scope=SCOPES)
    tokens = party.redeem(code, asked, resource=API).json()
    assert audience(tokens["access_token"]) == {API} and set(tokens["scope"].split()) == {"openid", "read"}
    tokens = party.refresh(tokens["refresh_token"], resource=OTHER_API).json()
    assert audience(tokens["access_token"]) == {OTHER_API} and set(tokens["scope"].split()) == {"openid", "admin"}
    tokens = party.refresh(tokens["refresh_token"]).json()
    assert audience(tokens["access_token"]) == {API, OTHER_API} and set(tokens["scope"].split()) == set(SCOPES.split())


@pytest.mark.parametrize("spelled", [API, f"{API}/"])
def test_row_109_a_slash_after_an_empty_path(provider: Provider, spelled: str) -> None:
    party = provider.party()
    code, asked = asked_for(provider, party, resource=spelled)
    for resource in (API, f"{API}/"):
        tokens = party.redeem(code, asked, resource=resource).json()
        assert unsigned(tokens["access_token"])["aud"] == API
        code, asked = asked_for(provider, party, resource=spelled)


@pytest.mark.parametrize(
    ("changes", "granted"),
    [
        ({"scope": "openid profile unknown"}, {"openid", "profile"}),
        ({"scope": "openid read"}, {"openid", "read"}),
        ({"scope": "openid read admin", "resource": API}, {"openid", "read"}),
        ({"scope": "openid read admin", "resource": OTHER_API}, {"openid", "admin"}),
        ({"scope": "openid read admin", "resource": [API, OTHER_API]}, {"openid", "read", "admin"}),
        ({"scope": "openid openid  email"}, {"openid", "email"}),
    ],
    ids=str,
)
def test_row_110_scope_is_what_was_granted(provider: Provider, changes: dict[str, Any], granted: set[str]) -> None:
    """oidcc-scope-all's condition, and that the scope of one resource is not granted for another."""
    tokens = provider.tokens(provider.party(), **changes)
    assert set(tokens["scope"].split()) == granted == set(unsigned(tokens["access_token"])["scope"].split())


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        ("openid", 200),
        ("email openid", 200),
        ("openid read", 400),
        ('open"id', 400),
        ("unknown", 400),
        ("  ", 400),
    ],
)
def test_row_110_a_refresh_asks_for_no_more(provider: Provider, scope: str, status: int) -> None:
    party = provider.party()
    token = provider.tokens(party, scope="openid email profile")["refresh_token"]
    answer = party.refresh(token, scope=scope)
    assert answer.status == status, answer.body
    if status == 400:
        assert answer.json()["error"] == "invalid_scope"
    else:
        assert set(answer.json()["scope"].split()) == set(scope.split())
    # Wide again: the refresh token's scope is the grant's (OAuth 2.1 §4.3.3).
    token = answer.json().get("refresh_token", token)
    assert set(party.refresh(token).json()["scope"].split()) == {"openid", "email", "profile"}


def test_row_110_a_refresh_with_nothing_of_what_it_asks_for(provider: Provider) -> None:
    """Without `scope` in the answer the client would take all of it for given (RFC 6749 §5.1)."""
    party = provider.party()
    code, asked = asked_for(provider, party, resource=[API, OTHER_API], scope=SCOPES)
    token = party.redeem(code, asked).json()["refresh_token"]
    answer = party.refresh(token, scope="read", resource=OTHER_API)
    assert (answer.status, answer.json()["error"]) == (400, "invalid_scope")
    tokens = party.refresh(token, scope="read openid", resource=OTHER_API).json()
    assert tokens["scope"] == "openid" and audience(tokens["access_token"]) == {OTHER_API}


@pytest.mark.parametrize(
    ("scope", "result"), [("openid read", {API}), ("read admin", {API, OTHER_API}), ("openid", None)]
)
def test_row_110_without_resource_the_scopes_name_it(provider: Provider, scope: str, result: set[str] | None) -> None:
    """Most clients send no `resource`: their token is for whom its scopes are, and for nobody else."""
    tokens = provider.tokens(provider.party(), scope=scope)
    assert audience(tokens["access_token"]) == (result or {provider.issuer})
    job = provider.party("api").post("/token", {"grant_type": "client_credentials", "scope": "read"}).json()
    assert (unsigned(job["access_token"])["aud"], job["scope"]) == (API, "read")


def test_a_resource_that_is_removed(provider: Provider) -> None:
    """What was for it alone ends, what was for others too loses it."""
    gone = "https://gone.example.com"
    command(provider.server, "resources", "add", gone, "--scope", "vanish")
    party = provider.new_party("of-two", "--resource", gone, "--resource", API)
    alone = provider.tokens(party, resource=gone, scope="openid vanish")
    shared = provider.tokens(party, resource=[gone, API], scope="openid vanish read")
    assert provider.server.run("resources", "remove", gone, "--yes").returncode == 0
    answer = party.refresh(alone["refresh_token"])
    assert (answer.status, answer.json()["error"]) == (400, "invalid_grant")
    left = party.refresh(shared["refresh_token"]).json()
    assert audience(left["access_token"]) == {API} and set(left["scope"].split()) == {"openid", "read"}
    asked = party.asks(resource=gone)
    assert party.refusal(provider.browser().open(asked.path), asked) == "invalid_target"


@pytest.mark.parametrize(("name", "lifetime"), [("web", 10 * MINUTES), ("spa", 10 * MINUTES), ("once", HOUR)])
def test_row_111_lifetimes(provider: Provider, name: str, lifetime: int) -> None:
    tokens = provider.tokens(provider.party(name))
    claims = unsigned(tokens["access_token"])
    assert claims["exp"] - claims["iat"] == tokens["expires_in"] == lifetime
    assert ("refresh_token" in tokens) == (name != "once")
    job = provider.party("api").post("/token", {"grant_type": "client_credentials"}).json()
    assert job["expires_in"] == HOUR
