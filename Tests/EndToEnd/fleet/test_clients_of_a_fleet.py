"""Clients and resources on PostgreSQL, which every node sees at once."""

import hashlib
import json
import subprocess
import threading
from urllib.parse import urlencode

from support.nodes import started
from support.postgres import Database
from support.rotation import QUICK, command, refusal
from support.server import MakeServer

CALLBACK = "https://app.example.com/callback"
API = "https://api.example.com"


def test_what_one_node_registers_the_other_has(node: MakeServer, empty_database: Database) -> None:
    one = started(node, **QUICK)
    two = started(node, **QUICK)
    assert one.run("resources", "add", API, "--scope", "read").returncode == 0
    made = command(one, "clients", "create", "App", "--redirect-uri", CALLBACK, "--resource", API, "--id", "app")
    [listed] = command(two, "clients", "list")["clients"]
    assert listed["client_id"] == "app" and listed["scope"].endswith("offline_access read")
    digest = hashlib.sha256(made["client_secret"].encode()).hexdigest()
    assert empty_database.value("SELECT encode(hash, 'hex') FROM client_secrets") == digest
    taken = ("clients", "create", "App", "--redirect-uri", CALLBACK, "--id", "app")
    assert refusal(two.run(*taken)) == (1, "jwks-server: the id app is taken: choose another, or leave out --id")

    # Another address holds at the other node from its next request on.
    asks = urlencode({"response_type": "code", "client_id": "app", "redirect_uri": f"{CALLBACK}/2"})
    assert two.client.get(f"/authorize?{asks}").status == 400
    assert command(one, "clients", "update", "app", "--redirect-uri", f"{CALLBACK}/2", "--redirect-uri", CALLBACK)[
        "changed"
    ] == ["redirect_uris"]
    assert two.client.get(f"/authorize?{asks}").status == 303

    # Where it would fail: nobody is there to sign in.
    where = ("--offline", "--issuer", "https://id.example.com", "--secret-stdin", "--json")
    checked = two.run("clients", "check", "app", *where, stdin=made["client_secret"])
    assert checked.returncode == 1 and json.loads(checked.stdout)["fails_at"] == "users", checked

    results: list[subprocess.CompletedProcess[str]] = []
    threads = [
        threading.Thread(target=lambda place=place: results.append(place.run("clients", "rotate-secret", "app")))
        for place in (one, two, one, two)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(result.returncode for result in results) == [0, 1, 1, 1]
    assert empty_database.value("SELECT count(*) FROM client_secrets") == 2

    assert command(two, "clients", "disable", "app")["result"] == "is disabled"
    assert command(one, "clients", "show", "app")["disabled_at"] is not None
    assert command(two, "resources", "remove", API, "--yes")["clients"] == ["app"]
    assert command(one, "clients", "show", "app")["resources"] == []
    assert one.run("clients", "delete", "app", "--yes").returncode == 0
    assert empty_database.value("SELECT count(*) FROM client_secrets") == 0
    assert one.client.get("/health/ready").status == 200
