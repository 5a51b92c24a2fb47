"""Whether a time tells one kind of request from another."""

import random
import statistics
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from itertools import combinations

SAMPLES = 400
# One half where a time says nothing, with a standard error of 0.02 on an idle machine; 0 or 1 where it says all.
OVERLAP = (0.35, 0.65)


def require_overlap(kinds: Mapping[str, Callable[[], None]], report: Callable[[str], None]) -> None:
    """Measures each kind of request, side by side and in no order, so that whatever else the server and the machine do
    meets all alike: taken in turn, one of two that are equal can be the slower for a whole run."""
    times: dict[str, list[float]] = {name: [] for name in kinds}
    for _ in range(SAMPLES):
        for name in random.sample(list(kinds), k=len(kinds)):
            begin = time.perf_counter()
            kinds[name]()
            times[name].append(time.perf_counter() - begin)
    slower = {
        (one, other): chance_to_be_slower(times[one], times[other]) for one, other in combinations(kinds, 2)
    }
    report(
        f"{SAMPLES} each, medians: "
        + ", ".join(f"{name} {statistics.median(measured) * 1000:.2f} ms" for name, measured in times.items())
        + "; slower in all pairs: "
        + ", ".join(f"{one} than {other} {chance:.3f}" for (one, other), chance in slower.items())
    )
    for pair, chance in slower.items():
        assert OVERLAP[0] <= chance <= OVERLAP[1], pair


def chance_to_be_slower(times: list[float], others: list[float]) -> float:
    """How often one of `times` is longer than one of `others`: Mann and Whitney's U over the number of pairs."""
    others = sorted(others)
    longer = sum(bisect_left(others, time) + bisect_right(others, time) for time in times) / 2
    return longer / (len(times) * len(others))
