"""What is over goes by itself, and nothing else does."""

from support import access, database
from support.rotation import until
from support.server import MakeServer


def test_sessions_and_grants_that_are_over_go(server: MakeServer) -> None:
    running = server()
    running.client.new_user("alice")
    # An hour after its end each of them is still known.
    for mark, lived in (("over", 3), ("lately", 1), ("living", 0)):
        access.sign_in(running.database, 1, "app", mark, lived)
    # A server looks when it starts.
    running.stop()
    running.start()

    def counts() -> list[int]:
        return [database.value(running.database, f"SELECT count(*) FROM {table}") for table in access.TABLES]

    until(lambda: counts() == [2] * len(access.TABLES), "what is over to go")
    sessions, grants = access.living(running.database)
    assert sessions == grants == ["sid lately", "sid living"]
