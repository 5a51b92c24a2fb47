"""Tokens that the Swift tests signed, one of each algorithm at least, verified by libraries that know nothing of ours.

Over HTTP there are RS256 tokens alone until a client may ask for another algorithm. The Swift tests leave the tokens
and the JWK Set in the file that `JWKS_TEST_TOKENS` names: {"jwks": {…}, "tokens": [{"alg", "token", "claims"}, …]}.
"""

import base64
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from joserfc import jwt as joserfc_jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from support import jwk
from support.needs import skip_without

ALGORITHMS = {"RS256", "ES256", "EdDSA"}
Claims = dict[str, Any]
Keys = list[Any]


def with_pyjwt(token: str, algorithm: str, keys: Keys) -> Claims:
    [key] = [key for key in keys if key["kid"] == jwt.get_unverified_header(token)["kid"]]
    options: Any = {"verify_aud": False, "verify_exp": False, "verify_nbf": False, "verify_iat": False}
    return jwt.decode(token, jwt.PyJWK(key), algorithms=[algorithm], options=options)


def with_joserfc(token: str, algorithm: str, keys: Keys) -> Claims:
    return joserfc_jwt.decode(token, KeySet.import_key_set({"keys": keys}), algorithms=[algorithm]).claims


VERIFIERS = [with_pyjwt, with_joserfc]
# What each may raise for a token that is not right; a broken header or payload is no JSON or no UTF-8.
REFUSALS = (jwt.PyJWTError, JoseError, ValueError, KeyError)


def made_here() -> dict[str, Any]:
    """The same file, made by PyJWT: the tests below are tests of the verifiers as well."""
    keys, tokens = [], []
    private: dict[str, tuple[Any, type[RSAAlgorithm | ECAlgorithm | OKPAlgorithm]]] = {
        "RS256": (rsa.generate_private_key(65537, 2048), RSAAlgorithm),
        "ES256": (ec.generate_private_key(ec.SECP256R1()), ECAlgorithm),
        "EdDSA": (ed25519.Ed25519PrivateKey.generate(), OKPAlgorithm),
    }
    for number, (algorithm, (key, written_by)) in enumerate(private.items(), 1):
        public = json.loads(written_by.to_jwk(key.public_key()))
        public.pop("key_ops", None)
        keys.append(public | {"alg": algorithm, "use": "sig", "kid": str(number)})
        claims = {"sub": str(number), "preferred_username": "Zoë"}
        token = jwt.encode(claims, key, algorithm, headers={"kid": str(number)})
        tokens.append({"alg": algorithm, "token": token, "claims": claims})
    return {"jwks": {"keys": keys}, "tokens": tokens}


def left_by_the_swift_tests() -> dict[str, Any]:
    file = os.environ.get("JWKS_TEST_TOKENS")
    if not file or not Path(file).exists():
        skip_without("the tokens of the Swift tests, in the file that JWKS_TEST_TOKENS names")
    assert file
    found: dict[str, Any] = json.loads(Path(file).read_text())
    return found


@pytest.fixture(params=[left_by_the_swift_tests, made_here], ids=["ours", "made here"], scope="module")
def vectors(request: pytest.FixtureRequest) -> dict[str, Any]:
    make: Callable[[], dict[str, Any]] = request.param
    return make()


@pytest.mark.parametrize("verify", VERIFIERS)
def test_they_verify(vectors: dict[str, Any], verify: Callable[[str, str, Keys], Claims]) -> None:
    assert {each["alg"] for each in vectors["tokens"]} == ALGORITHMS
    for each in vectors["tokens"]:
        assert jwt.get_unverified_header(each["token"])["alg"] == each["alg"]
        assert verify(each["token"], each["alg"], vectors["jwks"]["keys"]) == each["claims"], each["alg"]


def test_their_keys_are_well_formed(vectors: dict[str, Any]) -> None:
    for key in vectors["jwks"]["keys"]:
        jwk.public_key(key)


def test_a_signature_of_es256_is_not_der(vectors: dict[str, Any]) -> None:
    """RFC 7518 §3.4: R and S, 32 bytes each; RFC 8037 §3.1: 64 bytes."""
    for each in vectors["tokens"]:
        length = len(jwk.decoded(each["token"].rpartition(".")[2]))
        assert length == (256 if each["alg"] == "RS256" else 64)


def altered(token: str) -> list[str]:
    """With one bit changed in each byte in turn, of the header, the claims and the signature."""
    parts = [jwk.decoded(part) for part in token.split(".")]
    results = []
    for index, part in enumerate(parts):
        for position in range(len(part)):
            changed = part[:position] + bytes([part[position] ^ 1]) + part[position + 1 :]
            pieces = [*parts[:index], changed, *parts[index + 1 :]]
            results.append(".".join(base64.urlsafe_b64encode(piece).rstrip(b"=").decode() for piece in pieces))
    return results


@pytest.mark.parametrize("verify", VERIFIERS)
def test_one_bit_ends_it(vectors: dict[str, Any], verify: Callable[[str, str, Keys], Claims]) -> None:
    for each in vectors["tokens"]:
        for token in altered(each["token"]):
            with pytest.raises(REFUSALS):
                verify(token, each["alg"], vectors["jwks"]["keys"])
