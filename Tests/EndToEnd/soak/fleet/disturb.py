"""The nodes, their database and what is done to them."""

import itertools
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from soak.fleet.disturbances import Disturbances
from soak.fleet.load import from_address, new_addresses
from soak.fleet.result import LIMIT, NODES, Result
from support.client import JWKS_PATH, NO_ANSWER
from support.cluster import Cluster
from support.postgres import Database
from support.rotation import SHORT, until
from support.server import Server

SETTINGS: dict[str, str | None] = SHORT | {
    "JWKS_RATE_LIMIT": str(LIMIT),
    "JWKS_RATE_WINDOW": "1s",
    "JWKS_RATE_LIMIT_SCOPE": "fleet",
    "JWKS_TRUSTED_PROXIES": "127.0.0.1",
}
# An answer takes at most this long, whatever has happened to the database.
ANSWERS_WITHIN = 4
# Nobody helps: nodes and database find each other again by themselves.
RECOVERS_WITHIN = 15


class Fleet:
    """The nodes, their database and their proxy; and what is done to them."""

    def __init__(self, directory: Path, cluster: Cluster, database: Database) -> None:
        self.cluster = cluster
        self.database = database
        self.nodes: list[Server] = []
        for number in range(NODES):
            (directory / f"node-{number}").mkdir()
            self.nodes.append(Server(directory / f"node-{number}", SETTINGS | {"JWKS_DATABASE": database.url}))
        self.disturbances = Disturbances()
        self.result = Result()
        self.resident = ("resident", "")
        self.addresses = new_addresses(200)

    def is_whole(self) -> bool:
        return all(self._status(node, "/health/ready") == 200 and self._login(node) == 200 for node in self.nodes)

    def kill_and_start(self, number: int, pause: float) -> None:
        with self.disturbances.node_away():
            self.nodes[number].kill()
            self.result.kills += 1
            time.sleep(pause)
            self._recovers("killed node", self.nodes[number].start)

    def restart_database(self) -> None:
        with self.disturbances.database_away():
            self.cluster.stop()
            self.cluster.start()
            self.result.restarts += 1
            self._recovers("restarted database", lambda: None)

    def crash_database(self) -> None:
        with self.disturbances.database_away():
            self.cluster.stop(immediately=True)
            self.cluster.start()
            self.result.crashes += 1
            self._recovers("crashed database", lambda: None)

    def freeze_database(self, seconds: float) -> None:
        with self.disturbances.database_away():
            with self.cluster.frozen(), ThreadPoolExecutor(2 * NODES) as threads:
                end = time.monotonic() + seconds
                self.result.freezes += 1
                watches = [threads.submit(self._watch_without_database, node, end) for node in self.nodes]
                logins = [threads.submit(self._login_without_database, node) for node in self.nodes]
                for future in watches + logins:
                    future.result()
            self._recovers("frozen database", lambda: None)

    def _watch_without_database(self, node: Server, end: float) -> None:
        """Readiness says no, once and for as long as it lasts; the JWK Set is served all the while."""
        begin = time.monotonic()
        unready: float | None = None
        while time.monotonic() < end:
            ready = self._status(node, "/health/ready")
            if unready is None and ready == 503:
                unready = time.monotonic() - begin
            elif unready is not None and ready != 503:
                self.result.failures.append(f"readiness of a frozen database: {ready}, after it was 503")
            self._jwk_set_from_memory(node)
            time.sleep(0.1)
        if unready is None:
            self.result.failures.append(f"a node with a frozen database was ready for {end - begin:.1f} s")
        else:
            self.result.unready_after.append(unready)

    def _jwk_set_from_memory(self, node: Server) -> None:
        begin = time.monotonic()
        fresh = node.client.get(JWKS_PATH)
        known = node.client.get(JWKS_PATH, {"If-None-Match": fresh.headers["ETag"]})
        if (fresh.status, known.status) != (200, 304) or not fresh.json()["keys"]:
            self.result.failures.append(f"JWK Set while the database was frozen: {fresh}, {known}")
        self.result.served_from_memory += 2
        self.result.slowest_from_memory = max(self.result.slowest_from_memory, time.monotonic() - begin)

    def _login_without_database(self, node: Server) -> None:
        begin = time.monotonic()
        status = self._login(node)
        taken = time.monotonic() - begin
        self.result.refused_login.append(taken)
        if status != 503 or taken > ANSWERS_WITHIN:
            self.result.failures.append(f"a login while the database was frozen: {status} after {taken:.1f} s")

    def _recovers(self, what: str, start: Callable[[], None]) -> None:
        begin = time.monotonic()
        start()
        until(self.is_whole, f"recovery of a {what}", RECOVERS_WITHIN)
        self.result.recovery.setdefault(what, []).append(time.monotonic() - begin)

    def _login(self, node: Server) -> int | None:
        """At this node, not through the proxy, and from an address of its own."""
        try:
            return node.client.login(*self.resident, from_address(next(self.addresses))).status
        except NO_ANSWER:
            return None

    @staticmethod
    def _status(node: Server, path: str) -> int | None:
        try:
            return node.client.get(path).status
        except NO_ANSWER:
            return None


def disturb(it: Fleet, seconds: float, frozen_for: float, seed: int) -> None:
    """Two seconds of peace, one disturbance, and so on; each moment of a key's life is as likely."""
    chance = random.Random(seed)
    # The nodes one right after the other: so the limit of all is seen for long enough while they die.
    steps: list[Callable[[], None]] = [
        lambda: it.kill_and_start(0, chance.uniform(0, 1)),
        lambda: it.kill_and_start(1, chance.uniform(0, 1)),
        lambda: it.kill_and_start(2, chance.uniform(0, 1)),
        it.restart_database,
        it.crash_database,
        lambda: it.freeze_database(frozen_for),
    ]
    end = time.monotonic() + seconds
    for round_number in itertools.count():
        for step in steps:
            if round_number > 0 and time.monotonic() >= end:
                return
            time.sleep(chance.uniform(1, 2))
            step()
        if time.monotonic() >= end:
            break
    time.sleep(1)
