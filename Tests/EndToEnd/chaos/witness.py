"""What the database holds, as another program reads it."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from support import database, envelope, secret_scan
from support.envelope import KeyEncryptionKey
from support.postgres import Database

_STATES = "SELECT kid, state FROM keys LEFT JOIN key_states USING (kid) ORDER BY kid"
_NAMES = "SELECT username FROM users"


class Witness(Protocol):
    """`settled`: nobody has it open."""

    def complaints(self, settled: bool) -> list[str]:
        """What is wrong with it as a database, and private keys that lie open in it."""

    def names(self, settled: bool) -> set[str]: ...

    def states(self, settled: bool) -> dict[str, str]:
        """By kid."""

    def opens(self, secret: str, settled: bool) -> bool:
        """Whether `secret` opens every key."""


class SQLiteWitness:
    """Whoever opens the files of a killed server mends them, and a start has to do that itself: it looks at copies."""

    def __init__(self, file: Path) -> None:
        self.file = file

    @contextmanager
    def _looked_at(self, settled: bool) -> Iterator[Path]:
        if not settled:
            yield self.file
            return
        with tempfile.TemporaryDirectory(prefix="chaos-") as directory:
            for file in self._files():
                shutil.copy(file, directory)
            yield Path(directory) / self.file.name

    def _files(self) -> list[Path]:
        named = [self.file, Path(f"{self.file}-wal")]
        return [file for file in named if file.exists()]

    def complaints(self, settled: bool) -> list[str]:
        found = [f"{what} in {name}" for name, what in secret_scan.find(self._files(), {})]
        with self._looked_at(settled) as file:
            for check, sound in (("integrity_check", [("ok",)]), ("foreign_key_check", [])):
                if (rows := database.rows(file, f"PRAGMA {check}")) != sound:
                    found.append(f"{check}: {rows[:3]}")
        return found

    def names(self, settled: bool) -> set[str]:
        with self._looked_at(settled) as file:
            return {name for (name,) in database.rows(file, _NAMES)}

    def states(self, settled: bool) -> dict[str, str]:
        with self._looked_at(settled) as file:
            return {str(kid): state for kid, state in database.rows(file, _STATES)}

    def opens(self, secret: str, settled: bool) -> bool:
        with self._looked_at(settled) as file:
            return envelope.opens(file, secret)


class PostgresWitness:
    def __init__(self, database: Database) -> None:
        self.database = database

    def complaints(self, settled: bool) -> list[str]:
        orphans = "SELECT count(*) FROM auth_logs WHERE user_id NOT IN (SELECT id FROM users)"
        return [f"{count} orphans" for (count,) in self.database.rows(orphans) if count]

    def names(self, settled: bool) -> set[str]:
        return {name for (name,) in self.database.rows(_NAMES)}

    def states(self, settled: bool) -> dict[str, str]:
        return {str(kid): state for kid, state in self.database.rows(_STATES)}

    def opens(self, secret: str, settled: bool) -> bool:
        def unhex(text: str) -> bytes:
            return bytes.fromhex(text.removeprefix("\\x"))

        rows = self.database.rows(
            "SELECT kid, key, id, salt, memory_kib, passes, check_value FROM keys"
            " LEFT JOIN key_encryption_keys ON id = encode(substr(key, 7, 8), 'hex')"
        )
        try:
            for kid, sealed, id, salt, memory, passes, check in rows:
                if id is None:
                    return False
                record = KeyEncryptionKey(id, unhex(salt), memory, passes, unhex(check), None)
                envelope.open_row(kid, unhex(sealed), record, secret)
        except envelope.CannotOpen:
            return False
        return bool(rows)
