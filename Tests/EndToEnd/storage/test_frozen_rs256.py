"""What the server wrote before keys had an algorithm opens as it was, on SQLite and on PostgreSQL."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from support import database, envelope, frozen
from support.rotation import at_rest, kid_of, listed, refusal, verifies
from support.server import CONFIGURATION_ERROR, WRONG_SECRET, MakeServer, Server


@dataclass
class Frozen:
    """A server before its first start on the frozen database."""

    server: Server
    keys: list[frozen.Key]
    contents: Callable[[], object]
    """Everything that is in the database of a server that does not run."""

    def listing(self) -> dict[str, dict[str, object]]:
        """`keys list`, reduced to what was said of a key before it had an algorithm."""
        expected = {key.as_listed()["kid"]: key.as_listed() for key in self.keys}
        found = listed(self.server)
        assert found.keys() == expected.keys()
        return {kid: {member: found[kid][member] for member in expected[kid]} for kid in found}

    def expected_listing(self) -> dict[str, dict[str, object]]:
        return {str(key.kid): key.as_listed() for key in self.keys}


@pytest.fixture(params=["sqlite", "postgres"])
def opened(request: pytest.FixtureRequest, prepared_server: MakeServer) -> Frozen:
    query = f"SELECT {frozen.COLUMNS} FROM keys JOIN key_states USING (kid) ORDER BY kid"
    if request.param == "sqlite":
        server = prepared_server(**frozen.SETTINGS)
        frozen.place_in(server.directory)
        rows = database.rows(server.database, query)
        return Frozen(server, [frozen.Key(*row) for row in rows], lambda: at_rest(server))
    target = request.getfixturevalue("empty_database")
    frozen.restore_into(target)
    server = prepared_server(**frozen.SETTINGS, JWKS_DATABASE=target.url)
    return Frozen(server, [frozen.Key(*row) for row in target.rows(query)], target.dump)


def test_the_same_keys_in_the_same_states(opened: Frozen) -> None:
    assert {str(key.kid): key.state for key in opened.keys} == frozen.STATES
    opened.server.start()
    assert opened.server.client.jwks() == frozen.JWKS
    assert opened.listing() == opened.expected_listing()
    opened.server.stop()
    opened.server.start()
    assert opened.server.client.jwks() == frozen.JWKS
    assert opened.listing() == opened.expected_listing()


def test_its_tokens_and_its_users(opened: Frozen) -> None:
    opened.server.start()
    client = opened.server.client
    assert all(verifies(token, client.jwks()) for token in frozen.LIVE_TOKENS)
    assert not verifies(frozen.REVOKED_TOKEN, client.jwks())
    active = next(kid for kid, state in frozen.STATES.items() if state == "active")
    expired = next(kid for kid, state in frozen.STATES.items() if state == "expired")
    for username, password in frozen.PASSWORDS.items():
        assert client.login(username, "wrong").status == 401
        token = client.token(username, password)
        assert kid_of(token) == active and verifies(token, frozen.JWKS)
        assert kid_of(client.expired_token(username, password)) == expired
        assert client.register(username).status == 409
    assert client.login("newcomer", client.new_user("newcomer")).status == 200


@pytest.mark.parametrize("secret", [None, "", WRONG_SECRET])
def test_a_wrong_secret_changes_nothing(opened: Frozen, secret: str | None) -> None:
    before = opened.contents()
    if secret is None:
        del opened.server.settings["NOT_MY_KEY"]
    else:
        opened.server.settings["NOT_MY_KEY"] = secret
    for arguments in ([], ["keys", "rotate"], ["keys", "revoke", "1"]):
        code, line = refusal(opened.server.run(*arguments))
        assert code == CONFIGURATION_ERROR and "NOT_MY_KEY" in line
        assert WRONG_SECRET not in line
    assert opened.contents() == before


def test_the_fixture_is_what_its_description_says() -> None:
    keys = envelope.open_all(frozen.FIXTURE / database.FILE_NAME, frozen.SECRET)
    signing = {kid for kid, key in keys.items() if isinstance(key, RSAPrivateKey)}
    assert {str(kid) for kid in keys} == frozen.STATES.keys()
    # A key that signs no more has lost its private half; the expired one serves `?expired=true`.
    assert {frozen.STATES[str(kid)] for kid in signing} == {"expired", "active", "published"}
