"""Stored password strings, read and verified by an independent Argon2: argon2-cffi."""

import time
import uuid

import argon2
import pytest
from argon2.exceptions import VerifyMismatchError

from support import database
from support.client import login_request
from support.server import MakeServer, Server


def stored_hash(server: Server, username: str) -> str:
    return database.password_hash(server.database, username)


@pytest.mark.parametrize(
    ("settings", "memory", "passes"),
    [({}, 19456, 2), ({"JWKS_ARGON2_MEMORY": "32768", "JWKS_ARGON2_PASSES": "3"}, 32768, 3)],
)
def test_parameters(server: MakeServer, settings: dict[str, str], memory: int, passes: int) -> None:
    running = server(**settings)
    password = running.client.new_user("argon")
    phc = stored_hash(running, "argon")

    assert phc.startswith("$argon2id$v=19$")
    found = argon2.extract_parameters(phc)
    assert (found.memory_cost, found.time_cost, found.parallelism) == (memory, passes, 1)
    assert found.salt_len >= 16 and found.hash_len == 32
    assert argon2.PasswordHasher().verify(phc, password)
    with pytest.raises(VerifyMismatchError):
        argon2.PasswordHasher().verify(phc, str(uuid.uuid4()))


def test_hashes_move_to_new_parameters_at_the_next_login(server: MakeServer) -> None:
    before = server(JWKS_ARGON2_MEMORY="32768")
    password = before.client.new_user("mover")
    before.stop()

    after = server(before.directory)
    assert argon2.extract_parameters(stored_hash(after, "mover")).memory_cost == 32768
    assert after.client.login("mover", "wrong").status == 401
    assert argon2.extract_parameters(stored_hash(after, "mover")).memory_cost == 32768
    assert after.client.login("mover", password).status == 200
    assert argon2.extract_parameters(stored_hash(after, "mover")).memory_cost == 19456
    assert argon2.PasswordHasher().verify(stored_hash(after, "mover"), password)
    assert after.client.login("mover", password).status == 200


def test_equal_passwords_have_different_salts(unlimited: Server) -> None:
    for username in ("salt-1", "salt-2"):
        unlimited.create_user(username, "the same")
    first, second = (stored_hash(unlimited, username).split("$")[4:] for username in ("salt-1", "salt-2"))
    assert first[0] != second[0] and first[1] != second[1]


@pytest.mark.parametrize(
    "alter",
    [str.upper, lambda password: password + " ", lambda password: password + "\0", lambda password: password[:-1]],
    ids=["case", "trailing space", "trailing NUL", "cut"],
)
def test_a_password_is_compared_exactly(unlimited: Server, alter) -> None:
    username = f"exact-{uuid.uuid4().hex[:8]}"
    password = unlimited.client.new_user(username)
    assert unlimited.client.login(username, alter(password)).status == 401


@pytest.mark.parametrize(
    ("username", "password"),
    [("long", "p" * 200), ("emoji", "🔑 and a space"), ("accent", "pässwörd"), ("symbols", "\"'\\$%{}<&>")],
)
def test_any_text_is_a_password(unlimited: Server, username: str, password: str) -> None:
    unlimited.create_user(username, password)
    assert unlimited.client.login(username, password).status == 200
    assert unlimited.client.login(username, password[:-1]).status == 401
    assert argon2.PasswordHasher().verify(stored_hash(unlimited, username), password)


@pytest.mark.alone
@pytest.mark.parametrize(
    "stored",
    [
        "$argon2id$v=19$m=19456,t=4294967295,p=1$MDEyMzQ1Njc4OWFiY2RlZg$1SiCM8zEmGBa3FJ8+dyfT6YZJ/F7fb7dWUtQ+E3ftIQ",
        "$argon2id$v=19$m=4194303,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$1SiCM8zEmGBa3FJ8+dyfT6YZJ/F7fb7dWUtQ+E3ftIQ",
        "$argon2id$v=19$m=19456,t=2,p=1$damaged",
        b"\x00\xff",
    ],
    ids=["passes", "memory", "cut", "bytes"],
)
def test_a_hash_that_cannot_be_read_is_a_wrong_password(server: MakeServer, stored: str | bytes) -> None:
    running = server(JWKS_RATE_LIMIT="0", JWKS_HASH_THREADS="2")
    passwords = {name: running.client.new_user(name) for name in ("broken", "sound")}
    database.change(running.database, "UPDATE users SET password_hash = ? WHERE username = 'broken'", stored)
    # As many as would keep every hashing thread for ever.
    answers = running.client.at_once(4, lambda _: login_request("broken", passwords["broken"]))
    assert [answer.status for answer in answers] == [401] * 4
    assert running.client.login("sound", passwords["sound"]).status == 200
    lines = [line for line in running.log.read_text().splitlines() if "password hash cannot be read" in line]
    assert len(lines) == 1 and "user_id=1" in lines[0] and "argon2" not in lines[0]

    def least(username: str) -> float:
        """The quickest of some tries: the work itself, whatever the machine does beside it."""
        times = []
        for _ in range(8):
            before = time.perf_counter()
            assert running.client.login(username, "wrong").status == 401
            times.append(time.perf_counter() - before)
        return min(times)

    assert 0.5 < least("broken") / least("sound") < 2
