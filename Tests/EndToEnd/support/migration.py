"""`migrate`, run."""

import subprocess

from support.postgres import Database
from support.server import Server


def migrate(source: Server, target: Database, **settings: str) -> subprocess.CompletedProcess[str]:
    source.settings |= settings
    return source.run("migrate", "--from", f"sqlite:{source.database}", "--to", target.url)


def tables(target: Database) -> list[tuple[object, ...]]:
    return target.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
