"""A browser as far as OAuth needs one: cookies of one site, redirects one by one, and the one form of a page."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from support.client import Client, Response

FORM_TYPE = {"Content-Type": "application/x-www-form-urlencoded"}
ELSEWHERE = "https://elsewhere.example"
# A sign-in, a question and the redirects between them; more is a loop.
MOST_STEPS = 8


class _Reader(HTMLParser):
    """What of a page a test asks for. Whatever a value could break out of would end up in `tags` or `attributes`."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.alert = ""
        self._alert: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.tags.append((tag, attributes))
        if attributes.get("role") == "alert":
            self._alert = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._alert:
            self._alert = None

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._alert:
            self.alert += data


@dataclass(frozen=True)
class Form:
    method: str
    action: str
    # Of inputs, those that are hidden too.
    fields: dict[str, str]
    buttons: list[tuple[str, str]]


@dataclass(frozen=True)
class Page:
    """An answer at a place. One that is a redirect has `location`, one that is HTML has the rest."""

    url: str
    answer: Response
    read: _Reader = field(repr=False)

    @property
    def status(self) -> int:
        return self.answer.status

    @property
    def location(self) -> str:
        assert self.status == 303, (self.answer, self.read.text)
        return urljoin(self.url, str(self.answer.headers["Location"]))

    @property
    def parameters(self) -> dict[str, str]:
        """Of the redirect; each stands there once."""
        pairs = parse_qsl(urlsplit(self.location).query, keep_blank_values=True, strict_parsing=True)
        assert len(dict(pairs)) == len(pairs), pairs
        return dict(pairs)

    def tags(self, name: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.read.tags if tag == name]

    @property
    def form(self) -> Form:
        [form] = self.tags("form")
        inputs = self.tags("input")
        assert len({each["name"] for each in inputs}) == len(inputs)
        return Form(
            form.get("method", "get"),
            urljoin(self.url, form.get("action", "")),
            {each["name"]: each.get("value", "") for each in inputs},
            [(each["name"], each["value"]) for each in self.tags("button") if "name" in each],
        )

    @property
    def wants_password(self) -> bool:
        return any(each["name"] == "password" for each in self.tags("input"))

    @property
    def asks(self) -> bool:
        return ("decision", "allow") in [(each.get("name"), each.get("value")) for each in self.tags("button")]


class Browser:
    """One that sends what today's browsers send: Fetch Metadata, and cookies by `SameSite=Lax`."""

    def __init__(self, client: Client, origin: str) -> None:
        self.client = client
        self.origin = origin
        self.cookies: dict[str, str] = {}
        # As the server set them.
        self.set_cookies: list[str] = []

    def open(self, url: str, from_elsewhere: bool = True) -> Page:
        """Follows a link: Lax cookies come along from any site."""
        site = "cross-site" if from_elsewhere else "same-origin"
        return self._send("GET", url, None, {"Sec-Fetch-Site": site}, with_cookies=True)

    def post(self, url: str, fields: dict[str, str], from_elsewhere: bool = False) -> Page:
        """Sends a form. Of another site's none of our cookies comes along."""
        site, origin = ("cross-site", ELSEWHERE) if from_elsewhere else ("same-origin", self.origin)
        headers = FORM_TYPE | {"Sec-Fetch-Site": site, "Origin": origin}
        return self._send("POST", url, urlencode(fields).encode(), headers, with_cookies=not from_elsewhere)

    def submit(self, page: Page, **fields: str) -> Page:
        """Fills in the page's form, and sends it."""
        assert page.form.method == "post"
        return self.post(page.form.action, page.form.fields | fields)

    def follow(self, page: Page) -> Page:
        """Goes on until a page, or a redirect to another site."""
        for _ in range(MOST_STEPS):
            if page.status != 303 or not self.is_ours(page.location):
                return page
            page = self.open(page.location)
        raise AssertionError("redirects without end")

    def visit(self, url: str) -> Page:
        return self.follow(self.open(url))

    def sign_in(self, page: Page, username: str, password: str) -> Page:
        assert page.wants_password, page.answer
        return self.follow(self.submit(page, username=username, password=password))

    def decide(self, page: Page, decision: str) -> Page:
        assert page.asks, page.answer
        return self.follow(self.submit(page, decision=decision))

    def is_ours(self, url: str) -> bool:
        return url == self.origin or url.startswith(f"{self.origin}/")

    def _send(self, method: str, url: str, body: bytes | None, headers: dict[str, str], with_cookies: bool) -> Page:
        url = urljoin(f"{self.origin}/", url)
        assert self.is_ours(url), url
        if with_cookies and self.cookies:
            headers = headers | {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        answer = self.client.request(method, url.removeprefix(self.origin), body, headers)
        for line in answer.headers.get_all("Set-Cookie") or []:
            self._keep(line)
        reader = _Reader()
        if (answer.headers["Content-Type"] or "").startswith("text/html"):
            reader.feed(answer.body.decode())
            reader.close()
        return Page(url, answer, reader)

    def _keep(self, line: str) -> None:
        self.set_cookies.append(line)
        [(name, cookie)] = SimpleCookie(line).items()
        if cookie["max-age"] == "0":
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = cookie.value
