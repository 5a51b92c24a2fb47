"""Nobody learns from the time of an answer of /auth whether a user exists; the answer itself: LogInTests.swift."""

import random
import statistics
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable

from support.client import Request, login_request, send
from support.server import Server

SAMPLES = 400
# One half where a time says nothing, with a standard error of 0.02 on an idle machine; 0 or 1 where one tells them apart.
OVERLAP = (0.35, 0.65)


def chance_to_be_slower(times: list[float], others: list[float]) -> float:
    """How often one of `times` is longer than one of `others`: Mann and Whitney's U over the number of pairs."""
    others = sorted(others)
    longer = sum(bisect_left(others, time) + bisect_right(others, time) for time in times) / 2
    return longer / (len(times) * len(others))


def test_their_times_overlap(unlimited: Server, report: Callable[[str], None]) -> None:
    unlimited.client.new_user("timed")
    times: dict[str, list[float]] = {"timed": [], "untimed": []}
    connection = unlimited.client.connect()

    def seconds(request: Request) -> float:
        begin = time.perf_counter()
        assert send(connection, request).status == 401
        return time.perf_counter() - begin

    # Side by side and in no order, so that whatever else the server and the machine do meets both alike.
    for _ in range(SAMPLES):
        for username in random.sample(list(times), k=len(times)):
            times[username].append(seconds(login_request(username, "wrong")))
    connection.close()

    wrong_password, unknown_user = times.values()
    slower = chance_to_be_slower(wrong_password, unknown_user)
    report(
        f"/auth, {SAMPLES} each: wrong password {statistics.median(wrong_password) * 1000:.2f} ms,"
        f" unknown user {statistics.median(unknown_user) * 1000:.2f} ms (medians),"
        f" a wrong password is slower in {slower:.3f} of all pairs"
    )
    assert OVERLAP[0] <= slower <= OVERLAP[1]
