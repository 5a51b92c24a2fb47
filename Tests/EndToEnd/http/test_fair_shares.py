"""A flood of wrong logins from many addresses, at several times what can be hashed: others still get in."""

import time
from collections.abc import Callable, Iterable

import pytest

from support.client import Client, login_request, send
from support.flood import Flood
from support.server import MakeServer, Server

pytestmark = pytest.mark.alone

# With one hashing thread some 80 logins a second can be hashed.
ATTEMPTS_A_SECOND = 300
TRIES = 100
SETTINGS = {"JWKS_HASH_THREADS": "1", "JWKS_RATE_LIMIT": "100", "JWKS_TRUSTED_PROXIES": "127.0.0.1"}


def logins(client: Client, callers: Iterable[tuple[str, str, str | None]]) -> tuple[list[int], list[float]]:
    """Status and time of one login of each caller: name, password, and the address behind the proxy."""
    statuses, took = [], []
    connection = client.connect()
    for name, password, forwarded in callers:
        request = login_request(name, password, {"X-Forwarded-For": forwarded} if forwarded else None)
        begun = time.monotonic()
        statuses.append(send(connection, request).status)
        took.append(time.monotonic() - begun)
        time.sleep(0.02)
    connection.close()
    return statuses, sorted(took)


def check(report: Callable[[str], None], who: str, statuses: list[int], took: list[float], flood: Flood) -> None:
    refused = TRIES - statuses.count(200)
    report(f"{who}: {refused} of {TRIES} refused, median {took[50]:.3f} s, p99 {took[98]:.3f} s, {flood.sent} sent")
    assert refused == 0
    assert took[98] < 1


@pytest.mark.parametrize("addresses", [5_000, None], ids=["5,000 addresses of 127.0.0.0/8", "all of IPv4"])
def test_a_quiet_user_gets_in_through_a_flood(
    server: MakeServer, report: Callable[[str], None], addresses: int | None
) -> None:
    running = server(**SETTINGS)
    password = running.client.new_user("quiet")
    assert running.client.login("quiet", password).status == 200
    # Who is known stays so.
    running.stop()
    running.start()
    with Flood(running.port, ATTEMPTS_A_SECOND, lambda: "victim", addresses) as flood:
        # Until the queue is full.
        time.sleep(3)
        statuses, took = logins(running.client, [("quiet", password, None)] * TRIES)
    check(report, "quiet user", statuses, took, flood)


def newcomers(running: Server) -> list[tuple[str, str, str]]:
    """Each has an account, and logs in for the first time and from a network of its own."""
    names = [f"newcomer-{number}" for number in range(TRIES)]
    return [(name, running.client.new_user(name), f"198.18.{number}.1") for number, name in enumerate(names)]


@pytest.mark.parametrize("addresses", [5_000, None], ids=["5,000 addresses of 127.0.0.0/8", "all of IPv4"])
def test_newcomers_get_in_through_a_flood_at_one_account(
    server: MakeServer, report: Callable[[str], None], addresses: int | None
) -> None:
    running = server(**SETTINGS)
    callers = newcomers(running)
    with Flood(running.port, ATTEMPTS_A_SECOND, lambda: "victim", addresses) as flood:
        time.sleep(3)
        statuses, took = logins(running.client, callers)
    check(report, "newcomers", statuses, took, flood)


def test_newcomers_get_in_through_a_flood_of_names(server: MakeServer, report: Callable[[str], None]) -> None:
    running = server(**SETTINGS)
    callers = newcomers(running)
    numbers = iter(range(1_000_000))
    with Flood(running.port, ATTEMPTS_A_SECOND, lambda: f"nobody-{next(numbers)}", 200) as flood:
        # Until each address has tried a few times.
        time.sleep(5)
        statuses, took = logins(running.client, callers)
    check(report, "newcomers", statuses, took, flood)


def test_the_owner_of_the_flooded_account_gets_in_from_anywhere(
    server: MakeServer, report: Callable[[str], None]
) -> None:
    running = server(**SETTINGS)
    password = running.client.new_user("victim")
    with Flood(running.port, ATTEMPTS_A_SECOND, lambda: "victim", 200) as flood:
        time.sleep(5)
        callers = [("victim", password, f"198.18.{number}.1") for number in range(TRIES)]
        statuses, took = logins(running.client, callers)
    check(report, "owner", statuses, took, flood)
