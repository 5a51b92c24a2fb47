"""A database written by the original implementation opens as it is."""

import argon2
import jwt
import pytest
from jwt.algorithms import RSAAlgorithm

from support import database, original
from support.server import CONFIGURATION_ERROR, WRONG_SECRET, MakeServer, Server

KEYS = database.rows(original.DATABASE, "SELECT kid, key, exp FROM keys ORDER BY kid")


@pytest.fixture
def opened(prepared_server: MakeServer) -> Server:
    server = prepared_server(NOT_MY_KEY=original.SECRET, JWKS_RATE_LIMIT="0")
    original.place_in(server.directory)
    server.start()
    return server


def test_its_live_key_is_published_and_its_expired_key_is_not(opened: Server) -> None:
    published = {key["kid"]: key for key in opened.client.jwks()}
    assert published["2"] == original.JWKS[0]
    assert "1" not in published


def test_its_keys_sign(opened: Server) -> None:
    for kid, get_token in (("1", opened.client.expired_token), ("2", opened.client.token)):
        token = get_token("alice", original.PASSWORDS["alice"])
        assert jwt.get_unverified_header(token)["kid"] == kid
        [sealed] = [key for row_kid, key, _ in KEYS if str(row_kid) == kid]
        jwt.decode(
            token,
            original.open_key(sealed).public_key(),
            algorithms=["RS256"],
            options={"verify_exp": False, "verify_aud": False},
        )


def test_its_users_log_in_and_their_hashes_move(opened: Server) -> None:
    for username, password in original.PASSWORDS.items():
        before = argon2.extract_parameters(database.password_hash(opened.database, username))
        assert (before.memory_cost, before.time_cost, before.parallelism) == (65536, 3, 4)

        assert opened.client.login(username, "wrong").status == 401
        assert opened.client.login(username, password).status == 200
        phc = database.password_hash(opened.database, username)
        after = argon2.extract_parameters(phc)
        assert (after.memory_cost, after.time_cost, after.parallelism) == (19456, 2, 1)
        assert argon2.PasswordHasher().verify(phc, password)
        assert opened.client.login(username, password).status == 200


def test_its_keys_are_sealed_again(opened: Server) -> None:
    now = {kid: (key, exp) for kid, key, exp in database.rows(opened.database, "SELECT * FROM keys")}
    for kid, old_key, old_exp in KEYS:
        key, exp = now[kid]
        assert exp == old_exp
        assert key != old_key and old_key not in key
        assert not key.isascii()


def test_its_other_rows_stay(opened: Server) -> None:
    for query in ("SELECT * FROM users", "SELECT * FROM auth_logs"):
        assert database.rows(opened.database, query) == database.rows(original.DATABASE, query)
    database.assert_sound(opened.database)


def test_it_takes_new_users_and_later_starts(opened: Server) -> None:
    assert opened.client.register("alice").status == 409
    password = opened.client.new_user("dora")
    keys = database.rows(opened.database, "SELECT * FROM keys")
    opened.stop()
    opened.start()
    assert opened.client.login("dora", password).status == 200
    assert opened.client.login("bob", original.PASSWORDS["bob"]).status == 200
    assert database.rows(opened.database, "SELECT * FROM keys") == keys


def test_a_wrong_secret_changes_nothing(prepared_server: MakeServer) -> None:
    server = prepared_server(NOT_MY_KEY=WRONG_SECRET)
    original.place_in(server.directory)
    before = database.digests(server.directory)
    code, line = server.refusal()
    assert code == CONFIGURATION_ERROR and "NOT_MY_KEY" in line
    assert database.digests(server.directory) == before


def test_the_fixture_is_what_its_description_says() -> None:
    [(_, live_key, _)] = [row for row in KEYS if row[0] == 2]
    jwk = RSAAlgorithm.to_jwk(original.open_key(live_key).public_key(), as_dict=True)
    assert jwk["n"] == original.JWKS[0]["n"]
