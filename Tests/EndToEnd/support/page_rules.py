"""What every page of ours has."""

import re

from support.browser import Page

MOST_BYTES = 15_000


def assert_a_page(page: Page) -> None:
    """What every page has, and nothing that a caller put there: its tags are those of pages of ours."""
    headers = page.answer.headers
    assert headers["Content-Type"] == "text/html; charset=utf-8" and "evil" not in str(headers)
    assert "no-store" in headers["Cache-Control"] and headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY" and headers["Referrer-Policy"] == "same-origin"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy
    assert "unsafe" not in policy and ("script-src" not in policy or "'sha256-" in policy)
    assert not [name for name in headers if name.lower().startswith("access-control-")]
    assert not page.tags("img") and not page.tags("a") and not page.tags("iframe") and not page.tags("object")
    assert not [name for _, attributes in page.read.tags for name in attributes if name.startswith("on")]
    assert not [each for each in page.tags("form") if not each["action"].startswith("/")]
    assert len(page.tags("h1")) == 1 and len(page.tags("title")) == 1 and page.tags("html")[0]["lang"] in ("en", "de")
    assert len(page.answer.body) < MOST_BYTES
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", page.answer.body.decode())
    labelled = {each["for"] for each in page.tags("label")}
    assert all(each["id"] in labelled for each in page.tags("input") if each.get("type") != "hidden")
