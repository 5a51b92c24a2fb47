"""What docs/verifier.md shows works with the real server: script/example."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.rotation import QUICK
from support.server import Server
from verifier.service import BINARY, Service, ask

pytestmark = pytest.mark.skipif(not BINARY.exists(), reason="script/example builds the service")


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("example")


@pytest.fixture(scope="module")
def server(directory: Path) -> Iterator[Server]:
    (directory / "server").mkdir()
    server = Server(directory / "server", dict(QUICK))
    server.settings["JWKS_ISSUER"] = f"http://127.0.0.1:{server.port}"
    server.start()
    yield server
    if server.process is not None:
        server.kill()


@pytest.fixture(scope="module")
def service(server: Server, directory: Path) -> Iterator[Service]:
    service = Service(str(server.settings["JWKS_ISSUER"]), directory)
    service.start()
    yield service
    service.stop()


def test_the_example_takes_our_tokens_and_no_others_and_goes_on_while_the_server_is_away(
    server: Server, service: Service
) -> None:
    token = server.client.token("resident", server.client.new_user("resident"))
    connection = service.connect()
    answer = ask(connection, token)
    assert (answer.status, answer.body) == (200, "notes of 1\n")  # type: ignore[attr-defined]
    answer = ask(connection, None)
    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    forged = token[:-2] + ("AA" if token[-2:] != "AA" else "BA")
    answer = ask(connection, forged)
    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, 'Bearer error="invalid_token"')
    server.kill()
    assert ask(connection, token).status == 200
