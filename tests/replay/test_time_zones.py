"""Times without an offset are replayed in the zone that the house had when they were read."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from engine import clock, handlers
from engine.commands import due_work
from engine.commands.deployments import deploy
from engine.commands.process_instances import start_process_instance
from engine.commands.user_tasks import complete_user_task
from engine.handlers import Registry, Site
from engine.persistence.process_instances import claim_due_instance, find_instance
from engine.persistence.transactions import Transaction
from engine.persistence.user_tasks import open_tasks_of
from engine.queries.replays import list_replay_steps
from engine.replay.instances import verify_instance
from engine.replay.recorded import RecordedEnvironment
from tests.engine.conftest import ADMIN, NOW, STAFF
from tests.engine.diagrams import chain, diagram, end, start, user

TIMER = (
    '<boundaryEvent id="late" attachedToRef="approve" cancelActivity="false"><timerEventDefinition>'
    '<timeDate xsi:type="tFormalExpression">2030-01-10T10:00:00</timeDate></timerEventDefinition></boundaryEvent>'
    '<endEvent id="told"/><sequenceFlow id="f_late" sourceRef="late" targetRef="told"/>'
)
DATED = ("check", '<userTask id="check" camunda:candidateGroups="staff" camunda:dueDate="2030-02-01"/>')


@pytest.fixture(autouse=True)
def in_shanghai() -> Iterator[None]:
    before = handlers.installed()
    handlers.install(Registry())
    clock.configure_zone("Asia/Shanghai")
    yield
    clock.configure_zone("Asia/Shanghai")
    handlers.install(before)


def begun(tx: Transaction, suffix: str = "") -> UUID:
    """An instance with a timer and a due date; `suffix` of their times."""
    timer = TIMER.replace("T10:00:00", f"T10:00:00{suffix}")
    due = DATED[1].replace("2030-02-01", f"2030-02-01T00:00:00{suffix}") if suffix else DATED[1]
    content = diagram(chain(start(), user("approve"), ("check", due), end()) + timer)
    deploy(tx, {"test.bpmn": content}, registry=handlers.installed(), actor=ADMIN, now=NOW)
    return start_process_instance(tx, definition_key="test", variables={}, actor=ADMIN, now=NOW).instance.id


def complete(tx: Transaction, instance_id: UUID) -> None:
    task = open_tasks_of(tx, instance_id)[0]
    complete_user_task(tx, task.id, {}, actor=STAFF, now=NOW + timedelta(hours=1))


def test_an_instance_replays_in_the_zones_of_then_although_the_house_has_moved_twice(tx):
    instance_id = begun(tx)
    clock.configure_zone("Europe/Berlin")
    complete(tx, instance_id)
    due_at = open_tasks_of(tx, instance_id)[0].due_at

    clock.configure_zone("America/New_York")
    verdict = verify_instance(tx, instance_id)

    assert due_at == datetime(2030, 1, 31, 23, 0, tzinfo=UTC)  # midnight in Berlin
    assert verdict.is_identical, verdict.detail
    read = tx.execute(text("SELECT payload ->> 'zone' FROM journal WHERE type = 'time_zone.read' ORDER BY id")).all()
    assert read == [("Asia/Shanghai",), ("Europe/Berlin",)]
    steps = list_replay_steps(tx, instance_id, actor=ADMIN, now=NOW).items
    assert "time_zone.read" not in {each.type for each in steps}


def test_a_cron_goes_on_in_the_zone_of_its_last_firing_and_replays_so(tx):
    cron = TIMER.replace("timeDate", "timeCycle").replace("2030-01-10T10:00:00", "0 0 9 * * ?")
    content = diagram(chain(start(), user("approve"), end()) + cron)
    deploy(tx, {"test.bpmn": content}, registry=handlers.installed(), actor=ADMIN, now=NOW)
    instance = start_process_instance(tx, definition_key="test", variables={}, actor=ADMIN, now=NOW).instance
    first = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # nine o'clock in Shanghai

    clock.configure_zone("Europe/Berlin")
    due = claim_due_instance(tx, now=first)
    due_work.advance_due_instance(tx, due, now=first)
    clock.configure_zone("America/New_York")

    assert instance.next_due_at == first
    assert find_instance(tx, instance.id).next_due_at == first + timedelta(hours=7)  # nine o'clock in Berlin
    verdict = verify_instance(tx, instance.id)
    assert verdict.is_identical, verdict.detail


def test_times_with_an_offset_ask_for_no_zone(tx):
    instance_id = begun(tx, "+08:00")
    complete(tx, instance_id)

    assert tx.scalar(text("SELECT count(*) FROM journal WHERE type = 'time_zone.read'")) == 0
    assert verify_instance(tx, instance_id).is_identical


def test_what_a_journal_does_not_say_is_read_in_the_zone_that_is_set(tx):
    clock.configure_zone("Europe/Berlin")
    site = Site(UUID(int=1), UUID(int=2), "test", "late", None, "t2", None, None, NOW, None, NOW)

    assert RecordedEnvironment(tx).local_zone(site) == "Europe/Berlin"
