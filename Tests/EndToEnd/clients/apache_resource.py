"""mod_auth_openidc as a resource server: an API behind Apache takes access tokens, and no other."""

import http.client
import json
from collections.abc import Iterator

from clients.apache import apache, free_ports, site, web_app
from clients.issuer import Issuer, Registered

_API = "https://api.example.com"
_OTHER_API = "https://other.example.com"

# Asks the issuer about each token, each time. An answer that it keeps it keeps under the token, which is too long for
# that: it says so in its log, with the token.
_INTROSPECTING = """\
OIDCOAuthServerMetadataURL {issuer}/.well-known/openid-configuration
OIDCOAuthClientID {client.id}
OIDCOAuthClientSecret {client.secret}
OIDCOAuthTokenIntrospectionInterval -1
OIDCOAuthRemoteUserClaim sub
"""
# Verifies them itself, all but `aud`, which is required beside. This directive takes nothing but https.
_VERIFYING = """\
OIDCOAuthVerifyJwksUri {issuer}/.well-known/jwks.json
OIDCOAuthRemoteUserClaim sub
"""


def play(issuer: Issuer) -> Iterator[str]:
    issuer.add_resource(_API, "--scope", "read")
    api = issuer.register("API", None, "--grant", "client_credentials", "--resource", _API)
    issuer.add_resource(_OTHER_API, "--scope", "write")
    both = ("--resource", _API, "--resource", _OTHER_API)
    caller = issuer.register("Caller", None, "--grant", "client_credentials", *both)
    introspecting, verifying = free_ports(2)
    with web_app() as app:
        sites = (
            site(introspecting, app, _INTROSPECTING.format(issuer=issuer.url, client=api), "oauth20"),
            site(verifying, app, _VERIFYING.format(issuer=issuer.url), "oauth20", f"claim aud:{_API}"),
        )
        with apache("".join(sites), verifying, issuer.certificate) as log:
            for way, port in (("introspection", introspecting), ("local JWT", verifying)):
                try:
                    _is_protected(issuer, caller, port)
                except AssertionError as error:
                    raise AssertionError(f"{way}: {error}\n{log.read_text()}") from error
                yield f"as a resource server by {way}"
            _revoked_is_refused(issuer, caller, introspecting)
            assert "eyJ" not in log.read_text(), "a token is in the log"
            yield "which refuses a revoked token"


def _token(issuer: Issuer, client: Registered, resource: str = _API, scope: str = "read") -> str:
    answer = issuer.asked("/token", client, grant_type="client_credentials", resource=resource, scope=scope)
    assert answer.status == 200, answer
    return answer.json()["access_token"]


def _is_protected(issuer: Issuer, caller: Registered, port: int) -> None:
    token = _token(issuer, caller)
    status, told = _called(port, token)
    assert status == 200, (status, told)
    claims = json.loads(told)
    assert claims["OIDC_CLAIM_client_id"] == caller.id and claims["OIDC_CLAIM_scope"] == "read", claims
    head, body, signature = token.split(".")
    refused = {
        "none": None,
        "forged": f"{head}.{body}.{'A' * len(signature)}",
        "no token": "not-a-token",
        "for another API": _token(issuer, caller, _OTHER_API, "write"),
    }
    assert {name: _called(port, wrong)[0] for name, wrong in refused.items()} == dict.fromkeys(refused, 401)


def _revoked_is_refused(issuer: Issuer, caller: Registered, port: int) -> None:
    token = _token(issuer, caller)
    answer = issuer.asked("/revoke", caller, token=token)
    assert answer.status == 200, answer
    assert _called(port, token)[0] == 401


def _called(port: int, token: str | None) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", "/", headers={} if token is None else {"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()
