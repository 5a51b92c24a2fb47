"""Stretches of time in which something was taken away, and what they excuse."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from soak.fleet.load import Answer

AT_REST = frozenset({200, 201, 429})
# After the database is back, until a node asks it for the limit again.
LIMIT_RETURNS_WITHIN = 1


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
