"""Keys of the original that anybody could find are not taken over."""

import base64
import hashlib
import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from support import database, original
from support.server import MakeServer


def is_prime(number: int) -> bool:
    return all(pow(base, number - 1, number) == 1 for base in (2, 3, 5, 7))


def next_prime(number: int) -> int:
    number |= 1
    while not is_prime(number) or (number - 1) % 65_537 == 0:
        number += 2
    return number


def close_primes() -> rsa.RSAPrivateKey:
    p = next_prime(int.from_bytes(b"\xc1" + os.urandom(127)))
    q = next_prime(p + (1 << 500))
    d = pow(65_537, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(65_537, p * q)
    numbers = rsa.RSAPrivateNumbers(q, p, d, d % (q - 1), d % (p - 1), pow(p, -1, q), public)
    return numbers.private_key()


def small_exponent() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(3, 2_048)


def small() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65_537, 1_024)


def seal(key: rsa.RSAPrivateKey) -> str:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    vector = os.urandom(16)
    encryptor = Cipher(algorithms.AES(hashlib.sha256(original.SECRET.encode()).digest()), modes.CBC(vector)).encryptor()
    padder = PKCS7(128).padder()
    padded = padder.update(pem) + padder.finalize()
    return base64.b64encode(vector + encryptor.update(padded) + encryptor.finalize()).decode()


@pytest.mark.parametrize(
    ("make", "reason"),
    [(close_primes, "primes are so close"), (small_exponent, "exponent is less"), (small, "less than 2048 bits")],
    ids=["close primes", "e = 3", "1024 bits"],
)
def test_refused_at_the_import(prepared_server: MakeServer, tmp_path: Path, make, reason: str) -> None:
    directory = tmp_path / "original"
    directory.mkdir()
    original.place_in(directory)
    file = directory / database.FILE_NAME
    kid = database.value(file, "SELECT max(kid) FROM keys")
    database.change(file, "UPDATE keys SET key = ? WHERE kid = ?", seal(make()), kid)
    before = database.digests(directory)
    server = prepared_server(directory, NOT_MY_KEY=original.SECRET)
    code, line = server.refusal()
    assert code == 1 and f"key {kid} of the original is weak" in line and reason in line and "delete the key's row" in line
    assert database.digests(directory) == before

    # What the line says helps.
    database.change(file, "DELETE FROM keys WHERE kid = ?", kid)
    server.start()
    assert str(kid) not in server.client.published_kids()
