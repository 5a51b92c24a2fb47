"""libpq is opened where a URL names PostgreSQL, and nowhere else."""

from pathlib import Path

import pytest

from support.server import CONFIGURATION_ERROR, MakeServer, Server

PASSWORD = "the-password-of-a-database"


def mapped(process: str) -> set[str]:
    """The files that are in a process's memory."""
    lines = Path(f"/proc/{process}/maps").read_text().splitlines()
    return {line.split(maxsplit=5)[5] for line in lines if "/" in line}


def test_who_stays_with_sqlite_has_none(unlimited: Server) -> None:
    assert unlimited.process is not None
    names = [Path(file).name for file in mapped(str(unlimited.process.pid))]
    assert any(name.startswith("libsqlite3.so") for name in names)
    assert not any(name.startswith(("libpq.so", "libldap", "libgnutls")) for name in names)


@pytest.mark.parametrize("what", ["no library", "without the functions"])
def test_one_that_cannot_be_used(prepared_server: MakeServer, tmp_path: Path, what: str) -> None:
    stands_first = tmp_path / "libpq.so.5"
    if what == "no library":
        stands_first.touch()
    else:
        stands_first.symlink_to(next(file for file in mapped("self") if "/libc.so" in file))
    server = prepared_server(
        LD_LIBRARY_PATH=str(tmp_path), JWKS_DATABASE=f"postgres://someone:{PASSWORD}@127.0.0.1/db"
    )
    code, line = server.refusal()
    assert code == CONFIGURATION_ERROR
    for part in ("JWKS_DATABASE", "PostgreSQL 14 or newer", "apt-get install libpq5"):
        assert part in line
    assert ("PQbackendPID" if what == "without the functions" else str(stands_first)) in line
    assert PASSWORD not in line and not server.database.exists()
