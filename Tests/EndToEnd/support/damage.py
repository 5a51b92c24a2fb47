"""A value of another kind in one cell of a SQLite file, for every column that the schema has."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KINDS = ("NULL", "text", "real", "blob", "minimum", "maximum", "bit")
FLIPPED = 20


@dataclass(frozen=True)
class Cell:
    table: str
    column: str

    def __str__(self) -> str:
        return f"{self.table}.{self.column}"


@dataclass(frozen=True)
class Case:
    cell: Cell
    kind: str

    def __str__(self) -> str:
        return f"{self.cell} {self.kind}"


class Refused(Exception):
    """The schema does not let the value in, or it is the one that stands there."""


def connect(file: Path) -> sqlite3.Connection:
    """As a program that minds neither CHECK nor REFERENCES."""
    connection = sqlite3.connect(file, timeout=10)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    connection.execute("PRAGMA foreign_keys = OFF")
    return connection


def cells(file: Path) -> list[Cell]:
    """Every column of every table that has a row, the migrator's own included."""
    with closing(connect(file)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        found = [
            Cell(table, column)
            for (table,) in tables.fetchall()
            for (column,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall()
        ]
        empty = {cell for cell in found if connection.execute(f"SELECT count(*) FROM {cell.table}").fetchone() == (0,)}
    assert not empty, f"a case without a row: {sorted(map(str, empty))}"
    return found


def cases(file: Path) -> list[Case]:
    return [Case(cell, kind) for cell in cells(file) for kind in KINDS]


def inflict(file: Path, case: Case) -> None:
    """Damages the first row of the table: of the keys that is the one that signs."""
    table, column = case.cell.table, case.cell.column
    with closing(connect(file)) as connection:
        key = _key(connection, table)
        named, before = connection.execute(f"SELECT {key}, {column} FROM {table} ORDER BY {key} LIMIT 1").fetchone()
        try:
            with connection:
                connection.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (_value(case, before), named))
        except sqlite3.Error as error:
            raise Refused from error
        # The column may be what names the row.
        after = connection.execute(f"SELECT {column} FROM {table} WHERE {key} = ?", (named,)).fetchone()
        if after is not None and type(after[0]) is type(before) and after[0] == before:
            raise Refused


def _key(connection: sqlite3.Connection, table: str) -> str:
    """What names a row: its number, or the first column of a table that numbers none."""
    [(numbers,)] = connection.execute("SELECT wr = 0 FROM pragma_table_list WHERE name = ?", (table,)).fetchall()
    first: str = connection.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchone()[0]
    return "rowid" if numbers else first


def _value(case: Case, before: Any) -> Any:
    match case.kind:
        case "NULL":
            return None
        case "text":
            return "x"
        case "real":
            return 1.5
        case "blob":
            return b"\x00\xff"
        case "minimum":
            return -(2**63)
        case "maximum":
            return 2**63 - 1
    match before:
        case int():
            return before ^ (1 << FLIPPED)
        case bytes():
            return before[:-1] + bytes([before[-1] ^ 1])
        case str():
            return before[:-1] + chr(ord(before[-1:] or "a") ^ 1)
    raise Refused


class Snapshot:
    """What a file holds, to be put back under a running server in one transaction."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._copy = file.with_suffix(".whole")
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(self._copy)) as target:
            source.backup(target)

    def restore(self) -> None:
        with closing(connect(self._file)) as connection:
            connection.execute("ATTACH ? AS whole", (str(self._copy),))
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                for table in {cell.table: None for cell in cells(self._copy)}:
                    connection.execute(f"DELETE FROM main.{table}")
                    connection.execute(f"INSERT INTO main.{table} SELECT * FROM whole.{table}")

    def copies(self, directory: Path) -> Iterator[Path]:
        """Directories of their own, each with the file in it."""
        number = 0
        while True:
            place = directory / f"start-{number}"
            place.mkdir()
            shutil.copyfile(self._copy, place / self._file.name)
            number += 1
            yield place
