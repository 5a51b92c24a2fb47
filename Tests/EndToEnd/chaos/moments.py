"""Whether `/health/ready` told the truth: compared with what became of registrations at the same time."""

import threading
import time
from enum import Enum, auto

# A look at the store once a second, which a lock holds for 2 s; and a busy machine.
LATE = 8


class Moment(Enum):
    READY = auto()
    UNREADY = auto()
    WRITTEN = auto()
    REFUSED = auto()


# What contradicts a moment.
_OPPOSITES = {
    Moment.READY: Moment.REFUSED,
    Moment.REFUSED: Moment.READY,
    Moment.UNREADY: Moment.WRITTEN,
    Moment.WRITTEN: Moment.UNREADY,
}
_READINESS = (Moment.READY, Moment.UNREADY)


class Moments:
    """Readiness and registrations as they were seen, in order."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._readiness: Moment | None = None
        self._writes: Moment | None = None
        self._lie_since: float | None = None
        self.lies: list[str] = []

    def note(self, moment: Moment) -> None:
        now = time.monotonic()
        with self._lock:
            if moment in _READINESS:
                self._readiness = moment
            else:
                self._writes = moment
            if self._readiness is None or self._writes is None or _OPPOSITES[self._readiness] != self._writes:
                self._lie_since = None
            elif self._lie_since is None:
                self._lie_since = now
            elif now - self._lie_since > LATE:
                said, did = self._readiness.name, self._writes.name
                self.lies.append(f"/health/ready was {said} for {LATE} s while writes were {did}")
                self._lie_since = None

    def forget(self) -> None:
        """Another process answers from now on."""
        with self._lock:
            self._readiness = self._writes = self._lie_since = None
