"""What a run has seen, and how it is told."""

from dataclasses import dataclass, field

from soak.command import with_failures
from soak.verifiers import Verdict

NODES = 3
LIMIT = 10
HAMMERED_ADDRESSES = 3


@dataclass
class Result(Verdict):
    """What a run has seen."""

    seconds: float = 0
    kills: int = 0
    restarts: int = 0
    crashes: int = 0
    freezes: int = 0
    rotations: int = 0
    registered: int = 0
    lost: int = 0
    logged: int = 0
    admitted: int = 0
    refused: int = 0
    most: dict[int, int] = field(default_factory=dict)
    most_without_database: int = 0
    seconds_without_database: float = 0
    longest_answer: dict[str, float] = field(default_factory=dict)
    unready_after: list[float] = field(default_factory=list)
    served_from_memory: int = 0
    slowest_from_memory: float = 0
    refused_login: list[float] = field(default_factory=list)
    recovery: dict[str, list[float]] = field(default_factory=dict)
    statuses: dict[int, int] = field(default_factory=dict)

    def __str__(self) -> str:
        stretches = ", ".join(f"{most} in {seconds} s" for seconds, most in self.most.items())
        recoveries = ", ".join(f"{what} {max(times):.2f} s" for what, times in self.recovery.items() if times)
        verified, not_checked = self.summary()
        lines = [
            f"{self.seconds:.0f} s of load on {NODES} nodes: {self.kills} nodes killed, PostgreSQL"
            f" {self.restarts} times restarted, {self.crashes} times crashed, {self.freezes} times frozen",
            f"registrations: {self.registered} acknowledged, {self.lost} lost",
            f"logins in auth_logs: {self.logged}, rotations: {self.rotations}",
            verified,
            not_checked,
            f"rate limit of {LIMIT} in 1 s: of {self.admitted + self.refused} requests from {HAMMERED_ADDRESSES}"
            f" addresses {self.admitted} admitted; at most {stretches}",
            f"rate limit in the {self.seconds_without_database:.1f} s without a database: at most"
            f" {self.most_without_database} in 1 s at {NODES} nodes",
            f"frozen database: every node not ready after {_longest(self.unready_after)} s, a login refused after"
            f" {_longest(self.refused_login)} s, {self.served_from_memory} JWK Sets from memory, two of them within"
            f" {self.slowest_from_memory * 1000:.0f} ms (each the longest)",
            f"until every node was ready and logged in again, at the longest: {recoveries}",
            "longest answer through the proxy: "
            + ", ".join(f"{what} {seconds:.2f} s" for what, seconds in self.longest_answer.items()),
            "answers: " + ", ".join(f"{count} × {status}" for status, count in sorted(self.statuses.items())),
        ]
        return with_failures(lines, self.failures)


def _longest(times: list[float]) -> str:
    return f"{max(times):.2f}" if times else "–"
