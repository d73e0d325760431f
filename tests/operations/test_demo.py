"""The demo: people for every role, and cases at different stages."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, select

from engine import handlers
from engine.actors import Actor, system
from engine.commands.deployments import deploy
from engine.persistence.tables.process_instances import incident
from engine.persistence.tables.user_tasks import user_task
from operations import case_access, case_views
from operations.case_access import get_visible_case
from operations.case_views import CaseFilter, list_cases
from operations.cases import get_case
from operations.demo_cases import EXAMPLES, play_demo_cases
from operations.demo_people import PEOPLE, actor_of, create_demo_people
from operations.registry import build_registry
from operations.roles import ROLES
from tests.operations.examples import NOW
from tests.operations.house import ROOT

PATTERNS = ("processes/*/*.bpmn", "processes/*/*.dmn", "forms/*.form")


@pytest.fixture
def deployed(seeded: Connection) -> Iterator[Connection]:
    registry, before = build_registry(), handlers.installed()
    handlers.install(registry)
    files = {path.name: path.read_bytes() for pattern in PATTERNS for path in ROOT.glob(pattern)}
    deploy(seeded, files, registry=registry, actor=system("test"), now=NOW)
    yield seeded
    handlers.install(before)


def test_demo_people_hold_every_role_of_the_core_and_play_cases_to_every_stage(deployed):
    passwords = {person.user_name: f"Sesame-{number}-opens-42" for number, person in enumerate(PEOPLE)}

    people = create_demo_people(deployed, passwords, actor=system("demo"), now=NOW)
    requests = play_demo_cases(deployed, [actor_of(person) for person in people], now=NOW)

    cases = [get_case(deployed, request.case_number) for request in requests]
    stages = {case.stage for case in cases}
    assert len(requests) == len(EXAMPLES)
    assert {"intake", "assignment", "execution", "confirmation", "archive"} <= stages
    assert "archived" in {case.state for case in cases}
    assert sum(case.number.startswith("CP-") for case in cases) == 3
    waiting = set(deployed.execute(select(user_task.c.form_ref).where(user_task.c.state == "active")).scalars())
    assert {"complaint_response", "investigation_form", "statement_form"} <= waiting
    assert "withdrawn" in {case.outcome for case in cases}
    assert "P1" in {case.priority for case in cases}
    assert deployed.execute(select(incident.c.message).where(incident.c.resolved_at.is_(None))).all() == []
    held = {group for person in PEOPLE for group in person.groups}
    core = {"customer_service", "supervisor", "manager", "executive", "archivist", "process_owner", "system_admin"}
    assert core | {"quality_supervisor", "internal_auditor", "priority_team", "complaint_specialist"} <= held
    assert {group for group in held if not group.startswith("dept:")} <= {role[0] for role in ROLES}


def test_everybody_sees_the_same_cases_however_they_are_looked_for(deployed, monkeypatch):
    passwords = {person.user_name: f"Sesame-{number}-opens-42" for number, person in enumerate(PEOPLE)}
    people = create_demo_people(deployed, passwords, actor=system("demo"), now=NOW)
    actors = [actor_of(person) for person in people]
    play_demo_cases(deployed, actors, now=NOW)
    looked_up = [cases_seen_by(deployed, actor) for actor in actors]

    monkeypatch.setattr(case_access, "FEW", 0)
    walked = [cases_seen_by(deployed, actor) for actor in actors]
    monkeypatch.setattr(case_views, "WALKED", 2)
    walked_in_vain = [cases_seen_by(deployed, actor) for actor in actors]

    assert walked == looked_up
    assert walked_in_vain == looked_up
    assert len({len(seen) for seen in looked_up}) > 2


def cases_seen_by(tx: Connection, actor: Actor) -> list[str]:
    """Page by page, two at a time."""
    page = list_cases(tx, CaseFilter(), actor=actor, limit=2)
    found = [each.number for each in page.items]
    while page.after is not None:
        page = list_cases(tx, CaseFilter(), actor=actor, after=page.after, limit=2)
        found += [each.number for each in page.items]
    for number in found:
        assert get_visible_case(tx, number, actor=actor).number == number
    return found
