"""What is left of a key that signs no more."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from support import database, envelope
from support.rotation import FOLLOWS_WITHIN, ON_DEMAND, Account, command, kid_of, states, the, until, verifies
from support.server import SECRET, WRONG_SECRET, MakeServer, Server


def number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=="))


def test_a_retired_key_holds_no_private_half(server: MakeServer) -> None:
    running = server(**ON_DEMAND | {"JWKS_TOKEN_LIFETIME": "10m"})
    resident = Account.at(running)
    token = resident.token()
    active = int(kid_of(token))
    before = sealed(running, active)
    assert envelope.content(before) == 1
    assert isinstance(envelope.open_all(running.database, SECRET)[active], RSAPrivateKey)

    command(running, "keys", "rotate")
    until(lambda: dict(states(running))[str(active)] == "retired", "the key retires")
    the("published", running)
    after = sealed(running, active)
    assert envelope.content(after) == 2 and len(after) < len(before) / 2
    keys = envelope.open_all(running.database, SECRET)
    assert isinstance(keys[active], RSAPublicKey)
    published = {int(key["kid"]): number(key["n"]) for key in running.client.jwks()}
    assert {kid: modulus(keys[kid]) for kid in published} == published
    with_private_half = {state for kid, state in states(running) if isinstance(keys[int(kid)], RSAPrivateKey)}
    assert "retired" not in with_private_half

    # Nor do pages that no row uses any more, or the write-ahead log.
    pieces = [before[start : start + 32] for start in range(envelope.HEADER_LENGTH, len(before) - 32, 32)]

    def is_destroyed() -> bool:
        return not any(piece in file.read_bytes() for file in running.directory.iterdir() for piece in pieces)

    until(is_destroyed, "the sealed private half is in no file", FOLLOWS_WITHIN)
    assert verifies(token, running.client.jwks())


def sealed(server: Server, kid: int) -> bytes:
    result = database.value(server.database, "SELECT key FROM keys WHERE kid = ?", kid)
    assert isinstance(result, bytes)
    return result


def modulus(key: envelope.Key) -> int:
    public = envelope.public_half(key)
    assert isinstance(public, RSAPublicKey)
    return public.public_numbers().n


def test_the_independent_reader_can_fail(server: MakeServer) -> None:
    running = server(**ON_DEMAND)
    running.stop()
    [record] = envelope.records(running.database)
    rows = dict(database.rows(running.database, "SELECT kid, key FROM keys"))
    kid, row = next(iter(rows.items()))
    assert isinstance(envelope.open_row(kid, row, record, SECRET), RSAPrivateKey)
    for position in range(len(row)):
        altered = row[:position] + bytes([row[position] ^ 1]) + row[position + 1 :]
        with pytest.raises(envelope.CannotOpen):
            envelope.open_row(kid, altered, record, SECRET)
    with pytest.raises(envelope.CannotOpen):
        envelope.open_row(kid + 1, row, record, SECRET)
    assert not envelope.opens(running.database, WRONG_SECRET)
