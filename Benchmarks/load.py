"""The load generators and the control program, run and read."""

import json
import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

JSON_TYPE = "Content-Type: application/json"


class ToolFailed(Exception):
    """A load generator did not do what it was asked for; the message goes into the table."""


@contextmanager
def pinned(core: int | None) -> Iterator[None]:
    """What is started inside runs on that core alone (children inherit the affinity); None: on any."""
    before = os.sched_getaffinity(0)
    if core is not None:
        os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@dataclass(frozen=True)
class WrkResult:
    requests: int
    rate: float
    problems: list[str]


def wrk(
    port: int, path: str, *, connections: int, seconds: int, core: int | None, headers: Sequence[str] = ()
) -> WrkResult:
    """wrk with one thread. Statuses from 400 on and socket errors are problems."""
    command = ["wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s"]
    for header in headers:
        command += ["-H", header]
    with pinned(core):
        result = subprocess.run(
            [*command, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, timeout=seconds + 30
        )
    return _read_wrk(result.stdout + result.stderr)


def _read_wrk(output: str) -> WrkResult:
    total = re.search(r"(\d+) requests in ", output)
    rate = re.search(r"Requests/sec:\s*([\d.]+)", output)
    if total is None or rate is None:
        raise ToolFailed(f"wrk: {output.strip()[-200:]}")
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    problems = [f"wrk: {refused.group(1)} answers from 400 on"] if refused else []
    errors = re.search(r"Socket errors: (.*)", output)
    if errors:
        problems.append(f"wrk: socket errors {errors.group(1)}")
    return WrkResult(int(total.group(1)), float(rate.group(1)), problems)


@dataclass(frozen=True)
class LoadResult:
    """What http_load prints; its head says what is counted and what is timed."""

    report: dict[str, Any] = field(repr=False)

    def rate(self, *statuses: int) -> float:
        """Answers per second of the window, of these statuses or of all."""
        completed = self.completed
        seconds: float = self.report["seconds"]
        return sum(completed.get(status, 0) for status in statuses or completed) / seconds

    @property
    def completed(self) -> dict[int, int]:
        return {int(status): count for status, count in self.report["completed"].items()}

    def share(self, status: int) -> float:
        return self.completed.get(status, 0) / max(1, sum(self.completed.values()))

    @property
    def latency(self) -> dict[str, float]:
        """Milliseconds of the answers below 400."""
        latency: dict[str, float] = self.report["latency_ms"]
        return latency

    @property
    def cpu_share(self) -> float:
        """What the generator itself took of all cores."""
        used: float = self.report["cpu_seconds"] / self.report["seconds"]
        return used / len(os.sched_getaffinity(0))

    def problems(self, *expected: int) -> list[str]:
        """Everything that is not an answer of an expected status."""
        found = [f"{count} × {status}" for status, count in self.completed.items() if status not in expected]
        for name in ("unanswered", "connect_errors", "socket_errors", "malformed"):
            if self.report[name]:
                found.append(f"{self.report[name]} {name.replace('_', ' ')}")
        if not self.completed:
            found.append("no answer at all")
        return [f"http-load: {problem}" for problem in found]


class HTTPLoad:
    """http_load under way; a context manager, so that none is left behind."""

    def __init__(self, program: Path, core: int | None, options: dict[str, Any], headers: Sequence[str]) -> None:
        command = [str(program)]
        for name, value in options.items():
            command += [f"--{name}"] if value is True else [f"--{name}", str(value)]
        for header in headers:
            command += ["--header", header]
        with pinned(core):
            self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def __enter__(self) -> "HTTPLoad":
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def result(self, timeout: float) -> LoadResult:
        output, errors = self._process.communicate(timeout=timeout)
        if self._process.returncode != 0:
            raise ToolFailed(f"http-load: {errors.strip()}")
        return LoadResult(json.loads(output))


@dataclass(frozen=True)
class Checks:
    """What argon2_control counts."""

    rate: float
    bytes_on_huge_pages: int


def argon2_control(program: Path, *, is_kept: bool, threads: int, seconds: float, phc: str, password: str) -> Checks:
    """Checks of a password, as many as the cores can do."""
    result = subprocess.run(
        [str(program), "kept" if is_kept else "bare", str(threads), str(seconds), phc, password],
        capture_output=True,
        text=True,
        timeout=seconds + 60,
    )
    if result.returncode != 0:
        raise ToolFailed(result.stderr.strip())
    rate, size = result.stdout.split()
    return Checks(float(rate), int(size))
