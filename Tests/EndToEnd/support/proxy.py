"""nginx in front of several nodes, with the configuration that docs/scaling.md shows."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from support.client import Client
from support.ports import free_port
from support.server import DEADLINE, REPOSITORY

DOCUMENT = REPOSITORY / "docs" / "scaling.md"
# What is outside the blocks of the document: nothing that decides how requests are passed on.
AROUND = """
worker_processes 1;
daemon off;
pid nginx.pid;
error_log error.log warn;
{user}
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    scgi_temp_path scgi;
    uwsgi_temp_path uwsgi;
{documented}
}}
"""


def program() -> str | None:
    # Debian keeps it where only root looks.
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def documented(nodes: Sequence[int], port: int) -> str:
    """The example of the document with our ports for its addresses, and without TLS."""
    [example] = re.findall(r"^```nginx\n(.*?)^```$", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL)
    example, listens = re.subn(r"listen 443 ssl;", f"listen 127.0.0.1:{port};", example)
    example, _ = re.subn(r"^ *ssl_certificate.*\n", "", example, flags=re.MULTILINE)
    ports = iter(nodes)
    example, servers = re.subn(r"(?<=server )\d[\d.]+:8080", lambda _: f"127.0.0.1:{next(ports)}", example)
    assert (listens, servers) == (1, len(nodes)), example
    return example


@contextmanager
def nginx(directory: Path, nodes: Sequence[int]) -> Iterator[Client]:
    """Passes requests on to the nodes at these ports of 127.0.0.1."""
    found = program()
    assert found, "nginx is not installed"
    directory.mkdir()
    port = free_port()
    user = "user root;" if os.geteuid() == 0 else ""
    (directory / "nginx.conf").write_text(AROUND.format(user=user, documented=documented(nodes, port)))
    with (directory / "start.log").open("wb") as log:
        process = subprocess.Popen(
            [found, "-e", "stderr", "-p", str(directory), "-c", "nginx.conf"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        client = Client(port)
        deadline = time.monotonic() + DEADLINE
        while not _answers(client):
            assert process.poll() is None and time.monotonic() < deadline, (directory / "start.log").read_text()
            time.sleep(0.01)
        yield client
    finally:
        process.terminate()
        process.wait(DEADLINE)


def _answers(client: Client) -> bool:
    try:
        return client.get("/ping").status == 200
    except OSError:
        return False
