"""The commands `clients …` and `resources …`, on SQLite."""

import hashlib
import re
import subprocess
import threading
from urllib.parse import urlencode

import pytest

from support import database
from support.rotation import command, refusal
from support.server import USAGE_ERROR, MakeServer, Server
from support.terminal import answered

UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
SECRET = re.compile(r"cs_[A-Za-z0-9_-]{43}")
CALLBACK = "https://app.example.com/callback"
API = "https://api.example.com"
NAMED = ["show", "update", "rotate-secret", "disable", "enable", "delete"]


def create(server: Server, *arguments: str) -> subprocess.CompletedProcess[str]:
    return server.run("clients", "create", "App", *arguments)


def kept(server: Server) -> list[tuple[str, bytes, bool]]:
    """(client, digest, whether it ends) of every secret."""
    sql = "SELECT client_id, hash, expires_at IS NOT NULL FROM client_secrets ORDER BY created_at, rowid"
    return [(client, digest, bool(ends)) for client, digest, ends in database.rows(server.database, sql)]


def digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


@pytest.mark.parametrize("runs", [True, False])
def test_create_list_and_show(server: MakeServer, runs: bool) -> None:
    running = server()
    if not runs:
        running.stop()
    assert command(running, "clients", "list")["clients"] == []
    assert command(running, "resources", "list")["resources"] == []
    added = command(running, "resources", "add", API, "--scope", "read", "--scope", "write", "--lifetime", "5m")
    assert (added["resource"], added["scopes"], added["typ"], added["lifetime"]) == (
        API, ["read", "write"], "at+jwt", 300,
    )  # fmt: skip
    made = command(
        running, "clients", "create", "Zoë's app", "--redirect-uri", CALLBACK, "--redirect-uri", f"{CALLBACK}?x=1",
        "--post-logout-redirect-uri", "https://app.example.com/",
        "--backchannel-logout-uri", "https://app.example.com/end", "--resource", API,
    )  # fmt: skip
    assert UUID4.fullmatch(made["client_id"]) and SECRET.fullmatch(made["client_secret"])
    assert made["client_name"] == "Zoë's app"
    assert made["redirect_uris"] == [CALLBACK, f"{CALLBACK}?x=1"]
    assert made["post_logout_redirect_uris"] == ["https://app.example.com/"]
    assert made["backchannel_logout_uri"] == "https://app.example.com/end"
    assert made["grant_types"] == ["authorization_code", "refresh_token"] and made["response_types"] == ["code"]
    assert made["token_endpoint_auth_method"] == "client_secret_basic" and made["client_secret_expires_at"] == 0
    assert made["scope"] == "openid profile email offline_access read write" and made["resources"] == [API]
    assert made["consent"] == "implicit" and made["require_pkce"] is False and made["disabled_at"] is None
    assert kept(running) == [(made["client_id"], digest(made["client_secret"]), False)]

    # The secret was told once.
    public = {name: value for name, value in made.items() if not name.startswith("client_secret")}
    listed = command(running, "clients", "list")
    assert listed["clients"] == [{name: value for name, value in public.items() if name != "database"}]
    shown = command(running, "clients", "show", made["client_id"])
    [secret] = shown.pop("secrets")
    assert shown == public and secret["expires_at"] is None
    for text in (running.run("clients", "list"), running.run("clients", "show", made["client_id"])):
        assert text.returncode == 0 and made["client_id"] in text.stdout and "Zoë's app" in text.stdout
        assert made["client_secret"] not in text.stdout + text.stderr
        assert [line.startswith("jwks-server: in ") for line in text.stderr.splitlines()] == [True]
    assert made["client_secret"] not in running.log.read_text()
    assert made["client_secret"].encode() not in running.database.read_bytes()
    if runs:
        assert running.client.get("/health/ready").status == 200


def test_the_lines_a_person_copies(server: MakeServer) -> None:
    running = server()
    made = create(running, "--redirect-uri", CALLBACK, "--id", "grafana")
    assert made.returncode == 0
    assert re.fullmatch(rf"client_id      grafana\nclient_secret  {SECRET.pattern}\n", made.stdout)
    app = create(running, "--public", "--redirect-uri", "com.example.app:/callback", "--id", "app")
    assert (app.returncode, app.stdout) == (0, "client_id  app\n")
    shown = command(running, "clients", "show", "app")
    assert shown["token_endpoint_auth_method"] == "none" and shown["secrets"] == []
    assert shown["consent"] == "explicit" and shown["require_pkce"] is True
    job = create(running, "--grant", "client_credentials", "--id", "job")
    assert job.returncode == 0
    shown = command(running, "clients", "show", "job")
    assert (shown["grant_types"], shown["response_types"], shown["scope"]) == (["client_credentials"], [], "")


REFUSED = [
    ((), "a client that uses codes needs --redirect-uri, at least once"),
    (("--redirect-uri", "http://app.example.com/cb"), "http://app.example.com/cb: a redirect URI begins with https://"),
    (("--redirect-uri", f"{CALLBACK}#x"), f"{CALLBACK}#x: a redirect URI has no fragment: leave out #"),
    (("--redirect-uri", "https://*.example.com"), "https://*.example.com: a redirect URI is written out in full"),
    (("--redirect-uri", "https://a@b.example"), "https://a@b.example: a redirect URI names no user"),
    (("--redirect-uri", "app.example:/cb"), "app.example:/cb: a redirect URI of a confidential client"),
    (("--redirect-uri", "https://a.example/\x1b[31m"), "https://a.example/\\u001b[31m: a redirect URI holds"),
    (("--redirect-uri", CALLBACK, "--id", "a b"), "the id has 1 to 100 of the characters"),
    (("--redirect-uri", CALLBACK, "--id", "12"), "the id is a number, as users' are"),
    (("--redirect-uri", CALLBACK, "--id", "taken"), "the id taken is taken: choose another, or leave out --id"),
    (("--redirect-uri", CALLBACK, "--resource", API), f"there is no resource {API}: resources add makes it"),
    (("--redirect-uri", CALLBACK, "--scope", "read"), "read is no scope of this client"),
    (("--public", "--grant", "client_credentials"), "a public client has no credentials"),
    (("--grant", "refresh_token"), "refresh_token goes with authorization_code"),
]


def test_what_is_refused(server: MakeServer) -> None:
    running = server()
    assert create(running, "--redirect-uri", CALLBACK, "--id", "taken").returncode == 0
    before = database.rows(running.database, "SELECT * FROM clients"), kept(running)
    for arguments, line in REFUSED:
        code, told = refusal(create(running, *arguments))
        assert code == 1 and told.startswith(f"jwks-server: {line}"), told
    assert (database.rows(running.database, "SELECT * FROM clients"), kept(running)) == before


def test_wrong_usage(server: MakeServer) -> None:
    running = server()
    for arguments in (
        ("clients", "create", "App", "--redirect-uri", CALLBACK, "--grant", "implicit"),
        ("clients", "create"),
        ("clients", "show"),
        ("clients", "update", "app"),
        ("resources", "add", API, "--typ", "jwt"),
        # A client's, of the end of a session.
        ("resources", "add", API, "--typ", "logout+jwt"),
        ("clients", "destroy", "x"),
    ):
        result = running.run(*arguments)
        assert result.returncode == USAGE_ERROR and not result.stdout, result


def test_an_unknown_client(server: MakeServer) -> None:
    running = server()
    for verb in NAMED:
        change = ("--name", "X") if verb == "update" else ()
        code, line = refusal(running.run("clients", verb, "nobody", *change))
        assert code == 1 and line == "jwks-server: there is no client nobody: clients list shows those that there are"


def test_update(server: MakeServer) -> None:
    running = server()
    made = command(running, "clients", "create", "App", "--redirect-uri", CALLBACK, "--id", "app")
    before = kept(running)
    other = f"{CALLBACK}/other"
    asks = {"response_type": "code", "client_id": "app", "redirect_uri": other, "state": "s"}
    assert running.client.get(f"/authorize?{urlencode(asks)}").status == 400
    uris = ("--redirect-uri", CALLBACK, "--redirect-uri", other)
    changed = running.run("clients", "update", "app", "--name", "Zoë's", *uris)
    assert (changed.returncode, changed.stdout.splitlines()) == (
        0,
        [
            "client app, Zoë's, is changed",
            "  name           was  App",
            "                 is   Zoë's",
            f"  redirect URIs  was  {CALLBACK}",
            f"                 is   {CALLBACK} {other}",
        ],
    )
    # The server that runs knows it from the next request on.
    assert running.client.get(f"/authorize?{urlencode(asks)}").status == 303
    again = command(running, "clients", "update", "app", "--name", "Zoë's", "--require-pkce")
    assert again["changed"] == ["require_pkce"] and again["redirect_uris"] == [CALLBACK, other]
    assert again["client_id_issued_at"] == made["client_id_issued_at"] and kept(running) == before
    assert running.run("clients", "update", "app", "--require-pkce").stdout == "client app, Zoë's, was so before\n"
    shown = command(running, "clients", "show", "app")
    for arguments, line in (
        (("--redirect-uri", "http://app.example/cb"), "http://app.example/cb: a redirect URI begins with https://"),
        (("--redirect-uri", ""), "a client that uses codes needs --redirect-uri, at least once"),
        (("--scope", "read"), "read is no scope of this client"),
    ):
        code, told = refusal(running.run("clients", "update", "app", *arguments))
        assert code == 1 and told.startswith(f"jwks-server: {line}"), told
    assert command(running, "clients", "show", "app") == shown


def test_rotating_a_secret(server: MakeServer) -> None:
    running = server()
    first = command(running, "clients", "create", "App", "--redirect-uri", CALLBACK, "--id", "app")["client_secret"]
    rotated = running.run("clients", "rotate-secret", "app")
    second = rotated.stdout.strip()
    assert rotated.returncode == 0 and SECRET.fullmatch(second) and second not in rotated.stderr
    assert "jwks-server: the old secret is valid until " in rotated.stderr
    assert kept(running) == [("app", digest(first), True), ("app", digest(second), False)]
    assert [secret["expires_at"] is None for secret in command(running, "clients", "show", "app")["secrets"]] == [
        False, True,
    ]  # fmt: skip
    code, line = refusal(running.run("clients", "rotate-secret", "app"))
    assert code == 1 and "two secrets of the client app are valid, the older until " in line and "--overlap 0s" in line
    for overlap in ("91d", "soon", "-1"):
        assert running.run("clients", "rotate-secret", "app", f"--overlap={overlap}").returncode == 1
    assert kept(running) == [("app", digest(first), True), ("app", digest(second), False)]
    third = command(running, "clients", "rotate-secret", "app", "--overlap", "0s")
    assert kept(running) == [("app", digest(third["client_secret"]), False)]
    assert create(running, "--public", "--redirect-uri", CALLBACK, "--id", "public").returncode == 0
    assert refusal(running.run("clients", "rotate-secret", "public")) == (
        1, "jwks-server: the client public is public: it has no secret",
    )  # fmt: skip


def test_of_several_that_rotate_at_once_one_does(server: MakeServer) -> None:
    running = server()
    assert create(running, "--redirect-uri", CALLBACK, "--id", "app").returncode == 0
    results: list[subprocess.CompletedProcess[str]] = []
    threads = [
        threading.Thread(target=lambda: results.append(running.run("clients", "rotate-secret", "app")))
        for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [winner] = [result for result in results if result.returncode == 0]
    assert len(results) == 5 and kept(running)[1] == ("app", digest(winner.stdout.strip()), False)
    assert len(kept(running)) == 2


def test_disable_and_enable(server: MakeServer) -> None:
    running = server()
    assert create(running, "--redirect-uri", CALLBACK, "--id", "app").returncode == 0
    for verb, did in (
        ("enable", "was not disabled"), ("disable", "is disabled"), ("disable", "was disabled before"),
        ("enable", "can be used again"),
    ):  # fmt: skip
        assert running.run("clients", verb, "app").stdout == f"client app, App, {did}\n"
    assert command(running, "clients", "disable", "app")["disabled_at"].endswith("Z")
    assert "disabled" in running.run("clients", "list").stdout
    assert len(kept(running)) == 1


def test_delete(server: MakeServer) -> None:
    running = server()
    assert running.run("resources", "add", API).returncode == 0
    for name in ("app", "other"):
        assert create(running, "--redirect-uri", CALLBACK, "--id", name, "--resource", API).returncode == 0
    assert refusal(running.run("clients", "delete", "app")) == (
        1, "jwks-server: nothing was deleted: without a terminal to ask on, clients delete wants --yes",
    )  # fmt: skip
    assert running.run("clients", "delete", "app", "--yes").stdout == "client app, App, is deleted\n"
    assert [client for client, _, _ in kept(running)] == ["other"]
    assert database.rows(running.database, "SELECT * FROM client_resources") == [("other", API)]
    assert refusal(running.run("resources", "remove", API)) == (
        1, "jwks-server: nothing was removed: without a terminal to ask on, resources remove wants --yes",
    )  # fmt: skip
    # A slash after an empty path more or less means the same.
    removed = command(running, "resources", "remove", f"{API}/", "--yes")
    assert (removed["resource"], removed["clients"], removed["result"]) == (API, ["other"], "is removed")
    assert command(running, "clients", "show", "other")["resources"] == []
    assert refusal(running.run("resources", "remove", API, "--yes"))[0] == 1
    database.assert_sound(running.database)


def test_delete_asks_on_a_terminal(server: MakeServer) -> None:
    running = server()
    assert create(running, "--redirect-uri", CALLBACK, "--id", "app").returncode == 0
    for answer, code in (("App", 1), ("", 1), ("app", 0)):
        result = answered(running, "clients", "delete", "app", answer=answer)
        assert result.returncode == code, result.stderr
        assert "type the id to delete the client app, App, for ever" in result.stderr
        assert ("is deleted" in result.stdout) == (code == 0)
        assert len(database.rows(running.database, "SELECT id FROM clients")) == code


def test_resources(server: MakeServer) -> None:
    running = server()
    assert running.run("resources", "add", API, "--typ", "JWT", "--scope", "read").stdout == (
        f"resource {API} is registered\n"
    )
    for arguments, line in (
        ((API,), f"there is a resource {API}"),
        ((f"{API}/",), f"there is a resource {API}"),
        (("api",), "api: the URI of a resource begins with a scheme"),
        (("https://b.example", "--scope", "openid"), "openid is a scope of the issuer"),
        (("https://b.example", "--scope", "a b"), "a b cannot be a scope"),
        (("https://b.example", "--lifetime", "25h"), "access tokens live from 1s to 24h"),
        (("https://b.example", "--lifetime", "long"), '--lifetime is "long": give a time such as'),
    ):
        code, told = refusal(running.run("resources", "add", *arguments))
        assert code == 1 and told.startswith(f"jwks-server: {line}"), told
    assert running.run("resources", "add", "urn:b", "--scope", "b").returncode == 0
    uris = ("--redirect-uri", "https://app.example/cb", "--id", "app")
    assert running.run("clients", "create", "App", *uris, "--resource", API, "--resource", "urn:b").returncode == 0
    assert running.run("resources", "remove", "urn:b", "--yes").returncode == 0
    # What it was asked for goes with it.
    assert command(running, "clients", "show", "app")["scope"] == "openid profile email offline_access read"
    assert running.run("clients", "delete", "app", "--yes").returncode == 0
    [row] = command(running, "resources", "list")["resources"]
    assert (row["resource"], row["typ"], row["lifetime"]) == (API, "JWT", None)
    table = running.run("resources", "list")
    assert len(table.stdout.splitlines()) == 2 and API in table.stdout
