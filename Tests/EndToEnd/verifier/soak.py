"""Key rotation and an outage under services that verify with the library.

The real binary rotates every two seconds while logins go on; three services verify each token again and again until just
before it expires. Then tokens that live longer are made, the server is killed, and the services are asked on. No valid
token may be refused.
"""

import argparse
import collections
import random
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import jwt

from soak.command import carry_out, with_failures
from soak.load import Load, under
from soak.logins import Logins
from support.rotation import SHORTEST
from support.server import Server
from verifier.flood import Flood, flood
from verifier.service import Service, ask

SERVICES = 3
# A token that is closer to its end may have expired when it arrives.
LAST_MOMENT = 0.3


@dataclass
class Token:
    text: str
    kid: str
    exp: int


class Tokens:
    """The tokens that are not over."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.current: collections.deque[Token] = collections.deque()
        self.count = 0
        self.kids: set[str] = set()

    def hand_over(self, text: str) -> None:
        claims = jwt.decode(text, options={"verify_signature": False})
        token = Token(text, jwt.get_unverified_header(text)["kid"], claims["exp"])
        with self.lock:
            self.current.append(token)
            self.count += 1
            self.kids.add(token.kid)

    def one(self, chance: random.Random) -> Token | None:
        with self.lock:
            while self.current and self.current[0].exp - time.time() < LAST_MOMENT:
                self.current.popleft()
            return chance.choice(self.current) if self.current else None


class Caller(Load):
    """Asks one service with tokens of all ages."""

    def __init__(self, number: int, service: Service, tokens: Tokens) -> None:
        super().__init__(f"caller {number}", 0.002)
        self.connection = service.connect()
        self.tokens = tokens
        self.chance = random.Random(number)
        self.checks: collections.Counter[str] = collections.Counter()
        self.phase = "rotating"

    def step(self) -> None:
        token = self.tokens.one(self.chance)
        if token is None:
            return
        answer = ask(self.connection, token.text)
        if answer.status == 200:
            self.checks[self.phase] += 1
        elif token.exp - time.time() > 0:
            left = token.exp - time.time()
            self.failures.append(f"{self.name}, {self.phase}: {answer.status} for kid {token.kid}, {left:.3f} s left")


@dataclass
class Result:
    tokens: int = 0
    kids: int = 0
    checks: collections.Counter[str] = field(default_factory=collections.Counter)
    outage: float = 0
    flood: Flood = field(default_factory=Flood)
    failures: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [
            f"tokens: {self.tokens}, under {self.kids} keys",
            *(f"verifications while {phase}: {count}" for phase, count in self.checks.items()),
            f"the server was away for {self.outage:.0f} s",
            str(self.flood),
        ]
        return with_failures(lines, self.failures)


def soak(server: Server, directory: Path, seconds: float, outage: float, random_kids: int) -> Result:
    server.settings |= {name: value for name, value in SHORTEST.items() if value is not None}
    issuer = server.settings["JWKS_ISSUER"] = f"http://127.0.0.1:{server.port}"
    server.start()
    password = server.client.new_user("soak")
    services = [Service(issuer, directory, number, SHORTEST_LIFETIME="0.5") for number in range(SERVICES)]
    tokens, result = Tokens(), Result()
    callers = [Caller(number, service, tokens) for number, service in enumerate(services)]
    logins = Logins("logins", 0.05, server.client, password, tokens.hand_over)
    try:
        for service in services:
            service.start()
        with under([logins, *callers]):
            end = time.monotonic() + seconds
            result.flood = flood(server.client, directory, random_kids)
            time.sleep(max(0, end - time.monotonic()))
            # A token lives no longer than its key signs.
            logins.may_fail = True
            server.stop()
            server.settings |= dict.fromkeys(["JWKS_TOKEN_LIFETIME", "JWKS_KEY_ACTIVE_PERIOD"], f"{int(outage) + 120}s")
            server.start()
            for caller in callers:
                caller.phase = "the server restarts with a longer token lifetime"
            time.sleep(10)
            server.kill()
            begin = time.monotonic()
            for caller in callers:
                caller.phase = "the server is away"
            time.sleep(outage)
            result.outage = time.monotonic() - begin
    finally:
        for service in services:
            if service.process is not None:
                service.stop()
    result.tokens, result.kids = tokens.count, len(tokens.kids)
    result.failures += result.flood.failures
    for load in [logins, *callers]:
        result.failures += load.failures
    for caller in callers:
        result.checks += caller.checks
        if outage and not caller.checks["the server is away"]:
            result.failures.append(f"{caller.name} verified nothing while the server was away")
    return result


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="script/verifier-soak", description="Exits with 1 if a service refuses a valid token."
    )
    parser.add_argument("--seconds", type=float, default=300, help="how long to rotate (default: %(default)s)")
    parser.add_argument("--outage", type=float, default=600, help="how long the server is away (default: %(default)s)")
    parser.add_argument(
        "--random-kids", type=int, default=100_000, help="sent to a fourth service in a minute (default: %(default)s)"
    )
    arguments = parser.parse_args()

    def run(directory: Path) -> Result:
        (directory / "server").mkdir()
        server = Server(directory / "server", {})
        try:
            return soak(server, directory, arguments.seconds, arguments.outage, arguments.random_kids)
        finally:
            if server.process is not None:
                server.kill()

    return carry_out("verifier-soak", run)


if __name__ == "__main__":
    sys.exit(main())
