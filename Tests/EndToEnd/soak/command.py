"""What `script/soak`, `script/fleet` and `script/fuzz` share."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from support.server import BINARY

FAILURES_SHOWN = 20


class Outcome(Protocol):
    @property
    def failures(self) -> list[str]: ...


def with_failures(lines: list[str], failures: list[str]) -> str:
    """The report. Beyond some a failure is the same again."""
    return "\n".join([*lines, f"failures: {len(failures)}", *failures[:FAILURES_SHOWN]])


def carry_out(name: str, run: Callable[[Path], Outcome]) -> int:
    """Runs in a new directory, prints the result and answers the exit code; the directory stays if something failed."""
    if not os.access(BINARY, os.X_OK):
        print(f"{BINARY} is missing: build it, or name another in JWKS_SERVER", file=sys.stderr)
        return 1
    directory = Path(tempfile.mkdtemp(prefix=f"{name}-"))
    result = run(directory)
    print(result)
    if result.failures:
        print(f"the databases and the logs are in {directory}", file=sys.stderr)
        return 1
    shutil.rmtree(directory)
    return 0
