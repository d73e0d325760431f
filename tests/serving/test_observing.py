"""A running node, seen from outside: one set of numbers for all its processes, traces, and JSON lines."""

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from socket import create_server

import httpx
import psutil
import pytest

from engine import jobs, traces
from engine.persistence.embedded import start_embedded, stop_embedded
from tests.serving.collector import Collector, collecting
from tests.serving.place import Place

PASSWORD = "correct horse battery staple"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def place(folder_for_servers: Path) -> Iterator[Place]:
    made = Place(Path(tempfile.mkdtemp(dir=folder_for_servers)) / "var")
    yield made
    made.close()


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as made:
        yield made


def administrator_of(place: Place) -> dict[str, str]:
    place.run("migrate")
    place.run("admin", "create", "boss", "--password-stdin", said=PASSWORD + "\n")
    return {"Authorization": f"Bearer {place.run('token', '--user', 'boss')[1].strip()}"}


def until(fact: Callable[[], object]) -> None:
    """Wait for something another process does; the test's own timeout ends a wait in vain."""
    while not fact():
        time.sleep(0.05)


def test_whichever_process_is_asked_the_numbers_are_those_of_the_whole_node(place: Place):
    place.run("migrate")
    serving = place.start("serve", "--processes", "2")
    place.wait_for(serving, "/health/ready")

    for _ in range(20):
        httpx.post(place.url("/api/requests"), json={}, timeout=300)
    shown = [httpx.get(place.url("/metrics"), timeout=300).text for _ in range(6)]

    route = '{method="POST",route="/api/requests",status="%s"}'
    for text in shown:
        numbers = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
        asked = [float(numbers.get("opsflow_http_requests_total" + route % status, 0)) for status in (422, 429)]
        assert sum(asked) == 20


def test_a_worker_alone_says_its_numbers_on_a_port_of_its_own(place: Place):
    place.run("migrate")
    with closing(create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    worker = place.start("worker", "--metrics-port", str(port))

    shown = ""
    while not shown and worker.poll() is None:
        with suppress(httpx.TransportError):
            shown = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=300).text

    assert "opsflow_due_lateness_seconds_count" in shown, worker.poll() is None or worker.communicate()


def test_a_request_is_traced_from_the_callers_span_through_its_command_to_its_statements(
    place: Place, collector: Collector
):
    headers = administrator_of(place)
    place.environ |= {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "100"}
    serving = place.start("serve", "--no-worker")
    place.wait_for(serving)

    group = {"id": "night_shift", "name_zh": "夜班", "name_en": "Night shift"}
    traced = headers | {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
    httpx.post(place.url("/api/groups"), json=group, headers=traced, timeout=300)
    until(lambda: collector.named("POST /api/groups"))

    [root] = collector.named("POST /api/groups")
    ours = [span for span in collector.spans if span.trace_id.hex() == TRACE]
    inserts = [span for span in ours if span.name == "SQL INSERT"]
    assert root.trace_id.hex() == TRACE
    assert inserts
    for span in inserts:
        assert collector.line_of(span) == ["SQL INSERT", "command groups.create", "POST /api/groups"]
    assert "night_shift" not in str(ours)


def test_a_job_belongs_to_the_trace_of_the_command_that_deferred_it(
    tx, collector: Collector, monkeypatch: pytest.MonkeyPatch
):
    ran: list[Mapping[str, object]] = []
    monkeypatch.setitem(jobs._jobs, "tests.note", jobs.Job("tests.note", ran.append, 1))
    for name, value in {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_SERVICE_NAME": "opsflow-tests"}.items():
        monkeypatch.setenv(name, value)
    provider = traces.configure(os.environ)
    assert provider is not None
    with traces.span("command tests"):
        jobs.defer(tx, "tests.note", {"what": 1})
    stored = tx.exec_driver_sql("SELECT args FROM procrastinate_jobs").scalar_one()

    jobs._run(jobs._jobs["tests.note"], **stored)
    provider.shutdown()
    traces.configure({})

    [job] = collector.named("job tests.note")
    assert ran == [{"what": 1}]
    assert collector.line_of(job) == ["job tests.note", "command tests"]


def test_in_production_every_line_of_the_log_is_json(place: Place):
    server = start_embedded(place.var.with_name("lent"), is_durable=False)
    place.environ |= {
        "OPSFLOW_ENV": "production",
        "DATABASE_URL": server.url,
        "DATABASE_MIGRATION_URL": server.migration_url,
        "OPSFLOW_MASTER_KEY": "A" * 43 + "=",
    }
    place.run("migrate")
    serving = place.start("serve")
    place.wait_for(serving)

    httpx.get(place.url("/health/live"), headers={"X-Request-ID": "request-of-the-test"}, timeout=300)
    [web] = [child for child in psutil.Process(serving.pid).children() if "web" in child.cmdline()]
    [killed] = web.children()
    killed.kill()
    until(lambda: set(web.children()) - {killed})
    serving.terminate()
    _, said = serving.communicate()
    stop_embedded(server.var)

    lines = [json.loads(line) for line in said.splitlines()]
    assert [line["route"] for line in lines if line.get("request_id") == "request-of-the-test"] == ["/health/live"]
    assert "_granian" in {line["logger"] for line in lines}
