"""Rows, their statistics and the one table."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

MOST_PROBLEMS = 6
"""So many are spelt out in a row."""


@dataclass(frozen=True)
class Bar:
    """What a row is held to: `of` is "ratio" or "value"; `most` says whether it is an upper or a lower bound."""

    of: str
    bar: float
    stretch: float | None = None
    most: bool = False

    def verdict(self, number: float) -> str:
        if not self._meets(number, self.bar):
            return "no"
        return "stretch" if self.stretch is not None and self._meets(number, self.stretch) else "yes"

    def _meets(self, number: float, bound: float) -> bool:
        return number <= bound if self.most else number >= bound

    def __str__(self) -> str:
        stretch = "" if self.stretch is None else f" ({self.stretch:g})"
        return f"{'ratio ' if self.of == 'ratio' else ''}{'≤' if self.most else '≥'} {self.bar:g}{stretch}"


@dataclass
class Row:
    """One line of the table: a value for each run, beside its control's in the same run where there is one."""

    letter: str
    what: str
    unit: str
    values: Sequence[float] = ()
    controls: Sequence[float] = ()
    control_name: str = ""
    bars: Sequence[Bar] = ()
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """What the load tools or the counts say against the numbers; puts the whole row in doubt."""

    @property
    def ratios(self) -> list[float]:
        return [value / control for value, control in zip(self.values, self.controls, strict=False) if control]

    def verdicts(self) -> str:
        if self.problems:
            return "in doubt"
        numbers = {"ratio": self.ratios, "value": self.values}
        return ", ".join(bar.verdict(median(numbers[bar.of])) for bar in self.bars if numbers[bar.of])

    def cells(self) -> list[str]:
        control = f"{self.control_name} {spread(self.controls)}" if self.controls else "–"
        return [
            f"({self.letter})",
            f"{self.what}, {self.unit}" if self.unit else self.what,
            spread(self.values) if self.values else "not measured",
            control,
            spread(self.ratios) if self.ratios else "–",
            " and ".join(map(str, self.bars)) or "–",
            self.verdicts() or "–",
            self.remarks(),
        ]

    def remarks(self) -> str:
        """The notes, and before them what puts the row in doubt."""
        return "; ".join([*self._problems(), *self.notes])

    def _problems(self) -> list[str]:
        shown = [f"**{problem}**" for problem in self.problems[:MOST_PROBLEMS]]
        more = len(self.problems) - len(shown)
        return shown + ([f"**and {more} more**"] if more else [])


def number(value: float) -> str:
    """Three significant digits or all of the integer ones, with a thin gap between thousands."""
    if value == 0:
        return "0"
    if abs(value) >= 1000:
        return f"{value:,.0f}".replace(",", " ")
    digits = 3 if abs(value) < 1 else 2 if abs(value) < 10 else 1
    return f"{value:.{digits}f}"


def spread(values: Sequence[float]) -> str:
    """The median, and the least and the greatest where there are several."""
    if len(values) == 1:
        return number(values[0])
    return f"{number(median(values))} ({number(min(values))}–{number(max(values))})"


HEADINGS = ["", "what", "server", "control", "server ÷ control", "bar (stretch)", "met", "notes"]


def markdown(headings: list[str], cells: Sequence[list[str]]) -> str:
    """A Markdown table whose columns also line up on a terminal, but for the notes at its right end."""
    lines = [headings, *cells]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headings) - 1)]
    lines.insert(1, ["-" * width for width in widths] + ["-" * len(headings[-1])])
    return "\n".join(
        "| " + " | ".join([*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[-1]]) + " |"
        for line in lines
    )
