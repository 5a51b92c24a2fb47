"""(a) to (c) and (r): the JWK Set and the metadata against a static file from nginx."""

from http import HTTPStatus
from statistics import median

from context import Bench
from load import ToolFailed, WrkResult, wrk
from machine import Ticks, connections_accepted
from nginx import nginx
from support.client import JWKS_PATH, Client, Response
from table import Bar, Row

METADATA_PATH = "/.well-known/openid-configuration"
CONNECTIONS = 32
WARM_UP_SECONDS = 1


def keep_alive(bench: Bench) -> list[Row]:
    """wrk (1 thread, 32 keep-alive connections, on the second core) asks for the JWK Set, in turn from the server and
    from nginx (1 worker, the same body as a static file, as many header fields), each alone on the first core, where
    the server runs one event loop. The notes say how busy both cores were: where wrk's core is the busier one, it is
    wrk that is measured."""
    return [_compare(bench, "a", "JWK Set, keep-alive", 200, {}, [Bar("ratio", 1.0, 1.4)])]


def not_modified(bench: Bench) -> list[Row]:
    """As (a), with the entity tag that each of the two sends in If-None-Match; both answer 304."""
    return [_compare(bench, "b", "JWK Set, If-None-Match", 304, {}, [])]


def new_connections(bench: Bench) -> list[Row]:
    """As (a), with Connection: close, so that wrk opens a connection for every request; the kernel's count of accepted
    connections must agree."""
    return [_compare(bench, "c", "JWK Set, new connections", 200, {"Connection": "close"}, [Bar("ratio", 1.0, 1.2)])]


def metadata(bench: Bench) -> list[Row]:
    """As (a) and (c), with the metadata of OpenID Connect."""
    return [
        _compare(bench, "r", "metadata, keep-alive", 200, {}, [Bar("ratio", 1.0)], METADATA_PATH),
        _compare(
            bench, "r", "metadata, new connections", 200, {"Connection": "close"}, [Bar("ratio", 1.0)], METADATA_PATH
        ),
    ]


def _compare(
    bench: Bench,
    letter: str,
    what: str,
    status: int,
    fields: dict[str, str],
    bars: list[Bar],
    path: str = JWKS_PATH,
) -> Row:
    core, load_core = bench.two_cores()
    row = Row(letter, what, "requests/s", control_name="nginx", bars=bars)
    with bench.server("jwk-set", core) as server:
        body = server.client.get(path).body
        with nginx(bench.new_directory("nginx"), body, core, path) as control:
            clients = {"server": server.client, "nginx": control}
            sent = {name: _request_fields(client, path, status, fields) for name, client in clients.items()}
            row.notes.append(", ".join(_size(name, clients[name].get(path, sent[name])) for name in clients))
            rates: dict[str, list[float]] = {name: [] for name in clients}
            busy: dict[str, list[list[float]]] = {name: [] for name in clients}
            for round in range(-1, bench.runs):
                for name, client in clients.items():
                    accepted, ticks = connections_accepted(), [Ticks.now(each) for each in (core, load_core)]
                    result = wrk(
                        client.port,
                        path,
                        connections=CONNECTIONS,
                        seconds=bench.seconds if round >= 0 else WARM_UP_SECONDS,
                        core=load_core,
                        headers=[f"{field}: {value}" for field, value in sent[name].items()],
                    )
                    if round < 0:
                        continue
                    rates[name].append(result.rate)
                    both = zip((core, load_core), ticks, strict=True)
                    busy[name].append([Ticks.now(each).since(then)[0] for each, then in both])
                    accepted = connections_accepted() - accepted
                    problems = result.problems + _connection_problems(result, accepted, "Connection" in fields)
                    row.problems += [f"{name}, run {round + 1}: {problem}" for problem in problems]
            for name, shares in busy.items():
                own, load = (median(share) for share in zip(*shares, strict=True))
                row.notes.append(f"busy with {name}: its core {own:.0%}, wrk's {load:.0%}")
    row.values, row.controls = rates["server"], rates["nginx"]
    return row


def _request_fields(client: Client, path: str, status: int, fields: dict[str, str]) -> dict[str, str]:
    """The fields to send; proves that they are answered as the measurement assumes."""
    if status == 304:
        fields = fields | {"If-None-Match": client.get(path).headers["ETag"]}
    answer = client.get(path, fields)
    if answer.status != status:
        raise ToolFailed(f"answered {answer.status} where {status} was expected")
    return fields


def _size(name: str, answer: Response) -> str:
    head = f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}\r\n\r\n"
    fields = sum(len(field) + len(value) + 4 for field, value in answer.headers.items())
    return f"{name} {len(answer.headers)} fields, {len(head) + fields + len(answer.body)} bytes"


def _connection_problems(result: WrkResult, accepted: int, each_its_own: bool) -> list[str]:
    if each_its_own and accepted < 0.98 * result.requests:
        return [f"only {accepted} connections for {result.requests} requests"]
    if not each_its_own and accepted > 4 * CONNECTIONS:
        return [f"{accepted} connections where {CONNECTIONS} were to be kept"]
    return []
