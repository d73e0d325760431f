"""The house's own processes in a sandbox: their deadlines are computed, though there is no case."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, text

from engine import handlers
from engine.actors import Actor, system
from engine.commands.deployments import deploy
from engine.commands.sandbox_moves import advance_clock, answer_question
from engine.commands.sandboxes import Beginning, start_sandbox
from engine.persistence.tables.process_definitions import process_definition
from engine.queries.sandboxes import SandboxState, list_steps, read_sandbox
from operations.registry import build_registry

ROOT = Path(__file__).resolve().parents[2]
OWNER = Actor("person:owner", permissions=frozenset({"deploy"}))
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
KEYS = [path.parent.name for path in sorted((ROOT / "processes").glob("*/*.bpmn"))]


@pytest.fixture
def house(seeded: Connection) -> Iterator[Connection]:
    before, registry = handlers.installed(), build_registry()
    handlers.install(registry)
    paths = [path for folder in ("processes", "forms") for path in sorted((ROOT / folder).rglob("*.*"))]
    files = {path.name: path.read_bytes() for path in paths if path.suffix in {".bpmn", ".dmn", ".form"}}
    deploy(seeded, files, registry=registry, actor=system("tests"), now=MONDAY)
    yield seeded
    handlers.install(before)


def begun(tx: Connection, key: str, *, actor: Actor = OWNER, **beginning: Any) -> SandboxState:
    definition = tx.scalars(select(process_definition.c.id).where(process_definition.c.key == key)).one()
    made = start_sandbox(tx, definition, Beginning(begins_at=MONDAY, **beginning), actor=actor, now=MONDAY)
    return read_sandbox(tx, made, actor=actor, now=MONDAY)


def test_each_process_of_the_house_can_be_tried(house: Connection) -> None:
    colleagues = [Actor(f"person:{number}", permissions=OWNER.permissions) for number in range(len(KEYS))]

    states = {key: begun(house, key, actor=one) for key, one in zip(KEYS, colleagues, strict=True)}

    assert [key for key, state in states.items() if not (state.tokens or state.is_completed)] == []
    assert states["record_archive"].is_completed


def test_deadlines_are_those_of_the_register_and_of_the_facts_that_were_said(house: Connection) -> None:
    usual = begun(house, "result_confirmation")
    urgent = begun(house, "intake_triage", facts={"priority": "P1", "channel": "phone"})

    dues = {each.element_id: each.due_at for each in usual.dues}
    assert dues["due_result"] == datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
    assert [each.element_id for each in urgent.user_tasks] == ["task_log_details"]
    assert min(each.due_at for each in urgent.dues) < datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def test_a_fact_that_no_case_has_is_asked_for(house: Connection) -> None:
    state = begun(house, "service_execution", facts={"lead_department": ""})
    (incident,) = state.incidents
    assert incident.question is not None

    sandbox_id = state.sandbox.id
    answer_question(house, sandbox_id, incident.wait.task_id, outcome="value", value="it_lead", actor=OWNER, now=MONDAY)

    after = read_sandbox(house, sandbox_id, actor=OWNER, now=MONDAY)
    assert (incident.question.name, incident.question.inputs) == ("dept_group", ["lead"])
    assert [(each.element_id, each.candidate_groups) for each in after.user_tasks] == [("task_plan", ("it_lead",))]


def test_a_deadline_that_passes_warns_nobody_and_goes_on(house: Connection) -> None:
    state = begun(house, "result_confirmation")
    letters = house.scalar(text("SELECT count(*) FROM procrastinate_jobs"))

    advance_clock(house, state.sandbox.id, datetime(2026, 11, 23, 5, 0, tzinfo=UTC), actor=OWNER, now=MONDAY)

    (last, _) = list_steps(house, state.sandbox.id, actor=OWNER, now=MONDAY).items
    called = [each["detail"]["name"] for each in last.events if each["type"] == "handler.completed"]
    assert called[:2] == ["sla_remind", "sla_breach"]
    assert house.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == letters
