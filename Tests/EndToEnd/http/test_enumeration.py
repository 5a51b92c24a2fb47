"""Nobody learns from the time of an answer of /auth whether a user exists; the answer itself: LogInTests.swift."""

import statistics
import time
from collections.abc import Callable

from support.client import Request, login_request, send
from support.server import Server

SAMPLES = 200


def test_their_times_overlap(unlimited: Server, report: Callable[[str], None]) -> None:
    unlimited.client.new_user("timed")
    times: dict[str, list[float]] = {"timed": [], "untimed": []}
    connection = unlimited.client.connect()

    def seconds(request: Request) -> float:
        begin = time.perf_counter()
        assert send(connection, request).status == 401
        return time.perf_counter() - begin

    # Taken in turn, so that whatever else the machine does meets both alike.
    for _ in range(SAMPLES):
        for username, measured in times.items():
            measured.append(seconds(login_request(username, "wrong")))
    connection.close()

    wrong_password, unknown_user = times.values()
    medians = [statistics.median(measured) for measured in (wrong_password, unknown_user)]
    report(
        f"/auth, {SAMPLES} each: wrong password {medians[0] * 1000:.2f} ms,"
        f" unknown user {medians[1] * 1000:.2f} ms (medians)"
    )
    for median, others in zip(medians, (unknown_user, wrong_password), strict=True):
        percentiles = statistics.quantiles(others, n=20)
        assert percentiles[0] <= median <= percentiles[-1]
