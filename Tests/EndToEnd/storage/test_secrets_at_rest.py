"""No private key, password or token is in the database, its journal, a copy of it or the log."""

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from support import backup, secret_scan
from support.server import SECRET, MakeServer


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_nothing_secret_is_written(server: MakeServer, log_format: str) -> None:
    running = server(JWKS_RATE_LIMIT="0", JWKS_LOG_LEVEL="trace", JWKS_LOG_FORMAT=log_format)
    client = running.client
    secrets = {"NOT_MY_KEY": SECRET}
    for number in range(5):
        username = f"canary-{number}"
        secrets[f"password {number}"] = password = client.new_user(username, f"{username}@example.com")
        secrets[f"token {number}"] = token = client.token(username, password)
        secrets[f"expired token {number}"] = client.expired_token(username, password)
        secrets[f"signature {number}"] = token.rpartition(".")[2]

    secrets["mistyped password"] = "a-canary-that-is-mistyped"
    assert client.login("canary-0", secrets["mistyped password"]).status == 401
    secrets["given password"] = "a-canary-that-is-given"
    running.create_user("given", secrets["given password"])
    secrets["password in a form"] = "a-canary-in-a-form"
    form = f"username=canary-0&password={secrets['password in a form']}".encode()
    assert client.request("POST", "/auth", form, {"Content-Type": "application/x-www-form-urlencoded"}).status == 415
    secrets["password in broken JSON"] = "a-canary-in-broken-json"
    broken = f'{{"username":"canary-0","password":"{secrets["password in broken JSON"]}"'.encode()
    assert client.request("POST", "/auth", broken, {"Content-Type": "application/json"}).status == 400

    # The server still runs, so the newest pages are in the journal and not yet in the database.
    copy, _ = backup.made(running)
    files = [running.log, *running.directory.iterdir()]
    assert {running.database.name, f"{running.database.name}-wal", copy.name} <= {file.name for file in files}
    assert running.log.stat().st_size > 0
    assert secret_scan.find(files, secrets) == set()


PRIVATE_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def private_key(encoding: Encoding, form: PrivateFormat) -> bytes:
    return PRIVATE_KEY.private_bytes(encoding, form, NoEncryption())


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (private_key(Encoding.PEM, PrivateFormat.PKCS8), "PEM private key"),
        (private_key(Encoding.PEM, PrivateFormat.TraditionalOpenSSL), "PEM private key"),
        (private_key(Encoding.DER, PrivateFormat.PKCS8), "PKCS#8 DER"),
        (private_key(Encoding.DER, PrivateFormat.TraditionalOpenSSL), "PKCS#1 DER"),
        (base64.b64encode(private_key(Encoding.DER, PrivateFormat.PKCS8)), "PKCS#8 base64"),
        (b"a canary", "canary"),
    ],
)
def test_the_scan_can_fail(tmp_path: Path, content: bytes, found: str) -> None:
    file = tmp_path / "page"
    file.write_bytes(b"\0before\n" + content + b"\nafter\xff")
    assert (file.name, found) in secret_scan.find([file], {"canary": "a canary"})
    file.write_bytes(b"\0before\nafter\xff")
    assert secret_scan.find([file], {"canary": "a canary"}) == set()
