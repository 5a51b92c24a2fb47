"""Key rotation under verifiers that trust what they are told.

The real binary rotates every six seconds, logins go on all the while, and verifiers check every token against a JWK Set
that they cache for exactly the `max-age` they were told: never shorter, not even for a kid they do not know. The server
is restarted and killed on the way. No verification may fail.
"""

import argparse
import bisect
import heapq
import http.client
import itertools
import os
import queue
import random
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import jwt

from client import JWKS_PATH, Client
from rotation import SHORT, kid_of
from server import BINARY, MakeServer, Server

ACTIVE_PERIOD = 6
LOGIN_THREADS = 2
LOGIN_PAUSE = 0.03
VERIFIERS = 3
CHECKS_PER_TOKEN = 2
RETRY_PAUSE = 0.02
# A token is checked again this long before it expires, at the longest: as late as a verifier may see it.
LAST_MOMENT = 0.25
# Beyond this many an answer is the same again.
FAILURES_KEPT = 20

NO_ANSWER = (OSError, http.client.HTTPException)


@dataclass
class Token:
    text: str
    kid: str
    exp: int
    verified_by: set[int] = field(default_factory=set)


@dataclass
class Result:
    """What a soak has seen."""

    rotations: int = 0
    clean_restarts: int = 0
    kills: int = 0
    issued: int = 0
    verified: int = 0
    checks: int = 0
    fetches: int = 0
    not_checked: int = 0
    failures: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return "\n".join(
            [
                f"tokens verified: {self.verified} of {self.issued} by all {VERIFIERS} verifiers,"
                f" in {self.checks} checks against {self.fetches} fetched sets",
                f"rotations seen: {self.rotations}",
                f"restarts: {self.clean_restarts} clean, {self.kills} by SIGKILL",
                f"failures: {len(self.failures)}",
                f"not checked, expired before the server was there again: {self.not_checked} checks",
                *self.failures[:FAILURES_KEPT],
            ]
        )


class Verifier(threading.Thread):
    """Checks each token at once, and once more at its last moment, against the JWK Set it has."""

    def __init__(self, index: int, client: Client, over: threading.Event) -> None:
        super().__init__(name=f"verifier {index}", daemon=True)
        self.index = index
        self.client = client
        self.over = over
        self.incoming: queue.SimpleQueue[Token] = queue.SimpleQueue()
        self.last_moments: list[tuple[float, int, Token]] = []
        self.order = itertools.count()
        self.chance = random.Random(index)
        self.cached: dict[str, jwt.PyJWK] = {}
        self.cached_until = 0.0
        self.entity_tag: str | None = None
        self.told = ""
        self.checks = self.fetches = self.not_checked = 0
        self.failures: list[str] = []

    def run(self) -> None:
        try:
            while not (self.over.is_set() and self.incoming.empty() and not self.last_moments):
                self._check_next()
        except Exception as error:
            self.failures.append(f"{self.name} has ended: {error!r}")
            raise

    def _check_next(self) -> None:
        wait = 0.1
        if self.last_moments:
            due, _, token = self.last_moments[0]
            remaining = due - time.time()
            if remaining <= 0:
                heapq.heappop(self.last_moments)
                self._check(token, "at its last moment")
                return
            wait = min(wait, remaining)
        try:
            token = self.incoming.get(timeout=wait)
        except queue.Empty:
            return
        last_moment = token.exp - self.chance.uniform(0.02, LAST_MOMENT)
        heapq.heappush(self.last_moments, (last_moment, next(self.order), token))
        self._check(token, "at once")

    def _check(self, token: Token, when: str) -> None:
        if time.time() >= token.exp:
            self.not_checked += 1
            return
        key = self._keys(token.exp).get(token.kid)
        try:
            if key is None:
                raise jwt.InvalidKeyError(f"the cached set has only {sorted(self.cached)}")
            jwt.decode(token.text, key, algorithms=["RS256"], options={"verify_aud": False})
        except jwt.PyJWTError as error:
            if time.time() >= token.exp:
                # Its time ran out while the set was being fetched: no verifier accepts it any more.
                self.not_checked += 1
                return
            self.failures.append(
                f"{self.name}, {when}, {token.exp - time.time():.3f} s before the end of a token of key {token.kid}:"
                f" {error!r}; the set was fetched with {self.told}, {self.cached_until - time.monotonic():.3f} s left"
            )
        else:
            self.checks += 1
            token.verified_by.add(self.index)

    def _keys(self, deadline: float) -> dict[str, jwt.PyJWK]:
        """The cached set while its time lasts, then a new one; none when the server does not answer in time."""
        if time.monotonic() < self.cached_until:
            return self.cached
        while True:
            try:
                self._fetch()
                return self.cached
            except NO_ANSWER:
                if time.time() >= deadline:
                    return {}
                time.sleep(RETRY_PAUSE)

    def _fetch(self) -> None:
        answer = self.client.get(JWKS_PATH, {"If-None-Match": self.entity_tag} if self.entity_tag else None)
        received = time.monotonic()
        told = re.fullmatch(r"public, max-age=(\d+)", answer.headers.get("Cache-Control", ""))
        if answer.status not in (200, 304) or not told:
            self.failures.append(f"{self.name} was answered {answer}")
            raise http.client.HTTPException
        if answer.status == 200:
            self.entity_tag = answer.headers["ETag"]
            self.cached = {key["kid"]: jwt.PyJWK(key) for key in answer.json()["keys"]}
        self.cached_until = received + int(told[1])
        self.told = f"max-age={told[1]}"
        self.fetches += 1


class Login(threading.Thread):
    """Logs in all the while and hands each token over at once."""

    def __init__(self, index: int, client: Client, password: str, tokens: "Tokens", over: threading.Event) -> None:
        super().__init__(name=f"login {index}", daemon=True)
        self.client = client
        self.password = password
        self.tokens = tokens
        self.over = over
        self.failures: list[str] = []

    def run(self) -> None:
        while not self.over.wait(LOGIN_PAUSE):
            try:
                answer = self.client.login("soak", self.password)
            except NO_ANSWER:
                continue
            if answer.status == 200:
                self.tokens.hand_over(answer.json()["token"])
            else:
                self.failures.append(f"a login was answered {answer}")


class Tokens:
    """Every token there was, and the keys that signed them."""

    def __init__(self, verifiers: list[Verifier]) -> None:
        self.verifiers = verifiers
        self.all: list[Token] = []
        self.signing_kids: list[int] = []
        self.lock = threading.Lock()

    def hand_over(self, text: str) -> None:
        claims = jwt.decode(text, options={"verify_signature": False})
        token = Token(text, kid_of(text), claims["exp"])
        for verifier in self.verifiers:
            verifier.incoming.put(token)
        with self.lock:
            self.all.append(token)
            if int(token.kid) not in self.signing_kids:
                bisect.insort(self.signing_kids, int(token.kid))

    @property
    def rotations(self) -> int:
        return max(0, len(self.signing_kids) - 1)


def soak(make: MakeServer, rotations: int, clean_restarts: int = 2, kills: int = 1, seed: int = 1) -> Result:
    """Runs until `rotations` were seen, with the restarts spread over them."""
    server: Server = make(**SHORT)
    server.start()
    password = server.client.new_user("soak")
    over, quiet = threading.Event(), threading.Event()
    verifiers = [Verifier(index, server.client, quiet) for index in range(VERIFIERS)]
    tokens = Tokens(verifiers)
    logins = [Login(index, server.client, password, tokens, over) for index in range(LOGIN_THREADS)]
    for thread in [*verifiers, *logins]:
        thread.start()

    result = Result()
    try:
        restart_while_rotating(server, tokens, rotations, clean_restarts, kills, seed, result)
    finally:
        over.set()
        for login in logins:
            login.join()
        # The verifiers go on to the last moment of every token.
        quiet.set()
        for verifier in verifiers:
            verifier.join()
    server.stop()

    result.issued = len(tokens.all)
    result.verified = sum(len(token.verified_by) == VERIFIERS for token in tokens.all)
    for verifier in verifiers:
        result.checks += verifier.checks
        result.fetches += verifier.fetches
        result.not_checked += verifier.not_checked
        result.failures += verifier.failures
    for login in logins:
        result.failures += login.failures
    accounted_for = result.checks + result.not_checked + sum(len(verifier.failures) for verifier in verifiers)
    if accounted_for != CHECKS_PER_TOKEN * VERIFIERS * result.issued:
        result.failures.append(f"of {result.issued} tokens, {accounted_for} checks are accounted for")
    return result


def restart_while_rotating(
    server: Server, tokens: Tokens, rotations: int, clean_restarts: int, kills: int, seed: int, result: Result
) -> None:
    """The ends come in any order, each in its share of the time but at any moment of a key's life."""
    chance = random.Random(seed)
    kinds = [signal.SIGTERM] * clean_restarts + [signal.SIGKILL] * kills
    chance.shuffle(kinds)
    share = rotations * ACTIVE_PERIOD / (len(kinds) + 1)
    begin = time.monotonic()
    ends = [(begin + share * chance.uniform(number - 0.4, number + 0.4), kind) for number, kind in enumerate(kinds, 1)]
    longest = 2 * rotations * ACTIVE_PERIOD + 30
    while (result.rotations < rotations or ends) and time.monotonic() < begin + longest:
        time.sleep(0.05)
        result.rotations = tokens.rotations
        if not ends or time.monotonic() < ends[0][0]:
            continue
        _, kind = ends.pop(0)
        if kind == signal.SIGKILL:
            server.kill()
            result.kills += 1
        else:
            server.stop()
            result.clean_restarts += 1
        time.sleep(chance.uniform(0, 0.5))
        server.start()
    if result.rotations < rotations:
        result.failures.append(f"only {result.rotations} of {rotations} rotations within {longest} s")


def main() -> int:
    parser = argparse.ArgumentParser(description="Rotates keys under load; exits with 1 if a verification fails.")
    parser.add_argument("--rotations", type=int, default=20, help="how many to see (default: %(default)s, 2.5 minutes)")
    parser.add_argument("--restarts", type=int, default=2, help="how many clean restarts (default: %(default)s)")
    parser.add_argument("--kills", type=int, default=1, help="how many SIGKILLs (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the moments of the restarts (default: %(default)s)")
    arguments = parser.parse_args()
    if not os.access(BINARY, os.X_OK):
        print(f"{BINARY} is missing: build it, or name another in JWKS_SERVER", file=sys.stderr)
        return 1

    directory = Path(tempfile.mkdtemp(prefix="soak-"))
    made: list[Server] = []

    def make(**settings: str | None) -> Server:
        made.append(Server(directory / "server", settings))
        made[-1].directory.mkdir()
        return made[-1]

    try:
        result = soak(make, arguments.rotations, arguments.restarts, arguments.kills, arguments.seed)
    finally:
        for server in made:
            if server.process is not None:
                server.process.kill()
    print(result)
    if result.failures:
        print(f"the database and the log are in {directory}", file=sys.stderr)
        return 1
    shutil.rmtree(directory)
    return 0


if __name__ == "__main__":
    sys.exit(main())
