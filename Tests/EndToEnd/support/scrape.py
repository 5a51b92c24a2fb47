"""What Prometheus reads of a server: the text format 0.0.4, taken apart strictly."""

import math
import re
from dataclasses import dataclass, field

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
VALUE = r"[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|NaN"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"'
SAMPLE = re.compile(rf"({NAME})(?:\{{((?:{LABEL})(?:,{LABEL})*)\}})? ({VALUE})")
SUFFIXES = {"counter": [""], "gauge": [""], "histogram": ["_bucket", "_sum", "_count"]}

Labels = frozenset[tuple[str, str]]


@dataclass
class Family:
    help: str
    type: str = ""
    samples: dict[tuple[str, Labels], float] = field(default_factory=dict)


class Scrape:
    def __init__(self, text: str) -> None:
        """Every line must be what it has to be, in the place where it has to be."""
        assert text.endswith("\n") and not text.endswith("\n\n")
        self.text = text
        self.families: dict[str, Family] = {}
        name = ""
        for line in text.splitlines():
            if line.startswith("# HELP "):
                name, help_text = line.removeprefix("# HELP ").split(" ", 1)
                assert name not in self.families and re.fullmatch(NAME, name) and help_text, line
                self.families[name] = Family(help_text)
            elif line.startswith("# TYPE "):
                family = self.families[name]
                assert line == f"# TYPE {name} {line.split()[-1]}" and not family.type and not family.samples, line
                family.type = line.split()[-1]
                assert family.type in SUFFIXES, line
            else:
                self._add(name, line)
        for name, family in self.families.items():
            assert family.samples, name
            if family.type == "histogram":
                self._check_histogram(name, family)

    def _add(self, family: str, line: str) -> None:
        match = SAMPLE.fullmatch(line)
        assert match, line
        name, labels, value = match[1], match[2] or "", match[match.re.groups]
        pairs = re.findall(LABEL, labels)
        key = (name, frozenset(pairs))
        known = self.families[family]
        assert name in [family + suffix for suffix in SUFFIXES[known.type]], line
        assert len(dict(pairs)) == len(pairs) and key not in known.samples, line
        known.samples[key] = float(value)

    @staticmethod
    def _check_histogram(name: str, family: Family) -> None:
        """Buckets grow with their limits, and the last holds everything."""
        buckets: dict[Labels, list[tuple[float, float]]] = {}
        for (sample, labels), value in family.samples.items():
            if sample == f"{name}_bucket":
                limit = float(dict(labels)["le"])
                buckets.setdefault(frozenset(pair for pair in labels if pair[0] != "le"), []).append((limit, value))
        for labels, series in buckets.items():
            assert series == sorted(series) and [value for _, value in series] == sorted(value for _, value in series)
            assert series[-1] == (math.inf, family.samples[(f"{name}_count", labels)])
            assert family.samples[(f"{name}_sum", labels)] >= 0

    @property
    def names(self) -> set[str]:
        """Of the samples, as a query names them."""
        return {name for family in self.families.values() for name, _ in family.samples}

    def series(self, name: str) -> dict[Labels, float]:
        return {
            labels: value
            for family in self.families.values()
            for (sample, labels), value in family.samples.items()
            if sample == name
        }

    def value(self, name: str, **labels: str) -> float:
        """The sum of the series that have these labels, 0 where none has."""
        return sum(value for found, value in self.series(name).items() if labels.items() <= dict(found).items())

    @property
    def shape(self) -> list[str]:
        """Every line without its value."""
        return [line if line.startswith("#") else line.rsplit(" ", 1)[0] for line in self.text.splitlines()]
