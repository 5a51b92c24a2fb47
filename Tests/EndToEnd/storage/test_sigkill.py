"""A registration that was answered with 201 survives the death of the process."""

import http.client
import itertools
import random
import time
from concurrent.futures import ThreadPoolExecutor
from queue import Queue

from support import database
from support.client import TIMEOUT, Client
from support.server import MakeServer

ROUNDS = 25
WRITERS = 4
SEED = 20260101


def register_until_killed(client: Client, prefix: str, registered: "Queue[tuple[str, str]]") -> None:
    for number in itertools.count():
        username = f"{prefix}-{number}"
        try:
            answer = client.register(username)
        except (OSError, http.client.HTTPException):
            return
        assert answer.status == 201, answer
        registered.put((username, answer.json()["password"]))


def test_every_acknowledged_user_survives(prepared_server: MakeServer) -> None:
    server = prepared_server(JWKS_RATE_LIMIT="0")
    chance = random.Random(SEED)
    accounts: list[tuple[str, str]] = []
    for round_number in range(ROUNDS):
        server.start()
        registered: Queue[tuple[str, str]] = Queue()
        with ThreadPoolExecutor(WRITERS) as threads:
            writers = [
                threads.submit(register_until_killed, server.client, f"r{round_number}-w{writer}", registered)
                for writer in range(WRITERS)
            ]
            try:
                # The moment of death: some acknowledged registrations, and a part of the next ones.
                accounts += [registered.get(timeout=TIMEOUT) for _ in range(chance.randint(1, 12))]
                time.sleep(chance.uniform(0, 0.02))
            finally:
                server.kill()
        for writer in writers:
            writer.result()
        while not registered.empty():
            accounts.append(registered.get())

    server.start()
    assert len(accounts) >= ROUNDS
    with ThreadPoolExecutor(WRITERS) as threads:
        statuses = list(threads.map(lambda account: server.client.login(*account).status, accounts))
    assert [account for account, status in zip(accounts, statuses, strict=True) if status != 200] == []
    database.assert_sound(server.database)
    server.stop()
    database.assert_sound(server.database)
