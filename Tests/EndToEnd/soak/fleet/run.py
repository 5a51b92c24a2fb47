"""One run of the fleet, from its start to the judgement."""

import time
from contextlib import ExitStack
from pathlib import Path

from soak.fleet.disturb import Fleet, disturb
from soak.fleet.judge import judge
from soak.fleet.load import Accounts, Hammer, Logins, ProxyLoad, Registrations
from soak.fleet.result import HAMMERED_ADDRESSES, Result
from soak.load import under
from soak.verifiers import Tokens
from support import cluster, postgres, proxy
from support.client import Client
from support.server import Server

LOGIN_THREADS = 2
REGISTRATION_THREADS = 2
HAMMERS_PER_ADDRESS = 2


def fleet(directory: Path, seconds: float, frozen_for: float, seed: int = 1) -> Result:
    """Goes through all the disturbances, once and then again until the time is over."""
    with ExitStack() as stack:
        # Its default: a commit is on disk before it is answered.
        made = stack.enter_context(cluster.cluster(fsync="on"))
        it = Fleet(directory, made, made.database.another())
        stack.callback(_end, it.nodes)
        for node in it.nodes:
            node.start()
        client = stack.enter_context(proxy.nginx(directory / "nginx", [node.port for node in it.nodes]))
        it.resident = ("resident", client.new_user("resident"))
        accounts: Accounts = [it.resident]
        tokens = Tokens(client)
        loads = _loads(it, client, accounts, tokens)
        begin = time.monotonic()
        with tokens.verified(), under(loads):
            try:
                disturb(it, seconds, frozen_for, seed)
            except AssertionError as error:
                it.result.failures.append(str(error))
        it.result.seconds = time.monotonic() - begin
        judge(it, client, accounts, loads, tokens)
        for node in it.nodes:
            node.stop()
    return it.result


def _loads(it: Fleet, client: Client, accounts: Accounts, tokens: Tokens) -> list[ProxyLoad]:
    return [
        *(Registrations(index, client, accounts) for index in range(REGISTRATION_THREADS)),
        *(Logins(index, client, accounts, tokens) for index in range(LOGIN_THREADS)),
        *(
            Hammer(f"192.0.2.{last}", client, it.resident)
            for last in range(1, HAMMERED_ADDRESSES + 1)
            for _ in range(HAMMERS_PER_ADDRESS)
        ),
    ]


def _end(nodes: list[Server]) -> None:
    for node in nodes:
        if node.process is not None:
            node.kill()


def missing() -> list[str]:
    """What a fleet needs and this machine lacks."""
    needed = {"PostgreSQL": postgres.program("initdb"), "nginx": proxy.program()}
    return [name for name, found in needed.items() if not found]
