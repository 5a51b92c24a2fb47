"""The JWK Set as a document: its members and how it is cached."""

import base64
import re

import pytest

from support import database
from support.client import JWKS_PATH
from support.server import MakeServer, Server


def test_members(unlimited: Server) -> None:
    answer = unlimited.client.get(JWKS_PATH)
    assert set(answer.json()) == {"keys"}
    keys = answer.json()["keys"]
    assert keys
    for key in keys:
        assert set(key) == {"kty", "use", "alg", "kid", "n", "e"}
        assert (key["kty"], key["use"], key["alg"]) == ("RSA", "sig", "RS256")
        assert all(isinstance(value, str) for value in key.values())


def test_kids_are_those_of_unexpired_rows(unlimited: Server) -> None:
    unexpired = database.rows(unlimited.database, "SELECT kid FROM keys WHERE exp > unixepoch()")
    kids = [key["kid"] for key in unlimited.client.jwks()]
    assert len(kids) == len(set(kids))
    assert set(kids) <= {str(kid) for (kid,) in unexpired}


@pytest.mark.parametrize(("member", "bits"), [("n", 2048), ("e", 17)])
def test_integers_are_minimal_base64url(unlimited: Server, member: str, bits: int) -> None:
    for key in unlimited.client.jwks():
        assert re.fullmatch(r"[A-Za-z0-9_-]+", key[member])
        decoded = base64.urlsafe_b64decode(key[member] + "==")
        assert base64.urlsafe_b64encode(decoded).rstrip(b"=").decode() == key[member]
        assert decoded[0] != 0
        assert int.from_bytes(decoded).bit_length() == bits


def test_key_size_is_a_setting(server: MakeServer) -> None:
    for key in server(JWKS_KEY_BITS="3072").client.jwks():
        assert int.from_bytes(base64.urlsafe_b64decode(key["n"] + "==")).bit_length() == 3072


def test_headers(unlimited: Server) -> None:
    headers = unlimited.client.get(JWKS_PATH).headers
    assert re.fullmatch(r"application/(json|jwk-set\+json)(;.*)?", headers["Content-Type"])
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert re.fullmatch(r'(W/)?"[^"]+"', headers["ETag"])
    assert re.match(r"public, max-age=(\d+)", headers["Cache-Control"])


@pytest.mark.parametrize(("setting", "seconds"), [(None, 300), ("30s", 30)])
def test_max_age_is_capped_by_the_setting(server: MakeServer, setting: str | None, seconds: int) -> None:
    cache_control = server(JWKS_MAX_AGE=setting).client.get(JWKS_PATH).headers["Cache-Control"]
    max_age = re.search(r"max-age=(\d+)", cache_control)
    assert max_age and 0 < int(max_age[1]) <= seconds


def test_head_is_get_without_the_body(unlimited: Server) -> None:
    get, head = (unlimited.client.request(method, JWKS_PATH) for method in ("GET", "HEAD"))
    assert head.status == 200 and head.body == b""
    assert head.lasting_headers() == get.lasting_headers()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("condition", ["{}", "W/{}", '"other", {}', "*"])
def test_a_known_entity_is_not_sent_again(unlimited: Server, method: str, condition: str) -> None:
    tag = unlimited.client.get(JWKS_PATH).headers["ETag"]
    answer = unlimited.client.request(method, JWKS_PATH, headers={"If-None-Match": condition.format(tag)})
    assert (answer.status, answer.body) == (304, b"")
    assert answer.headers["ETag"] == tag
    assert "max-age=" in answer.headers["Cache-Control"]


def test_another_entity_is_sent(unlimited: Server) -> None:
    answer = unlimited.client.get(JWKS_PATH, {"If-None-Match": '"other"'})
    assert answer.status == 200 and answer.json()["keys"]
