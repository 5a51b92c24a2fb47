"""JSON Web Keys, read by their RFCs alone."""

import base64
import re

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicNumbers
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

from support.envelope import PublicKey

JWK = dict[str, str]

# Exactly these, and so nothing private (RFC 7518 §6.2.1 and §6.3.1, RFC 8037 §2).
MEMBERS = {
    "RS256": {"kty", "use", "alg", "kid", "n", "e"},
    "ES256": {"kty", "crv", "x", "y", "use", "alg", "kid"},
    "EdDSA": {"kty", "crv", "x", "use", "alg", "kid"},
}
KINDS = {"RS256": ("RSA", None), "ES256": ("EC", "P-256"), "EdDSA": ("OKP", "Ed25519")}
COORDINATE_LENGTH = 32


def decoded(text: str) -> bytes:
    """Base64url without padding, in its one canonical spelling."""
    assert re.fullmatch(r"[A-Za-z0-9_-]+", text), text
    result = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    assert base64.urlsafe_b64encode(result).rstrip(b"=").decode() == text
    return result


def _integer(text: str) -> int:
    octets = decoded(text)
    assert octets[0] != 0, "leading zeros"
    return int.from_bytes(octets)


def _coordinate(text: str) -> bytes:
    octets = decoded(text)
    assert len(octets) == COORDINATE_LENGTH
    return octets


def public_key(jwk: JWK) -> PublicKey:
    """The key, which has to be well-formed in every member."""
    algorithm = jwk["alg"]
    assert set(jwk) == MEMBERS[algorithm], jwk
    assert (jwk["kty"], jwk.get("crv")) == KINDS[algorithm]
    assert jwk["use"] == "sig" and jwk["kid"] and all(isinstance(member, str) for member in jwk.values())
    if algorithm == "RS256":
        return RSAPublicNumbers(_integer(jwk["e"]), _integer(jwk["n"])).public_key()
    if algorithm == "EdDSA":
        return Ed25519PublicKey.from_public_bytes(_coordinate(jwk["x"]))
    x, y = (int.from_bytes(_coordinate(jwk[name])) for name in ("x", "y"))
    return EllipticCurvePublicNumbers(x, y, SECP256R1()).public_key()
