"""Public keys as files, for what cannot fetch a JWK Set: made by a command, or kept by the server."""

import json
import re
import subprocess
from pathlib import Path

import jwt
import pytest

from support.client import JWKS_PATH
from support.rotation import FOLLOWS_WITHIN, ON_DEMAND, Account, at_rest, command, kid_of, refusal, rest, the, until
from support.server import MakeServer, Server

ALL = ON_DEMAND | {"JWKS_KEY_ALGORITHMS": "RS256,ES256,EdDSA"}
HEADER = re.compile(r"^# kid (\d+), (\w+)\n(?=-----BEGIN PUBLIC KEY-----\n)", re.MULTILINE)
BITS = {"RS256": "2048 bit", "ES256": "256 bit", "EdDSA": "ED25519"}


def export(server: Server, *arguments: str) -> str:
    result = server.run("keys", "export", *arguments)
    assert result.returncode == 0 and result.stderr == f"jwks-server: in {server.database}\n", result
    return result.stdout


def served(server: Server) -> bytes:
    return server.client.get(JWKS_PATH).body


def algorithms(server: Server) -> dict[str, str]:
    return {key["kid"]: key["alg"] for key in server.client.jwks()}


def openssl(pem: str) -> str:
    """What OpenSSL says of a public key, whatever stands before it."""
    result = subprocess.run(
        ["openssl", "pkey", "-pubin", "-noout", "-text"], input=pem, capture_output=True, text=True, timeout=10
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def files(directory: Path) -> dict[str, bytes]:
    """Without the list of them."""
    found = {str(path.relative_to(directory)): path for path in directory.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if not name.startswith(".")}


def names(kids: dict[str, str]) -> set[str]:
    return {"jwks.json", *(f"{kid}.pem" for kid in kids), *(f"default/{alg}/{kid}" for kid, alg in kids.items())}


def is_exported(server: Server, directory: Path) -> bool:
    """Whether the directory has what is served now, and nothing else."""
    try:
        found = files(directory)
    except FileNotFoundError:
        # One was being written, and has its name by now.
        return False
    return found.get("jwks.json") == served(server) and found.keys() == names(algorithms(server))


def every_key(server: Server) -> bool:
    """Each algorithm has a key that signs and one that waits."""
    return sorted(algorithms(server).values()) == ["ES256", "ES256", "EdDSA", "EdDSA", "RS256", "RS256"]


@pytest.mark.alone
def test_on_standard_output(server: MakeServer) -> None:
    running = server(**ALL)
    until(lambda: every_key(running), "every key")
    set_of_the_server = served(running)
    kids = algorithms(running)
    account = Account.at(running)
    token = account.token()
    running.stop()
    before = at_rest(running)
    # The server is stopped: from the database alone, and changing nothing.
    assert export(running, "--format", "jwks").encode() == set_of_the_server
    text = export(running)
    assert export(running, "--format", "pem") == text
    assert at_rest(running) == before

    assert dict(HEADER.findall(text)) == kids
    pems = dict(zip((kid for kid, _ in HEADER.findall(text)), HEADER.split(text)[3::3], strict=True))
    for kid, pem in pems.items():
        assert BITS[kids[kid]] in openssl(f"# kid {kid}, {kids[kid]}\n{pem}")
    assert jwt.decode(token, pems[kid_of(token)], algorithms=["RS256"], options={"verify_aud": False})
    assert "PRIVATE" not in text

    running.start()
    assert export(running, "--format", "jwks").encode() == served(running)


def test_into_a_directory(server: MakeServer, tmp_path: Path) -> None:
    running = server(**ALL)
    until(lambda: every_key(running), "every key")
    directory = tmp_path / "keys"
    directory.mkdir()
    (directory / "README").write_text("ours")
    (directory / "default").mkdir()
    (directory / "default" / "theirs").write_text("theirs")
    kids = algorithms(running)
    answer = command(running, "keys", "export", "--directory", str(directory))
    assert set(answer["written"]) == names(kids) and answer["removed"] == []
    found = files(directory)
    assert found.keys() == names(kids) | {"README", "default/theirs"}
    assert found["jwks.json"] == served(running)
    for kid, algorithm in kids.items():
        assert BITS[algorithm] in openssl(found[f"{kid}.pem"].decode())
        assert found[f"default/{algorithm}/{kid}"] == found[f"{kid}.pem"]
        assert (directory / f"{kid}.pem").stat().st_mode & 0o777 == 0o644
    moment = (directory / "jwks.json").stat().st_mtime_ns
    assert export(running, "--directory", str(directory)) == f"{directory} is up to date\n"
    assert (directory / "jwks.json").stat().st_mtime_ns == moment

    revoked = the_key(running, "RS256")
    command(running, "keys", "revoke", revoked)
    until(lambda: revoked not in algorithms(running), "the revocation", FOLLOWS_WITHIN)
    until(lambda: every_key(running), "a new successor")
    answer = command(running, "keys", "export", "--directory", str(directory))
    assert set(answer["removed"]) == {f"{revoked}.pem", f"default/RS256/{revoked}"}
    assert files(directory).keys() == names(algorithms(running)) | {"README", "default/theirs"}


def the_key(server: Server, algorithm: str) -> str:
    """The kid that signs with it."""
    [kid] = [key["kid"] for key in command(server, "keys", "list")["keys"] if key["signs"] and key["alg"] == algorithm]
    return str(kid)


def test_what_somebody_else_made_is_left_as_it_is(server: MakeServer, tmp_path: Path) -> None:
    running = server(**ON_DEMAND)
    rest(running)
    kid = next(iter(running.client.published_kids()))
    (tmp_path / f"{kid}.pem").write_text("theirs")
    code, line = refusal(running.run("keys", "export", "--directory", str(tmp_path)))
    assert code == 1 and f"{tmp_path}/{kid}.pem was not written by jwks-server" in line
    assert files(tmp_path)[f"{kid}.pem"] == b"theirs" and "jwks.json" not in files(tmp_path)
    # A list that somebody changed removes nothing but files of these names.
    (tmp_path / f"{kid}.pem").unlink()
    export(running, "--directory", str(tmp_path))
    victim = tmp_path / "victim"
    victim.write_text("theirs")
    (tmp_path / ".jwks-server-export").open("a").write(f"victim\n../{tmp_path.name}/victim\ndefault/RS256/../../victim\n/etc/1.pem\n")
    export(running, "--directory", str(tmp_path))
    assert victim.read_text() == "theirs"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--directory", "missing"), "cannot use missing: No such file or directory"),
        (("--directory", "keys.db"), "cannot use keys.db: Not a directory"),
    ],
)
def test_a_directory_that_is_none(server: MakeServer, arguments: tuple[str, ...], said: str) -> None:
    running = server(**ON_DEMAND, JWKS_DATABASE="sqlite:keys.db")
    code, line = refusal(running.run("keys", "export", *arguments))
    assert code == 1 and said in line
    assert running.run("keys", "export", *arguments, "--format", "pem").returncode == 64
    running.settings["JWKS_KEYS_EXPORT_DIR"] = arguments[1]
    running.stop()
    code, line = running.refusal()
    assert code == 78 and line.startswith("jwks-server: JWKS_KEYS_EXPORT_DIR is ") and said in line


def test_the_server_keeps_a_directory(server: MakeServer, tmp_path: Path) -> None:
    exported = tmp_path / "exported"
    exported.mkdir()
    running = server(**ON_DEMAND, JWKS_KEYS_EXPORT_DIR=str(exported), JWKS_LOG_FORMAT="json")
    account = Account.at(running)
    until(lambda: is_exported(running, exported), "the keys of the start", FOLLOWS_WITHIN)

    def verified() -> str:
        """By the files alone: the kid of a new token."""
        token = account.token()
        kid = kid_of(token)
        key = until(lambda: (path := exported / f"{kid}.pem").exists() and path.read_text(), f"{kid}.pem", FOLLOWS_WITHIN)
        jwt.decode(token, key, algorithms=["RS256"], options={"verify_aud": False})
        return kid

    first = verified()
    command(running, "keys", "rotate")
    until(lambda: account.signing_kid() != first, "a rotation")
    until(lambda: is_exported(running, exported), "the keys after a rotation", FOLLOWS_WITHIN)
    second = verified()
    command(running, "keys", "revoke", second)
    for file in (exported / f"{second}.pem", exported / "default" / "RS256" / second):
        until(lambda file=file: not file.exists(), "the files of a revoked key are gone", FOLLOWS_WITHIN)
    assert verified() not in (first, second)

    # A directory that is gone stops nothing, and is one line at each end.
    moved = tmp_path / "moved"
    exported.rename(moved)
    command(running, "keys", "revoke", the("active", running))
    until(lambda: "cannot be exported" in running.log.read_text(), "a line of the log")
    assert running.client.get("/health/ready").status == 200
    moved.rename(exported)
    until(lambda: is_exported(running, exported), "the directory is kept again")

    def told() -> list[str]:
        lines = [json.loads(line) for line in running.log.read_text().splitlines()]
        return [line["message"] for line in lines if "public keys" in line["message"] and line["level"] != "info"]

    # The files are there before the line is.
    until(lambda: len(told()) > 1, "a line of the other end")
    assert told() == ["the public keys cannot be exported", "the public keys are exported again"]
