"""What the tests of key rotation share: short periods, the key commands, and waiting."""

import json
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from subprocess import CompletedProcess
from typing import Any, TypeVar

import jwt

from support import database
from support.client import Client
from support.server import DEADLINE, Server

T = TypeVar("T")

# Logins that cost next to nothing and are not limited.
QUICK: dict[str, str | None] = {"JWKS_RATE_LIMIT": "0", "JWKS_ARGON2_MEMORY": "1024", "JWKS_ARGON2_PASSES": "1"}
# A rotation every 6 seconds: the periods of the soak.
SHORT: dict[str, str | None] = QUICK | {
    "JWKS_KEY_ACTIVE_PERIOD": "6s",
    "JWKS_KEY_PUBLISH_AHEAD": "4s",
    "JWKS_MAX_AGE": "1s",
    "JWKS_CLOCK_SKEW": "0s",
    "JWKS_TOKEN_LIFETIME": "2s",
}
# The shortest life of a key that the sums allow with these: a rotation every 2 seconds.
SHORTEST: dict[str, str | None] = SHORT | {"JWKS_KEY_ACTIVE_PERIOD": "2s", "JWKS_KEY_PUBLISH_AHEAD": "2s"}
# No rotation unless someone asks for one; then the shortest that is safe.
ON_DEMAND: dict[str, str | None] = SHORT | {"JWKS_KEY_ACTIVE_PERIOD": "1h", "JWKS_KEY_PUBLISH_AHEAD": "2s"}

# A running server follows a command within 2 seconds; one more for the test itself on a busy machine.
FOLLOWS_WITHIN = 3


def until(condition: Callable[[], T | None], what: str, seconds: float = DEADLINE) -> T:
    """Polls until `condition` holds, and returns what it answered."""
    deadline = time.monotonic() + seconds
    while True:
        if result := condition():
            return result
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.02)


def command(server: Server, *arguments: str) -> Any:
    """The JSON that a successful command prints."""
    result = server.run(*arguments, "--json")
    assert result.returncode == 0, result
    return json.loads(result.stdout)


def refusal(result: CompletedProcess[str]) -> tuple[int, str]:
    """The exit code of a command that failed, and its one line."""
    lines = result.stderr.splitlines()
    assert result.returncode != 0 and not result.stdout and len(lines) == 1, result
    return result.returncode, lines[0]


def listed(server: Server) -> dict[str, dict[str, Any]]:
    """`keys list`, by kid."""
    return {key["kid"]: key for key in command(server, "keys", "list")["keys"]}


def moment(text: str) -> float:
    """Unix seconds of an RFC 3339 text, which has whole seconds and ends in Z."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()


def states(server: Server) -> list[tuple[str, str]]:
    """(kid, state) of every row, read from the database."""
    return [
        (str(kid), state)
        for kid, state in database.rows(
            server.database, "SELECT kid, state FROM keys LEFT JOIN key_states USING (kid) ORDER BY kid"
        )
    ]


def the(state: str, server: Server) -> str:
    """The kid of the one key in `state`; a successor may have to be made first."""

    def kids() -> list[str]:
        return [kid for kid, its_state in states(server) if its_state == state]

    [kid] = until(kids, f"a key that is {state}")
    return kid


def rest(server: Server) -> None:
    """Waits until every key that a new database needs has been made."""
    for state in ("active", "expired", "published"):
        the(state, server)


def at_rest(server: Server) -> dict[str, str]:
    """What the files of a stopped server hold. Its write-ahead log, if it left one, is folded in first: whoever opens
    the database next does that, even to refuse it."""
    with closing(sqlite3.connect(server.database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return database.digests(server.directory)


def kid_of(token: str) -> str:
    kid = jwt.get_unverified_header(token)["kid"]
    assert isinstance(kid, str)
    return kid


def exp_of(token: str) -> int:
    exp = jwt.decode(token, options={"verify_signature": False})["exp"]
    assert isinstance(exp, int)
    return exp


def verifies(token: str, keys: list[dict[str, str]]) -> bool:
    """Whether a verifier that has exactly this JWK Set accepts the token."""
    kid = kid_of(token)
    matching = [key for key in keys if key["kid"] == kid]
    if len(matching) != 1:
        return False
    jwt.decode(token, jwt.PyJWK(matching[0]), algorithms=["RS256"], options={"verify_aud": False})
    return True


@dataclass(frozen=True)
class Account:
    client: Client
    password: str
    username: str = "resident"

    @classmethod
    def at(cls, server: Server) -> "Account":
        return cls(server.client, server.client.new_user(cls.username))

    def token(self) -> str:
        return self.client.token(self.username, self.password)

    def signing_kid(self) -> str:
        return kid_of(self.token())
