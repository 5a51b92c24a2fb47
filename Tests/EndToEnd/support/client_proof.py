"""How a client shows who it is. Without a package: the measurements use it too."""

import base64
import hashlib
from urllib.parse import quote_plus


def basic(identifier: str, secret: str) -> dict[str, str]:
    """RFC 6749 §2.3.1: each form-encoded before they are joined."""
    joined = f"{quote_plus(identifier)}:{quote_plus(secret)}".encode()
    return {"Authorization": "Basic " + base64.b64encode(joined).decode()}


def challenge_of(verifier: str) -> str:
    """S256: RFC 7636 §4.2."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
