"""Whether anything was lost, and whether anybody got more than his share."""

import itertools
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from soak.fleet.disturb import ANSWERS_WITHIN, Fleet
from soak.fleet.load import Accounts, Answer, Hammer, ProxyLoad, from_address, new_addresses
from soak.fleet.result import LIMIT, NODES
from soak.verifiers import Tokens
from support.client import Client

STRETCHES = (1, 2, 5, 10)


def most_within(answers: Sequence[Answer], seconds: float) -> int:
    """The most requests that were certainly admitted within one stretch of time shorter than `seconds`.

    When a node admitted a request is not known, only that it was between its sending and its answer. So only requests
    are counted whose sending and answer both lie in the stretch: every one of them was admitted in it, whenever that
    was. The count is never too high, and a limit that is exceeded by little shows in the longer stretches, where the
    few that straddle the ends do not matter: k seconds hold at most k times what one second does."""
    ordered = sorted(answers, key=lambda answer: answer.sent)
    most = 0
    for index, first in enumerate(ordered):
        end = first.sent + seconds
        inside = 0
        for answer in itertools.islice(ordered, index, None):
            if answer.sent >= end:
                break
            inside += answer.received < end
        most = max(most, inside)
    return most


def judge(it: Fleet, client: Client, accounts: Accounts, loads: list[ProxyLoad], tokens: Tokens) -> None:
    result = it.result
    result.rotations = tokens.rotations
    _count_answers(it, loads)
    result.hear(tokens)
    _count_admitted(it, [load for load in loads if isinstance(load, Hammer)])

    result.registered = len(accounts)
    addresses = list(itertools.islice(new_addresses(201), len(accounts)))

    def log_in(account: tuple[str, str], address: str) -> int:
        return client.login(*account, headers=from_address(address)).status

    with ThreadPoolExecutor(4) as threads:
        statuses = list(threads.map(log_in, accounts, addresses))
    result.lost = sum(status != 200 for status in statuses)
    if result.lost:
        result.failures.append(f"{result.lost} acknowledged users cannot log in: {sorted(set(statuses))}")
    # A login is on disk before it is answered: an answer that was lost may leave a row, an answer never lacks one.
    result.logged = it.database.value("SELECT count(*) AS rows FROM auth_logs WHERE user_id IS NOT NULL")
    answered = sum(answer.status == 200 for load in loads for answer in load.answers) + len(accounts) - result.lost
    if result.logged < answered:
        result.failures.append(f"{answered} logins were answered and {result.logged} are in auth_logs")
    for node in it.nodes:
        log = node.log.read_text()
        if "CRITICAL" in log or "Fatal error" in log:
            result.failures.append(f"a node's log: {log[-500:]}")


def _count_answers(it: Fleet, loads: list[ProxyLoad]) -> None:
    for load in loads:
        it.result.failures += load.failures
        for answer in load.answers:
            it.result.statuses[answer.status] = it.result.statuses.get(answer.status, 0) + 1
            if not it.disturbances.excuse(answer):
                it.result.failures.append(f"{load.name} was answered {answer.status} while all was well")
    everything = [answer for load in loads for answer in load.answers]
    for what in ("node", "database"):
        stretches = [each for each in it.disturbances.all if each.what == what]
        touched = [answer for answer in everything if any(each.touches(answer) for each in stretches)]
        everything = [answer for answer in everything if answer not in set(touched)]
        it.result.longest_answer[f"with a {what} away"] = max(
            (answer.received - answer.sent for answer in touched), default=0
        )
    it.result.longest_answer["else"] = max((answer.received - answer.sent for answer in everything), default=0)
    if max(it.result.longest_answer.values()) > ANSWERS_WITHIN:
        it.result.failures.append(f"an answer took longer than {ANSWERS_WITHIN} s: {it.result.longest_answer}")


def _count_admitted(it: Fleet, hammers: list[Hammer]) -> None:
    """While the database is away each node counts for itself: those stretches are apart."""
    apart = it.disturbances.without_database()
    it.result.seconds_without_database = sum(each.end - each.begin for each in apart)
    it.result.most = dict.fromkeys(STRETCHES, 0)
    for address in {hammer.address for hammer in hammers}:
        answers = [answer for hammer in hammers if hammer.address == address for answer in hammer.answers]
        it.result.refused += sum(answer.status == 429 for answer in answers)
        # Neither a refusal nor an answer of nginx itself.
        admitted = [answer for answer in answers if answer.status not in (429, 502, 504)]
        it.result.admitted += len(admitted)
        together = [answer for answer in admitted if not any(each.touches(answer) for each in apart)]
        for seconds in STRETCHES:
            most = most_within(together, seconds)
            it.result.most[seconds] = max(it.result.most[seconds], most)
            if most > seconds * LIMIT:
                it.result.failures.append(f"{most} requests from {address} were admitted within {seconds} s")
        for each in apart:
            most = most_within([answer for answer in admitted if each.touches(answer)], 1)
            it.result.most_without_database = max(it.result.most_without_database, most)
    # Each node admits what its own window allows; when the database is back, it knows nothing of that.
    if it.result.most_without_database > (NODES + 1) * LIMIT:
        it.result.failures.append("without a database, more than each node's own limit")
