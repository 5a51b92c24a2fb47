"""What a scenario counts, and the table of all."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from soak.command import FAILURES_SHOWN


@dataclass
class Tally:
    """Of one scenario. `registered` and `tokens` are what the server acknowledged."""

    name: str
    disturbances: int = 0
    starts: int = 0
    registered: int = 0
    lost: int = 0
    tokens: int = 0
    verified: int = 0
    # By their text, without what is different each time.
    refusals: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    # What the machine lacks for it.
    lacking: str = ""
    findings: list[str] = field(default_factory=list)
    seconds: float = 0

    def refused(self, line: str) -> None:
        """A start or a command said in this line why it does not go on."""
        self.refusals[re.sub(r"/[^ ,:]*/|\d+", "…", line)] += 1

    def find(self, finding: str) -> None:
        if finding not in self.findings:
            self.findings.append(finding)


COLUMNS = (
    "scenario", "disturbances", "starts", "registered", "lost", "tokens", "verified", "one-line", "findings", "s"
)  # fmt: skip


def table(tallies: Sequence[Tally]) -> str:
    rows = [
        (t.name, t.disturbances, t.starts, t.registered, t.lost, t.tokens, t.verified, t.refusals.total(),
         len(t.findings), round(t.seconds))
        for t in tallies
    ]  # fmt: skip
    if len(rows) > 1:
        rows.append(("all", *(sum(column) for column in list(zip(*rows, strict=True))[1:])))
    cells = [COLUMNS, *(tuple(map(str, row)) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]

    def line(row: tuple[str, ...]) -> str:
        name, *numbers = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        return "  ".join([name.strip().ljust(widths[0]), *numbers])

    return "\n".join(map(line, cells))


@dataclass
class Result:
    """Of a run."""

    seed: int
    tallies: list[Tally]

    @property
    def failures(self) -> list[str]:
        return [f"{tally.name}: {finding}" for tally in self.tallies for finding in tally.findings]

    def __str__(self) -> str:
        lines = [f"seed {self.seed}", table(self.tallies)]
        for tally in self.tallies:
            lines += [f"{tally.name}: not tried, there is no {tally.lacking}"] if tally.lacking else []
            lines += [f"{tally.name}: {note}" for note in tally.notes]
            lines += [f"{tally.name}: {count} × {line}" for line, count in tally.refusals.most_common()]
        return "\n".join([*lines, f"findings: {len(self.failures)}", *self.failures[: 5 * FAILURES_SHOWN]])
