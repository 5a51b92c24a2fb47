"""`clients create --like` and `clients check`, against a server that runs and against none."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from support import database
from support.browser import FORM_TYPE
from support.client_proof import basic
from support.rotation import command, refusal
from support.server import USAGE_ERROR, Server, servers

PROFILES = ["grafana", "oauth2-proxy", "mod_auth_openidc", "spring", "argocd", "mcp"]
SECRET = re.compile(r"cs_[\w-]{43}")
HOME = "https://app.example.com"
MCP = "https://mcp.example.com/mcp"


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose issuer is where it listens."""
    with servers(tmp_path_factory.mktemp("like")) as make:
        made = make(JWKS_RATE_LIMIT="0")
        made.settings["JWKS_ISSUER"] = f"http://localhost:{made.port}"
        made.start()
        made.client.new_user("alice", "alice@example.com")
        command(made, "resources", "add", MCP, "--scope", "notes")
        yield made


def create(server: Server, profile: str, *options: str) -> str:
    """What is printed for a client of this profile that has its name as its id."""
    url = MCP if profile == "mcp" else HOME
    made = server.run("clients", "create", "App", "--id", profile, "--like", profile, "--url", url, *options)
    assert made.returncode == 0, made
    return made.stdout


def check(server: Server, name: str, *options: str, stdin: str = "") -> tuple[str | None, dict[str, str]]:
    """Where it fails, and each verdict with its text."""
    said = server.run("clients", "check", name, "--json", *options, stdin=stdin)
    assert said.returncode in (0, 1), said
    told: dict[str, Any] = json.loads(said.stdout)
    assert (told["fails_at"] is None) == (said.returncode == 0), said
    return told["fails_at"], {f"{each['verdict']} {each['check']}": each["text"] for each in told["findings"]}


def kept(server: Server) -> tuple[list[Any], list[Any]]:
    tables = [database.rows(server.database, f"SELECT * FROM {table}") for table in ("clients", "audit_events")]
    return tables[0], tables[1]


@pytest.mark.parametrize("profile", PROFILES)
def test_each_profile_is_registered_and_told_how_to_be_configured(local: Server, profile: str) -> None:
    printed = create(local, profile)
    secrets = SECRET.findall(printed)
    assert len(secrets) == (0 if profile == "mcp" else 1)
    assert local.settings["JWKS_ISSUER"] in printed and profile in printed
    if secrets:
        form = FORM_TYPE | basic(profile, secrets[0])
        body = urlencode({"grant_type": "authorization_code", "code": "none"}).encode()
        # The secret is right, and only the code is not.
        assert local.client.request("POST", "/token", body, form).json()["error"] == "invalid_grant"
        assert secrets[0] not in local.run("clients", "show", profile).stdout
        assert secrets[0] not in local.log.read_text()
    # On one machine the program is one that others cannot reach: all else is as it should be.
    fails_at, findings = check(local, profile, "--like", profile, "--secret-stdin", stdin="".join(secrets) or "x")
    if profile == "mcp":
        assert fails_at == "secret" and findings["wrong secret"].startswith("a public client has none")
    else:
        assert fails_at == "issuer" and f"the program is at {HOME.removeprefix('https://')}" in findings["wrong issuer"]
        assert findings["ok secret"] == "the one on standard input is valid"
    assert findings["ok metadata"].endswith("says what it should") and "ok keys" in findings
    assert findings["ok like"].startswith("registered as ")
    assert [name for name in findings if name.startswith("wrong")] == [f"wrong {fails_at}"]


def test_a_login_that_would_succeed_and_the_first_thing_that_would_not(local: Server) -> None:
    callback = "http://127.0.0.1/signed-in"
    made = command(
        local, "clients", "create", "Tried", "--id", "tried", "--like", "mod_auth_openidc", "--url", "http://127.0.0.1"
    )
    assert made["redirect_uris"] == [callback] and made["client_secret"] in made["configuration"]
    before = kept(local)
    told = check(local, "tried")[1]["warning back channel"]
    assert told.endswith("name 127.0.0.1 in JWKS_BACKCHANNEL_ALLOW_PRIVATE")
    allowing = ("--backchannel-allow-private", "127.0.0.1")
    text = local.run("clients", "check", "tried", "--like", "mod_auth_openidc", *allowing)
    assert text.returncode == 0 and text.stdout.splitlines()[-1] == "a login would succeed", text
    assert all(line.startswith("ok ") for line in text.stdout.splitlines()[:-1]), text
    for options, stdin, fails_at in (
        (["--redirect-uri", callback, "--scope", "openid", "--scope", "email", "--secret-stdin"],
         made["client_secret"], None),
        (["--redirect-uri", f"{callback}/"], "", "request"),
        (["--scope", "groups"], "", "request"),
        (["--resource", MCP], "", "request"),
        (["--secret-stdin"], "cs_wrong", "secret"),
        (["--issuer", "http://localhost:1"], "", "metadata"),
        (["--issuer", f"{local.settings['JWKS_ISSUER']}/"], "", "issuer"),
    ):  # fmt: skip
        assert check(local, "tried", *options, stdin=stdin)[0] == fails_at, options
    assert check(local, "tried", "--issuer", "http://localhost:1", "--offline")[0] is None
    assert command(local, "clients", "disable", "tried")["disabled_at"]
    assert check(local, "tried")[0] == "client"
    assert command(local, "clients", "enable", "tried")["disabled_at"] is None
    clients, events = kept(local)
    # The two commands that changed something left a row each, and what was only looked at left none.
    assert clients == before[0] and len(events) == len(before[1]) + 2


def test_of_another_issuer_the_difference_is_named(local: Server) -> None:
    """As where a proxy hands on another host than the one that the server was told."""
    command(local, "clients", "create", "Other", "--id", "other", "--redirect-uri", "http://127.0.0.1/callback")
    fails_at, findings = check(local, "other", "--issuer", f"http://127.0.0.1:{local.port}")
    assert fails_at == "metadata"
    assert f"names the issuer {local.settings['JWKS_ISSUER']}, and JWKS_ISSUER here is" in findings["wrong metadata"]


def test_who_has_no_e_mail_is_counted(local: Server) -> None:
    command(local, "clients", "create", "Mail", "--id", "mail", "--redirect-uri", "http://127.0.0.1/callback")
    assert check(local, "mail", "--offline")[1]["ok e-mail"] == "every user has one"
    local.client.new_user("bob")
    findings = check(local, "mail", "--offline")[1]
    assert findings["warning e-mail"].startswith("1 of 2 users have no e-mail: they cannot use a client that demands")
    command(local, "users", "disable", "--username", "bob")
    assert check(local, "mail", "--offline")[1]["ok users"] == "1 can sign in, 1 disabled"


def test_what_is_refused(local: Server) -> None:
    like = ("clients", "create", "App", "--id", "refused", "--like")
    before = database.rows(local.database, "SELECT * FROM clients")
    for arguments, words in (
        ((*like, "grafanna", "--url", HOME), "did you mean grafana? There are grafana, oauth2-proxy, mod_auth_openidc"),
        ((*like, "grafana"), "--like and --url go together"),
        (("clients", "create", "App", "--url", HOME), "--like and --url go together"),
        ((*like, "grafana", "--url", HOME, "--public"), "leave out --public and --grant"),
        (("clients", "check", "x", "--like", "keycloak"), "did you mean"),
    ):
        result = local.run(*arguments)
        assert result.returncode == USAGE_ERROR and words in result.stderr and not result.stdout, result
    for url, words in (
        ("app.example.com", '--url is "app.example.com": give the address of the program'),
        ("http://app.example.com", "http://app.example.com/login/generic_oauth: a redirect URI begins with https://"),
    ):
        assert words in refusal(local.run(*like, "grafana", "--url", url))[1]
    code, line = refusal(local.run(*like, "mcp", "--url", "https://unknown.example.com/mcp"))
    assert code == 1 and "there is no resource https://unknown.example.com/mcp: resources add makes it" in line
    slash = local.run(*like, "grafana", "--url", HOME, "--issuer", "https://id.example.com/")
    assert "nobody can log in while OAuth is off" in slash.stderr and slash.returncode == 1
    assert refusal(local.run("clients", "check", "nobody"))[1].endswith("clients list shows those that there are")
    assert database.rows(local.database, "SELECT * FROM clients") == before
