"""The short form of `script/soak`."""

from collections.abc import Callable

from soak.rotation import soak
from support.server import MakeServer


def test_no_verifier_notices_a_rotation(prepared_server: MakeServer, report: Callable[[str], None]) -> None:
    result = soak(prepared_server(), rotations=3, clean_restarts=1, kills=1)
    for line in str(result).splitlines():
        report(f"rotation soak: {line}")
    assert not result.failures
    assert result.checks > result.issued > 0
