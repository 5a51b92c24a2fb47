"""A command that an operator runs beside the server, and that may be killed."""

import subprocess
import tempfile
import time

from chaos.stage import Stage

ENDS_WITHIN = 60


def named_its_database(line: str) -> bool:
    return line.startswith(("jwks-server: in /", "jwks-server: in PostgreSQL at "))


def run_beside(stage: Stage, *arguments: str) -> None:
    """To its end: it succeeds, or says why not in one line."""
    result = stage.server.run(*arguments)
    lines = [line for line in result.stderr.splitlines() if not named_its_database(line)]
    if result.returncode > 0 and len(lines) == 1:
        stage.tally.refused(lines[0])
    elif result.returncode or lines:
        stage.tally.find(f"{arguments} ended with {result.returncode} and said {lines}")


class Command:
    """`kind`: what it does. Runs from now on."""

    def __init__(self, stage: Stage, kind: str) -> None:
        self.stage = stage
        self.kid: str | None = None
        match kind:
            case "rotate":
                self.arguments = ["keys", "rotate"]
            case "master-key":
                self.arguments = ["master-key", "rotate"]
            case _:
                self.kid = self._leaked()
                self.arguments = ["keys", "revoke", self.kid] if self.kid else ["keys", "list"]
        self._said = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [stage.server.binary, *self.arguments],
            cwd=stage.server.directory,
            env=stage.server.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._said,
        )

    def _leaked(self) -> str | None:
        """Any key that is, was or will be signed with."""
        states = self.stage.witness.states(settled=False)
        candidates = [kid for kid, state in states.items() if state in ("published", "active", "retired")]
        return self.stage.chance.choice(candidates) if candidates else None

    def kill(self) -> bool:
        """Whether it was not over already."""
        if self.process.poll() is not None:
            return False
        self.process.kill()
        return True

    def judge(self) -> None:
        """Waits for its end. It succeeded, or said why not in one line, or was killed."""
        try:
            code = self.process.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self.stage.tally.find(f"{self.arguments} goes on for {ENDS_WITHIN} s")
            self.process.kill()
            code = self.process.wait()
        self._said.seek(0)
        lines = [line for line in self._said.read().decode().splitlines() if not named_its_database(line)]
        self._said.close()
        if code == 0 and self.kid:
            self.stage.revoked_at[self.kid] = time.monotonic()
            self.stage.ledger.revoked.add(self.kid)
        elif code > 0 and len(lines) == 1:
            self.stage.tally.refused(lines[0])
        elif code != -9 and (code or lines):
            self.stage.tally.find(f"{self.arguments} ended with {code} and said {lines}")
