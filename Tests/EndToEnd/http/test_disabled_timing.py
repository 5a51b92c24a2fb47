"""Nobody learns from the time of an answer of /auth whether an account is disabled, with its right password either."""

import statistics
import time
from collections.abc import Callable

from support.client import Request, login_request, post_json, send
from support.server import Server

SAMPLES = 200


def test_their_times_overlap(unlimited: Server, report: Callable[[str], None]) -> None:
    password = unlimited.client.new_user("turned-off")
    unlimited.client.new_user("turned-on")
    disabled = unlimited.run("users", "disable", "--username", "turned-off")
    assert disabled.returncode == 0, disabled
    change = {"username": "turned-off", "password": password, "new_password": "another password"}
    requests = {
        "wrong password": login_request("turned-on", "wrong"),
        "disabled": login_request("turned-off", password),
        "disabled, /password": post_json("/password", change),
    }
    times: dict[str, list[float]] = {name: [] for name in requests}
    connection = unlimited.client.connect()

    def seconds(request: Request) -> float:
        begin = time.perf_counter()
        assert send(connection, request).status == 401
        return time.perf_counter() - begin

    # Taken in turn, so that whatever else the machine does meets all alike.
    for _ in range(SAMPLES):
        for name, request in requests.items():
            times[name].append(seconds(request))
    connection.close()

    medians = {name: statistics.median(measured) for name, measured in times.items()}
    report(f"/auth, {SAMPLES} each, medians: " + ", ".join(f"{name} {m * 1000:.2f} ms" for name, m in medians.items()))
    for name, measured in times.items():
        percentiles = statistics.quantiles(measured, n=20)
        for other, median in medians.items():
            assert percentiles[0] <= median <= percentiles[-1], (name, other)
