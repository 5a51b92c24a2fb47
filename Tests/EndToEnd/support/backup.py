"""`backup` and `restore` as an operator types them."""

import hashlib
import os
import stat
from pathlib import Path
from typing import Any

from support import database
from support.rotation import command
from support.server import Server

NAME = "copy.db"


def made(server: Server, name: str = NAME) -> tuple[Path, dict[str, Any]]:
    """A backup of the server's database beside it, and what the command said of it."""
    answer = command(server, "backup", name)
    copy = server.directory / name
    assert answer["file"] == str(copy) and answer["bytes"] == copy.stat().st_size
    assert mode(copy) == 0o600
    database.assert_sound(copy)
    return copy, answer


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def move_database_away(server: Server) -> Path:
    """As the drill says: the file with what is beside it."""
    for suffix in ("-wal", "-shm"):
        beside = Path(f"{server.database}{suffix}")
        if beside.exists():
            beside.rename(f"{server.database}.old{suffix}")
    return server.database.rename(f"{server.database}.old")


def names(directory: Path) -> set[str]:
    return set(os.listdir(directory))


def contents(directory: Path) -> dict[str, str | None]:
    """Every name in a directory and the digest of what is behind it; None for a folder or a link that leads nowhere."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
        for path in directory.iterdir()
    }


def damage(file: Path, table: str) -> None:
    """Overwrites the first page of a table."""
    page = database.value(file, "SELECT rootpage FROM sqlite_schema WHERE name = ?", table)
    size = database.value(file, "PRAGMA page_size")
    with file.open("r+b") as opened:
        opened.seek((page - 1) * size)
        opened.write(b"\xff" * size)
