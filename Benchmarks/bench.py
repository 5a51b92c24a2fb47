"""Measures the server beside its controls and prints one table. `script/bench` builds everything and then runs this.

The server's process and its client are those of the end-to-end tests, in Tests/EndToEnd/support.
"""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import comparison
import table
from comparison import Comparison, Measurement, compare
from context import Bench
from load import ToolFailed
from machine import Ticks, busy_share, description, output_of
from measurements import (
    families,
    jwk_set,
    logins,
    memory,
    on_postgres,
    sign_in,
    starts,
    storm,
    token_storm,
    tokens,
    tokens_on_postgres,
    user_count,
)
from support import postgres
from support.server import BINARY, REPOSITORY
from table import Row, markdown

PROGRAMS = REPOSITORY / ".build" / "bench"
RESULTS = REPOSITORY / "docs" / "performance.md"
MARK = "<!-- What follows was printed by script/bench. -->\n"
"""In a file that has it, only what stands behind it is replaced."""
QUIET = 0.03
"""The share of all cores that other work may take before a run, without a warning."""
STOLEN = 0.005
"""The share of the cores that the host may take during a run, without a warning."""

MEASUREMENTS: list[tuple[str, Measurement]] = [
    ("a", jwk_set.keep_alive),
    ("b", jwk_set.not_modified),
    ("c", jwk_set.new_connections),
    ("d", logins.logins),
    ("ef", storm.storm),
    ("g", logins.refused),
    ("h", logins.registrations),
    ("i", starts.starts),
    ("j", memory.resident),
    ("k", user_count.user_count),
    ("l", tokens.refreshes),
    ("m", tokens.shown_tokens),
    ("n", token_storm.token_storm),
    ("o", sign_in.sign_in),
    ("p", families.families),
    ("q", families.pruning),
    ("r", jwk_set.metadata),
]
LETTERS = "".join(letters for letters, _ in MEASUREMENTS)
ON_POSTGRES: list[tuple[str, Measurement]] = [
    ("d", on_postgres.logins),
    ("k", on_postgres.user_count),
    ("lm", tokens_on_postgres.tokens),
]
"""What `--database postgres` measures instead."""


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/bench", description="Measures the server beside its controls.")
    parser.add_argument("--only", metavar="a,b,…", help="the measurements to make (default: all)")
    parser.add_argument(
        "--database",
        choices=["sqlite", "postgres"],
        default="sqlite",
        help="postgres: (d), (k), (l) and (m) on a PostgreSQL of its own, beside SQLite (default: %(default)s)",
    )
    parser.add_argument(
        "--before",
        type=Path,
        metavar="SERVER",
        help="another binary, an older one: each round is measured at that one too, in alternating order",
    )
    parser.add_argument("--runs", type=int, help="runs of each measurement (default: 5; with --quick 2)")
    parser.add_argument("--seconds", type=int, help="length of each run (default: 4; with --quick 1)")
    parser.add_argument("--quick", action="store_true", help="the same rows in some 5 minutes, of little worth")
    parser.add_argument("--long", action="store_true", help="10 minutes instead of 1 for the memory of the mix (j)")
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="where the table goes too (default: docs/performance.md, if all was measured and not quickly)",
    )
    options = parser.parse_args(arguments)
    options.runs = options.runs or (2 if options.quick else 5)
    options.seconds = options.seconds or (1 if options.quick else 4)
    options.measurements = ON_POSTGRES if options.database == "postgres" else MEASUREMENTS
    all_letters = {letter for letters, _ in options.measurements for letter in letters}
    options.only = set((options.only or "".join(all_letters)).replace(",", "").replace(" ", ""))
    if not options.only or not options.only <= all_letters:
        parser.error(f"--only takes letters of {', '.join(sorted(all_letters))}")
    if options.runs < 1 or options.seconds < 1:
        parser.error("--runs and --seconds take numbers from 1 on")
    if options.before is not None and not os.access(options.before, os.X_OK):
        parser.error(f"--before: {options.before} cannot be run")
    is_everything = options.only == set(LETTERS) and not options.quick and options.database == "sqlite"
    if options.output is None and is_everything and options.before is None:
        options.output = RESULTS
    return options


def measure(bench: Bench, before: Path | None, letters: str, measurement: Measurement) -> list[Row] | list[Comparison]:
    """The rows; where they cannot be measured, one for each letter that says why."""
    begun = time.monotonic()
    print(f"({letters}) {measurement.__name__.replace('_', ' ')} …", file=sys.stderr, end="", flush=True)
    try:
        return compare(bench, before, measurement) if before else measurement(bench)
    except Exception as error:
        if not isinstance(error, ToolFailed):
            traceback.print_exc()
        reason = " ".join(str(error).replace(f"{REPOSITORY}/", "").split())[:300] or type(error).__name__
        rows = [Row(letter, measurement.__name__.replace("_", " "), "", problems=[reason]) for letter in letters]
        return [Comparison(row, row) for row in rows] if before else rows
    finally:
        print(f" {time.monotonic() - begun:.0f} s", file=sys.stderr)
        bench.clear()


def report(
    options: argparse.Namespace,
    warnings: list[str],
    lines: list[tuple[str, str]],
    rows: Sequence[Row | Comparison],
) -> str:
    methods = [
        f"- **({', '.join(letters)})** {' '.join((measurement.__doc__ or '').split())}"
        for letters, measurement in options.measurements
        if options.only & set(letters)
    ]
    size = f"medians of {options.runs} runs of {options.seconds} s in alternating order (least–greatest)"
    if options.quick:
        size = f"**quick run, of little worth**: {size}"
    return "\n".join(
        [
            f"Measured on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {size}.",
            "",
            *(f"- {name}: {value}" for name, value in lines),
            *(f"- **warning**: {warning}" for warning in warnings),
            "",
            markdown(comparison.HEADINGS if options.before else table.HEADINGS, [row.cells() for row in rows]),
            "",
            *methods,
        ]
    )


def main() -> None:
    options = parse(sys.argv[1:])
    missing = [str(program) for program in (BINARY, PROGRAMS / "http-load") if not os.access(program, os.X_OK)]
    missing += [program for program in ("wrk", "nginx") if shutil.which(program) is None]
    if options.database == "postgres" and postgres.program("initdb") is None:
        missing.append("initdb (Debian: postgresql)")
    if missing:
        raise SystemExit(f"{', '.join(missing)}: missing; run script/bench, which builds and installs them")
    # A polite end must end the servers too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    lines = description(BINARY, REPOSITORY)
    if options.before:
        lines.append(("before", f"{output_of(str(options.before), '--version')}, {options.before}"))
    warnings = []
    if (busy := busy_share(seconds=2)) > QUIET:
        warnings.append(f"other work took {busy:.0%} of the cores before the run: nothing below is worth much")
    rows: list[Row | Comparison] = []
    is_interrupted = False
    begun = Ticks.now()
    PROGRAMS.mkdir(parents=True, exist_ok=True)
    # On the repository's disk: a temporary directory in memory would make every commit free.
    with tempfile.TemporaryDirectory(prefix="run-", dir=PROGRAMS) as directory:
        bench = Bench(
            directory=Path(directory),
            programs=PROGRAMS,
            cores=sorted(os.sched_getaffinity(0)),
            runs=options.runs,
            seconds=options.seconds,
            is_quick=options.quick,
            is_long=options.long,
            binary=BINARY,
        )
        try:
            for letters, measurement in options.measurements:
                if options.only & set(letters):
                    rows += measure(bench, options.before, letters, measurement)
        except KeyboardInterrupt:
            warnings.append("interrupted: what is missing was not measured")
            is_interrupted = True
    if (stolen := Ticks.now().since(begun)[1]) > STOLEN:
        warnings.append(f"other machines of the host took {stolen:.1%} of the cores during the run")
    text = report(options, warnings, lines, rows)
    print(text)
    if is_interrupted:
        raise SystemExit(130)
    if options.output is not None:
        options.output.parent.mkdir(parents=True, exist_ok=True)
        before = options.output.read_text() if options.output.exists() else ""
        options.output.write_text(f"{before.partition(MARK)[0] if MARK in before else ''}{MARK}\n{text}\n")


if __name__ == "__main__":
    main()
