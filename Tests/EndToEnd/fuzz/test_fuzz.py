"""The short form of `script/fuzz`."""

from collections.abc import Callable

from fuzz.run import fuzz, new_seed
from support.server import MakeServer


def test_nothing_comes_of_damaged_requests(prepared_server: MakeServer, report: Callable[[str], None]) -> None:
    result = fuzz(prepared_server(), seconds=15, seed=new_seed())
    for line in str(result).splitlines():
        report(f"fuzzer: {line}")
    assert not result.failures
    assert result.cases > 100 and {200, 400, 404} <= set(result.statuses)
