"""The control for static answers: nginx with the same bytes as a file, configured for nothing but speed."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from load import ToolFailed, pinned
from support.client import Client
from support.ports import free_port

# One worker, no access log, the file kept open, no end to keep-alive; a file of this size is served faster without
# sendfile than with it. Without Last-Modified and Accept-Ranges the answer has as many header fields as the server's
# and nearly as many bytes; the ETag is nginx's own.
CONFIGURATION = """
worker_processes 1;
daemon off;
pid nginx.pid;
error_log error.log error;
{user}
events {{ worker_connections 4096; }}
http {{
    access_log off;
    server_tokens off;
    types {{ }}
    default_type application/json;
    sendfile off;
    open_file_cache max=16 inactive=1h;
    open_file_cache_valid 1h;
    keepalive_requests 1000000000;
    etag on;
    max_ranges 0;
    add_header Last-Modified "";
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    scgi_temp_path scgi;
    uwsgi_temp_path uwsgi;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        root html;
    }}
}}
"""


@contextmanager
def nginx(directory: Path, body: bytes, core: int | None, path: str) -> Iterator[Client]:
    """Serves `body` under this path, from an empty directory and with a configuration of its own."""
    file = directory / "html" / path.removeprefix("/")
    file.parent.mkdir(parents=True)
    file.write_bytes(body)
    port = free_port()
    user = "user root;" if os.geteuid() == 0 else ""
    (directory / "nginx.conf").write_text(CONFIGURATION.format(port=port, user=user))
    with pinned(core), (directory / "start.log").open("wb") as log:
        process = subprocess.Popen(
            ["nginx", "-e", "stderr", "-p", str(directory), "-c", "nginx.conf"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        _wait(process, port, path, directory)
        yield Client(port)
    finally:
        process.terminate()
        process.wait(10)


def _wait(process: subprocess.Popen[bytes], port: int, path: str, directory: Path) -> None:
    for _ in range(500):
        if process.poll() is not None:
            break
        try:
            if Client(port).get(path).status == 200:
                return
        except OSError:
            time.sleep(0.01)
    raise ToolFailed(f"nginx does not answer: {(directory / 'start.log').read_text().strip()[-200:]}")
