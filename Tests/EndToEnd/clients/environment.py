"""What programs that talk to 127.0.0.1 have in their environment: no proxy of the machine, and whom they trust."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_HERE = "127.0.0.1,localhost"


def for_programs(**more: str) -> dict[str, str]:
    """For another process."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return kept | {"no_proxy": _HERE} | more


@contextmanager
def trusting_requests(certificate: Path) -> Iterator[None]:
    """What `requests` reads in this process, as an operator with an authority of the company sets it."""
    changed = {"REQUESTS_CA_BUNDLE": str(certificate), "no_proxy": _HERE}
    before = {name: os.environ.get(name) for name in changed}
    os.environ.update(changed)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
