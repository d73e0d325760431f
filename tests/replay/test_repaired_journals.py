"""
Instances that people repaired by hand, migrated, modified, corrected, retried, replay into the same state all the same.

With OPSFLOW_RECORD_JOURNALS they are kept as recordings, so that later versions of the engine replay them too.
"""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, text

from engine import handlers
from engine.commands.deployments import deploy
from engine.commands.incidents import retry_incident
from engine.commands.instance_variables import change_variables
from engine.commands.migrations import MigrationPlan, migrate_process_instance
from engine.commands.modifications import Instruction, modify_process_instance
from engine.commands.process_instances import start_process_instance
from engine.commands.user_tasks import complete_user_task
from engine.handlers import Call, HandlerFailed, Registry
from engine.persistence.tables.journal import journal
from engine.persistence.transactions import Transaction, transaction
from engine.persistence.user_tasks import open_tasks_of
from engine.queries.incidents import list_incidents
from engine.replay.instances import verify_instance
from tests.engine.conftest import ADMIN, NOW, STAFF
from tests.engine.diagrams import chain, diagram, end, service, start, user
from tests.replay.recordings import record_if_asked

TIMER = (
    '<boundaryEvent id="late" attachedToRef="{0}" cancelActivity="false"><timerEventDefinition>'
    '<timeDuration xsi:type="tFormalExpression">PT8H</timeDuration></timerEventDefinition></boundaryEvent>'
    '<endEvent id="told"/><sequenceFlow id="f_late" sourceRef="late" targetRef="told"/>'
)
SHORT = diagram(chain(start(), user("approve"), user("check"), end()) + TIMER.format("approve"))
LONGER = diagram(chain(start(), user("review"), user("check"), user("file"), end()) + TIMER.format("review"))
FRAGILE = diagram(chain(start(), user("ask"), service("work", "work"), user("check"), end()))
HOUR = timedelta(hours=1)


@pytest.fixture
def is_broken() -> Iterator[dict[str, bool]]:
    """Whether the handler fails; it can be mended."""
    before, registry, state = handlers.installed(), Registry(), {"work": True}

    @registry.handler("work")
    def work(call: Call) -> dict[str, object]:
        if state["work"]:
            raise HandlerFailed("not now")
        return {"done": True}

    handlers.install(registry)
    yield state
    handlers.install(before)


def deployed(tx: Transaction, content: bytes) -> UUID:
    made = deploy(tx, {"test.bpmn": content}, registry=handlers.installed(), actor=ADMIN, now=NOW)
    return made.process_definitions[0].id


def begun(tx: Transaction, content: bytes, **values: object) -> UUID:
    """An instance of this diagram, started now."""
    deployed(tx, content)
    return start_process_instance(tx, definition_key="test", variables=values, actor=ADMIN, now=NOW).instance.id


def complete(tx: Transaction, instance_id: UUID, hours: int, **values: object) -> None:
    task = open_tasks_of(tx, instance_id)[0]
    complete_user_task(tx, task.id, values, actor=STAFF, now=NOW + hours * HOUR)


def kept(tx: Transaction, instance_id: UUID) -> set[str]:
    """The types of its events; it replays identically."""
    verdict = verify_instance(tx, instance_id)
    assert verdict.is_identical, verdict.detail
    return set(tx.scalars(select(journal.c.type).where(journal.c.instance_id == instance_id)))


def test_an_instance_that_was_migrated_on_the_way_replays_through_both_versions(
    database: Engine, owner_engine: Engine, is_broken: dict[str, bool]
):
    with transaction() as tx:
        instance_id, longer = begun(tx, SHORT, n=1), deployed(tx, LONGER)

        plan = MigrationPlan(longer, {"approve": "review"}, updates_timers=True)
        migrate_process_instance(tx, instance_id, plan, actor=ADMIN, now=NOW + HOUR)
        complete(tx, instance_id, 2, ok=True)
        complete(tx, instance_id, 3)
        types = kept(tx, instance_id)

    assert {"process_instance.migrated", "element.migrated"} <= types
    record_if_asked(owner_engine.url, str(instance_id))


def test_an_instance_whose_token_was_moved_and_whose_variables_were_corrected_replays_with_both(
    database: Engine, owner_engine: Engine, is_broken: dict[str, bool]
):
    with transaction() as tx:
        instance_id = begun(tx, SHORT, n=1)
        complete(tx, instance_id, 1, ok=False)

        change_variables(tx, instance_id, {"n": 2}, actor=ADMIN, now=NOW + 2 * HOUR)
        back = (Instruction("cancel", "check"), Instruction("start_before", "approve"))
        modify_process_instance(tx, instance_id, back, {"n": 3}, actor=ADMIN, now=NOW + 3 * HOUR)
        complete(tx, instance_id, 4, ok=True)
        types = kept(tx, instance_id)

    assert {"process_instance.modified", "variables.changed"} <= types
    record_if_asked(owner_engine.url, str(instance_id))


def test_an_instance_that_failed_and_was_retried_replays_with_its_failure(
    database: Engine, owner_engine: Engine, is_broken: dict[str, bool]
):
    with transaction() as tx:
        instance_id = begun(tx, FRAGILE)
        complete(tx, instance_id, 1)
        (incident,) = list_incidents(tx, instance_id=instance_id, actor=ADMIN).items

        is_broken["work"] = False
        retry_incident(tx, incident.id, actor=ADMIN, now=NOW + 2 * HOUR)
        complete(tx, instance_id, 3)
        types = kept(tx, instance_id)
        state = tx.scalar(text("SELECT state FROM process_instance WHERE id = :i"), {"i": instance_id})

    assert {"handler.failed", "incident.retried", "handler.completed"} <= types
    assert state == "completed"
    record_if_asked(owner_engine.url, str(instance_id))
