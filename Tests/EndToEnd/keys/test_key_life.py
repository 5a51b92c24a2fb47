"""The life of a signing key, seen from outside: the JWK Set, the tokens, `keys list` and the file."""

import base64
import time
from collections.abc import Callable
from typing import Any

from support import database
from support.rotation import (
    ON_DEMAND, SHORTEST, Account, command, exp_of, kid_of, listed, moment, states, the, until, verifies,
)  # fmt: skip
from support.server import MakeServer

LIFE = ["published", "active", "retired"]


def is_valid(keys: list[dict[str, str]]) -> bool:
    """RFC 7517 and RFC 7518 §6.3.1, and nothing private."""
    return bool(keys) and all(
        set(key) == {"kty", "use", "alg", "kid", "n", "e"}
        and (key["kty"], key["use"], key["alg"]) == ("RSA", "sig", "RS256")
        and key["kid"]
        and number(key["n"]).bit_length() == 2048
        and number(key["e"]) == 65537
        for key in keys
    )


def number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=="))


def test_the_four_conditions_of_openid(server: MakeServer) -> None:
    """oidcc-server-rotate-keys of OpenID's conformance suite, with the rotation coming by itself."""
    running = server(**SHORTEST | {"JWKS_KEY_ACTIVE_PERIOD": "3s"})
    resident = Account.at(running)
    first = resident.signing_kid()
    before = running.client.jwks()

    def changed() -> list[dict[str, str]] | None:
        # A token of each moment, so that the key that signed it is still needed afterwards.
        signing = resident.signing_kid()
        keys = running.client.jwks()
        return keys if signing != first and keys != before else None

    after = until(changed, "a rotation")
    assert is_valid(before) and is_valid(after)
    old, new = ({key["kid"]: key for key in keys} for keys in (before, after))
    assert len(new) == len(after), "the kids are distinct"
    assert old.items() <= new.items(), "the old keys are still there, unchanged"
    [arrival] = new.keys() - old.keys()
    assert new[arrival]["n"] not in {key["n"] for key in before}, "the new kid is a new key"


def test_every_state_of_a_life(server: MakeServer) -> None:
    running = server(**SHORTEST)
    resident = Account.at(running)
    lives: dict[str, list[str]] = {}
    last: dict[str, dict[str, Any]] = {}

    def has_seen_a_whole_life() -> bool:
        token_kid = resident.signing_kid()
        keys = listed(running)
        for kid, key in keys.items():
            life = lives.setdefault(kid, [])
            if key["state"] not in life:
                life.append(key["state"])
            assert key["signs"] == (key["state"] == "active")
            assert (key["retired_at"] is None) == (key["state"] != "retired")
            if key["signed_until"] and key["safe_to_delete_at"]:
                assert moment(key["signed_until"]) <= moment(key["safe_to_delete_at"])
            if kid in last and key["state"] == "retired" and last[kid]["state"] == "retired":
                assert key["safe_to_delete_at"] == last[kid]["safe_to_delete_at"], "the promise stands"
            last[kid] = key
        in_state = [key["state"] for key in keys.values()]
        assert in_state.count("active") == in_state.count("expired") == 1 and in_state.count("published") <= 1
        # The kid of the token may have retired since.
        assert keys[token_kid]["state"] in ("active", "retired")
        return any(life == LIFE and kid not in keys for kid, life in lives.items())

    until(has_seen_a_whole_life, "a key that was published, signed, retired and left", seconds=40)
    for kid, life in lives.items():
        # The first key begins as the active one.
        assert life in (["expired"], LIFE[:1], LIFE[:2], LIFE, LIFE[1:2], LIFE[1:]), (kid, life)
        if life[:2] == LIFE[:2]:
            assert moment(last[kid]["activates_at"]) - moment(last[kid]["published_at"]) >= 2 - 1

    gone = next(kid for kid, life in lives.items() if life == LIFE and kid not in listed(running))
    assert gone not in running.client.published_kids()
    assert database.rows(running.database, "SELECT kid FROM keys WHERE kid = ?", gone) == []
    assert database.rows(running.database, "SELECT kid FROM key_states WHERE kid = ?", gone) == []
    # It stayed for as long as was said, and for as long as a token of it lived.
    assert time.time() >= moment(last[gone]["safe_to_delete_at"]) >= moment(last[gone]["signed_until"])


def test_a_key_stays_in_the_set_for_its_last_token(server: MakeServer, report: Callable[[str], None]) -> None:
    running = server(**ON_DEMAND | {"JWKS_TOKEN_LIFETIME": "3s"})
    resident = Account.at(running)
    before = the("active", running)
    activates_at = moment(command(running, "keys", "rotate")["activates_at"])
    until(lambda: time.time() > activates_at - 0.5, "the activation is near")
    last = resident.token()
    until(lambda: the("active", running) != before, "the activation")
    exp = database.value(running.database, "SELECT exp FROM keys WHERE kid = ?", before)
    assert kid_of(last) == before and listed(running)[before]["state"] == "retired"
    assert moment(listed(running)[before]["safe_to_delete_at"]) == exp, "keys.exp is when the key leaves the JWK Set"

    last_exp = exp_of(last)
    report(f"retired key: keys.exp is {exp - last_exp} s after the last token's exp (JWKS_TOKEN_LIFETIME is 3 s)")
    assert last_exp <= moment(listed(running)[before]["signed_until"]) <= exp

    while (now := time.time()) < exp - 0.2:
        keys = running.client.jwks()
        assert before in {key["kid"] for key in keys}, f"{exp - now} s early"
        assert now > last_exp - 0.5 or verifies(last, keys)
        time.sleep(0.1)
    until(lambda: before not in running.client.published_kids(), "the key leaves")
    until(lambda: before not in dict(states(running)), "the row goes")
