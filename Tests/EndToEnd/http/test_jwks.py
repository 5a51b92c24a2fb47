"""The JWK Set against the database, and what settings change of it; its fields are tested in Tests/AuthHTTPTests."""

import base64
import re

import pytest

from support import database
from support.client import JWKS_PATH
from support.server import MakeServer, Server


def test_kids_are_those_of_unexpired_rows(unlimited: Server) -> None:
    unexpired = database.rows(unlimited.database, "SELECT kid FROM keys WHERE exp > unixepoch()")
    kids = [key["kid"] for key in unlimited.client.jwks()]
    assert len(kids) == len(set(kids))
    assert set(kids) == {str(kid) for (kid,) in unexpired}


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


@pytest.mark.parametrize(("setting", "seconds"), [(None, 300), ("30s", 30)])
def test_max_age_is_capped_by_the_setting(server: MakeServer, setting: str | None, seconds: int) -> None:
    cache_control = server(JWKS_MAX_AGE=setting).client.get(JWKS_PATH).headers["Cache-Control"]
    # The set changes in a day: nothing but the setting is nearer.
    assert cache_control == f"public, max-age={seconds}"
