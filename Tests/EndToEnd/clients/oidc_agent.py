"""oidc-agent, of Debian's packages: access tokens on the command line, fetched anew with a refresh token."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from clients.environment import for_programs
from clients.issuer import Issuer

# The port that its documentation names.
_LOOPBACK = "http://localhost:4242"
_SCOPES = "openid profile email offline_access"


def play(issuer: Issuer) -> Iterator[str]:
    client = issuer.register("oidc-agent", _LOOPBACK)
    with TemporaryDirectory(prefix="oidc-agent-") as name, _running(issuer, Path(name)) as environment:
        # This is all that its user configures.
        configured = [
            "--manual", f"--issuer={issuer.url}", f"--client-id={client.id}", f"--client-secret={client.secret}",
            f"--redirect-uri={_LOOPBACK}", f"--scope={_SCOPES}", "--flow=code", "--no-url-call", "--prompt=none",
            f"--cert-path={issuer.certificate}", "--pw-cmd=echo a-password-for-its-file",
        ]  # fmt: skip
        _sign_in(issuer, ["oidc-gen", "here", *configured], environment)
        first = _token(environment)
        yield "code with PKCE, Allow"
        # It refreshes what does not live that long, and sends its scopes with the spaces as they are.
        second = _token(environment, "--time=3600")
        assert first != second and issuer.is_active(second, client), (first, second)
        yield "refresh"


@contextmanager
def _running(issuer: Issuer, home: Path) -> Iterator[dict[str, str]]:
    """The agent; what programs that talk to it have in their environment."""
    (home / ".config").mkdir()
    environment = for_programs(HOME=str(home), TMPDIR=str(home), SSL_CERT_FILE=str(issuer.certificate))
    command = ["oidc-agent", "--no-autoload"]
    started = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=20)
    said = dict(re.findall(r"(OIDC\w+)=([^;]+);", started.stdout))
    assert said.keys() >= {"OIDC_SOCK", "OIDCD_PID"}, started
    try:
        yield environment | said
    finally:
        os.kill(int(said["OIDCD_PID"]), signal.SIGTERM)


def _sign_in(issuer: Issuer, command: list[str], environment: dict[str, str]) -> None:
    """Visits the address that it prints and allows it; it waits for the answer at its own port."""
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    try:
        lines = iter(process.stdout.readline, "")
        address = next((line.strip() for line in lines if "/authorize?" in line), "")
        assert address.startswith(f"{issuer.url}/authorize?"), address
        browser = issuer.browser()
        # It sends `prompt=consent`.
        page = issuer.signed_in(browser, browser.visit(address))
        page = browser.submit(page, ("decision", "allow"))
        assert page.status == 200 and page.url.startswith(_LOOPBACK), page
        said = process.stdout.read()
        assert process.wait(20) == 0, said
    finally:
        process.kill()
        process.communicate()


def _token(environment: dict[str, str], *options: str) -> str:
    command = ["oidc-token", *options, "here"]
    given = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=20)
    assert given.returncode == 0 and given.stdout.startswith("eyJ"), given
    return given.stdout.strip()
