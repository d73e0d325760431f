from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from engine.commands import due_work
from engine.commands.incidents import retry_incident
from engine.commands.process_instances import start_process_instance, suspend_process_instance
from engine.errors import IncidentResolved
from engine.handlers import Call, HandlerFailed
from engine.persistence.process_instances import claim_due_instance, find_instance
from engine.persistence.user_tasks import open_tasks_of
from engine.queries.incidents import list_incidents
from engine.replay.instances import verify_instance
from tests.engine.conftest import ADMIN, NOW
from tests.engine.diagrams import TIMER, chain, diagram, end, service, start, user


def started(tx, **variables):
    return start_process_instance(tx, definition_key="test", variables=variables, actor=ADMIN, now=NOW).instance


def test_a_timer_fires_once_with_its_own_due_time_however_late_the_worker_is(tx, deployed):
    deployed(TIMER)
    instance = started(tx)
    assert instance.next_due_at == NOW + timedelta(hours=1)
    assert claim_due_instance(tx, now=NOW + timedelta(minutes=59)) is None

    late = NOW + timedelta(days=3)
    due = claim_due_instance(tx, now=late)
    assert due_work.advance_due_instance(tx, due, now=late) == 1

    assert [task.element_id for task in open_tasks_of(tx, instance.id)] == ["after"]
    assert claim_due_instance(tx, now=late) is None
    row = tx.execute(text("SELECT at, payload FROM journal WHERE type = 'due.reached'")).one()
    assert row.at == late
    assert row.payload["due_at"] == (NOW + timedelta(hours=1)).isoformat()
    assert verify_instance(tx, instance.id).is_identical


def test_a_suspended_instance_is_not_due(tx, deployed):
    deployed(TIMER)
    instance = started(tx)
    suspend_process_instance(tx, instance.id, actor=ADMIN, now=NOW)

    assert claim_due_instance(tx, now=NOW + timedelta(days=3)) is None


def test_what_a_failing_handler_wrote_is_gone_and_retry_resumes_there(tx, deployed, registry):
    fails = [True]

    @registry.handler("note")
    def note(call: Call, *, what: str) -> dict[str, object]:
        call.connection.execute(text("INSERT INTO testing_clock (id, \"offset\") VALUES (1, '1 hour')"))
        if fails[0]:
            raise HandlerFailed("the other side is down")
        return {"noted": what}

    deployed(diagram(chain(start(), service("write", "note", _input("what", "hello")), user("after"), end())))
    instance = started(tx)
    assert instance.open_incidents == 1
    assert tx.scalar(text("SELECT count(*) FROM testing_clock")) == 0
    found = list_incidents(tx, actor=ADMIN).items[0]
    assert (found.element_id, found.kind) == ("write", "handler")
    assert "the other side is down" in found.message

    fails[0] = False
    progress = retry_incident(tx, found.id, actor=ADMIN, now=NOW)

    assert [task.element_id for task in progress.user_tasks] == ["after"]
    assert tx.scalar(text("SELECT count(*) FROM testing_clock")) == 1
    assert list_incidents(tx, actor=ADMIN).items == []
    with pytest.raises(IncidentResolved):
        retry_incident(tx, found.id, actor=ADMIN, now=NOW)
    assert verify_instance(tx, instance.id).is_identical


def test_a_bug_in_a_handler_parks_the_token_and_never_shows_the_database_error(tx, deployed, registry):
    @registry.handler("broken")
    def broken(call: Call) -> dict[str, object]:
        call.connection.execute(text("SELECT secret FROM nowhere"))
        return {}

    deployed(diagram(chain(start(), service("write", "broken"), end())))

    instance = started(tx)

    assert instance.open_incidents == 1
    message = list_incidents(tx, actor=ADMIN).items[0].message
    assert "secret" not in message
    assert verify_instance(tx, instance.id).is_identical


def test_an_outage_inside_a_handler_is_nobodys_incident_the_command_is_tried_again(tx, deployed, registry):
    fails = [True]

    @registry.handler("write")
    def write(call: Call) -> dict[str, object]:
        if fails[0]:
            call.connection.execute(text("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = 'disk_full'; END $$"))
        return {}

    deployed(diagram(chain(start(), service("write", "write"), user("after"), end())))
    with pytest.raises(DBAPIError), tx.begin_nested():
        started(tx)
    counts = [tx.scalar(text(f"SELECT count(*) FROM {table}")) for table in ("process_instance", "incident")]
    fails[0] = False

    instance = started(tx)

    assert counts == [0, 0]
    assert instance.open_incidents == 0
    assert verify_instance(tx, instance.id).is_identical


def test_a_function_is_called_once_and_replay_takes_its_answer_from_the_journal(tx, deployed, registry):
    calls = []

    @registry.function("limit")
    def limit(call: Call, name: str) -> int:
        calls.append(name)
        return 10 * len(calls)

    script = '<scriptTask id="s" camunda:resultVariable="l"><script>limit("loan")</script></scriptTask>'
    deployed(diagram(chain(start(), ("s", script), user("after"), end())))
    instance = started(tx)

    verdict = verify_instance(tx, instance.id)

    assert calls == ["loan"]
    assert verdict.is_identical


def test_an_instance_that_breaks_the_engine_is_set_aside_and_blocks_nobody(tx, deployed):
    deployed(TIMER)
    broken, other = started(tx), started(tx)
    late = NOW + timedelta(hours=2)

    due_work.set_aside_instance(tx, broken.id, "boom", now=late)

    assert claim_due_instance(tx, now=late).id == other.id
    assert find_instance(tx, broken.id).next_due_at == late + due_work.BROKEN_AGAIN_IN
    assert [each.kind for each in list_incidents(tx, actor=ADMIN).items] == ["engine"]


def test_an_incident_of_the_engine_is_over_when_the_instance_goes_on(tx, deployed):
    deployed(TIMER)
    instance = started(tx)
    late = NOW + timedelta(hours=2)
    due_work.set_aside_instance(tx, instance.id, "boom", now=late)
    due_work.set_aside_instance(tx, instance.id, "boom again", now=late)
    assert find_instance(tx, instance.id).open_incidents == 1

    later = late + due_work.BROKEN_AGAIN_IN
    due_work.advance_due_instance(tx, claim_due_instance(tx, now=later), now=later)

    assert list_incidents(tx, actor=ADMIN).items == []
    assert find_instance(tx, instance.id).open_incidents == 0
    assert tx.scalar(text("SELECT count(*) FROM journal WHERE type = 'incident.closed'")) == 1
    assert verify_instance(tx, instance.id).is_identical


def test_a_loop_of_timers_without_duration_is_slowed_down_instead_of_eating_the_worker(tx, deployed):
    wait = (
        '<intermediateCatchEvent id="wait"><timerEventDefinition>'
        '<timeDuration xsi:type="tFormalExpression">PT0S</timeDuration></timerEventDefinition></intermediateCatchEvent>'
    )
    gateway = '<exclusiveGateway id="again" default="loop"/>'
    flows = (
        '<sequenceFlow id="a" sourceRef="start" targetRef="wait"/>'
        '<sequenceFlow id="b" sourceRef="wait" targetRef="again"/>'
        '<sequenceFlow id="loop" sourceRef="again" targetRef="wait"/><sequenceFlow id="out" sourceRef="again" '
        'targetRef="end"><conditionExpression>1 = 2</conditionExpression></sequenceFlow>'
    )
    deployed(diagram(start()[1] + wait + gateway + end()[1] + flows))
    instance = started(tx)

    fired = due_work.advance_due_instance(tx, claim_due_instance(tx, now=NOW), now=NOW)

    assert fired == 100
    assert claim_due_instance(tx, now=NOW) is None
    assert find_instance(tx, instance.id).next_due_at == NOW + timedelta(seconds=1)
    assert verify_instance(tx, instance.id).is_identical


def _input(name: str, value: str) -> str:
    return f'<camunda:inputParameter name="{name}">{value}</camunda:inputParameter>'
