"""The pages in a real browser: script/browser-test runs these."""

import shutil
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect, sync_playwright

from support.oauth_client import PASSWORD, PKCE, OAuthClient, new_client
from support.server import REPOSITORY, Server

SCREENSHOTS = REPOSITORY / ".build" / "screenshots"
MOST_BYTES = 15_000


class Callback(ThreadingHTTPServer):
    """The client's own place, at another site than the server's: what browsers bring there."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), CallbackHandler)
        self.brought: list[tuple[str, dict[str, list[str]]]] = []

    @property
    def uri(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/callback"


class CallbackHandler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.answer("GET", urlsplit(self.path).query)

    def do_POST(self) -> None:
        self.answer("POST", self.rfile.read(int(self.headers["Content-Length"])).decode())

    def answer(self, method: str, form: str) -> None:
        body = b"<!DOCTYPE html><title>back</title><p>back at the client"
        if self.path.startswith("/callback"):
            self.server.brought.append((method, parse_qs(form)))  # type: ignore[attr-defined]
        else:
            target = self.path[1:].partition("?")[0]
            body = f"<!DOCTYPE html><form method=post action='{target}'>".encode() + b"".join(
                f'<input type=hidden name="{name}" value="{each[0]}">'.encode() for name, each in parse_qs(form).items()
            ) + b"<button>go</button></form>"  # fmt: skip
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def callback() -> Iterator[Callback]:
    server = Callback()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory = tmp_path_factory.mktemp("issuer") / "server"
    directory.mkdir()
    made = Server(directory, {"JWKS_RATE_LIMIT": "0", "JWKS_BRAND_NAME": "Example & Co"})
    made.settings["JWKS_ISSUER"] = f"http://localhost:{made.port}"
    made.start()
    made.create_user("alice", PASSWORD)
    yield made
    made.stop()


@pytest.fixture(scope="module")
def app(issuer: Server, callback: Callback) -> OAuthClient:
    return new_client(issuer, redirect_uri=callback.uri)


@pytest.fixture(scope="module")
def desktop(issuer: Server, callback: Callback) -> OAuthClient:
    return new_client(issuer, "--public", redirect_uri=callback.uri)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    assert path, "there is no Chromium: script/browser-test installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser, issuer: Server) -> Iterator[BrowserContext]:
    made = chromium.new_context(base_url=issuer.settings["JWKS_ISSUER"], locale="en-US")
    made.set_default_timeout(10_000)
    yield made
    made.close()


def is_page(answer: Response) -> bool:
    return answer.status != 303 and answer.headers.get("content-type", "").startswith("text/html")


def sign_in(page: Page, password: str = PASSWORD) -> None:
    """As somebody does who has no mouse."""
    expect(page.locator("#username")).to_be_focused()
    page.keyboard.type("alice")
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")


def arrived(page: Page, callback: Callback, method: str = "GET") -> dict[str, str]:
    """What the client has got with the page that is shown now."""
    page.wait_for_url(callback.uri + "*")
    expect(page.locator("p")).to_have_text("back at the client")
    last, values = callback.brought[-1]
    assert last == method and all(len(each) == 1 for each in values.values())
    return {name: each[0] for name, each in values.items()}


def everybody_can_use(page: Page, name: str, scheme: str, width: int) -> None:
    """axe has nothing to say of what the page shows now, nothing scrolls sideways, and what is pressed is large enough."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=Path(SCREENSHOTS, f"{name}-{scheme}-{width}.png"), full_page=True)
    result = Axe().run(page)
    assert result.violations_count == 0, result.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("h1").count() == 1
    targets = page.locator("button, input:not([type=hidden])").all()
    assert all((target.bounding_box() or {})["height"] >= 44 for target in targets)


def test_sign_in_by_keyboard_with_two_requests(context: BrowserContext, app: OAuthClient, callback: Callback) -> None:
    page = context.new_page()
    requests: list[str] = []
    sizes: list[int] = []
    page.on("request", lambda request: requests.append(urlsplit(request.url).netloc + urlsplit(request.url).path))
    page.on("response", lambda response: sizes.append(0 if response.status == 303 else len(response.body())))
    page.goto(app.request())
    page.wait_for_load_state("networkidle")
    paths = [request.partition("/")[2] for request in requests]
    assert paths[:2] == ["authorize", "sign-in"] and paths[2].startswith("assets/pages-") and len(paths) == 3
    assert len({request.partition("/")[0] for request in requests}) == 1
    assert sum(sizes) < MOST_BYTES, sizes
    sign_in(page)
    assert set(arrived(page, callback)) == {"code", "state", "iss"}
    # And no page the next time.
    page.goto(app.request(state="2"))
    assert arrived(page, callback)["state"] == "2"


def test_a_wrong_password_keeps_the_name(context: BrowserContext, app: OAuthClient, callback: Callback) -> None:
    page = context.new_page()
    page.goto(app.request())
    sign_in(page, "wrong")
    expect(page.get_by_role("alert")).to_have_text("The user name or the password is wrong.")
    expect(page).to_have_title("Error: Sign in · Example & Co")
    expect(page.get_by_label("User name")).to_have_value("alice")
    expect(page.get_by_label("Password")).to_be_focused()
    expect(page.get_by_label("Password")).to_have_value("")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    assert arrived(page, callback)["code"]


def test_cancel_needs_no_password(context: BrowserContext, app: OAuthClient, callback: Callback) -> None:
    page = context.new_page()
    page.goto(app.request())
    page.get_by_role("button", name="Cancel").click()
    assert arrived(page, callback)["error"] == "access_denied"


def test_allow_and_deny(context: BrowserContext, desktop: OAuthClient, callback: Callback) -> None:
    page = context.new_page()
    page.goto(desktop.request(**PKCE))
    sign_in(page)
    page.get_by_role("button", name="Deny").click()
    assert arrived(page, callback)["error"] == "access_denied"
    page.goto(desktop.request(**PKCE))
    page.get_by_role("button", name="Allow").click()
    assert arrived(page, callback)["code"]


def test_a_double_click_on_sign_in_allows_nothing(
    chromium: Browser, issuer: Server, desktop: OAuthClient, callback: Callback
) -> None:
    """The second click comes when the question is there, whose buttons stand where the first one was."""
    for seconds in (0.2, 0.3, 0.4):
        context = chromium.new_context(base_url=issuer.settings["JWKS_ISSUER"], locale="en-US")
        page = context.new_page()
        page.goto(desktop.request(**PKCE))
        page.fill("#username", "alice")
        page.fill("#password", PASSWORD)
        box = page.locator("button.main").bounding_box()
        assert box
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        before = len(callback.brought)
        page.mouse.down()
        page.mouse.up()
        time.sleep(seconds)
        page.mouse.down(click_count=2)
        page.mouse.up(click_count=2)
        page.wait_for_timeout(1_000)
        expect(page.locator("button[value=allow]")).to_be_visible()
        assert len(callback.brought) == before
        page.locator("button[value=allow]").click()
        arrived(page, callback)
        context.close()


def test_back_and_reload_are_harmless(context: BrowserContext, app: OAuthClient, callback: Callback) -> None:
    page = context.new_page()
    page.goto(app.request())
    page.reload()
    sign_in(page)
    code = arrived(page, callback)["code"]
    # The page that is gone back to has ended: it leads to the same place.
    page.go_back()
    assert arrived(page, callback)["code"] == code


def test_two_tabs_and_a_double_submit(context: BrowserContext, app: OAuthClient, callback: Callback) -> None:
    first, second = context.new_page(), context.new_page()
    first.goto(app.request(state="1"))
    second.goto(app.request(state="2"))
    first.bring_to_front()
    first.get_by_label("User name").fill("alice")
    first.get_by_label("Password").fill(PASSWORD)
    first.get_by_role("button", name="Sign in").dblclick(no_wait_after=True)
    assert arrived(first, callback)["state"] == "1"
    second.bring_to_front()
    second.reload()
    assert arrived(second, callback)["state"] == "2"


def test_without_scripts(chromium: Browser, issuer: Server, app: OAuthClient, callback: Callback) -> None:
    context = chromium.new_context(base_url=issuer.settings["JWKS_ISSUER"], java_script_enabled=False, locale="en-US")
    page = context.new_page()
    page.goto(app.request(response_mode="form_post", state="<>\"'&"))
    sign_in(page)
    page.get_by_role("button", name="Continue").click()
    answer = arrived(page, callback, "POST")
    assert answer["state"] == "<>\"'&" and answer["code"] and answer["iss"] == issuer.settings["JWKS_ISSUER"]
    context.close()


def test_form_post_sends_itself(context: BrowserContext, app: OAuthClient, callback: Callback) -> None:
    page = context.new_page()
    page.goto(app.request(response_mode="form_post"))
    sign_in(page)
    assert arrived(page, callback, "POST")["code"]


def test_a_window_of_its_own_tells_the_page_that_opened_it(
    context: BrowserContext, issuer: Server, app: OAuthClient, callback: Callback
) -> None:
    """A page of a client signs in by a popup: `Cross-Origin-Opener-Policy` on a page in between would take its opener."""
    page = context.new_page()
    page.goto(callback.uri)
    page.evaluate("() => { window.heard = new Promise(done => addEventListener('message', event => done(event.data))) }")
    with page.expect_popup() as opened:
        page.evaluate("address => { window.open(address) }", issuer.settings["JWKS_ISSUER"] + app.request(state="popup"))
    popup = opened.value
    sign_in(popup)
    assert arrived(popup, callback)["state"] == "popup"
    assert popup.evaluate("window.opener !== null")
    popup.evaluate("opener.postMessage(location.search, '*')")
    assert "state=popup" in page.evaluate("window.heard")


def test_a_request_that_another_site_posts(
    context: BrowserContext, issuer: Server, app: OAuthClient, callback: Callback
) -> None:
    """Row 70: its cookies come with what the browser asks next."""
    page = context.new_page()
    page.goto(app.request())
    sign_in(page)
    arrived(page, callback)
    elsewhere = context.new_page()
    target, query = app.request(state="posted").split("?")
    elsewhere.goto(callback.uri.replace("/callback", f"/{issuer.settings['JWKS_ISSUER']}{target}?{query}"))
    elsewhere.get_by_role("button", name="go").click()
    assert arrived(elsewhere, callback)["state"] == "posted"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [900, 320])
def test_everybody_can_use_them(
    chromium: Browser, issuer: Server, app: OAuthClient, desktop: OAuthClient, scheme: str, width: int
) -> None:
    """In both schemes and on narrow screens; and the markup is valid."""
    context = chromium.new_context(
        base_url=issuer.settings["JWKS_ISSUER"], color_scheme=scheme, viewport={"width": width, "height": 700},
        locale="en-US" if scheme == "light" else "de-DE",
    )  # fmt: skip
    page = context.new_page()
    sources: list[str] = []
    page.on("response", lambda answer: sources.append(answer.text()) if is_page(answer) else None)
    look = partial(everybody_can_use, page, scheme=scheme, width=width)
    page.goto(app.request())
    look("sign-in")
    sign_in(page, "wrong")
    page.get_by_role("alert").wait_for()
    look("wrong-password")
    page.goto(app.request(redirect_uri="https://evil.example/"))
    look("refused")
    page.goto("/sign-in")
    look("over")
    page.goto(desktop.request(**PKCE, scope="openid email offline_access"))
    sign_in(page)
    page.locator("button[value=allow]").wait_for()
    look("question")
    page.goto("/logout")
    look("sign-out")
    page.locator("button[value=sign-out]").click()
    page.wait_for_load_state("networkidle")
    look("signed-out")
    assert page.locator("form").count() == 0 and "session" not in {each["name"] for each in context.cookies()}
    context.close()
    assert len(sources) >= 7
    for source in sources:
        html5lib.HTMLParser(strict=True).parse(source)
