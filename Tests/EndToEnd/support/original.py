"""The frozen database of the original implementation, and its way of storing private keys."""

import base64
import hashlib
import json
import shutil
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from support import database

FIXTURE = Path(__file__).parents[1] / "fixtures" / "original-database"
_expected = json.loads((FIXTURE / "expected.json").read_text())

SECRET: str = _expected["NOT_MY_KEY"]
PASSWORDS: dict[str, str] = _expected["passwords"]
JWKS: list[dict[str, str]] = _expected["jwks"]["keys"]
DATABASE = FIXTURE / database.FILE_NAME


def place_in(directory: Path) -> None:
    shutil.copyfile(DATABASE, directory / database.FILE_NAME)


def open_key(stored: bytes) -> RSAPrivateKey:
    sealed = base64.b64decode(stored, validate=True)
    key = hashlib.sha256(SECRET.encode()).digest()
    decryptor = Cipher(algorithms.AES(key), modes.CBC(sealed[:16])).decryptor()
    unpadder = PKCS7(128).unpadder()
    pem = unpadder.update(decryptor.update(sealed[16:]) + decryptor.finalize()) + unpadder.finalize()
    opened = load_pem_private_key(pem, password=None)
    assert isinstance(opened, RSAPrivateKey)
    return opened
