"""A primary and a standby, both in the server's URL, and the end of the primary."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from support import cluster, postgres
from support.client import NO_ANSWER, Client
from support.cluster import Cluster
from support.needs import skip_without
from support.rotation import ON_DEMAND, until, verifies
from support.server import MakeServer

WRITERS = 2


@pytest.fixture
def pair() -> Iterator[tuple[Cluster, Cluster]]:
    """What is committed is on both."""
    if postgres.program("initdb") is None:
        skip_without("PostgreSQL")
    # Also the new database: a standby that does not know it yet would refuse, and libpq would not ask the next host.
    with cluster.cluster(synchronous_commit="remote_apply") as primary, cluster.cluster(primary) as standby:
        primary.database.psql("ALTER SYSTEM SET synchronous_standby_names = '*'; SELECT pg_reload_conf();")
        until(
            lambda: primary.database.value("SELECT count(*) AS n FROM pg_stat_replication WHERE sync_state = 'sync'"),
            "the standby is synchronous",
        )
        yield primary, standby


def register_all_the_while(client: Client, prefix: str, over: threading.Event, accounts: list[tuple[str, str]]) -> None:
    for number in itertools.count():
        if over.wait(0.02):
            return
        try:
            answer = client.register(f"{prefix}-{number}")
        except NO_ANSWER:
            continue
        assert answer.status in (201, 503), answer
        if answer.status == 201:
            accounts.append((f"{prefix}-{number}", answer.json()["password"]))


def test_the_standby_takes_over(
    pair: tuple[Cluster, Cluster], prepared_server: MakeServer, report: Callable[[str], None]
) -> None:
    primary, standby = pair
    hosts = f"127.0.0.1:{standby.port},127.0.0.1:{primary.port}"
    database = primary.database.another()
    url = f"postgres://postgres@{hosts}/{database.name}?target_session_attrs=read-write"
    node = prepared_server(**ON_DEMAND | {"JWKS_DATABASE": url})
    node.start()
    keys = node.client.jwks()
    resident = node.client.new_user("resident")

    over = threading.Event()
    accounts: list[tuple[str, str]] = []
    writers = [
        threading.Thread(target=register_all_the_while, args=(node.client, f"writer-{index}", over, accounts))
        for index in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    try:
        until(lambda: len(accounts) > 20, "registrations")
        primary.stop(immediately=True)
        until(lambda: node.client.get("/health/ready").status == 503, "not ready without a primary")
        assert node.client.jwks() == keys
        before = len(accounts)
        standby.promote()
        begin = time.monotonic()
        until(lambda: len(accounts) > before + 20, "registrations at the new primary")
        report(f"failover: registrations went on {time.monotonic() - begin:.2f} s after the standby was promoted")
    finally:
        over.set()
        for writer in writers:
            writer.join()
    until(lambda: node.client.get("/health/ready").status == 200, "ready again")
    assert verifies(node.client.token("resident", resident), keys)
    refused = [account for account in accounts if node.client.login(*account).status != 200]
    assert not refused, f"{len(refused)} of {len(accounts)} acknowledged users are lost"
