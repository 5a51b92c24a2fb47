"""A database of PostgreSQL as `psql` sees it."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

# Benchmarks fill tables of millions of rows.
STATEMENTS_WITHIN = 600
DEBIAN = Path("/usr/lib/postgresql")
_numbers = count(1)


def program(name: str) -> Path | None:
    """A program of PostgreSQL: Debian keeps those of a server off the PATH, one folder per version."""
    versions = sorted(DEBIAN.glob("[0-9]*"), key=lambda folder: int(folder.name), reverse=True)
    for candidate in (folder / "bin" / name for folder in versions):
        if os.access(candidate, os.X_OK):
            return candidate
    found = shutil.which(name)
    return Path(found) if found else None


def required(name: str) -> str:
    """The same where there is one."""
    found = program(name)
    assert found, f"{name} of PostgreSQL is not installed"
    return str(found)


@dataclass(frozen=True)
class Database:
    url: str

    @property
    def name(self) -> str:
        return urlsplit(self.url).path.removeprefix("/")

    def psql(self, sql: str, **values: object) -> str:
        """Runs statements; `:'name'` in them stands for the text of a value."""
        given = [f"--set={name}={value}" for name, value in values.items()]
        result = subprocess.run(
            [required("psql"), "-XqAt", "--set=ON_ERROR_STOP=1", *given, self.url],
            env=os.environ | {"PGTZ": "UTC"},
            input=sql,
            capture_output=True,
            text=True,
            timeout=STATEMENTS_WITHIN,
        )
        assert result.returncode == 0, f"{sql}: {result.stderr}"
        return result.stdout

    def rows(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        """Numbers come as numbers, NULL as None, bytes as PostgreSQL writes them, all else as text; moments in UTC."""
        lines = self.psql(f"SELECT row_to_json(found) FROM ({query}) AS found;", **values).splitlines()
        return [tuple(json.loads(line).values()) for line in lines]

    def value(self, query: str, **values: object) -> Any:
        """The one value of the one row."""
        [(result,)] = self.rows(query, **values)
        return result

    def dump(self) -> str:
        """Everything that is in it, as SQL."""
        # From version 15.14 on a dump holds a random word on the lines that fence it off, unless one is given.
        return "\n".join(
            line
            for line in subprocess.run(
                [required("pg_dump"), self.url], capture_output=True, text=True, timeout=STATEMENTS_WITHIN, check=True
            ).stdout.splitlines()
            if not line.startswith(("\\restrict", "\\unrestrict"))
        )

    def another(self, template: "Database | None" = None, options: str = "") -> "Database":
        """A new database in the same cluster: empty, or a copy of one that nobody is connected to."""
        name = f"test_{os.getpid()}_{next(_numbers)}"
        self.psql(f"CREATE DATABASE {name} TEMPLATE {template.name if template else 'template0'} {options};")
        return Database(urlunsplit(urlsplit(self.url)._replace(path=f"/{name}")))

    @property
    def maintenance(self) -> "Database":
        """The one that every cluster has."""
        return Database(urlunsplit(urlsplit(self.url)._replace(path="/postgres")))

    def drop(self) -> None:
        """Removes it, and whoever is still connected to it."""
        self.maintenance.psql(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE);")
