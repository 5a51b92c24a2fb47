"""The metadata documents (RFC 8414, OpenID Connect Discovery): who is told the issuer alone finds the rest."""

import json
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest

from support.client import JWKS_PATH, assert_error
from support.server import MakeServer, Server

PATHS = ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"]
# What is there with OAuth off too.
MEMBERS = {"issuer", "jwks_uri", "id_token_signing_alg_values_supported"}


@dataclass
class ResourceServer:
    """A service that is configured with the issuer, and trusts what it finds there."""

    issuer: str
    audience: str

    def claims(self, token: str) -> dict[str, Any]:
        metadata = self._metadata()
        if metadata["issuer"] != self.issuer:
            raise jwt.InvalidIssuerError(f"the metadata is of {metadata['issuer']}")
        key = jwt.PyJWKClient(metadata["jwks_uri"]).get_signing_key_from_jwt(token)
        algorithms = metadata["id_token_signing_alg_values_supported"]
        return jwt.decode(token, key, algorithms=algorithms, issuer=self.issuer, audience=self.audience)

    def _metadata(self) -> dict[str, Any]:
        """RFC 8414 §3.1: the path of the issuer goes behind the well-known one."""
        address = urlsplit(self.issuer)
        path = f"/.well-known/oauth-authorization-server{address.path.rstrip('/')}"
        with urllib.request.urlopen(address._replace(path=path).geturl(), timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
        return found


def started(prepared_server: MakeServer, path: str = "", **settings: str) -> Server:
    """A server whose issuer is where it listens."""
    server = prepared_server(**settings)
    server.settings["JWKS_ISSUER"] = f"http://127.0.0.1:{server.port}{path}"
    server.start()
    return server


@pytest.fixture
def running(prepared_server: MakeServer) -> Server:
    return started(prepared_server)


def test_what_they_say(running: Server) -> None:
    issuer = running.settings["JWKS_ISSUER"]
    bodies = []
    for path in PATHS:
        answer = running.client.get(path)
        assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cache-Control"].startswith("public, max-age=")
        bodies.append(answer.body)
    assert bodies[0] == bodies[1]
    found = json.loads(bodies[0])
    assert {name: found[name] for name in MEMBERS} == {
        "issuer": issuer,
        "jwks_uri": f"{issuer}{JWKS_PATH}",
        "id_token_signing_alg_values_supported": ["RS256"],
    }
    for name, value in found.items():
        assert value not in (None, [], ""), name
        if name.endswith("_endpoint"):
            assert value.startswith(f"{issuer}/")
            assert running.client.get(value.removeprefix(issuer)).status != 404, name


def test_no_request_has_a_say_in_them(running: Server) -> None:
    said = running.client.get(PATHS[0]).body
    for fields in ({"Host": "other.example"}, {"X-Forwarded-Host": "other.example", "X-Forwarded-Proto": "https"}):
        assert running.client.get(PATHS[0], fields).body == said


def test_other_algorithms_are_not_offered_yet(prepared_server: MakeServer) -> None:
    server = started(prepared_server, JWKS_KEY_ALGORITHMS="RS256,ES256,EdDSA")
    assert server.client.get(PATHS[0]).json()["id_token_signing_alg_values_supported"] == ["RS256"]


@pytest.mark.parametrize("path", PATHS)
def test_how_they_are_asked_for(running: Server, path: str) -> None:
    get, head = (running.client.request(method, path) for method in ("GET", "HEAD"))
    assert head.status == 200 and head.body == b"" and head.lasting_headers() == get.lasting_headers()
    known = running.client.get(path, {"If-None-Match": get.headers["ETag"]})
    assert (known.status, known.body) == (304, b"")
    refused = running.client.request("POST", path)
    assert_error(refused, 405, "method_not_allowed")
    assert refused.headers["Allow"] == "GET, HEAD"
    # A search goes on after a 404 and ends at anything else.
    for other in (f"{path}/", f"{path}/tenant", f"/tenant{path}"):
        assert_error(running.client.get(other), 404, "not_found")


def test_an_issuer_is_configuration_enough(running: Server) -> None:
    issuer = running.settings["JWKS_ISSUER"]
    token = running.client.token("reader", running.client.new_user("reader"))
    assert ResourceServer(issuer, audience=issuer).claims(token)["preferred_username"] == "reader"

    with pytest.raises(jwt.InvalidAudienceError):
        ResourceServer(issuer, audience="https://another.example").claims(token)
    # The same server under another name is another issuer.
    with pytest.raises(jwt.InvalidIssuerError):
        ResourceServer(issuer.replace("127.0.0.1", "localhost"), audience=issuer).claims(token)
    header, claims, signature = token.split(".")
    altered = signature[:10] + ("A" if signature[10] != "A" else "B") + signature[11:]
    with pytest.raises(jwt.InvalidSignatureError):
        ResourceServer(issuer, audience=issuer).claims(f"{header}.{claims}.{altered}")


def test_an_issuer_with_a_path(prepared_server: MakeServer) -> None:
    server = started(prepared_server, "/tenant")
    issuer = server.settings["JWKS_ISSUER"]
    # RFC 8414 §3.1 and §5, Discovery §4: each has its place.
    bodies = {
        server.client.get(path).body
        for path in (
            "/.well-known/oauth-authorization-server/tenant",
            "/.well-known/openid-configuration/tenant",
            "/tenant/.well-known/openid-configuration",
        )
    }
    [body] = bodies
    assert set(json.loads(body)) >= MEMBERS and json.loads(body)["issuer"] == issuer
    token = server.client.token("tenant", server.client.new_user("tenant"))
    assert ResourceServer(issuer, audience=issuer).claims(token)["preferred_username"] == "tenant"


def test_a_slash_at_the_end_of_the_issuer(prepared_server: MakeServer) -> None:
    server = started(prepared_server, "/")
    metadata = server.client.get(PATHS[0]).json()
    assert metadata["issuer"] == server.settings["JWKS_ISSUER"]
    # No client of OAuth may use it: it is off, which the log says.
    assert set(metadata) == MEMBERS
    assert "is no issuer for OAuth and OpenID Connect, which are off: it ends in a slash" in server.log.read_text()
    assert metadata["jwks_uri"] == f"http://127.0.0.1:{server.port}{JWKS_PATH}"
