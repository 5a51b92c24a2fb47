"""OAuth 2.1 and OpenID Connect from outside, by a browser and a client of the tests' own and by those of two libraries.

A test is named after what it shows: a module of the OpenID conformance suite (`oidcc_…`) or a row of the checklist by
which OAuth was built (`row_16_…`), which says what the texts want. What cannot be seen from outside is named at the
head of the file where it belongs, with the place where it is tested.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.provider import MakeProvider, Provider, copied, prepare
from support.rotation import QUICK
from support.server import servers


@dataclass(frozen=True)
class Prepared:
    """A directory with a database in which users and clients are registered, and the clients' secrets."""

    directory: Path
    secrets: dict[str, str]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    directory = tmp_path_factory.mktemp("prepared")
    with servers(directory) as make:
        server = make(**QUICK)
        server.start()
        return Prepared(server.directory, prepare(server))


@pytest.fixture(scope="module")
def provider_with(tmp_path_factory: pytest.TempPathFactory, prepared: Prepared) -> Iterator[MakeProvider]:
    """Makes servers with these settings."""
    directory = tmp_path_factory.mktemp("provider")
    made = 0

    def start(**settings: str) -> Provider:
        nonlocal made
        made += 1
        return copied(make, prepared.directory, directory / str(made), prepared.secrets, **settings)

    with servers(directory) as make:
        yield start


@pytest.fixture(scope="module")
def provider(provider_with: MakeProvider) -> Provider:
    """One server for a whole file, whose tests leave its clients and users as they were."""
    return provider_with()
