"""The short form of `script/chaos`."""

import os
from collections.abc import Callable
from pathlib import Path

from chaos.run import SCENARIOS, chaos
from chaos.stage import SHORT
from fuzz.run import new_seed


def test_nothing_acknowledged_is_lost(tmp_path: Path, report: Callable[[str], None]) -> None:
    # Most of them wait most of the time.
    result = chaos(tmp_path, new_seed(), SHORT, list(SCENARIOS), lanes=4)
    for line in str(result).splitlines():
        report(f"chaos: {line}")
    assert not result.failures
    assert all(tally.registered >= 5 and tally.verified for tally in result.tallies if not tally.lacking)
    if os.environ.get("CI") == "true":
        assert not [tally.lacking for tally in result.tallies if tally.lacking]
