"""The short form of `script/oauth-clients`."""

from collections.abc import Callable, Iterator

import pytest

from clients.apache import APACHE, MODULES
from clients.issuer import Issuer, issuer
from clients.plays import QUICK, play
from support.needs import skip_without


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issuer]:
    with issuer(tmp_path_factory.mktemp("clients")) as made:
        yield made


@pytest.mark.parametrize("name", QUICK)
def test_logs_in_by_configuration_alone(name: str, at: Issuer, report: Callable[[str], None]) -> None:
    if "openidc" in name and not (APACHE and (MODULES / "mod_auth_openidc.so").exists()):
        skip_without("apache2-bin and libapache2-mod-auth-openidc")
    played = play(name, at)
    if played.failure is not None:
        pytest.fail(str(played), pytrace=False)
    report(str(played))
