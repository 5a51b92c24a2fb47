"""Wrong passwords at one server count at the other."""

from support.nodes import started
from support.postgres import Database
from support.server import MakeServer

BEHIND_PROXY = {"JWKS_TRUSTED_PROXIES": "127.0.0.1"}


def test_failures_at_one_server_delay_at_the_other(node: MakeServer, empty_database: Database) -> None:
    clients = [started(node, **BEHIND_PROXY).client for _ in range(2)]
    password = clients[0].new_user("resident")

    def status(server: int, block: int, with_password: str = "wrong") -> int:
        forwarded = {"X-Forwarded-For": f"198.18.{block}.7"}
        return clients[server].login("resident", with_password, forwarded).status

    assert [status(turn % 2, turn) for turn in range(10)] == [401] * 10
    assert status(0, 77) == 401
    assert status(1, 77) == 429
    assert status(1, 78, password) == 200
    [(failures,)] = empty_database.rows("SELECT max(failures) FROM login_delays")
    assert failures == 11


def test_without_its_table_logins_go_on(node: MakeServer, empty_database: Database) -> None:
    server = started(node, **BEHIND_PROXY)
    password = server.client.new_user("resident")
    empty_database.psql("DROP TABLE login_delays")
    for _ in range(4):
        assert server.client.login("resident", "wrong").status == 401
        assert server.client.login("resident", password).status == 200
    assert server.client.get("/health/ready").status == 200
    log = server.log.read_text()
    assert log.count("who failed to log in cannot be read") == 1, log
