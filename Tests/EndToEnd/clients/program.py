"""Another program, from its start until it listens to its end."""

import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from clients.environment import for_programs
from support.rotation import until

# One that is built or read anew takes its time on a busy machine.
_STARTS_WITHIN = 30


@contextmanager
def running(
    command: Sequence[str | Path], port: int, errors: IO[str] | None = None, **environment: str
) -> Iterator[None]:
    """Runs and listens at `port`; what it says goes to `errors`."""
    process = subprocess.Popen(command, env=for_programs(**environment), stdin=subprocess.DEVNULL, stderr=errors)
    try:
        until(lambda: _listens(port) or process.poll() is not None, f"{command[0]} listens", _STARTS_WITHIN)
        assert process.poll() is None, f"{command[0]} has ended"
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
