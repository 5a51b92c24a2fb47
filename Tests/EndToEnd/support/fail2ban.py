"""Whom fail2ban would ban, by the filter that is installed with the server."""

import os
import shutil
import subprocess
from pathlib import Path

from support.needs import skip_without
from support.server import REPOSITORY

FILTER = REPOSITORY / "packaging" / "fail2ban" / "filter.d" / "jwks-server.conf"
# Where script/fail2ban-for-tests unpacks it.
UNPACKED = REPOSITORY / ".build" / "fail2ban" / "usr"


def addresses(log: Path) -> list[str]:
    """One for each line of the log that counts, in their order."""
    environment = dict(os.environ)
    command: list[str | Path] = ["fail2ban-regex"]
    if shutil.which("fail2ban-regex") is None:
        if not UNPACKED.exists():
            skip_without("fail2ban: script/test gets it")
        environment["PYTHONPATH"] = str(UNPACKED / "lib" / "python3" / "dist-packages")
        command = ["/usr/bin/python3", UNPACKED / "bin" / "fail2ban-regex"]
    result = subprocess.run(
        [*command, "--out", "ip", log, FILTER], capture_output=True, text=True, env=environment, timeout=30
    )
    assert result.returncode in (0, 1), result.stderr + result.stdout
    return result.stdout.split()
