"""One connection: what is sent on it, in which pieces, and what must not come back."""

import random
import socket
import time

from fuzz.answers import Wrong, statuses, take
from fuzz.corpus import any_request, known_request
from fuzz.mutation import mutated

# The body's deadline, the timer that looks at it, and a busy machine.
DEADLINE = 25


def run(port: int, seed: int, number: int) -> list[int]:
    """The statuses that came. Raises Wrong for a finding."""
    chance = random.Random(f"{seed}/{number}")
    with socket.create_connection(("127.0.0.1", port), DEADLINE) as connection:
        connection.settimeout(DEADLINE)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            return _known(connection, chance) if chance.random() < 0.2 else _unknown(connection, chance)
        except TimeoutError:
            raise Wrong(f"neither answered nor closed within {DEADLINE} s") from None


def _send(connection: socket.socket, chance: random.Random, data: bytes) -> None:
    cuts = sorted(chance.randint(0, len(data)) for _ in range(chance.choice([0, 0, 0, 1, 2, 8])))
    for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True):
        connection.sendall(data[start:end])
        if cuts:
            time.sleep(chance.choice([0, 0.0005, 0.002]))


def _known(connection: socket.socket, chance: random.Random) -> list[int]:
    """Whole requests, pipelined: each answered once, in order, as it must be."""
    requests = [known_request(chance) for _ in range(chance.randint(1, 6))]
    _send(connection, chance, b"".join(request.data for request in requests))
    stream = b""
    for position, request in enumerate(requests):
        while (taken := take(stream, request.method)) is None:
            if not (more := connection.recv(65_536)):
                raise Wrong(f"closed before answer {position}")
            stream += more
        status, stream = taken
        if status != request.status:
            raise Wrong(f"answer {position} is {status} and not {request.status}: {request.data[:200]!r}")
    # Whatever is sent beyond them comes before the end that this asks for.
    connection.shutdown(socket.SHUT_WR)
    if stream + _rest(connection):
        raise Wrong("an answer to nothing")
    return [request.status for request in requests]


def _unknown(connection: socket.socket, chance: random.Random) -> list[int]:
    """Damaged requests: answered or closed, and not oftener than there are requests in it."""
    data = b"".join(mutated(chance, any_request(chance)) for _ in range(chance.choice([1, 1, 1, 2, 4])))
    try:
        _send(connection, chance, data)
        connection.shutdown(socket.SHUT_WR)
    except (ConnectionError, OSError) as error:
        if isinstance(error, TimeoutError):
            raise
    found = statuses(_rest(connection), may_have_head=b"HEAD" in data)
    # A request line that is one names its version; what is none is explained once, and the connection ends.
    if len(found) > data.count(b" HTTP/1.") + 1:
        raise Wrong(f"{len(found)} answers to {data[:300]!r}")
    return found


def _rest(connection: socket.socket) -> bytes:
    stream = b""
    try:
        while more := connection.recv(65_536):
            stream += more
    except ConnectionError:
        pass
    return stream
