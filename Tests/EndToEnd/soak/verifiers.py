"""Tokens, and verifiers that trust what they are told.

Each caches the JWK Set for exactly its `max-age`, never shorter, not even for a kid that it does not know.
"""

import bisect
import heapq
import http.client
import itertools
import queue
import random
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import jwt

from support.client import JWKS_PATH, NO_ANSWER, Client
from support.rotation import kid_of

VERIFIERS = 3
CHECKS_PER_TOKEN = 2
RETRY_PAUSE = 0.02
# A token is checked again this long before it expires, at the longest: as late as a verifier may see it.
LAST_MOMENT = 0.25


@dataclass
class Token:
    text: str
    kid: str
    exp: int
    verified_by: set[int] = field(default_factory=set)


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


class Tokens:
    """Every token there was, and the keys that signed them."""

    def __init__(self, client: Client) -> None:
        self.over = threading.Event()
        self.verifiers = [Verifier(index, client, self.over) for index in range(VERIFIERS)]
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

    @contextmanager
    def verified(self) -> Iterator[None]:
        """Verifiers at work, who go on to the last moment of every token."""
        for verifier in self.verifiers:
            verifier.start()
        try:
            yield
        finally:
            self.over.set()
            for verifier in self.verifiers:
                verifier.join()

    @property
    def rotations(self) -> int:
        return max(0, len(self.signing_kids) - 1)


@dataclass
class Verdict:
    """What the verifiers say of a run; `failures` may grow by what else went wrong."""

    issued: int = 0
    verified: int = 0
    checks: int = 0
    fetches: int = 0
    not_checked: int = 0
    failures: list[str] = field(default_factory=list)

    def hear(self, tokens: Tokens) -> None:
        """Counts what the verifiers of `tokens` have seen; a check that nobody can account for is a failure."""
        self.issued = len(tokens.all)
        self.verified = sum(len(token.verified_by) == VERIFIERS for token in tokens.all)
        for verifier in tokens.verifiers:
            self.checks += verifier.checks
            self.fetches += verifier.fetches
            self.not_checked += verifier.not_checked
            self.failures += verifier.failures
        accounted_for = self.checks + self.not_checked + sum(len(verifier.failures) for verifier in tokens.verifiers)
        if accounted_for != CHECKS_PER_TOKEN * VERIFIERS * self.issued:
            self.failures.append(f"of {self.issued} tokens, {accounted_for} checks are accounted for")

    def summary(self) -> list[str]:
        """Two lines of the report."""
        return [
            f"tokens verified: {self.verified} of {self.issued} by all {VERIFIERS} verifiers,"
            f" in {self.checks} checks against {self.fetches} fetched sets",
            f"not checked, expired before the server was there again: {self.not_checked} checks",
        ]
