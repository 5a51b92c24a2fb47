"""Finds secrets in the bytes of files."""

import re
from pathlib import Path

# What an unencrypted RSA private key looks like, whatever the key: the marker of every PEM form; the start of
# PKCS#8 and of PKCS#1 in DER; the part of PKCS#8 that is the same in everybody's base64.
PRIVATE_KEY_FORMS = {
    "PEM private key": re.compile(b"PRIVATE KEY"),
    "PKCS#8 DER": re.compile(
        rb"\x30\x82..\x02\x01\x00\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00", re.DOTALL
    ),
    "PKCS#1 DER": re.compile(rb"\x30\x82..\x02\x01\x00\x02\x82..\x00", re.DOTALL),
    "PKCS#8 base64": re.compile(b"IBADANBgkqhkiG9w0BAQEFAAS"),
}


def find(files: list[Path], secrets: dict[str, str]) -> set[tuple[str, str]]:
    """The pairs (file name, name of what was found in it)."""
    patterns = PRIVATE_KEY_FORMS | {name: re.compile(re.escape(secret.encode())) for name, secret in secrets.items()}
    return {
        (file.name, name)
        for file in files
        for content in [file.read_bytes()]
        for name, pattern in patterns.items()
        if pattern.search(content)
    }
