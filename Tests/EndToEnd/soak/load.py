"""A thread that asks again and again."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


class Load(threading.Thread):
    """One step after the other, with a pause, until it is over."""

    def __init__(self, name: str, pause: float) -> None:
        super().__init__(name=name, daemon=True)
        self.over = threading.Event()
        self.pause = pause
        self.failures: list[str] = []

    def run(self) -> None:
        try:
            while not self.over.wait(self.pause):
                self.step()
        except Exception as error:
            self.failures.append(f"{self.name} has ended: {error!r}")
            raise

    def step(self) -> None:
        raise NotImplementedError


@contextmanager
def under(loads: Sequence[Load]) -> Iterator[None]:
    """Every load is on from here to the end."""
    for load in loads:
        load.start()
    try:
        yield
    finally:
        for load in loads:
            load.over.set()
        for load in loads:
            load.join()
