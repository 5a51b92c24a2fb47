"""Dovecot takes tokens for passwords: verified with key files, or shown to the issuer."""

import grp
import imaplib
import os
import pwd
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from clients.issuer import PASSWORD, USER, Issuer
from clients.program import running
from support.ports import free_port

DOVECOT = shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin")
_MAIL = "imap://mail.example.com"
_CALLBACK = "https://webmail.example.com/callback"

_MAIN = """\
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = no
auth_mechanisms = xoauth2 oauthbearer
auth_verbose = yes
# Whoever is refused here waits for nothing.
auth_failure_delay = 0
mail_location = maildir:{folder}/mail/%u
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
"""

# `keys` is what `keys export --directory` has written.
_BY_FILES = """\
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={folder}/keys/
issuers = {issuer}
username_attribute = {name}
"""
_BY_INTROSPECTION = """\
introspection_mode = post
introspection_url = https://{client.id}:{client.secret}@{host}/introspect
tls_ca_cert_file = {folder}/issuer.pem
active_attribute = active
active_value = true
username_attribute = username
"""
_BY_USERINFO = """\
introspection_mode = auth
introspection_url = {issuer}/userinfo
tls_ca_cert_file = {folder}/issuer.pem
username_attribute = preferred_username
"""


def play(issuer: Issuer) -> Iterator[str]:
    # Dovecot 2.3 takes no other `typ` than JWT.
    issuer.add_resource(_MAIL, "--scope", "mail", "--typ", "JWT")
    webmail = issuer.register("Webmail", _CALLBACK, "--resource", _MAIL)
    dovecot = issuer.register("Dovecot", None, "--grant", "client_credentials", "--resource", _MAIL)
    tokens = issuer.code_flow(webmail, _CALLBACK, scope="openid profile mail", resource=_MAIL)
    token, number = tokens["access_token"], tokens["subject"]

    values = {"issuer": issuer.url, "host": urlsplit(issuer.url).netloc, "client": dovecot}
    for way, template, name, user in (
        ("key files", _BY_FILES, "sub", number),
        ("introspection", _BY_INTROSPECTION, "username", USER),
        ("userinfo", _BY_USERINFO, "preferred_username", USER),
    ):
        with _running(issuer, template, values | {"name": name}) as (port, log):
            try:
                _takes(port, user, token)
            except (AssertionError, imaplib.IMAP4.error) as error:
                raise AssertionError(f"{way}: {error}\n{log.read_text()}") from error
        yield f"typ JWT by {way}"
    login = issuer.server.client.login(USER, PASSWORD)
    assert login.status == 200, login
    with _running(issuer, _BY_FILES, values | {"name": "preferred_username"}) as (port, _):
        _takes(port, USER, login.json()["token"])
    yield "a token of /auth by key files"


def _takes(port: int, user: str, token: str) -> None:
    """Both mechanisms log in with the token, and neither with one that is forged."""
    head, body, signature = token.split(".")
    forged = f"{head}.{body}.{'A' * len(signature)}"
    for mechanism in ("XOAUTH2", "OAUTHBEARER"):
        imap = imaplib.IMAP4("127.0.0.1", port, 20)
        imap.authenticate(mechanism, lambda _, name=mechanism: _response(name, user, token))
        assert imap.select("INBOX")[0] == "OK"
        imap.logout()
        imap = imaplib.IMAP4("127.0.0.1", port, 20)
        try:
            imap.authenticate(mechanism, lambda _, name=mechanism: _response(name, user, forged))
        except imaplib.IMAP4.error:
            imap.shutdown()
        else:
            raise AssertionError(f"{mechanism} took a forged token")


def _response(mechanism: str, user: str, token: str) -> bytes:
    if mechanism == "XOAUTH2":
        return f"user={user}\x01auth=Bearer {token}\x01\x01".encode()
    return f"n,a={user},\x01auth=Bearer {token}\x01\x01".encode()


@contextmanager
def _running(issuer: Issuer, template: str, values: dict[str, Any]) -> Iterator[tuple[int, Path]]:
    """Its port and its log."""
    assert DOVECOT is not None
    with TemporaryDirectory(prefix="dovecot-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        # root reads nobody's mail.
        account = pwd.getpwuid(os.geteuid() or pwd.getpwnam("nobody").pw_uid)
        (folder / "mail").mkdir()
        os.chown(folder / "mail", account.pw_uid, account.pw_gid)
        port = free_port()
        names = {"user": account.pw_name, "group": grp.getgrgid(account.pw_gid).gr_name}
        configuration = folder / "dovecot.conf"
        configuration.write_text(_MAIN.format(folder=folder, port=port, **names))
        (folder / "oauth2.conf").write_text(template.format(folder=folder, **values))
        shutil.copyfile(issuer.certificate, folder / "issuer.pem")
        (folder / "keys").mkdir()
        exported = issuer.server.run("keys", "export", "--directory", str(folder / "keys"))
        assert exported.returncode == 0, exported
        with running([DOVECOT, "-F", "-c", configuration], port):
            yield port, folder / "log"
