"""The way to PostgreSQL under TLS: who lacks the name that was asked for, or our authority, is not talked to."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from support import cluster, postgres
from support.certificates import Authority
from support.cluster import Cluster, unprivileged
from support.needs import skip_without
from support.postgres import Database
from support.rotation import ON_DEMAND, command, refusal
from support.server import MakeServer


@dataclass(frozen=True)
class Encrypted:
    """A cluster that takes no connection without TLS, known as localhost, with a database for the test."""

    cluster: Cluster
    authority: Authority
    database: str

    def url(self, host: str, authority: Authority, mode: str = "verify-full") -> str:
        query = f"sslmode={mode}&sslrootcert={authority.certificate}"
        return f"postgres://postgres@{host}:{self.cluster.port}/{self.database}?{query}"


def hand_to_postgres(file: Path) -> None:
    if user := unprivileged():
        os.chown(file, user.pw_uid, user.pw_gid)


@pytest.fixture
def encrypted(tmp_path: Path) -> Iterator[Encrypted]:
    if postgres.program("initdb") is None:
        skip_without("PostgreSQL")
    authority = Authority.create(tmp_path / "authority.pem")
    with cluster.cluster(listen_addresses="localhost") as running:
        database = running.database.another().name
        pair = authority.issue(running.directory, "localhost")
        hand_to_postgres(pair.certificate)
        hand_to_postgres(pair.key)
        (running.directory / "data/pg_hba.conf").write_text("hostssl all all all trust\n")
        running.database.psql(
            "ALTER SYSTEM SET ssl = on;"
            f"ALTER SYSTEM SET ssl_cert_file = '{pair.certificate}';"
            f"ALTER SYSTEM SET ssl_key_file = '{pair.key}';"
            "SELECT pg_reload_conf();"
        )
        yield Encrypted(running, authority, database)


def test_the_right_name_under_the_right_authority(encrypted: Encrypted, prepared_server: MakeServer) -> None:
    url = encrypted.url("localhost", encrypted.authority)
    node = prepared_server(**ON_DEMAND | {"JWKS_DATABASE": url})
    node.start()
    assert node.client.login("resident", node.client.new_user("resident")).status == 200
    assert command(node, "keys", "list")["keys"]
    count = "SELECT count(*) AS n FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)"
    ours = f"datname = '{encrypted.database}' AND pid <> pg_backend_pid()"
    seen = Database(url)
    assert seen.value(f"{count} WHERE {ours} AND ssl") > 0
    assert seen.value(f"{count} WHERE {ours} AND NOT ssl") == 0


def test_a_doctor_gets_there_too(encrypted: Encrypted, prepared_server: MakeServer) -> None:
    node = prepared_server(**ON_DEMAND | {"JWKS_DATABASE": encrypted.url("localhost", encrypted.authority)})
    node.start()
    result = node.run("doctor")
    assert "every key" in result.stdout and not result.stderr, result


@pytest.mark.parametrize("arguments", [("serve",), ("doctor",)], ids=" ".join)
@pytest.mark.parametrize(
    ("host", "ours", "mode", "reason"),
    [
        ("127.0.0.1", True, "verify-full", 'does not match host name "127.0.0.1"'),
        ("localhost", False, "verify-full", "certificate verify failed"),
        ("localhost", True, "disable", "no encryption"),
    ],
    ids=["another name", "another authority", "without TLS"],
)
def test_nobody_else_is_talked_to(
    encrypted: Encrypted,
    prepared_server: MakeServer,
    tmp_path: Path,
    arguments: tuple[str, ...],
    host: str,
    ours: bool,
    mode: str,
    reason: str,
) -> None:
    authority = encrypted.authority if ours else Authority.create(tmp_path / "another.pem")
    url = encrypted.url(host, authority, mode)
    node = prepared_server(JWKS_DATABASE=url, JWKS_DATABASE_WAIT="1s")
    result: subprocess.CompletedProcess[str] = node.run(*arguments)
    said = result.stderr + result.stdout
    assert result.returncode == 1 and reason in said, result
    tables = Database(encrypted.url("localhost", encrypted.authority)).value(
        "SELECT count(*) AS n FROM pg_tables WHERE schemaname = 'public'"
    )
    assert tables == 0, "nothing was made"
