"""A second reader of the keys at rest, written from the description of the format alone.

A secret becomes a root key by Argon2id over the salt of its record (one lane, 32 bytes); HKDF-SHA256 without salt makes
the key-encryption key and a check value of it, with `jwks-server key-encryption-key v1 <id>` and
`jwks-server check-value v1 <id>`. A row is AES-256-GCM:

    "JWKS" · version 1 · content (1) · key-encryption key's id (8) · nonce (12) · ciphertext · tag (16),
    with the header and the kid (8, big endian) as associated data

What the content is: RSA 1 PKCS#8, 2 SubjectPublicKeyInfo; P-256 3 and 4 likewise; Ed25519 5 seed, 6 public key, of 32
bytes each.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)

from support import database

MAGIC = b"JWKS\x01"
HEADER_LENGTH = 14
NONCE_LENGTH = 12
HANDOVER_HEADER = b"JWKS handover 1"

PrivateKey = RSAPrivateKey | EllipticCurvePrivateKey | Ed25519PrivateKey
PublicKey = RSAPublicKey | EllipticCurvePublicKey | Ed25519PublicKey
Key = PrivateKey | PublicKey


def _pkcs8(plain: bytes) -> object:
    # GCM has said that it is what was sealed; whether the numbers of a key fit together need not be computed again.
    return load_der_private_key(plain, None, unsafe_skip_rsa_key_validation=True)


# By the byte of the header: what it is, and how it is read.
CONTENTS: dict[int, tuple[type[Key], Callable[[bytes], object]]] = {
    1: (RSAPrivateKey, _pkcs8),
    2: (RSAPublicKey, load_der_public_key),
    3: (EllipticCurvePrivateKey, _pkcs8),
    4: (EllipticCurvePublicKey, load_der_public_key),
    5: (Ed25519PrivateKey, Ed25519PrivateKey.from_private_bytes),
    6: (Ed25519PublicKey, Ed25519PublicKey.from_public_bytes),
}


class CannotOpen(Exception):
    """The secret is another one, or the row is not what was sealed."""


@dataclass(frozen=True)
class KeyEncryptionKey:
    """A row of `key_encryption_keys`."""

    id: str
    salt: bytes
    memory_kib: int
    passes: int
    check_value: bytes
    handover: bytes | None


RECORD_COLUMNS = "id, salt, memory_kib, passes, check_value, handover"


def records(file: Path) -> list[KeyEncryptionKey]:
    return [KeyEncryptionKey(*row) for row in database.rows(file, f"SELECT {RECORD_COLUMNS} FROM key_encryption_keys")]


@lru_cache
def derive(record: KeyEncryptionKey, secret: str) -> bytes:
    """The key of `record`, if `secret` is the one that leads to it."""
    root = hash_secret_raw(secret.encode(), record.salt, record.passes, record.memory_kib, 1, 32, Type.ID)

    def output(purpose: str) -> bytes:
        return HKDF(SHA256(), 32, None, f"jwks-server {purpose} v1 {record.id}".encode()).derive(root)

    if output("check-value") != record.check_value:
        raise CannotOpen("the secret is another one")
    return output("key-encryption-key")


def content(sealed: bytes) -> int:
    """What the header says is in a row: a number of `CONTENTS`."""
    assert sealed.startswith(MAGIC)
    return sealed[len(MAGIC)]


def open_row(kid: int, sealed: bytes, record: KeyEncryptionKey, secret: str) -> Key:
    header = sealed[:HEADER_LENGTH]
    if header[:5] != MAGIC or header[5] not in CONTENTS or header[6:].hex() != record.id:
        raise CannotOpen("the header is another one")
    plain = _open(sealed[HEADER_LENGTH:], header + kid.to_bytes(8), derive(record, secret))
    kind, read = CONTENTS[content(sealed)]
    key = read(plain)
    assert isinstance(key, kind)
    if isinstance(key, EllipticCurvePrivateKey | EllipticCurvePublicKey):
        assert isinstance(key.curve, SECP256R1)
    return key


def encoded(key: Key) -> bytes:
    """A key in DER, both halves of it if it has both: equal for equal keys."""
    if isinstance(key, PrivateKey):
        return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def public_half(key: Key) -> PublicKey:
    return key.public_key() if isinstance(key, PrivateKey) else key


def open_all(file: Path, secret: str) -> dict[int, Key]:
    """Every key by kid, each under the record that its header names; all are read as one state."""
    found = database.rows(
        file,
        f"SELECT kid, key, {RECORD_COLUMNS} FROM keys"
        " LEFT JOIN key_encryption_keys ON id = lower(hex(substr(key, 7, 8)))",
    )
    assert found
    for kid, _, id, *_ in found:
        assert id is not None, f"key {kid} is sealed under a key that has no record"
    return {kid: open_row(kid, sealed, KeyEncryptionKey(*record), secret) for kid, sealed, *record in found}


def contents(file: Path) -> dict[int, int]:
    """What the headers say, by kid."""
    return {kid: content(sealed) for kid, sealed in database.rows(file, "SELECT kid, key FROM keys")}


def opens(file: Path, secret: str) -> bool:
    """Whether `secret` opens every row."""
    try:
        return bool(open_all(file, secret))
    except CannotOpen:
        return False


def open_handover(record: KeyEncryptionKey, predecessor: bytes) -> bytes:
    """The key of `record`, as the holder of the key before it gets it."""
    assert record.handover is not None
    return _open(record.handover, HANDOVER_HEADER + bytes.fromhex(record.id), predecessor)


def _open(box: bytes, associated_data: bytes, key: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(box[:NONCE_LENGTH], box[NONCE_LENGTH:], associated_data)
    except InvalidTag:
        raise CannotOpen("it was altered or belongs elsewhere") from None
