"""What the JWK Set says of how long it lasts, against how long it lasts."""

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from support.client import JWKS_PATH
from support.rotation import SHORT, Account, listed, moment
from support.server import MakeServer, Server


@dataclass(frozen=True)
class Sight:
    """What the JWK Set was answered with, and what `keys list` said at that time."""

    sent: float
    received: float
    tag: str
    body: bytes
    max_age: int
    keys: dict[str, dict[str, Any]]

    def next_change(self) -> float:
        """By `keys list`; the successor's successor comes as it activates. Late by less than a second, never early."""
        if "published" not in {key["state"] for key in self.keys.values()}:
            return self.sent
        waiting = {"published": "activates_at", "retired": "safe_to_delete_at"}
        return min(moment(key[waiting[key["state"]]]) for key in self.keys.values() if key["state"] in waiting)


def watch(server: Server, seconds: float) -> Iterator[Sight]:
    resident = Account.at(server)
    end = time.monotonic() + seconds
    keys = listed(server)
    while time.monotonic() < end:
        resident.token()
        sent = time.time()
        answer = server.client.get(JWKS_PATH)
        received = time.time()
        before, keys = keys, listed(server)
        max_age = re.fullmatch(r"public, max-age=(\d+)", answer.headers["Cache-Control"])
        assert answer.status == 200 and max_age
        # Where the keys changed meanwhile they do not describe this answer.
        if keys == before:
            yield Sight(sent, received, answer.headers["ETag"], answer.body, int(max_age[1]), keys)
        time.sleep(0.05)


def test_the_headers_tell_the_truth(server: MakeServer, report: Callable[[str], None]) -> None:
    longest = 2
    running = server(**SHORT | {"JWKS_KEY_ACTIVE_PERIOD": "4s", "JWKS_MAX_AGE": f"{longest}s"})
    sights = list(watch(running, 8))

    # max-age is min(JWKS_MAX_AGE, time until the set changes), within a second.
    for sight in sights:
        least = min(longest, sight.next_change() - sight.received)
        most = min(longest, sight.next_change() + 1 - sight.sent)
        assert least - 1 <= sight.max_age <= max(0, most) + 1, sight
        assert sight.max_age <= longest
    assert {sight.max_age for sight in sights} == set(range(longest + 1))

    # The entity tag names exactly one set.
    assert len({(sight.tag, sight.body) for sight in sights}) == len({sight.tag for sight in sights})
    assert len({sight.tag for sight in sights}) == len({sight.body for sight in sights})
    changes = [(before, after) for before, after in pairwise(sights) if before.tag != after.tag]
    assert len(changes) >= 2, "the successor's arrival and the retired key's departure"
    assert all(json.loads(before.body) != json.loads(after.body) for before, after in changes)

    # Whoever believes a max-age has the set for no longer than it lasts.
    excess = []
    for _, after in changes:
        earlier = [sight for sight in sights if sight.sent < after.sent]
        excess += [sight.sent + sight.max_age - after.received for sight in earlier if sight.tag != after.tag]
    report(f"max-age: the set changed at most {max(0.0, *excess):.2f} s before a cache ended ({len(sights)} answers)")
    assert max(excess) <= 1
