"""Certificates and keys that cannot serve, or soon will not: one line, at the start."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from support.certificates import Pair, make_pair
from support.server import CONFIGURATION_ERROR, MakeServer

Damage = Callable[[Pair, Path], object]

DAMAGES: dict[str, tuple[Damage, str]] = {
    "no certificate": (lambda pair, _: pair.certificate.unlink(), "CERTIFICATE names {certificate}, which cannot be read"),
    "no key": (lambda pair, _: pair.key.unlink(), "KEY names {key}, which cannot be read: No such file or directory"),
    "a directory": (
        lambda pair, _: (pair.key.unlink(), pair.key.mkdir()),
        "KEY names {key}, which cannot be read: it is no file",
    ),
    "a pipe": (
        lambda pair, _: (pair.certificate.unlink(), os.mkfifo(pair.certificate)),
        "CERTIFICATE names {certificate}, which cannot be read: it is no file",
    ),
    "an empty certificate": (
        lambda pair, _: pair.certificate.write_bytes(b""),
        "CERTIFICATE names {certificate}, which holds no certificate in PEM",
    ),
    "a certificate for a key": (
        lambda pair, _: pair.key.write_bytes(pair.certificate.read_bytes()),
        "KEY names {key}, which holds no private key in PEM",
    ),
    "half a key": (
        lambda pair, _: pair.key.write_bytes(pair.key.read_bytes()[:100]),
        "KEY names {key}, which holds no private key in PEM",
    ),
    "an encrypted key": (
        lambda pair, other: pair.replace(make_pair(other, password=b"x")),
        "KEY names {key}, which is encrypted",
    ),
    "another's key": (
        lambda pair, other: pair.key.write_bytes(make_pair(other).key.read_bytes()),
        "KEY ({key}) is not the key of the first certificate in JWKS_TLS_CERTIFICATE ({certificate})",
    ),
    "another's key of another kind": (
        lambda pair, other: pair.key.write_bytes(make_pair(other, kind="rsa").key.read_bytes()),
        "KEY ({key}) is not the key of the first certificate in JWKS_TLS_CERTIFICATE ({certificate})",
    ),
    "an expired certificate": (
        lambda pair, other: pair.replace(make_pair(other, days=-1)),
        "CERTIFICATE names {certificate}, which expired on ",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_pair_that_cannot_serve_ends_the_start(prepared_server: MakeServer, tmp_path: Path, damage: str) -> None:
    pair = make_pair(tmp_path)
    (tmp_path / "other").mkdir()
    change, line = DAMAGES[damage]
    change(pair, tmp_path / "other")
    server = prepared_server(**pair.settings)
    code, message = server.refusal()
    assert code == CONFIGURATION_ERROR
    assert message.startswith("jwks-server: JWKS_TLS_" + line.format(certificate=pair.certificate, key=pair.key)), message
    # So they say who only look.
    check, doctor = server.run("config", "check"), server.run("doctor", "--json")
    assert (check.returncode, check.stderr) == (CONFIGURATION_ERROR, message + "\n")
    [finding] = [each for each in json.loads(doctor.stdout)["findings"] if each["check"] == "certificate"]
    assert doctor.returncode == 1 and finding["verdict"] == "wrong" and finding["text"] in message
    # Found before anything is made.
    assert not server.database.exists()


@pytest.mark.parametrize("name", ["JWKS_TLS_CERTIFICATE", "JWKS_TLS_KEY"])
def test_one_of_the_two_is_not_enough(prepared_server: MakeServer, tmp_path: Path, name: str) -> None:
    pair = make_pair(tmp_path)
    code, message = prepared_server(**{name: pair.settings[name]}).refusal()
    assert code == CONFIGURATION_ERROR
    assert message.startswith(f"jwks-server: {name} is set and JWKS_TLS_") and "set neither" in message


def test_what_an_operator_is_warned_of(server: MakeServer, tmp_path: Path) -> None:
    (tmp_path / "soon").mkdir()
    soon = make_pair(tmp_path / "soon", days=13)
    soon.key.chmod(0o644)
    log = server(**soon.settings).log.read_text()
    assert "WARNING the TLS certificate expires in less than 14 days" in log
    assert "WARNING JWKS_TLS_KEY can be read by every user of this machine" in log
    (tmp_path / "later").mkdir()
    later = make_pair(tmp_path / "later", days=15)
    assert "WARNING" not in server(**later.settings).log.read_text()


def test_one_file_for_both(server: MakeServer, tmp_path: Path) -> None:
    """Certificate, chain and key in one file, as HAProxy wants them."""
    pair = make_pair(tmp_path)
    with pair.key.open("ab") as file:
        file.write(pair.certificate.read_bytes())
    running = server(JWKS_TLS_CERTIFICATE=str(pair.key), JWKS_TLS_KEY=str(pair.key))
    assert running.client.get("/ping").status == 200
