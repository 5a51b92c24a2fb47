"""Apache with mod_auth_openidc, in a folder of its own, and behind it a web app that answers what it was told."""

import json
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

from clients.program import running
from support.ports import free_port

APACHE = shutil.which("apache2", path=f"{os.environ['PATH']}:/usr/sbin")
MODULES = Path("/usr/lib/apache2/modules")

_LOADED = ["mpm_event", "authn_core", "authz_core", "authz_user", "proxy", "proxy_http", "auth_openidc"]

_MAIN = """\
{load}
ServerName 127.0.0.1
{user}
DefaultRuntimeDir {folder}
PidFile {folder}/pid
ErrorLog {folder}/error.log
LogLevel warn auth_openidc:info
StartServers 1
ThreadsPerChild 8
ServerLimit 1
MaxRequestWorkers 8
OIDCCABundlePath {folder}/issuer.pem
OIDCCacheShmMax 100
{sites}
"""


class _App(BaseHTTPRequestHandler):
    """The web app: it knows its user from the headers that Apache gives it."""

    def do_GET(self) -> None:  # noqa: N802
        body = json.dumps(dict(self.headers)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def web_app() -> Iterator[int]:
    """Runs; its port."""
    app = ThreadingHTTPServer(("127.0.0.1", 0), _App)
    thread = threading.Thread(target=app.serve_forever)
    thread.start()
    try:
        yield app.server_address[1]
    finally:
        app.shutdown()
        thread.join()
        app.server_close()


def site(port: int, app: int, directives: str, auth_type: str = "openid-connect", required: str = "valid-user") -> str:
    """A site before the app for whoever is signed in."""
    location = f"<Location />\nAuthType {auth_type}\nRequire {required}\n</Location>"
    return configured_site(port, app, f"{directives}\n{location}")


def configured_site(port: int, app: int, directives: str) -> str:
    """A site before the app, as these directives protect it."""
    return f"""\
Listen 127.0.0.1:{port}
<VirtualHost 127.0.0.1:{port}>
{directives}
ProxyPass / http://127.0.0.1:{app}/
</VirtualHost>
"""


@contextmanager
def apache(sites: str, port: int, certificate: Path) -> Iterator[Path]:
    """Runs with these sites, of which one is at `port`; its log. It trusts `certificate`."""
    assert APACHE is not None
    with TemporaryDirectory(prefix="apache-") as name:
        folder = Path(name)
        # As root it serves as somebody else, who reads the certificate.
        folder.chmod(0o755)
        shutil.copyfile(certificate, folder / "issuer.pem")
        load = "\n".join(f"LoadModule {module}_module {MODULES}/mod_{module}.so" for module in _LOADED)
        user = "User www-data\nGroup www-data" if os.geteuid() == 0 else ""
        configuration = folder / "apache.conf"
        configuration.write_text(_MAIN.format(load=load, user=user, folder=folder, sites=sites))
        with running([APACHE, "-d", folder, "-f", configuration, "-DFOREGROUND"], port):
            yield folder / "error.log"


def free_ports(count: int) -> list[int]:
    return [free_port() for _ in range(count)]
