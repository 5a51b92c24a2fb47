"""Nobody learns from the time of an answer of /auth whether an account is disabled, with its right password either."""

from collections.abc import Callable
from contextlib import closing

import pytest

from support.client import Request, login_request, post_json, send
from support.server import Server
from support.timing import require_overlap

pytestmark = pytest.mark.alone


def test_their_times_overlap(unlimited: Server, report: Callable[[str], None]) -> None:
    password = unlimited.client.new_user("turned-off")
    unlimited.client.new_user("turned-on")
    disabled = unlimited.run("users", "disable", "--username", "turned-off")
    assert disabled.returncode == 0, disabled
    change = {"username": "turned-off", "password": password, "new_password": "another password"}
    with closing(unlimited.client.connect()) as connection:

        def refused(request: Request) -> None:
            assert send(connection, request).status == 401

        require_overlap(
            {
                "wrong password": lambda: refused(login_request("turned-on", "wrong")),
                "disabled": lambda: refused(login_request("turned-off", password)),
                "disabled, /password": lambda: refused(post_json("/password", change)),
            },
            report,
        )
