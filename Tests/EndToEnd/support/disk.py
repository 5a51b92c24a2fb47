"""A disk of so many kibibytes."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.needs import skip_without


@contextmanager
def small_disk(directory: Path, kibibytes: int) -> Iterator[Path]:
    directory.mkdir()
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={kibibytes}k", "tmpfs", directory], capture_output=True
        ).returncode
    )
    if not mounted:
        skip_without("the right to mount a small tmpfs")
    try:
        yield directory
    finally:
        subprocess.run(["umount", "--lazy", directory], check=True)
