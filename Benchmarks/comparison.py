"""Two servers in one run, "before" and "after": each measurement of one round at the one, then at the other.

What a machine does in the course of minutes meets both alike; every second round begins with the other server.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from context import Bench
from table import Row, spread

COLUMNS = "what, before, after, after ÷ before, before ÷ control, after ÷ control, bar (stretch), met, notes"
HEADINGS = ["", *COLUMNS.split(", ")]

Measurement = Callable[[Bench], list[Row]]


@dataclass(frozen=True)
class Comparison:
    before: Row
    after: Row

    @property
    def ratios(self) -> list[float]:
        """Of the same round."""
        return [after / before for before, after in zip(self.before.values, self.after.values, strict=False) if before]

    def cells(self) -> list[str]:
        row = self.after
        in_doubt = [f"before: {self.before.remarks()}"] if self.before.problems else []
        return [
            f"({row.letter})",
            f"{row.what}, {row.unit}" if row.unit else row.what,
            *(spread(each.values) if each.values else "not measured" for each in (self.before, row)),
            spread(self.ratios) if self.ratios else "–",
            *(f"{each.control_name} {spread(each.ratios)}" if each.ratios else "–" for each in (self.before, row)),
            " and ".join(map(str, row.bars)) or "–",
            row.verdicts() or "–",
            "; ".join([*in_doubt, row.remarks()]),
        ]


def compare(bench: Bench, before: Path, measurement: Measurement) -> list[Comparison]:
    """As many rounds as there are runs, each of one run at each server."""
    servers = {"before": before, "after": bench.binary}
    rounds: dict[str, list[list[Row]]] = {name: [] for name in servers}
    for number in bench.rounds:
        for name in sorted(servers, reverse=number % 2 == 1):
            rounds[name].append(measurement(replace(bench, runs=1, binary=servers[name])))
            bench.clear()
    both = zip(_joined(rounds["before"]), _joined(rounds["after"]), strict=True)
    return [Comparison(old, new) for old, new in both]


def _joined(rounds: list[list[Row]]) -> Iterator[Row]:
    """The rows of all rounds as if they came from one; what is noted of the last."""
    for rows in zip(*rounds, strict=True):
        yield replace(
            rows[-1],
            values=[value for row in rows for value in row.values],
            controls=[control for row in rows for control in row.controls],
            problems=[f"round {number}: {problem}" for number, row in enumerate(rows, 1) for problem in row.problems],
        )
