"""The clients, and playing one."""

import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from clients import (
    apache_login,
    apache_logout,
    apache_resource,
    authlib_login,
    django_login,
    dovecot,
    go_login,
    mcp_login,
    oidc_agent,
    omniauth_login,
    requests_login,
)
from clients.issuer import Issuer, issuer

Play = Callable[[Issuer], Iterator[str]]

# Those that take seconds: script/test plays them.
QUICK: dict[str, Play] = {
    "mod_auth_openidc": apache_login.play,
    "mod_auth_openidc signing out": apache_logout.play,
    "mod_auth_openidc as a resource server": apache_resource.play,
    "Authlib": authlib_login.play,
    "requests-oauth2client": requests_login.play,
}
ALL: dict[str, Play] = QUICK | {
    "go-oidc": go_login.play,
    "OmniAuth": omniauth_login.play,
    "Django": django_login.play,
    "oidc-agent": oidc_agent.play,
    **dict(mcp_login.plays()),
    "Dovecot": dovecot.play,
}


@dataclass
class Played:
    name: str
    did: list[str] = field(default_factory=list)
    failure: str | None = None
    seconds: float = 0

    def __str__(self) -> str:
        end = "" if self.failure is None else f"; FAILED: {self.failure}"
        return f"{self.name}: {'; '.join(self.did)}{end} ({self.seconds:.1f} s)"


def play(name: str, at: Issuer) -> Played:
    played = Played(name)
    begin = time.monotonic()
    try:
        for done in ALL[name](at):
            played.did.append(done)
    except Exception:
        played.failure = traceback.format_exc()
    played.seconds = time.monotonic() - begin
    return played


def play_all(directory: Path, names: list[str], done: Callable[[Played], None]) -> list[str]:
    """Each at an issuer of its own, so that none sees another's session; what has failed."""
    failures = []
    for name in names:
        place = directory / name.replace(" ", "-")
        place.mkdir()
        with issuer(place) as at:
            played = play(name, at)
        done(played)
        if played.failure is not None:
            failures.append(name)
    return failures
