"""What a start says of secrets that others can read."""

from pathlib import Path

import pytest

from support import database
from support.server import SECRET, MakeServer, Server

AT_IT = "lets other users of this machine at it"


def warnings(server: Server) -> list[str]:
    return [line for line in server.log.read_text().splitlines() if " WARNING " in line]


def mode(file: Path) -> int:
    return file.stat().st_mode & 0o777


def test_nothing_is_said_where_nothing_is_wrong(server: MakeServer) -> None:
    running = server()
    assert warnings(running) == []
    assert all(mode(file) == 0o600 for file in running.directory.iterdir())


def test_files_that_others_can_read(server: MakeServer) -> None:
    running = server()
    running.stop()
    del running.settings["NOT_MY_KEY"]
    secret = running.directory / "master.key"
    secret.write_text(f"{SECRET}\n")
    environment = running.directory / ".env"
    environment.write_text("NOT_MY_KEY_FILE=master.key\n")
    for file in (running.database, secret, environment):
        file.chmod(0o644)
    running.start()
    told = warnings(running)
    # SQLite gives the log and the index the mode of the file.
    paths = [running.database, Path(f"{running.database}-wal"), Path(f"{running.database}-shm"), environment]
    for path in [str(path) for path in paths] + ["master.key"]:
        assert sum(f"{path} has mode 644, which {AT_IT}: chmod 600 {path}" in line for line in told) == 1, (path, told)
    assert len(told) == 5

    listed = running.run("users", "create", "--username", "alice")
    assert listed.returncode == 0
    assert listed.stderr.count(AT_IT) == 5 and SECRET not in listed.stderr
    for path in (*paths, secret):
        path.chmod(0o600)
    assert AT_IT not in running.run("users", "create", "--username", "bob").stderr


def test_a_link_that_leads_nowhere(prepared_server: MakeServer) -> None:
    server = prepared_server()
    target = server.directory.parent / "elsewhere.db"
    server.database.symlink_to(target)
    server.start()
    [line] = warnings(server)
    assert f"{server.database.name} was a link to a file that was not there: {target} was made" in line
    for suffix in ("", "-wal", "-shm"):
        assert mode(Path(f"{target}{suffix}")) == 0o600
    server.stop()
    assert server.database.is_symlink()
    database.assert_sound(target)


@pytest.mark.parametrize(("secret", "count"), [("fifteen bytes..", 1), ("exactly 16 bytes", 0)])
def test_a_short_secret(server: MakeServer, secret: str, count: int) -> None:
    told = warnings(server(NOT_MY_KEY=secret))
    assert sum("NOT_MY_KEY has fewer than 16 bytes" in line for line in told) == len(told) == count
    assert secret not in "".join(told)
