"""Three nodes on one PostgreSQL behind nginx, under everything that can happen to them.

Clients register users, log in and verify tokens all the while, through the proxy and so at any node. Keys rotate every
six seconds. One node after another is killed, PostgreSQL is restarted, crashed and frozen. What was acknowledged has to
be there in the end, every token has to verify for as long as it lives, and no address may get more than its share.
"""

import argparse
import itertools
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import postgres
import proxy
from client import JWKS_PATH, Client, Request, Response, login_request, post_json
from postgres import Cluster, Database
from rotation import SHORT, until
from server import BINARY, Server
from soak import NO_ANSWER, Tokens, Verifier

NODES = 3
LIMIT = 10
SETTINGS: dict[str, str | None] = SHORT | {
    "JWKS_RATE_LIMIT": str(LIMIT),
    "JWKS_RATE_WINDOW": "1s",
    "JWKS_RATE_LIMIT_SCOPE": "fleet",
    "JWKS_TRUSTED_PROXIES": "127.0.0.1",
}
VERIFIERS = 3
LOGIN_THREADS = 2
REGISTRATION_THREADS = 2
HAMMERED_ADDRESSES = 3
HAMMERS_PER_ADDRESS = 2
PAUSE = 0.05
HAMMER_PAUSE = 0.02
# An answer takes at most this long, whatever has happened to the database.
ANSWERS_WITHIN = 4
# Nobody helps: nodes and database find each other again by themselves.
RECOVERS_WITHIN = 15
# After the database is back, until a node asks it for the limit again.
LIMIT_RETURNS_WITHIN = 1
STRETCHES = (1, 2, 5, 10)
FAILURES_KEPT = 20

AT_REST = frozenset({200, 201, 429})


@dataclass(frozen=True)
class Answer:
    sent: float
    received: float
    status: int


@dataclass(frozen=True)
class Disturbance:
    """A stretch of time in which these statuses are excused."""

    what: str
    begin: float
    end: float
    excused: frozenset[int]

    def touches(self, answer: Answer) -> bool:
        return answer.received >= self.begin and answer.sent <= self.end


class Disturbances:
    def __init__(self) -> None:
        self.all: list[Disturbance] = []

    @contextmanager
    def node_away(self) -> Iterator[None]:
        # What was in flight at a killed node ends in nginx: a POST is not sent twice.
        yield from self._note("node", frozenset({502}))

    @contextmanager
    def database_away(self) -> Iterator[None]:
        yield from self._note("database", frozenset({503}))

    def _note(self, what: str, excused: frozenset[int]) -> Iterator[None]:
        begin = time.monotonic()
        try:
            yield
        finally:
            self.all.append(Disturbance(what, begin, time.monotonic(), excused))

    def excuse(self, answer: Answer) -> bool:
        return answer.status in AT_REST or any(
            answer.status in each.excused for each in self.all if each.touches(answer)
        )

    def without_database(self) -> list[Disturbance]:
        return [
            Disturbance(each.what, each.begin, each.end + LIMIT_RETURNS_WITHIN, each.excused)
            for each in self.all
            if each.what == "database"
        ]


def new_addresses(group: int) -> Iterator[str]:
    """Another client each time: its limit is not what is tested."""
    for number in itertools.count():
        yield f"10.{group}.{number >> 8 & 255}.{number & 255}"


class Load(threading.Thread):
    """Sends one request after the other through the proxy and remembers every answer."""

    def __init__(self, name: str, client: Client, over: threading.Event, pause: float = PAUSE) -> None:
        super().__init__(name=name, daemon=True)
        self.client = client
        self.over = over
        self.pause = pause
        self.answers: list[Answer] = []
        self.failures: list[str] = []

    def run(self) -> None:
        try:
            while not self.over.wait(self.pause):
                self.step()
        except Exception as error:
            self.failures.append(f"{self.name} has ended: {error!r}")
            raise

    def step(self) -> None:
        raise NotImplementedError

    def send(self, request: Request) -> Response | None:
        sent = time.monotonic()
        try:
            answer = self.client.send(request)
        except NO_ANSWER as error:
            # The proxy was there all the time.
            self.failures.append(f"{self.name}: {error!r} after {time.monotonic() - sent:.1f} s")
            return None
        self.answers.append(Answer(sent, time.monotonic(), answer.status))
        return answer


def from_address(address: str) -> dict[str, str]:
    return {"X-Forwarded-For": address}


Accounts = list[tuple[str, str]]


class Registrations(Load):
    """Each under a new name; `accounts` are those that were acknowledged."""

    def __init__(self, index: int, client: Client, over: threading.Event, accounts: Accounts) -> None:
        super().__init__(f"registrations {index}", client, over)
        self.accounts = accounts
        self.names = (f"user-{index}-{number}" for number in itertools.count())
        self.addresses = new_addresses(index)

    def step(self) -> None:
        name = next(self.names)
        answer = self.send(post_json("/register", {"username": name}, from_address(next(self.addresses))))
        if answer and answer.status == 201:
            self.accounts.append((name, answer.json()["password"]))


class Logins(Load):
    """Logs in as someone who was acknowledged, a moment or minutes ago, and hands the token over at once."""

    def __init__(self, index: int, client: Client, over: threading.Event, accounts: Accounts, tokens: Tokens) -> None:
        super().__init__(f"logins {index}", client, over)
        self.accounts = accounts
        self.tokens = tokens
        self.chance = random.Random(index)
        self.addresses = new_addresses(100 + index)

    def step(self) -> None:
        account = self.accounts[-1] if self.chance.random() < 0.2 else self.chance.choice(self.accounts)
        answer = self.send(login_request(*account, from_address(next(self.addresses))))
        if answer and answer.status == 200:
            self.tokens.hand_over(answer.json()["token"])


class Hammer(Load):
    """Logs in from one address far more often than it may."""

    def __init__(self, address: str, client: Client, over: threading.Event, account: tuple[str, str]) -> None:
        super().__init__(f"hammer {address}", client, over, HAMMER_PAUSE)
        self.address = address
        self.request = login_request(*account, from_address(address))

    def step(self) -> None:
        self.send(self.request)


def most_within(answers: Sequence[Answer], seconds: float) -> int:
    """The most requests that were certainly admitted within one stretch of time shorter than `seconds`.

    When a node admitted a request is not known, only that it was between its sending and its answer. So only requests
    are counted whose sending and answer both lie in the stretch: every one of them was admitted in it, whenever that
    was. The count is never too high, and a limit that is exceeded by little shows in the longer stretches, where the
    few that straddle the ends do not matter: k seconds hold at most k times what one second does."""
    ordered = sorted(answers, key=lambda answer: answer.sent)
    most = 0
    for index, first in enumerate(ordered):
        end = first.sent + seconds
        inside = 0
        for answer in itertools.islice(ordered, index, None):
            if answer.sent >= end:
                break
            inside += answer.received < end
        most = max(most, inside)
    return most


@dataclass
class Result:
    """What a run has seen."""

    seconds: float = 0
    kills: int = 0
    restarts: int = 0
    crashes: int = 0
    freezes: int = 0
    rotations: int = 0
    registered: int = 0
    lost: int = 0
    issued: int = 0
    verified: int = 0
    checks: int = 0
    fetches: int = 0
    not_checked: int = 0
    logged: int = 0
    admitted: int = 0
    refused: int = 0
    most: dict[int, int] = field(default_factory=dict)
    most_without_database: int = 0
    seconds_without_database: float = 0
    longest_answer: dict[str, float] = field(default_factory=dict)
    unready_after: list[float] = field(default_factory=list)
    served_from_memory: int = 0
    slowest_from_memory: float = 0
    refused_login: list[float] = field(default_factory=list)
    recovery: dict[str, list[float]] = field(default_factory=dict)
    statuses: dict[int, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        stretches = ", ".join(f"{most} in {seconds} s" for seconds, most in self.most.items())
        recoveries = ", ".join(f"{what} {max(times):.2f} s" for what, times in self.recovery.items() if times)
        return "\n".join(
            [
                f"{self.seconds:.0f} s of load on {NODES} nodes: {self.kills} nodes killed, PostgreSQL"
                f" {self.restarts} times restarted, {self.crashes} times crashed, {self.freezes} times frozen",
                f"registrations: {self.registered} acknowledged, {self.lost} lost",
                f"tokens: {self.issued} issued and {self.logged} logins in auth_logs, {self.verified} verified by all"
                f" {VERIFIERS} verifiers in {self.checks} checks against {self.fetches} fetched sets,"
                f" {self.rotations} rotations, {self.not_checked} checks came after the token's end",
                f"rate limit of {LIMIT} in 1 s: of {self.admitted + self.refused} requests from {HAMMERED_ADDRESSES}"
                f" addresses {self.admitted} admitted; at most {stretches}",
                f"rate limit in the {self.seconds_without_database:.1f} s without a database: at most"
                f" {self.most_without_database} in 1 s at {NODES} nodes",
                f"frozen database: every node not ready after {_longest(self.unready_after)} s, a login refused after"
                f" {_longest(self.refused_login)} s, {self.served_from_memory} JWK Sets from memory, two of them within"
                f" {self.slowest_from_memory * 1000:.0f} ms (each the longest)",
                f"until every node was ready and logged in again, at the longest: {recoveries}",
                "longest answer through the proxy: "
                + ", ".join(f"{what} {seconds:.2f} s" for what, seconds in self.longest_answer.items()),
                "answers: " + ", ".join(f"{count} × {status}" for status, count in sorted(self.statuses.items())),
                f"failures: {len(self.failures)}",
                *self.failures[:FAILURES_KEPT],
            ]
        )


def _longest(times: list[float]) -> str:
    return f"{max(times):.2f}" if times else "–"


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


def fleet(directory: Path, seconds: float, frozen_for: float, seed: int = 1) -> Result:
    """Goes through all the disturbances, once and then again until the time is over."""
    with ExitStack() as stack:
        # Its default: a commit is on disk before it is answered.
        cluster = stack.enter_context(postgres.cluster(fsync="on"))
        it = Fleet(directory, cluster, cluster.database.another())
        stack.callback(_end, it.nodes)
        for node in it.nodes:
            node.start()
        client = stack.enter_context(proxy.nginx(directory / "nginx", [node.port for node in it.nodes]))
        it.resident = ("resident", client.new_user("resident"))
        begin = time.monotonic()
        accounts, loads, tokens, verifiers = _under_load(it, client, lambda: _disturb(it, seconds, frozen_for, seed))
        it.result.seconds = time.monotonic() - begin
        _judge(it, client, accounts, loads, tokens, verifiers)
        for node in it.nodes:
            node.stop()
    return it.result


def _end(nodes: list[Server]) -> None:
    for node in nodes:
        if node.process is not None:
            node.kill()


def _under_load(
    it: Fleet, client: Client, disturb: Callable[[], None]
) -> tuple[Accounts, list[Load], Tokens, list[Verifier]]:
    over, quiet = threading.Event(), threading.Event()
    verifiers = [Verifier(index, client, quiet) for index in range(VERIFIERS)]
    tokens = Tokens(verifiers)
    accounts: Accounts = [it.resident]
    loads: list[Load] = [
        *(Registrations(index, client, over, accounts) for index in range(REGISTRATION_THREADS)),
        *(Logins(index, client, over, accounts, tokens) for index in range(LOGIN_THREADS)),
        *(
            Hammer(f"192.0.2.{last}", client, over, it.resident)
            for last in range(1, HAMMERED_ADDRESSES + 1)
            for _ in range(HAMMERS_PER_ADDRESS)
        ),
    ]
    for thread in [*verifiers, *loads]:
        thread.start()
    try:
        disturb()
    except AssertionError as error:
        it.result.failures.append(str(error))
    finally:
        over.set()
        for load in loads:
            load.join()
        # The verifiers go on to the last moment of every token.
        quiet.set()
        for verifier in verifiers:
            verifier.join()
    return accounts, loads, tokens, verifiers


def _disturb(it: Fleet, seconds: float, frozen_for: float, seed: int) -> None:
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


def _judge(
    it: Fleet, client: Client, accounts: Accounts, loads: list[Load], tokens: Tokens, verifiers: list[Verifier]
) -> None:
    result = it.result
    result.rotations = tokens.rotations
    _count_answers(it, loads)
    _count_verifications(result, tokens, verifiers)
    _count_admitted(it, [load for load in loads if isinstance(load, Hammer)])

    result.registered = len(accounts)
    addresses = list(itertools.islice(new_addresses(201), len(accounts)))

    def log_in(account: tuple[str, str], address: str) -> int:
        return client.login(*account, headers=from_address(address)).status

    with ThreadPoolExecutor(4) as threads:
        statuses = list(threads.map(log_in, accounts, addresses))
    result.lost = sum(status != 200 for status in statuses)
    if result.lost:
        result.failures.append(f"{result.lost} acknowledged users cannot log in: {sorted(set(statuses))}")
    # A login is on disk before it is answered: an answer that was lost may leave a row, an answer never lacks one.
    result.logged = it.database.value("SELECT count(*) AS rows FROM auth_logs WHERE user_id IS NOT NULL")
    answered = sum(answer.status == 200 for load in loads for answer in load.answers) + len(accounts) - result.lost
    if result.logged < answered:
        result.failures.append(f"{answered} logins were answered and {result.logged} are in auth_logs")
    for node in it.nodes:
        log = node.log.read_text()
        if "CRITICAL" in log or "Fatal error" in log:
            result.failures.append(f"a node's log: {log[-500:]}")


def _count_answers(it: Fleet, loads: list[Load]) -> None:
    for load in loads:
        it.result.failures += load.failures
        for answer in load.answers:
            it.result.statuses[answer.status] = it.result.statuses.get(answer.status, 0) + 1
            if not it.disturbances.excuse(answer):
                it.result.failures.append(f"{load.name} was answered {answer.status} while all was well")
    everything = [answer for load in loads for answer in load.answers]
    for what in ("node", "database"):
        stretches = [each for each in it.disturbances.all if each.what == what]
        touched = [answer for answer in everything if any(each.touches(answer) for each in stretches)]
        everything = [answer for answer in everything if answer not in set(touched)]
        it.result.longest_answer[f"with a {what} away"] = max(
            (answer.received - answer.sent for answer in touched), default=0
        )
    it.result.longest_answer["else"] = max((answer.received - answer.sent for answer in everything), default=0)
    if max(it.result.longest_answer.values()) > ANSWERS_WITHIN:
        it.result.failures.append(f"an answer took longer than {ANSWERS_WITHIN} s: {it.result.longest_answer}")


def _count_verifications(result: Result, tokens: Tokens, verifiers: list[Verifier]) -> None:
    result.issued = len(tokens.all)
    result.verified = sum(len(token.verified_by) == VERIFIERS for token in tokens.all)
    for verifier in verifiers:
        result.checks += verifier.checks
        result.fetches += verifier.fetches
        result.not_checked += verifier.not_checked
        result.failures += verifier.failures


def _count_admitted(it: Fleet, hammers: list[Hammer]) -> None:
    """While the database is away each node counts for itself: those stretches are apart."""
    apart = it.disturbances.without_database()
    it.result.seconds_without_database = sum(each.end - each.begin for each in apart)
    it.result.most = dict.fromkeys(STRETCHES, 0)
    for address in {hammer.address for hammer in hammers}:
        answers = [answer for hammer in hammers if hammer.address == address for answer in hammer.answers]
        it.result.refused += sum(answer.status == 429 for answer in answers)
        # Neither a refusal nor an answer of nginx itself.
        admitted = [answer for answer in answers if answer.status not in (429, 502, 504)]
        it.result.admitted += len(admitted)
        together = [answer for answer in admitted if not any(each.touches(answer) for each in apart)]
        for seconds in STRETCHES:
            most = most_within(together, seconds)
            it.result.most[seconds] = max(it.result.most[seconds], most)
            if most > seconds * LIMIT:
                it.result.failures.append(f"{most} requests from {address} were admitted within {seconds} s")
        for each in apart:
            most = most_within([answer for answer in admitted if each.touches(answer)], 1)
            it.result.most_without_database = max(it.result.most_without_database, most)
    # Each node admits what its own window allows; when the database is back, it knows nothing of that.
    if it.result.most_without_database > (NODES + 1) * LIMIT:
        it.result.failures.append("without a database, more than each node's own limit")


def missing() -> list[str]:
    """What a fleet needs and this machine lacks."""
    needed = {"PostgreSQL": postgres.program("initdb"), "nginx": proxy.program()}
    return [name for name, found in needed.items() if not found]


def main() -> int:
    parser = argparse.ArgumentParser(description="Three nodes on PostgreSQL; exits with 1 if anything is lost.")
    parser.add_argument("--seconds", type=float, default=120, help="of load, at least (default: %(default)s)")
    parser.add_argument(
        "--frozen", type=float, default=10, help="seconds of each freeze, at least 5 (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the moments (default: %(default)s)")
    arguments = parser.parse_args()
    if not os.access(BINARY, os.X_OK):
        print(f"{BINARY} is missing: build it, or name another in JWKS_SERVER", file=sys.stderr)
        return 1
    if lacking := missing():
        print(f"not installed: {', '.join(lacking)}", file=sys.stderr)
        return 1
    directory = Path(tempfile.mkdtemp(prefix="fleet-"))
    result = fleet(directory, arguments.seconds, arguments.frozen, arguments.seed)
    print(result)
    if result.failures:
        print(f"the logs are in {directory}", file=sys.stderr)
        return 1
    shutil.rmtree(directory)
    return 0


if __name__ == "__main__":
    sys.exit(main())
