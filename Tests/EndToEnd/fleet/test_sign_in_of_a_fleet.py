"""A sign-in that begins at one node and goes on at others."""

import threading

from support.browser import Browser, Page
from support.oauth_client import ISSUER, PASSWORD, PKCE, new_client
from support.postgres import Database
from support.server import Server


def test_a_flow_ends_once_over_three_nodes(three: list[Server], empty_database: Database) -> None:
    one = three[0]
    one.create_user("alice", PASSWORD)
    app = new_client(one, "--public", redirect_uri="http://127.0.0.1/callback")
    browser = Browser(one.client, ISSUER)
    page = browser.visit(app.request(**PKCE))
    browser.client = three[1].client
    question = browser.sign_in(page, "alice", PASSWORD)
    form = question.form.fields | {"decision": "allow"}

    answers: list[Page] = []

    def agree(node: Server) -> None:
        same = Browser(node.client, ISSUER)
        same.cookies = dict(browser.cookies)
        answers.append(same.post("/sign-in", form))

    # As many as may come in a second: the limit is that of the fleet.
    threads = [threading.Thread(target=agree, args=(three[index % 3],)) for index in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    codes = {answer.parameters["code"] for answer in answers if answer.status == 303}
    assert {answer.status for answer in answers} <= {303, 429} and len(codes) == 1
    assert empty_database.value("SELECT count(*) FROM authorization_codes") == 1
    assert empty_database.value("SELECT count(*) FROM grants") == 1
    # Signed in at each of them.
    browser.client = three[2].client
    assert browser.open(app.request(**PKCE, prompt="none")).parameters["error"] == "consent_required"
