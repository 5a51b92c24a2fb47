"""PgBouncer before a PostgreSQL, which hands its connections out by session, by transaction or by statement."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from support.cluster import as_unprivileged, unprivileged
from support.needs import skip_without
from support.ports import free_port
from support.postgres import Database
from support.server import DEADLINE

CONFIGURATION = """
[databases]
* = host=127.0.0.1 port={target} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
"""


def program() -> str | None:
    # Debian keeps it where only root looks.
    return shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@contextmanager
def pgbouncer(database: Database, mode: str, **settings: object) -> Iterator[str]:
    """The URL of the same database behind a pooler."""
    found = program()
    if found is None:
        skip_without("PgBouncer")
    assert found
    port, target = free_port(), urlsplit(database.url)
    directory = Path(tempfile.mkdtemp(prefix="pgbouncer-"))
    text = CONFIGURATION.format(target=target.port, port=port, mode=mode)
    (directory / "pgbouncer.ini").write_text(text + "".join(f"{name} = {value}\n" for name, value in settings.items()))
    user = unprivileged()
    if user:
        for path in (directory, directory / "pgbouncer.ini"):
            os.chown(path, user.pw_uid, user.pw_gid)
    with (directory / "log").open("wb") as log:
        process = subprocess.Popen(
            as_unprivileged([found, str(directory / "pgbouncer.ini")]),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        deadline = time.monotonic() + DEADLINE
        while not _listens(port):
            assert process.poll() is None and time.monotonic() < deadline, (directory / "log").read_text()
            time.sleep(0.02)
        yield urlunsplit(target._replace(netloc=f"postgres@127.0.0.1:{port}"))
    finally:
        process.terminate()
        process.wait(DEADLINE)
        shutil.rmtree(directory)


def _listens(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0
