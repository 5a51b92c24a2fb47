"""A browser's cookies, as RFC 6265bis has them: who gets which, and which are refused."""

from dataclasses import dataclass
from urllib.parse import SplitResult


@dataclass(frozen=True)
class Cookie:
    host: str
    name: str
    value: str
    path: str
    secure: bool
    same_site: str


class Refused(AssertionError):
    """A browser would not keep this cookie, and nobody would be told."""


class CookieJar:
    def __init__(self) -> None:
        self._cookies: dict[tuple[str, str, str], Cookie] = {}

    def keep(self, line: str, url: SplitResult) -> None:
        """Takes a `Set-Cookie` line. An empty value or `Max-Age=0` ends the cookie."""
        first, *rest = (part.strip() for part in line.split(";"))
        name, _, value = first.partition("=")
        attributes = {key.lower(): text for key, _, text in (part.partition("=") for part in rest)}
        secure = "secure" in attributes
        path = attributes.get("path", "/")
        if secure and url.scheme != "https":
            raise Refused(f"{name} is Secure, from {url.scheme}")
        if name.startswith("__Host-") and not (secure and path == "/" and "domain" not in attributes):
            raise Refused(f"{name} without Secure, Path=/, or with a Domain: {line}")
        key = (url.hostname or "", path, name)
        if not value or attributes.get("max-age") == "0":
            self._cookies.pop(key, None)
            return
        self._cookies[key] = Cookie(*key[:1], name, value, path, secure, attributes.get("samesite", "").lower())

    def header(self, url: SplitResult, method: str, cross_site: bool) -> str:
        """`Cookie`, for a navigation; empty where there is nothing to send."""
        return "; ".join(
            f"{cookie.name}={cookie.value}"
            for cookie in self._cookies.values()
            if cookie.host == url.hostname
            and (url.path or "/").startswith(cookie.path)
            and (url.scheme == "https" or not cookie.secure)
            and not (cross_site and cookie.same_site == "strict")
            and not (cross_site and cookie.same_site == "lax" and method != "GET")
        )

    def names(self, host: str) -> set[str]:
        return {cookie.name for cookie in self._cookies.values() if cookie.host == host}
