"""Certificates that sign themselves or that an authority signs, made by a library that is none of the server's."""

import datetime
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.x509.oid import NameOID

KINDS = {
    "ecdsa": lambda: ec.generate_private_key(ec.SECP256R1()),
    "rsa": lambda: rsa.generate_private_key(65_537, 2_048),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
}


@dataclass(frozen=True)
class Pair:
    certificate: Path
    key: Path
    serial: str

    @property
    def settings(self) -> dict[str, str | None]:
        return {"JWKS_TLS_CERTIFICATE": str(self.certificate), "JWKS_TLS_KEY": str(self.key)}

    def replace(self, other: "Pair") -> None:
        """Puts the content of `other` in the place of these files, as a renewal does."""
        self.certificate.write_bytes(other.certificate.read_bytes())
        self.key.write_bytes(other.key.read_bytes())


def make_pair(
    directory: Path, name: str = "server", kind: str = "ecdsa", days: float = 90, password: bytes | None = None
) -> Pair:
    key = KINDS[kind]()
    now = datetime.datetime.now(datetime.timezone.utc)
    serial = x509.random_serial_number()
    # A name of its own: who trusts several must not take one for another.
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{serial:x}")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(now - datetime.timedelta(days=400))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            ),
            critical=False,
        )
        .sign(key, None if kind == "ed25519" else hashes.SHA256())
    )
    encryption = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    pair = Pair(directory / f"{name}.pem", directory / f"{name}.key", f"{serial:x}")
    _write(pair, certificate, key, encryption)
    return pair


@dataclass(frozen=True)
class Authority:
    """Signs for whoever asks; its own certificate lies in a file."""

    certificate: Path
    _key: ec.EllipticCurvePrivateKey
    _name: x509.Name

    @staticmethod
    def create(certificate: Path) -> "Authority":
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"authority {x509.random_serial_number():x}")])
        made = _begun(name, name, key).add_extension(x509.BasicConstraints(True, None), critical=True)
        certificate.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        return Authority(certificate, key, name)

    def issue(self, directory: Path, host: str) -> Pair:
        """A certificate for `host` and nothing else."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        named = x509.SubjectAlternativeName([x509.DNSName(host)])
        made = _begun(subject, self._name, key).add_extension(named, critical=False).sign(self._key, hashes.SHA256())
        pair = Pair(directory / f"{host}.pem", directory / f"{host}.key", f"{made.serial_number:x}")
        _write(pair, made, key, serialization.NoEncryption())
        return pair


def _begun(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.timezone.utc)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
    )


def _write(
    pair: Pair,
    certificate: x509.Certificate,
    key: PrivateKeyTypes,
    encryption: serialization.KeySerializationEncryption,
) -> None:
    pair.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pair.key.touch(mode=0o600)
    pair.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
    )


def trusting(*pairs: Pair) -> ssl.SSLContext:
    """A client that trusts these certificates and no other, and looks at names."""
    context = ssl.create_default_context()
    for pair in pairs:
        context.load_verify_locations(pair.certificate)
    return context


def serial_of(connection: ssl.SSLSocket) -> str:
    """The number of the certificate that the server showed."""
    certificate = connection.getpeercert(binary_form=True)
    assert certificate is not None
    return f"{x509.load_der_x509_certificate(certificate).serial_number:x}"
