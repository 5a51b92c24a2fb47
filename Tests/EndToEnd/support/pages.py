"""A browser without a window, and the clients whose users it signs in."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlencode, urlsplit

from support.client import Client, Request, Response
from support.rotation import command
from support.server import Server

CALLBACK = "https://app.example.com/callback"
PASSWORD = "correct horse battery staple"
# RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
PKCE = {"code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256"}
OWN_FORM = {"Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class OAuthClient:
    id: str
    secret: str | None
    redirect_uri: str = CALLBACK

    def request(self, **changes: str | None) -> str:
        """The address to which it sends a browser; None leaves a parameter out."""
        usual = {
            "response_type": "code", "client_id": self.id, "redirect_uri": self.redirect_uri, "scope": "openid",
            "state": "a state",
        }  # fmt: skip
        return "/authorize?" + urlencode({name: value for name, value in (usual | changes).items() if value is not None})


def new_client(server: Server, *arguments: str, redirect_uri: str = CALLBACK) -> OAuthClient:
    made = command(server, "clients", "create", "Example App", "--redirect-uri", redirect_uri, *arguments)
    return OAuthClient(made["client_id"], made.get("client_secret"), redirect_uri)


@dataclass
class Page(HTMLParser):
    """What a person and a program see of a page."""

    response: Response
    fields: dict[str, str] = field(default_factory=dict)
    action: str | None = None

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.text)

    @property
    def text(self) -> str:
        return self.response.body.decode()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = attributes["action"]
        elif tag == "input":
            self.fields[attributes["name"]] = attributes.get("value", "")


class Browser:
    def __init__(self, client: Client) -> None:
        self.client = client
        self.cookies: dict[str, str] = {}

    def send(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Response:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = (headers or {}) | ({"Cookie": cookie} if cookie else {})
        answer = self.client.send(Request(method, path, body, sent))
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer

    def follow(self, answer: Response) -> Response:
        """Goes where it is sent, for as long as that is here."""
        while answer.status == 303 and answer.headers["Location"].startswith("/"):
            answer = self.send("GET", answer.headers["Location"])
        return answer

    def open(self, path: str, headers: dict[str, str] | None = None) -> Response:
        return self.follow(self.send("GET", path, headers=headers))

    def post(self, path: str, values: dict[str, str], headers: dict[str, str] | None = None) -> Response:
        form = {"Content-Type": "application/x-www-form-urlencoded"} | (OWN_FORM if headers is None else headers)
        return self.send("POST", path, urlencode(values).encode(), form)

    def submit(self, page: Response, **values: str) -> Response:
        """Sends the form of a page with these values, and goes where it is sent."""
        form = Page(page)
        assert form.action == "/sign-in", form.text
        return self.follow(self.post(form.action, form.fields | values))

    def sign_in(self, path: str, username: str, password: str = PASSWORD) -> Response:
        page = self.open(path)
        assert page.status == 200, page
        return self.submit(page, username=username, password=password)


def answered(answer: Response) -> dict[str, str]:
    """The parameters that a client gets, each of them once."""
    assert answer.status == 303, answer.body
    values = parse_qs(urlsplit(answer.headers["Location"]).query, strict_parsing=True)
    assert all(len(each) == 1 for each in values.values()), values
    return {name: each[0] for name, each in values.items()}
