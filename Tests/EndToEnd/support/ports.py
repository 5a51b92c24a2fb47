"""Ports for what the tests start, below Linux's ephemeral range, so that no outgoing connection takes one meanwhile."""

import itertools
import socket

SHARE = 500


def _bound(port: int) -> socket.socket | None:
    candidate = socket.socket()
    try:
        candidate.bind(("127.0.0.1", port))
    except OSError:
        candidate.close()
        return None
    return candidate


def _shares() -> tuple[socket.socket, range]:
    """What no other run of tests takes: a port that is free now may be used only seconds later. Its first is held."""
    for first in range(20_000, 32_000, SHARE):
        if held := _bound(first):
            return held, range(first + 1, first + SHARE)
    raise OSError("all ports from 20000 to 32000 are taken")


_held, _share = _shares()
_next = itertools.cycle(_share)


def free_port() -> int:
    """A port that nobody listens at."""
    for port in itertools.islice(_next, SHARE):
        if found := _bound(port):
            found.close()
            return port
    raise OSError(f"all ports of {_share} are taken")
