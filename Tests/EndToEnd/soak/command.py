"""What the two commands share: `script/soak` and `script/fleet`."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from soak.verifiers import Verdict
from support.server import BINARY

FAILURES_SHOWN = 20


def with_failures(lines: list[str], failures: list[str]) -> str:
    """The report. Beyond some a failure is the same again."""
    return "\n".join([*lines, f"failures: {len(failures)}", *failures[:FAILURES_SHOWN]])


def carry_out(name: str, run: Callable[[Path], Verdict]) -> int:
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
