"""The short form of `script/fleet`, and the way it counts."""

from collections.abc import Callable
from pathlib import Path

from soak.fleet.judge import most_within
from soak.fleet.load import Answer
from soak.fleet.result import LIMIT
from soak.fleet.run import fleet, missing
from support.needs import skip_without


def test_nothing_is_lost(tmp_path: Path, report: Callable[[str], None]) -> None:
    if lacking := missing():
        skip_without(" and ".join(lacking))
    result = fleet(tmp_path, seconds=0, frozen_for=5)
    for line in str(result).splitlines():
        report(f"fleet: {line}")
    assert not result.failures
    assert result.verified == result.issued > 0
    assert result.registered > 0 and result.lost == 0
    # The limit was reached, or it would prove nothing.
    assert result.most[1] > 0.8 * LIMIT and result.most[5] > 0.8 * 5 * LIMIT


def test_only_what_lies_within_a_stretch_is_counted() -> None:
    def answers(*intervals: tuple[float, float]) -> list[Answer]:
        return [Answer(sent, received, 200) for sent, received in intervals]

    assert most_within([], 1) == 0
    assert most_within(answers((0, 0.1), (0.5, 0.6), (0.9, 0.99)), 1) == 3
    # The last may have been admitted after the second was over, the slow one at any time.
    assert most_within(answers((0, 0.1), (0.5, 0.6), (0.9, 1.1)), 1) == 2
    assert most_within(answers((0, 2), (0.5, 0.6), (0.9, 1.1)), 1) == 2
    assert most_within(answers((0, 0.1), (0.5, 0.6), (0.9, 1.1)), 2) == 3
