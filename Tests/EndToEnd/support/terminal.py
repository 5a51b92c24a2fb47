"""A command whose standard input is a terminal."""

import os
import pty
import subprocess

from support.server import BINARY, DEADLINE, Server


def answered(server: Server, *arguments: str, answer: str) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end, in the directory and with the settings of the server; somebody types `answer`."""
    leader, terminal = pty.openpty()
    try:
        process = subprocess.Popen(
            [BINARY, *arguments],
            cwd=server.directory,
            env=server.environment(),
            stdin=terminal,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        os.write(leader, f"{answer}\n".encode())
        stdout, stderr = process.communicate(timeout=DEADLINE)
    finally:
        os.close(leader)
        os.close(terminal)
    return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)
