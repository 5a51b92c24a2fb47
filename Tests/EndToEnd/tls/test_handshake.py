"""Who can speak with a port that speaks TLS, and who is told what."""

import socket
import ssl
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from support.certificates import KINDS, make_pair, serial_of, trusting
from support.client import JWKS_PATH, TIMEOUT, assert_error
from support.needs import skip_without
from support.server import MakeServer, Server

PING = b"GET /ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
VERSIONS = {
    "TLS 1.0": (ssl.TLSVersion.TLSv1, False),
    "TLS 1.1": (ssl.TLSVersion.TLSv1_1, False),
    "TLS 1.2": (ssl.TLSVersion.TLSv1_2, True),
    "TLS 1.3": (ssl.TLSVersion.TLSv1_3, True),
}


def answer_of(connection: socket.socket) -> bytes:
    answer = b""
    while part := connection.recv(1 << 16):
        answer += part
    return answer


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_key_in_both_versions(server: MakeServer, tmp_path: Path, kind: str) -> None:
    pair = make_pair(tmp_path, kind=kind)
    running = server(**pair.settings)
    assert "tls=on" in running.log.read_text()
    for name, (version, is_accepted) in VERSIONS.items():
        context = trusting(pair)
        # The library's own level would refuse the old ones before the server can.
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = version
        context.set_alpn_protocols(["h2", "http/1.1"])
        with closing(socket.create_connection(("127.0.0.1", running.port), TIMEOUT)) as tcp:
            if not is_accepted:
                with pytest.raises((ssl.SSLError, ConnectionResetError)):
                    context.wrap_socket(tcp, server_hostname="localhost")
                continue
            with context.wrap_socket(tcp, server_hostname="localhost") as tls:
                assert tls.version() == name.replace("TLS ", "TLSv")
                assert tls.selected_alpn_protocol() == "http/1.1"
                assert serial_of(tls) == pair.serial
                tls.sendall(PING)
                assert answer_of(tls).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("cipher", ["AES128-GCM-SHA256", "ECDHE-RSA-AES128-SHA", "DHE-RSA-AES128-GCM-SHA256"])
def test_a_cipher_without_forward_secrecy_or_authentication_is_refused(
    server: MakeServer, tmp_path: Path, cipher: str
) -> None:
    pair = make_pair(tmp_path, kind="rsa")
    running = server(**pair.settings)
    context = trusting(pair)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(cipher)
    with closing(socket.create_connection(("127.0.0.1", running.port), TIMEOUT)) as tcp, pytest.raises(ssl.SSLError):
        context.wrap_socket(tcp, server_hostname="localhost")


def test_a_client_that_does_not_trust_the_certificate(server: MakeServer, tmp_path: Path) -> None:
    running = server(**make_pair(tmp_path).settings)
    with closing(socket.create_connection(("127.0.0.1", running.port), TIMEOUT)) as tcp:
        with pytest.raises(ssl.SSLCertVerificationError):
            ssl.create_default_context().wrap_socket(tcp, server_hostname="localhost")
    assert running.client.get("/ping").status == 200
    # A stranger's mistake is no line of the log.
    assert "handshake" not in running.log.read_text()


def test_the_tools_that_people_use(server: MakeServer, tmp_path: Path) -> None:
    for program in ("curl", "openssl"):
        if subprocess.run(["which", program], capture_output=True).returncode:
            skip_without(program)
    pair = make_pair(tmp_path)
    running = server(**pair.settings)
    for version in ("1.2", "1.3"):
        curl = subprocess.run(
            ["curl", "-sS", "--noproxy", "*", "--cacert", pair.certificate, f"--tlsv{version}", "--tls-max", version]
            + [f"https://localhost:{running.port}{JWKS_PATH}", "--resolve", f"localhost:{running.port}:127.0.0.1"],
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
        )
        assert curl.returncode == 0 and '"kty":"RSA"' in curl.stdout, curl
        s_client = subprocess.run(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{running.port}", f"-tls{version.replace('.', '_')}"]
            + ["-CAfile", pair.certificate, "-verify_return_error", "-ign_eof"],
            input=PING,
            capture_output=True,
            timeout=TIMEOUT,
        )
        assert b"Verify return code: 0 (ok)" in s_client.stdout and b"HTTP/1.1 200 OK" in s_client.stdout, s_client


def test_plain_http_is_told_where_it_is(server: MakeServer, tmp_path: Path) -> None:
    running = server(**make_pair(tmp_path).settings)
    plain = type(running.client)(running.port)
    answer = plain.get("/ping")
    assert_error(answer, 400, "invalid_request")
    assert "https" in answer.json()["error_description"] and answer.headers["Connection"] == "close"


@pytest.mark.parametrize("noise", [b"\x00" * 100, b"\x80\x2e\x01\x00\x02", b"\x16" + b"\x03\x01\xff\xff" + b"x" * 64])
def test_noise_is_no_handshake(server: MakeServer, tmp_path: Path, noise: bytes) -> None:
    running = server(**make_pair(tmp_path).settings)
    with closing(socket.create_connection(("127.0.0.1", running.port), TIMEOUT)) as tcp:
        tcp.sendall(noise)
        # Closed, with an alert of TLS at most.
        assert len(answer_of(tcp)) <= 7
    assert running.client.get("/ping").status == 200


def test_tls_on_a_port_without_it_is_refused(unlimited: Server) -> None:
    with closing(socket.create_connection(("127.0.0.1", unlimited.port), TIMEOUT)) as tcp:
        with pytest.raises((ssl.SSLError, ConnectionResetError)):
            ssl.create_default_context().wrap_socket(tcp, server_hostname="localhost")
    assert unlimited.client.get("/ping").status == 200
    assert "tls=off" in unlimited.log.read_text()
