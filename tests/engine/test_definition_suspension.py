"""Suspending a process: nothing starts, what comes meanwhile waits, and its instances stand still."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text

from engine.actors import Actor
from engine.commands.bulk_runs import run_bulk_operation
from engine.commands.definition_suspensions import resume_process_definition, suspend_process_definition
from engine.commands.deployments import deploy
from engine.commands.due_work import next_due_at
from engine.commands.inbox import send_message
from engine.commands.messages import correlate_message
from engine.commands.process_instances import start_process_instance
from engine.commands.start_events import claim_start_timer
from engine.errors import (
    EngineError,
    NotPermitted,
    ProcessDefinitionNotFound,
    ProcessDefinitionSuspended,
    ReasonRequired,
)
from engine.persistence.process_instances import find_instance
from engine.persistence.tables.process_instances import inbox, incident, process_instance
from engine.persistence.transactions import transaction
from engine.worker.due_loop import run_once
from tests.engine.conftest import ADMIN, NOW, STAFF
from tests.engine.diagrams import ONE_TASK, chain, diagram, end, start, user

HOUR = timedelta(hours=1)
EVERY_HOUR = diagram(
    chain(
        (
            "start",
            '<startEvent id="start"><timerEventDefinition>'
            "<timeCycle>R/PT1H</timeCycle></timerEventDefinition></startEvent>",
        ),
        user("work"),
        end(),
    )
)
BY_MESSAGE = diagram(
    chain(
        ("start", '<startEvent id="start"><messageEventDefinition messageRef="m"/></startEvent>'), user("work"), end()
    ),
    outside='<message id="m" name="asked"/>',
)


def version(tx, number: int = 1) -> UUID:
    return tx.scalar(text("SELECT id FROM process_definition WHERE key = 'test' AND version = :n"), {"n": number})


def begin(tx) -> UUID:
    return start_process_instance(tx, definition_key="test", variables={}, actor=ADMIN, now=NOW).instance.id


def suspend(tx, definition_id: UUID, **options):
    return suspend_process_definition(tx, definition_id, **options, actor=ADMIN, now=NOW)


def resume(tx, definition_id: UUID, **options):
    return resume_process_definition(tx, definition_id, **options, actor=ADMIN, now=NOW)


def test_nothing_starts_with_a_suspended_version_until_it_is_resumed(tx, deployed, counted):
    deployed(ONE_TASK)
    suspend(tx, version(tx), with_instances=False)
    before = counted()

    with pytest.raises(ProcessDefinitionSuspended):
        begin(tx)

    assert counted() == before
    resume(tx, version(tx))
    assert find_instance(tx, begin(tx)).state == "active"


def test_all_versions_are_suspended_or_one_and_each_is_in_the_journal(tx, deployed):
    deployed(ONE_TASK)
    deployed(diagram(chain(start(), user("other"), end())))
    first, second = version(tx, 1), version(tx, 2)

    one = suspend(tx, first)
    both = suspend(tx, first, all_versions=True)
    again = suspend(tx, first, all_versions=True)

    assert (one.definition_ids, both.definition_ids, again.definition_ids) == ((first,), (second,), ())
    told = tx.execute(text("SELECT payload, reason FROM journal WHERE type = 'process_definition.suspended'")).all()
    assert [row.payload["version"] for row in told] == [1, 2]
    assert {row.reason for row in told} == {ADMIN.reason}


def test_its_instances_are_suspended_and_resumed_each_on_its_own(database, registry):
    with transaction() as tx:
        deploy(tx, {"test.bpmn": ONE_TASK}, actor=ADMIN, now=NOW)
        instances = [begin(tx), begin(tx)]
        suspended = suspend(tx, version(tx))
    run_bulk_operation({"operation_id": str(suspended.bulk_operation_id)})
    with transaction() as tx:
        then = [find_instance(tx, each).state for each in instances]
        resumed = resume(tx, version(tx))
    run_bulk_operation({"operation_id": str(resumed.bulk_operation_id)})

    assert then == ["suspended", "suspended"]
    with transaction() as tx:
        assert [find_instance(tx, each).state for each in instances] == ["active", "active"]


def test_a_start_timer_waits_and_fires_at_once_when_resumed(tx, deployed):
    deployed(EVERY_HOUR)
    suspend(tx, version(tx))

    waiting, due = claim_start_timer(tx, now=NOW + 5 * HOUR), next_due_at(tx)
    resume(tx, version(tx))

    assert (waiting, due) == (None, None)
    assert claim_start_timer(tx, now=NOW + 5 * HOUR).due_at == NOW + HOUR


def test_a_message_from_outside_is_refused_and_one_from_a_model_waits(database, registry):
    with transaction() as tx:
        deploy(tx, {"test.bpmn": BY_MESSAGE}, actor=ADMIN, now=NOW)
        suspend(tx, version(tx))
        send_message(tx, "asked", correlation_key=None, variables={}, now=NOW)
    with pytest.raises(ProcessDefinitionSuspended), transaction() as tx:
        correlate_message(tx, "asked", variables={}, actor=ADMIN, now=NOW)

    run_once(NOW)

    with transaction() as tx:
        assert tx.scalars(select(inbox.c.due_at)).all() == [NOW + timedelta(seconds=10)]
        resume(tx, version(tx))
    run_once(NOW + HOUR)
    with transaction() as tx:
        assert tx.scalars(select(inbox.c.id)).all() == []
        assert tx.scalars(select(process_instance.c.state)).all() == ["active"]


def test_calling_a_suspended_process_parks_the_caller(tx, deployed):
    deployed(ONE_TASK, called__bpmn=diagram(chain(start(), user("inside"), end()), key="called"))
    call = ("call", '<callActivity id="call" calledElement="called"/>')
    deployed(diagram(chain(start(), call, end())))
    called = tx.scalar(text("SELECT id FROM process_definition WHERE key = 'called'"))
    suspend(tx, called)

    instance_id = begin(tx)

    assert find_instance(tx, instance_id).open_incidents == 1
    assert "suspended" in tx.scalars(select(incident.c.message)).one()


def test_refusals_write_nothing(tx, deployed, counted):
    deployed(ONE_TASK)
    begin(tx)
    silent = Actor("person:operator", permissions=frozenset({"operate"}))
    before = counted()

    refusals: list[tuple[type[EngineError], UUID, Actor]] = [
        (NotPermitted, version(tx), STAFF),
        (ReasonRequired, version(tx), silent),
        (ProcessDefinitionNotFound, UUID(int=1), ADMIN),
    ]
    for kind, definition_id, actor in refusals:
        with pytest.raises(kind):
            suspend_process_definition(tx, definition_id, actor=actor, now=NOW)

    assert counted() == before
