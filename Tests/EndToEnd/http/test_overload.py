"""More logins than can be hashed: some are turned away, none is lost, and the rest of the server goes on."""

import select
from collections import Counter

import pytest

from support import database
from support.client import assert_error, login_request
from support.server import MakeServer

pytestmark = pytest.mark.alone
BURST = 60


def test_a_burst_over_capacity(server: MakeServer) -> None:
    running = server(
        JWKS_RATE_LIMIT="0",
        JWKS_HASH_THREADS="1",
        JWKS_HASH_DEADLINE="1s",
        JWKS_ARGON2_MEMORY="262144",
    )
    running.create_user("busy", "right password")

    answers = running.client.at_once(BURST, lambda index: login_request("busy", "right password" if index % 2 else "wrong"))

    counts = Counter(answer.status for answer in answers)
    assert set(counts) <= {200, 401, 503}
    assert counts[503] > 0 and counts[200] + counts[401] > 0, counts
    for answer in answers:
        if answer.status == 503:
            assert_error(answer, 503, "overloaded")
            assert int(answer.headers["Retry-After"]) >= 1
            assert answer.headers["Cache-Control"] == "no-store"
    logged = database.rows(running.database, "SELECT user_id IS NOT NULL, count(*) FROM auth_logs GROUP BY 1")
    assert dict(logged) == {succeeded: count for succeeded, count in ((1, counts[200]), (0, counts[401])) if count}
    assert running.client.login("busy", "right password").status == 200
    assert running.log.read_text().count("more passwords than can be hashed in time: requests are refused") == 1


def test_other_paths_answer_meanwhile(server: MakeServer) -> None:
    running = server(JWKS_RATE_LIMIT="0", JWKS_HASH_THREADS="1", JWKS_ARGON2_MEMORY="262144")
    waiting = [running.client.connect() for _ in range(8)]
    request = login_request("nobody", "wrong")
    for connection in waiting:
        connection.request(request.method, request.path, request.body, request.headers)

    assert running.client.get("/ping").status == 200
    assert running.client.jwks()
    answered, _, _ = select.select([connection.sock for connection in waiting], [], [], 0)
    assert len(answered) < len(waiting)

    statuses = []
    for connection in waiting:
        statuses.append(connection.getresponse().status)
        connection.close()
    assert set(statuses) <= {401, 503}
