"""Clients of the fleet: each sends its requests through the proxy and remembers every answer."""

import itertools
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass

from soak.load import Load
from soak.verifiers import Tokens
from support.client import NO_ANSWER, Client, Request, Response, login_request, post_json

PAUSE = 0.05
HAMMER_PAUSE = 0.02


@dataclass(frozen=True)
class Answer:
    sent: float
    received: float
    status: int


def new_addresses(group: int) -> Iterator[str]:
    """Another client each time: its limit is not what is tested."""
    for number in itertools.count():
        yield f"10.{group}.{number >> 8 & 255}.{number & 255}"


def from_address(address: str) -> dict[str, str]:
    return {"X-Forwarded-For": address}


class ProxyLoad(Load):
    def __init__(self, name: str, client: Client, pause: float = PAUSE) -> None:
        super().__init__(name, pause)
        self.client = client
        self.answers: list[Answer] = []

    def send(self, request: Request) -> Response | None:
        sent = time.monotonic()
        try:
            answer = self.client.send(request)
        except NO_ANSWER as error:
            # The proxy was there all the time.
            self.failures.append(f"{self.name}: {error!r} after {time.monotonic() - sent:.1f} s")
            return None
        self.answers.append(Answer(sent, time.monotonic(), answer.status))
        return answer


Accounts = list[tuple[str, str]]


class Registrations(ProxyLoad):
    """Each under a new name; `accounts` are those that were acknowledged."""

    def __init__(self, index: int, client: Client, accounts: Accounts) -> None:
        super().__init__(f"registrations {index}", client)
        self.accounts = accounts
        self.names = (f"user-{index}-{number}" for number in itertools.count())
        self.addresses = new_addresses(index)

    def step(self) -> None:
        name = next(self.names)
        answer = self.send(post_json("/register", {"username": name}, from_address(next(self.addresses))))
        if answer and answer.status == 201:
            self.accounts.append((name, answer.json()["password"]))


class Logins(ProxyLoad):
    """Logs in as someone who was acknowledged, a moment or minutes ago, and hands the token over at once."""

    def __init__(self, index: int, client: Client, accounts: Accounts, tokens: Tokens) -> None:
        super().__init__(f"logins {index}", client)
        self.accounts = accounts
        self.tokens = tokens
        self.chance = random.Random(index)
        self.addresses = new_addresses(100 + index)

    def step(self) -> None:
        account = self.accounts[-1] if self.chance.random() < 0.2 else self.chance.choice(self.accounts)
        answer = self.send(login_request(*account, from_address(next(self.addresses))))
        if answer and answer.status == 200:
            self.tokens.hand_over(answer.json()["token"])


class Hammer(ProxyLoad):
    """Logs in from one address far more often than it may."""

    def __init__(self, address: str, client: Client, account: tuple[str, str]) -> None:
        super().__init__(f"hammer {address}", client, HAMMER_PAUSE)
        self.address = address
        self.request = login_request(*account, from_address(address))

    def step(self) -> None:
        self.send(self.request)
