"""What an operator lets the pages look like."""

from pathlib import Path

import pytest

from support.browser import Browser
from support.oauth_client import new_client
from support.server import CONFIGURATION_ERROR, MakeServer

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><script>alert(1)</script><rect width="8" height="8"/></svg>'
STYLE = "main{border-radius:0}\n"


def test_name_colour_logo_and_style(server: MakeServer, tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text(LOGO)
    (tmp_path / "own.css").write_text(STYLE)
    running = server(
        JWKS_BRAND_NAME="Zoë & Co", JWKS_BRAND_ACCENT="#8B1E3F", JWKS_BRAND_LOGO=str(tmp_path / "logo.svg"),
        JWKS_BRAND_CSS=str(tmp_path / "own.css"), JWKS_ISSUER="https://id.example.com",
    )  # fmt: skip
    page = running.client.get("/sign-in")
    text = page.body.decode()
    assert "<span>Zoë &amp; Co</span>" in text and "· Zoë &amp; Co</title>" in text
    paths = [part.split('"')[0] for part in text.replace("src=", "href=").split('href="')[1:]]
    style, logo = (running.client.get(path) for path in paths)
    assert style.body.decode().startswith(":root{--accent:#8b1e3f}") and style.body.decode().endswith(STYLE)
    assert logo.headers["Content-Type"] == "image/svg+xml" and logo.body.decode() == LOGO
    # Opened by itself it runs nothing.
    assert "sandbox" in logo.headers["Content-Security-Policy"] and "default-src 'none'" in (
        logo.headers["Content-Security-Policy"]
    )
    # Of an issuer with TLS the cookies are for this host alone.
    app = new_client(running)
    browser = Browser(running.client, running.settings["JWKS_ISSUER"])
    browser.visit(app.request())
    assert list(browser.cookies) == ["__Host-flow"]


@pytest.mark.parametrize(
    ("name", "content", "remedy"),
    [
        ("LOGO", None, "there is no such file, or it cannot be read"),
        ("LOGO", b"GIF89a", "it is neither SVG nor PNG"),
        ("LOGO", b"<svg>" + b" " * 32_768, "it has more than 32 KiB"),
        ("CSS", b" " * 8_193, "it has more than 8 KiB"),
        ("CSS", b"\xff", "it is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_used_stops_the_start(
    prepared_server: MakeServer, tmp_path: Path, name: str, content: bytes | None, remedy: str
) -> None:
    path = tmp_path / "file"
    if content is not None:
        path.write_bytes(content)
    made = prepared_server(**{f"JWKS_BRAND_{name}": str(path)})
    code, line = made.refusal()
    assert code == CONFIGURATION_ERROR and line.endswith(f'JWKS_BRAND_{name} is "{path}": {remedy}')
    assert not made.database.exists()
    checked = made.run("config", "check")
    assert checked.returncode == CONFIGURATION_ERROR and remedy in checked.stderr
