"""Settings of the real binary: their sources, and one line and exit code 78 where one is wrong.

Each name, value and line is tested in Tests/AuthServerTests.
"""

import pytest

from support.client import Client
from support.ports import free_port
from support.server import CONFIGURATION_ERROR, SECRET, USAGE_ERROR, WRONG_SECRET, MakeServer


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("JWKS_HOST", "not a host"),
        ("JWKS_PORT", "65536"),
        ("JWKS_DATABASE", "mysql://localhost/db"),
        ("JWKS_TOKEN_LIFETIME", "soon"),
    ],
)
def test_a_malformed_value(prepared_server: MakeServer, setting: str, value: str) -> None:
    server = prepared_server(**{setting: value})
    code, line = server.refusal()
    assert code == CONFIGURATION_ERROR and setting in line
    assert not server.database.exists()


def test_an_unknown_setting(prepared_server: MakeServer) -> None:
    code, line = prepared_server(JWKS_PROT="1").refusal()
    assert (code, line) == (CONFIGURATION_ERROR, "jwks-server: JWKS_PROT is not a setting: did you mean JWKS_PORT?")


def test_an_unknown_setting_in_the_file(prepared_server: MakeServer) -> None:
    server = prepared_server()
    (server.directory / ".env").write_text("JWKS_PROT=8081\n")
    code, line = server.refusal()
    assert code == CONFIGURATION_ERROR and "JWKS_PROT" in line and "JWKS_PORT" in line


def test_settings_from_the_file(prepared_server: MakeServer) -> None:
    server = prepared_server(NOT_MY_KEY=None, JWKS_PORT=None)
    (server.directory / ".env").write_text(
        f'# a comment\n\nNOT_MY_KEY={SECRET}\nJWKS_PORT={server.port}\nJWKS_TOKEN_LIFETIME="90s"\n'
    )
    server.start()
    answer = server.client.login("from-file", server.client.new_user("from-file"))
    assert answer.json()["expires_in"] == 90
    server.stop()

    # The secret of the file is the same text as in the environment.
    (server.directory / ".env").unlink()
    server.settings |= {"NOT_MY_KEY": SECRET, "JWKS_PORT": str(server.port)}
    server.start()


def test_the_environment_wins_over_the_file(prepared_server: MakeServer) -> None:
    server = prepared_server(JWKS_TOKEN_LIFETIME="120s")
    (server.directory / ".env").write_text(
        f"NOT_MY_KEY={WRONG_SECRET}\nJWKS_PORT={free_port()}\nJWKS_TOKEN_LIFETIME=90s\n"
    )
    server.start()
    answer = server.client.login("environment", server.client.new_user("environment"))
    assert answer.json()["expires_in"] == 120


def test_an_option_wins_over_the_environment(prepared_server: MakeServer) -> None:
    server = prepared_server()
    (server.directory / ".env").write_text("JWKS_PORT=1\n")
    server.arguments = ("serve", "--port", str(free_port()))
    server.client = Client(int(server.arguments[-1]))
    server.start()


def test_the_secret_from_a_file(prepared_server: MakeServer) -> None:
    server = prepared_server(NOT_MY_KEY=None, NOT_MY_KEY_FILE="secret")
    (server.directory / "secret").write_text(f"{SECRET}\n")
    server.start()
    server.stop()

    del server.settings["NOT_MY_KEY_FILE"]
    server.settings["NOT_MY_KEY"] = SECRET
    server.start()


def test_another_database_file(server: MakeServer) -> None:
    running = server(JWKS_DATABASE="sqlite:other.db")
    running.client.new_user("elsewhere")
    assert (running.directory / "other.db").exists()
    assert not running.database.exists()


@pytest.mark.parametrize("setting", ["JWKS_DATABASE", "JWKS_PORT", "JWKS_HOST", "JWKS_LOG_LEVEL"])
def test_no_value_forges_a_line(prepared_server: MakeServer, setting: str) -> None:
    # `refusal` takes one line and no more.
    for break_ in ("\n", "\r\n", "\u2028"):
        _, line = prepared_server(**{setting: f"sqlite:/nowhere/a{break_}FORGED"}).refusal()
        assert setting in line and "FORGED" in line


@pytest.mark.parametrize("arguments", [["--nonsense"], ["nonsense"], ["users", "create"], ["serve", "--prot", "1"]])
def test_wrong_usage(prepared_server: MakeServer, arguments: list[str]) -> None:
    server = prepared_server()
    result = server.run(*arguments)
    assert result.returncode == USAGE_ERROR and result.stderr
    assert not server.database.exists()


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["serve", "--help"], ["users", "create", "--help"]])
def test_help_and_version_need_no_settings(prepared_server: MakeServer, arguments: list[str]) -> None:
    result = prepared_server(NOT_MY_KEY=None, JWKS_PORT=None).run(*arguments)
    assert result.returncode == 0 and result.stdout and not result.stderr


def test_help_is_short_and_names_the_rest(prepared_server: MakeServer) -> None:
    server = prepared_server(NOT_MY_KEY=None, JWKS_PORT=None)
    text = server.run("--help").stdout
    assert len(text.splitlines()) < 46
    for word in ("NOT_MY_KEY", "JWKS_HOST", "JWKS_PORT", "JWKS_ISSUER", "JWKS_DATABASE", "jwks-server serve --help"):
        assert word in text
    assert "JWKS_ARGON2_MEMORY" not in text
    groups = [
        *("LISTENING", "TLS", "DATABASE", "TOKENS", "RATE LIMITS", "PASSWORD HASHES", "SIGNING KEYS", "ACCOUNTS"),
        *("AUDIT LOG", "LOG", "METRICS"),
    ]
    lines = server.run("serve", "--help").stdout.splitlines()
    assert [line.rstrip(":") for line in lines if line.rstrip(":") in groups] == groups


def test_an_unknown_command(prepared_server: MakeServer) -> None:
    server = prepared_server()
    result = server.run("srve")
    assert result.returncode == USAGE_ERROR and not result.stdout
    assert result.stderr == (
        "jwks-server: srve is not a command: did you mean serve? the commands are serve, users, sessions, clients,"
        " resources, keys,"
        " master-key, migrate, backup, restore, doctor, audit, config\n"
    )
    assert not server.database.exists()
