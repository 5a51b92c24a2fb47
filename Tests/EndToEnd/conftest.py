import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support import postgres
from support.needs import skip_without
from support.postgres import Database
from support.server import BINARY, MakeServer, Server, servers

# A proxy of the machine has no part in talking to 127.0.0.1.
os.environ["no_proxy"] = "127.0.0.1"

_measurements: list[str] = []
# What needs a real browser is run by script/browser-test.
collect_ignore = [] if os.environ.get("JWKS_BROWSER_TESTS") else ["browser"]


def pytest_configure() -> None:
    # A shell that runs the tests in the background has them ignore it, and whatever they start.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if not os.access(BINARY, os.X_OK):
        raise pytest.UsageError(f"{BINARY} is missing: build it, or name another in JWKS_SERVER")


@pytest.fixture
def prepared_server(tmp_path: Path) -> Iterator[MakeServer]:
    """Makes servers that are not started yet."""
    with servers(tmp_path) as make:
        yield make


@pytest.fixture
def server(prepared_server: MakeServer) -> MakeServer:
    """Makes servers and starts them."""

    def make_and_start(in_directory: Path | None = None, **settings: str | None) -> Server:
        made = prepared_server(in_directory, **settings)
        made.start()
        return made

    return make_and_start


@pytest.fixture(scope="module")
def unlimited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server without rate limits for a whole file whose tests leave it as it was, except for users."""
    with servers(tmp_path_factory.mktemp("unlimited")) as make:
        shared = make(JWKS_RATE_LIMIT="0")
        shared.start()
        yield shared


@pytest.fixture
def empty_database() -> Iterator[Database]:
    """A new database in the cluster of this run, removed afterwards."""
    url = os.environ.get("JWKS_TEST_POSTGRES")
    if not url or postgres.program("psql") is None:
        skip_without("PostgreSQL: script/test starts a cluster and names it in JWKS_TEST_POSTGRES")
    assert url
    made = Database(url).another()
    try:
        yield made
    finally:
        made.drop()


@pytest.fixture
def node(empty_database: Database, prepared_server: MakeServer) -> MakeServer:
    """Makes servers on that database, which are not started yet."""

    def make(in_directory: Path | None = None, **settings: str | None) -> Server:
        return prepared_server(in_directory, **{"JWKS_DATABASE": empty_database.url} | settings)

    return make


@pytest.fixture
def report() -> Callable[[str], None]:
    """Notes a measurement to be printed after the tests; measurements are reported, not asserted."""
    return _measurements.append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _measurements:
        terminalreporter.section("measurements")
        for line in _measurements:
            terminalreporter.write_line(line)
