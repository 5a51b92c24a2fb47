"""`/metrics` on a port of its own: what is there agrees with what was asked, whoever asks for what."""

import json
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from support.certificates import make_pair
from support.client import JWKS_PATH, NO_ANSWER, Client, Request, login_request, post_json, send
from support.needs import skip_without
from support.ports import free_port
from support.scrape import Scrape
from support.server import CONFIGURATION_ERROR, DEADLINE, REPOSITORY, MakeServer, Server

PROMETHEUS = REPOSITORY / "packaging" / "prometheus"
# As the contract names them.
CONTRACT = {
    "jwks_http_requests_total": {"route", "method", "status"},
    "jwks_http_request_duration_seconds_bucket": {"route", "le"},
    "jwks_logins_total": {"outcome"},
    "jwks_hash_wait_seconds_bucket": {"le"},
    "jwks_hash_queue_length": set(),
    "jwks_refused_total": {"reason"},
    "jwks_tokens_issued_total": {"grant", "alg"},
    "jwks_refresh_reuse_age_seconds_bucket": {"le"},
    "jwks_logout_deliveries_total": {"outcome"},
    "jwks_key_next_event_timestamp_seconds": set(),
    "jwks_certificate_expiry_timestamp_seconds": set(),
    "jwks_store_duration_seconds_bucket": {"operation", "le"},
    "jwks_store_errors_total": set(),
    "jwks_connections": set(),
    "jwks_log_lines_lost_total": set(),
    "jwks_build_info": {"version"},
    "process_cpu_seconds_total": set(),
    "process_resident_memory_bytes": set(),
    "process_virtual_memory_bytes": set(),
    "process_open_fds": set(),
    "process_max_fds": set(),
    "process_start_time_seconds": set(),
}


def metrics_of(server: Server) -> Client:
    return Client(int(server.settings["JWKS_METRICS_PORT"]))


def scrape(server: Server) -> Scrape:
    answer = metrics_of(server).get("/metrics")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    return Scrape(answer.body.decode())


def promtool(*arguments: str | Path, stdin: str = "") -> None:
    program = shutil.which("promtool")
    if program is None:
        skip_without("promtool, of Debian's package prometheus")
    result = subprocess.run(
        [program, *arguments], input=stdin, cwd=PROMETHEUS, capture_output=True, text=True, timeout=60
    )
    assert result.returncode == 0 and not result.stderr, result


@pytest.fixture
def metered(server: MakeServer, tmp_path: Path) -> Callable[..., Server]:
    """Makes servers that are scraped, and speak TLS to everybody else."""

    def make(**settings: str | None) -> Server:
        pair = make_pair(tmp_path, days=30)
        made = server(**pair.settings | {"JWKS_METRICS_PORT": str(free_port())} | settings)
        deadline = time.monotonic() + DEADLINE
        # After the last hash of the start.
        while not all(line in made.log.read_text() for line in ("metrics can be read", "memory of password hashes")):
            assert time.monotonic() < deadline, made.log.read_text()
            time.sleep(0.005)
        return made

    return make


def names_in(expression: str) -> set[str]:
    return set(re.findall(r"\b(?:jwks|process)_\w+", expression))


def test_every_metric_agrees_with_what_was_asked(metered: Callable[..., Server]) -> None:
    server = metered(JWKS_RATE_LIMIT="5", JWKS_RATE_WINDOW="60s")
    before, client = scrape(server), server.client

    password = client.new_user("zacharias")
    tag = client.get(JWKS_PATH).headers["ETag"]
    asked: list[tuple[Request, int]] = [
        (login_request("zacharias", password), 200),
        (post_json("/auth?expired=true", {"username": "zacharias", "password": password}), 200),
        (login_request("zacharias", "mistyped"), 401),
        (login_request("ludmilla", "mistyped"), 401),
        (post_json("/auth", {}), 400),
        (login_request("zacharias", password), 429),
        (login_request("zacharias", password), 429),
        (Request("GET", JWKS_PATH, None, {"If-None-Match": tag}), 304),
        (Request("HEAD", JWKS_PATH, None, {}), 200),
        (Request("GET", "/nothing", None, {}), 404),
        (Request("PATCH", "/auth", None, {}), 405),
        (Request("PROPFIND", "/auth", None, {}), 405),
        (Request("BREW", "/auth", None, {}), 400),
        (Request("GET", "/health/ready", None, {}), 200),
    ]
    for request, status in asked:
        assert client.send(request).status == status, request

    after = scrape(server)

    def grown(name: str, **labels: str) -> float:
        return after.value(name, **labels) - before.value(name, **labels)

    answers = {
        ("/auth", "POST", "200"): 2,
        ("/auth", "POST", "401"): 2,
        ("/auth", "POST", "400"): 1,
        ("/auth", "POST", "429"): 2,
        ("/auth", "PATCH", "405"): 1,
        ("/auth", "other", "405"): 1,
        ("/register", "POST", "201"): 1,
        (JWKS_PATH, "GET", "200"): 1,
        (JWKS_PATH, "GET", "304"): 1,
        (JWKS_PATH, "HEAD", "200"): 1,
        ("other", "GET", "404"): 1,
        ("other", "other", "400"): 1,
        ("/health/ready", "GET", "200"): 1,
    }
    for (route, method, status), count in answers.items():
        labels = {"route": route, "method": method, "status": status}
        assert grown("jwks_http_requests_total", **labels) == count, labels
    assert grown("jwks_http_requests_total") == sum(answers.values())
    assert grown("jwks_http_request_duration_seconds_count", route="/auth") == 9
    assert grown("jwks_logins_total", outcome="success") == 2
    assert grown("jwks_logins_total", outcome="failure") == 2
    assert grown("jwks_tokens_issued_total", grant="password", alg="RS256") == grown("jwks_tokens_issued_total") == 2
    assert grown("jwks_refused_total", reason="rate_limited") == grown("jwks_refused_total") == 2
    # A registration, two right passwords, a wrong one and one of nobody.
    assert grown("jwks_hash_wait_seconds_count") == 5
    assert grown("jwks_store_duration_seconds_count", operation="write") >= 5
    assert grown("jwks_store_duration_seconds_count", operation="read") >= 4
    assert after.value("jwks_store_errors_total") == after.value("jwks_log_lines_lost_total") == 0
    assert after.value("jwks_hash_queue_length") == 0

    for name, labels in CONTRACT.items():
        found = after.series(name)
        assert found, name
        assert all({label for label, _ in series} == labels for series in found), name
    for secret in (password, "zacharias", "ludmilla", "mistyped"):
        assert secret not in after.text
    promtool("check", "metrics", stdin=after.text)


def test_what_the_process_is(metered: Callable[..., Server]) -> None:
    before = time.time()
    server = metered()
    connections = [server.client.connect() for _ in range(5)]
    for connection in connections:
        send(connection, Request("GET", "/ping", None, {}))
    found = scrape(server)
    now = time.time()
    assert before - 2 < found.value("process_start_time_seconds") < now + 1
    assert 0 < found.value("process_cpu_seconds_total") < 60
    assert 1e6 < found.value("process_resident_memory_bytes") < found.value("process_virtual_memory_bytes")
    assert found.value("jwks_connections") >= 5
    assert 5 < found.value("process_open_fds") < found.value("process_max_fds")
    assert now + 29 * 86_400 < found.value("jwks_certificate_expiry_timestamp_seconds") < now + 31 * 86_400
    # The successor takes over after the active period, 30 days.
    assert now < found.value("jwks_key_next_event_timestamp_seconds") < now + 31 * 86_400
    [(labels, one)] = found.series("jwks_build_info").items()
    assert one == 1 and dict(labels)["version"] == server.run("--version").stdout.strip()
    for connection in connections:
        connection.close()


def test_no_caller_makes_a_series(metered: Callable[..., Server]) -> None:
    server = metered()
    connection = server.client.connect()

    def ask(number: int) -> None:
        odd = f'/{number}"\\n{{}}%0a?route={number}'
        assert send(connection, Request("GET", odd, None, {"User-Agent": str(number)})).status == 404
        method = ("PROPFIND", "MKCOL", "LOCK", "PURGE", "REPORT", "SUBSCRIBE", "UNLINK", "SEARCH")[number % 8]
        for path, status in ((odd, 404), ("/auth", 405)):
            assert send(connection, Request(method, path, None, {})).status == status
        if number % 25 == 0:
            assert server.client.request(f"M{number}", "/auth").status == 400

    ask(0)
    before = scrape(server)
    for number in range(1, 501):
        ask(number)
    after = scrape(server)
    assert after.shape == before.shape
    for method, route, status, count in (
        ("GET", "other", "404", 501), ("other", "other", "404", 501), ("other", "/auth", "405", 501),
        ("other", "other", "400", 21),
    ):  # fmt: skip
        assert after.value("jwks_http_requests_total", route=route, method=method, status=status) == count
    connection.close()


def test_the_public_port_knows_nothing_of_it(metered: Callable[..., Server]) -> None:
    server = metered()
    metrics = metrics_of(server)
    assert server.client.get("/metrics").status == 404
    for path in ("/", "/ping", "/metrics/", "//metrics", JWKS_PATH, "/auth"):
        assert metrics.get(path).status == 404
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        answer = metrics.request(method, "/metrics")
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")
    head = metrics.request("HEAD", "/metrics")
    assert head.status == 200 and not head.body and int(head.headers["Content-Length"]) > 1_000
    # Prometheus keeps its connection; a stop does not wait for it.
    kept = metrics.connect()
    assert send(kept, Request("GET", "/metrics", None, {})).status == 200
    begun = time.monotonic()
    server.stop()
    assert time.monotonic() - begun < 4
    kept.close()


def test_it_is_off_unless_a_port_is_set(server: MakeServer) -> None:
    running = server()
    assert running.client.get("/metrics").status == 404
    assert "metrics can be read" not in running.log.read_text()


def test_a_port_that_is_taken(metered: Callable[..., Server], prepared_server: MakeServer) -> None:
    running = metered()
    port = running.settings["JWKS_METRICS_PORT"]
    second = prepared_server(JWKS_METRICS_PORT=port)
    assert second.refusal() == (
        1,
        f"jwks-server: port {port} on 127.0.0.1 is in use: choose another with JWKS_METRICS_PORT",
    )
    assert not second.database.exists()
    elsewhere = prepared_server(JWKS_METRICS_PORT=str(free_port()), JWKS_METRICS_HOST="192.0.2.1")
    assert elsewhere.refusal() == (
        CONFIGURATION_ERROR,
        'jwks-server: JWKS_METRICS_HOST is "192.0.2.1": give an address of this machine',
    )


def test_the_alert_rules() -> None:
    promtool("check", "rules", "alerts.yml")
    promtool("test", "rules", "alerts_test.yml")


def test_the_dashboard_and_the_alerts_name_what_there_is(metered: Callable[..., Server]) -> None:
    text = (PROMETHEUS / "grafana-dashboard.json").read_text()
    dashboard = json.loads(text)
    variables = {variable["name"]: variable for variable in dashboard["templating"]["list"]}
    assert variables["datasource"]["type"] == "datasource"
    sources: list[object] = []
    expressions: list[str] = [variable["definition"] for variable in variables.values() if "definition" in variable]

    def walk(value: object) -> None:
        if isinstance(value, dict):
            sources.extend(found for key, found in value.items() if key == "datasource")
            expressions.extend(found for key, found in value.items() if key == "expr")
            for found in value.values():
                walk(found)
        elif isinstance(value, list):
            for found in value:
                walk(found)

    walk(dashboard)
    assert sources and all(source == {"type": "prometheus", "uid": "${datasource}"} for source in sources)
    assert dashboard["id"] is None
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(set(ids)) == len(ids) and all(panel["targets"] for panel in dashboard["panels"])
    for used in set(re.findall(r"\$(?!__)\{?(\w+)", text)):
        assert used in variables, used

    alerts = re.findall(r"^ +expr: (.+)$", (PROMETHEUS / "alerts.yml").read_text(), re.MULTILINE)
    assert len(expressions) > 15 and len(alerts) == 6
    there = scrape(metered()).names
    for expression in [*expressions, *alerts]:
        assert names_in(expression) <= there, expression
    # And the other way round: the manual has a row for each.
    manual = (REPOSITORY / "docs" / "operations.md").read_text()
    for name in {re.sub(r"_(bucket|sum|count)$", "", name) for name in there}:
        assert f"`{name}`" in manual, name


@pytest.mark.alone
def test_a_scrape_under_load(metered: Callable[..., Server], report: Callable[[str], None]) -> None:
    server = metered(JWKS_RATE_LIMIT="0")
    password = server.client.new_user("busy")
    end = time.monotonic() + 2

    def log_in_again_and_again() -> None:
        connection = server.client.connect()
        while time.monotonic() < end:
            try:
                send(connection, login_request("busy", password))
            except NO_ANSWER:
                connection = server.client.connect()
        connection.close()

    def fetch_again_and_again() -> None:
        connection = server.client.connect()
        while time.monotonic() < end:
            send(connection, Request("GET", JWKS_PATH, None, {}))
        connection.close()

    threads = [threading.Thread(target=log_in_again_and_again) for _ in range(6)]
    threads += [threading.Thread(target=fetch_again_and_again) for _ in range(2)]
    for thread in threads:
        thread.start()
    took = []
    metrics = metrics_of(server).connect()
    while time.monotonic() < end:
        answer = send(metrics, Request("GET", "/metrics", None, {}))
        took.append(Scrape(answer.body.decode()).value("jwks_scrape_duration_seconds"))
        time.sleep(0.02)
    metrics.close()
    for thread in threads:
        thread.join()
    took = sorted(took[1:])
    middle = took[len(took) // 2]
    report(f"a scrape under load: {middle * 1e6:.0f} us in the middle of {len(took)}, {took[-1] * 1e6:.0f} us at most")
    # A thread that was told to wait in the middle of it counts as long as it waits.
    assert len(took) > 5 and middle < 0.02
