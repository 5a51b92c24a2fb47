"""Servers on one PostgreSQL: what its tables say, and starting one."""

from support.postgres import Database
from support.rotation import Account, until
from support.server import MakeServer, Server


def states(database: Database) -> list[tuple[str, str]]:
    """(kid, state) of every row."""
    found = database.rows("SELECT kid, state FROM keys LEFT JOIN key_states USING (kid) ORDER BY kid")
    return [(str(kid), state) for kid, state in found]


def rest(database: Database) -> None:
    """Waits until every key that a new database needs has been made."""
    until(lambda: {state for _, state in states(database)} == {"active", "expired", "published"}, "three kinds of keys")


def started(node: MakeServer, **settings: str | None) -> Server:
    made = node(**settings)
    made.start()
    return made


def signs_with(server: Server, resident: Account, kid: str) -> bool:
    return Account(server.client, resident.password).signing_kid() == kid


def lacks(server: Server, kid: str) -> bool:
    return kid not in server.client.published_kids()
