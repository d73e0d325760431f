"""What the service says about itself: counts by names the code knows, lines with ids, and nothing about anybody."""

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from engine import traces
from engine.logs import JsonLines
from engine.metrics import REGISTRY
from tests.api.conftest import REQUEST, User


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What production would write."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


def test_commands_are_counted_by_what_became_of_them(administrator: User) -> None:
    group = {"id": "night_shift", "name_zh": "夜班", "name_en": "Night shift"}
    before = {
        outcome: counted("opsflow_commands_total", command="groups.create", outcome=outcome)
        for outcome in ("done", "refused")
    }

    statuses = [administrator.post("/api/groups", group).status_code for _ in range(2)]

    assert statuses == [201, 409]
    for outcome, count in before.items():
        assert counted("opsflow_commands_total", command="groups.create", outcome=outcome) == count + 1


def test_a_method_that_a_client_invents_is_no_label_of_its_own(anybody: User) -> None:
    for number in range(3):
        anybody.send(f"INVENTED{number}", "/health/live")

    shown = anybody.get("/metrics").get_data(as_text=True)

    assert 'method="other"' in shown
    assert "INVENTED" not in shown


def test_metrics_say_how_the_database_is_used(anybody: User) -> None:
    shown = anybody.get("/metrics").get_data(as_text=True)

    for name in ("database_connections", "database_connections_waiting_for_lock", "longest_overdue_seconds"):
        assert f"\nopsflow_{name} " in shown


def test_no_log_line_of_a_request_holds_a_name_a_number_or_a_word_the_customer_wrote(
    house: Flask, anybody: User, user: Callable[..., User], logged: io.StringIO
) -> None:
    agent = user("wangfang", "customer_service")

    token = anybody.post("/api/requests", REQUEST).json["tracking_token"]
    anybody.post("/api/requests", {**REQUEST, "customer": {"name": "王芳", "phone": "no number"}})
    anybody.get(f"/api/tracking/{token}")
    agent.get("/api/user-tasks?text=王芳")
    agent.get("/13800138000")

    assert logged.getvalue().count('"event": "request"') == 5
    for secret in ("王芳", "13800138000", "无法上网", "路由器", "no number", token, agent.token, "wangfang"):
        assert secret not in logged.getvalue()


def test_a_request_that_locks_an_instance_names_it_in_its_line_and_the_next_request_does_not(
    house: Flask, anybody: User, owner: User, logged: io.StringIO
) -> None:
    anybody.post("/api/requests", REQUEST)
    instance = owner.get("/api/process-instances").json["items"][0]["id"]

    keyed = owner.with_headers(X_Request_ID="request-of-the-test")
    cancelled = keyed.delete(f"/api/process-instances/{instance}?reason=test")
    owner.get("/api/process-instances")

    assert cancelled.status_code in {200, 204}, cancelled.json
    said, after = (json.loads(line) for line in logged.getvalue().splitlines()[-2:])
    assert (said["request_id"], said["process_instance_id"]) == ("request-of-the-test", instance)
    assert "process_instance_id" not in after


def test_what_an_exception_says_stays_out_of_the_log() -> None:
    try:
        message = "王芳 13800138000"
        raise ValueError(message)
    except ValueError:
        record = logging.getLogger("tests").makeRecord(
            "tests", logging.ERROR, __file__, 1, "it could not be done", (), sys.exc_info()
        )

    line = json.loads(JsonLines().format(record))

    assert line["error"]["kind"] == "ValueError"
    assert "test_observing.py" in line["error"]["at"][-1]
    said = json.dumps(line, ensure_ascii=False)
    assert "王芳" not in said
    assert "13800138000" not in said


def test_without_an_endpoint_a_span_is_nothing_at_all() -> None:
    assert traces.configure({}) is None
    assert traces.span("one") is traces.span("two")
    assert traces.carrier() == {}
