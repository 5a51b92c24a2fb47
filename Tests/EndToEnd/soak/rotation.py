"""Key rotation under verifiers that trust what they are told.

The real binary rotates every six seconds, logins go on all the while, and verifiers check every token against a JWK Set
that they cache for exactly the `max-age` they were told. The server is restarted and killed on the way. No verification
may fail.
"""

import argparse
import random
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from soak.command import carry_out, with_failures
from soak.load import under
from soak.logins import Logins
from soak.verifiers import Tokens, Verdict
from support.rotation import SHORT
from support.server import Server

ACTIVE_PERIOD = 6
LOGIN_THREADS = 2
LOGIN_PAUSE = 0.03


@dataclass
class Result(Verdict):
    """What a soak has seen."""

    rotations: int = 0
    clean_restarts: int = 0
    kills: int = 0

    def __str__(self) -> str:
        verified, not_checked = self.summary()
        lines = [
            verified,
            f"rotations seen: {self.rotations}",
            f"restarts: {self.clean_restarts} clean, {self.kills} by SIGKILL",
            not_checked,
        ]
        return with_failures(lines, self.failures)


def soak(server: Server, rotations: int, clean_restarts: int = 2, kills: int = 1, seed: int = 1) -> Result:
    """Runs a server that was not started yet until `rotations` were seen, with the restarts spread over them."""
    server.settings |= {name: value for name, value in SHORT.items() if value is not None}
    server.start()
    password = server.client.new_user("soak")
    tokens = Tokens(server.client)
    loads = [
        Logins(f"logins {index}", LOGIN_PAUSE, server.client, password, tokens.hand_over)
        for index in range(LOGIN_THREADS)
    ]
    result = Result()
    with tokens.verified(), under(loads):
        restart_while_rotating(server, tokens, rotations, clean_restarts, kills, seed, result)
    server.stop()
    result.hear(tokens)
    for load in loads:
        result.failures += load.failures
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
    parser = argparse.ArgumentParser(
        prog="script/soak", description="Rotates keys under load; exits with 1 if a verification fails."
    )
    parser.add_argument("--rotations", type=int, default=20, help="how many to see (default: %(default)s, 2.5 minutes)")
    parser.add_argument("--restarts", type=int, default=2, help="how many clean restarts (default: %(default)s)")
    parser.add_argument("--kills", type=int, default=1, help="how many SIGKILLs (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the moments of the restarts (default: %(default)s)")
    arguments = parser.parse_args()

    def run(directory: Path) -> Result:
        (directory / "server").mkdir()
        server = Server(directory / "server", {})
        try:
            return soak(server, arguments.rotations, arguments.restarts, arguments.kills, arguments.seed)
        finally:
            if server.process is not None:
                server.kill()

    return carry_out("soak", run)


if __name__ == "__main__":
    sys.exit(main())
