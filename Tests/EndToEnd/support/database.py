"""The database as another program sees it: Python's own SQLite, never the server's."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

FILE_NAME = "totally_not_my_privateKeys.db"
TIMESTAMP = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"


def rows(file: Path, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=10)) as connection:
        return connection.execute(sql, values).fetchall()


def value(file: Path, sql: str, *values: Any) -> Any:
    """The one value of the one row."""
    [(result,)] = rows(file, sql, *values)
    return result


def change(file: Path, sql: str, *values: Any) -> None:
    with closing(sqlite3.connect(file, timeout=10)) as connection, connection:
        connection.execute(sql, values)


def password_hash(file: Path, username: str) -> str:
    return value(file, "SELECT password_hash FROM users WHERE username = ?", username)


def assert_sound(file: Path) -> None:
    assert rows(file, "PRAGMA integrity_check") == [("ok",)]
    assert rows(file, "PRAGMA foreign_key_check") == []


def digests(directory: Path) -> dict[str, str]:
    """What every file of a directory holds, read without SQLite, which would itself touch the files."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in directory.iterdir()}
