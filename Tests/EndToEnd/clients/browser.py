"""A browser without scripts: it follows redirects, keeps cookies and sends forms."""

import http.client
import ssl
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import SplitResult, urlencode, urljoin, urlsplit

from clients.cookies import CookieJar

TIMEOUT = 20
REDIRECTS = 12


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(at.get("action", ""), at.get("method", "get").upper()))
        elif self.found and tag == "input" and at.get("name"):
            self.found[-1].fields[at["name"]] = at.get("value", "")
        elif self.found and tag == "button" and at.get("name"):
            self.found[-1].buttons.append((at["name"], at.get("value", "")))


@dataclass(frozen=True)
class Page:
    url: str
    status: int
    headers: http.client.HTTPMessage = field(repr=False)
    text: str

    def form(self) -> Form:
        """The only form."""
        parser = _Forms()
        parser.feed(self.text)
        assert len(parser.found) == 1, self
        return parser.found[0]


def _site(url: SplitResult) -> tuple[str, str | None]:
    return url.scheme, url.hostname


class Browser:
    def __init__(self, trusted: ssl.SSLContext) -> None:
        """`trusted` is for https."""
        self.cookies = CookieJar()
        self.requests: list[tuple[str, str]] = []
        self._trusted = trusted

    def visit(self, url: str, until: str = "\0") -> Page:
        """Goes to an address and on to where it is sent; a redirect to what begins with `until` is not followed."""
        return self._go("GET", url, b"", None, until)

    def submit(self, page: Page, press: tuple[str, str] | None = None, until: str = "\0", **typed: str) -> Page:
        """Types into the only form of a page and sends it, with that button if there are several."""
        form = page.form()
        assert typed.keys() <= form.fields.keys(), (typed.keys(), form)
        assert press is None or press in form.buttons, (press, form)
        values = form.fields | typed | dict([press] if press else [])
        return self._go(form.method, urljoin(page.url, form.action), urlencode(values).encode(), page.url, until)

    def sign_in(self, page: Page, username: str, password: str, until: str = "\0") -> Page:
        """Fills in the sign-in page, whose fields the contract names."""
        assert page.status == 200 and {"username", "password"} <= page.form().fields.keys(), page
        return self.submit(page, until=until, username=username, password=password)

    def _go(self, method: str, url: str, body: bytes, sender: str | None, until: str) -> Page:
        cross_site = sender is not None and _site(urlsplit(sender)) != _site(urlsplit(url))
        for _ in range(REDIRECTS):
            page = self._ask(method, url, body, sender, cross_site)
            location = page.headers["Location"]
            if page.status not in (301, 302, 303, 307, 308) or location is None:
                return page
            # What sends a form on with its fields sends a password on.
            assert page.status in (302, 303) or method == "GET", page
            method, body, came_from, url = "GET", b"", url, urljoin(url, location)
            if url.startswith(until):
                return Page(url, page.status, page.headers, "")
            cross_site = cross_site or _site(urlsplit(came_from)) != _site(urlsplit(url))
        raise AssertionError(f"redirected {REDIRECTS} times: {self.requests[-REDIRECTS:]}")

    def _ask(self, method: str, address: str, body: bytes, sender: str | None, cross_site: bool) -> Page:
        url = urlsplit(address)
        self.requests.append((method, address))
        headers = {"Accept": "text/html", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
        headers["Sec-Fetch-Site"] = "none" if sender is None else "cross-site" if cross_site else "same-origin"
        if cookies := self.cookies.header(url, method, cross_site):
            headers["Cookie"] = cookies
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            if sender is not None:
                headers["Origin"] = "{0.scheme}://{0.netloc}".format(urlsplit(sender))
        connection = self._connect(url)
        try:
            path = (url.path or "/") + (f"?{url.query}" if url.query else "")
            connection.request(method, path, body if method == "POST" else None, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookies.keep(line, url)
        return Page(address, answer.status, answer.headers, text)

    def _connect(self, url: SplitResult) -> http.client.HTTPConnection:
        assert url.hostname in ("127.0.0.1", "localhost") and url.port, url
        if url.scheme == "https":
            return http.client.HTTPSConnection(url.hostname, url.port, timeout=TIMEOUT, context=self._trusted)
        return http.client.HTTPConnection(url.hostname, url.port, timeout=TIMEOUT)
