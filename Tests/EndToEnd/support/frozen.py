"""Databases made by the server before keys had an algorithm, frozen: a file of SQLite and a dump of PostgreSQL.

A key in each of the five states, two users, and a live token under each key that signed.
"""

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from support import database
from support.postgres import Database

FIXTURE = Path(__file__).parents[1] / "fixtures" / "rs256-only"
_expected = json.loads((FIXTURE / "expected.json").read_text())

SECRET: str = _expected["NOT_MY_KEY"]
PASSWORDS: dict[str, str] = _expected["passwords"]
STATES: dict[str, str] = _expected["states"]
# Under keys that are in the set, and under one that was revoked.
LIVE_TOKENS: list[str] = [_expected["tokens"][kid] for kid in ("1", "4")]
REVOKED_TOKEN: str = _expected["tokens"]["3"]
JWKS: list[dict[str, str]] = _expected["jwks"]["keys"]
# The periods that the database was made with: nothing is due in this century.
SETTINGS: dict[str, str | None] = {
    "NOT_MY_KEY": SECRET,
    "JWKS_TOKEN_LIFETIME": "3650d",
    "JWKS_KEY_ACTIVE_PERIOD": "36500d",
    "JWKS_KEY_PUBLISH_AHEAD": "2s",
    "JWKS_MAX_AGE": "1s",
    "JWKS_CLOCK_SKEW": "0s",
}

COLUMNS = "kid, state, exp, published_at, activates_at, retired_at, signed_until"


def place_in(directory: Path) -> None:
    shutil.copyfile(FIXTURE / database.FILE_NAME, directory / database.FILE_NAME)


def restore_into(empty: Database) -> None:
    empty.psql((FIXTURE / "postgres.sql").read_text())


@dataclass(frozen=True)
class Key:
    """A row of `keys` and of `key_states`."""

    kid: int
    state: str
    exp: int
    published_at: int
    activates_at: int
    retired_at: int | None
    signed_until: int | None

    def as_listed(self) -> dict[str, Any]:
        """What `keys list --json` has to say of it, at least."""
        return {
            "kid": str(self.kid),
            "state": self.state,
            "signs": self.state == "active",
            "published_at": _text(self.published_at),
            "activates_at": _text(self.activates_at),
            "retired_at": _text(self.retired_at),
            "signed_until": _text(self.signed_until),
            # The key that serves `?expired=true` stays for ever.
            "safe_to_delete_at": None if self.state == "expired" else _text(self._removed_at()),
        }

    def _removed_at(self) -> int:
        # A revoked key is out of the set at once; its row stays for as long as its tokens.
        if self.state == "revoked" and self.signed_until is not None:
            return self.signed_until
        return self.exp * 1000


def _text(milliseconds: int | None) -> str | None:
    if milliseconds is None:
        return None
    return datetime.fromtimestamp(milliseconds // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
