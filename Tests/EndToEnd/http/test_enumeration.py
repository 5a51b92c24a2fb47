"""Nobody learns from the time of an answer of /auth whether a user exists; the answer itself: LogInTests.swift."""

from collections.abc import Callable
from contextlib import closing

import pytest

from support.client import login_request, send
from support.server import Server
from support.timing import require_overlap

pytestmark = pytest.mark.alone


def test_their_times_overlap(unlimited: Server, report: Callable[[str], None]) -> None:
    unlimited.client.new_user("timed")
    with closing(unlimited.client.connect()) as connection:

        def refused(username: str) -> None:
            assert send(connection, login_request(username, "wrong")).status == 401

        kinds = {"wrong password": lambda: refused("timed"), "unknown user": lambda: refused("untimed")}
        require_overlap(kinds, report)
