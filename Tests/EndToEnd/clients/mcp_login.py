"""The MCP Python SDK, of both majors: its client logs in to a small server of its own that verifies our tokens.

Both are configured with what `clients create --like mcp` prints, word by word.
"""

import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryFile
from typing import IO

from clients.environment import for_programs
from clients.issuer import Issuer
from clients.program import running
from support.ports import free_port
from support.server import REPOSITORY

# Each in an environment of its own, which script/oauth-clients makes.
VERSIONS = ("1.30.0", "2.3.0")

_PROGRAMS = Path(__file__).with_name("mcp_programs")
_LOOPBACK = "http://127.0.0.1:41817/callback"


def plays() -> Iterator[tuple[str, partial[Iterator[str]]]]:
    for version in VERSIONS:
        yield f"mcp {version}", partial(play, version)


def play(version: str, issuer: Issuer) -> Iterator[str]:
    python = str(REPOSITORY / ".build" / "oauth-clients" / f"mcp-{version}" / "bin" / "python")
    trust = str(issuer.certificate)
    port = free_port()
    url = f"http://127.0.0.1:{port}/mcp"
    issuer.add_resource(url, "--scope", "notes")
    client, configuration = issuer.register_like("mcp", url)
    checked = issuer.checked(client, "mcp", _LOOPBACK)
    assert checked["fails_at"] is None, checked
    with NamedTemporaryFile("w", suffix=".py") as printed, TemporaryFile("w+") as errors:
        printed.write(configuration)
        printed.flush()
        command = [python, str(_PROGRAMS / "client.py"), url, printed.name, _LOOPBACK]
        server = [python, str(_PROGRAMS / "server.py"), issuer.url, url, printed.name]
        with running(server, port, errors, SSL_CERT_FILE=trust):
            said = _said(issuer, command, for_programs(SSL_CERT_FILE=trust), errors)
    [first, second] = [line.split() for line in said]
    assert first[0] == second[0] and int(first[1]) < int(second[1]), f"no refresh: {said}"
    yield "by its printed configuration: metadata of both, S256, resource, Allow, a tool, refresh, the tool again"


def _said(issuer: Issuer, command: list[str], environment: dict[str, str], errors: IO[str]) -> list[str]:
    try:
        return _logs_in(issuer, command, environment, errors)
    except AssertionError as error:
        errors.seek(0)
        raise AssertionError(f"{error}\n{errors.read()}") from error


def _logs_in(issuer: Issuer, command: list[str], environment: dict[str, str], errors: IO[str]) -> list[str]:
    """What the client says after its user has signed in and allowed it."""
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        address = process.stdout.readline().strip()
        assert address.startswith(f"{issuer.url}/authorize?"), f"the client has not begun to log in: {address}"
        browser = issuer.browser()
        page = issuer.signed_in(browser, browser.visit(address))
        back = browser.submit(page, ("decision", "allow"), until=_LOOPBACK)
        process.stdin.write(f"{back.url}\n")
        process.stdin.flush()
        said = process.stdout.read().splitlines()
        assert process.wait(20) == 0 and len(said) == 2, said
        return said
    finally:
        process.kill()
        process.communicate()
