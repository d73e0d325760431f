"""Operators in front of what failed: counting, retrying, doing it by hand, correcting the data."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from engine.actors import Actor
from engine.commands import due_work
from engine.commands.incidents import resolve_incident, retry_incident
from engine.commands.instance_variables import change_variables
from engine.commands.process_instances import start_process_instance
from engine.errors import (
    ElementInstanceNotFound,
    IncidentNotResolvable,
    IncidentResolved,
    NotPermitted,
    ReasonRequired,
    VariablesInvalid,
)
from engine.handlers import Call, HandlerFailed
from engine.persistence import sealing
from engine.persistence.process_instances import claim_due_instance
from engine.queries.incidents import count_incidents, list_incidents
from engine.queries.process_instances import get_variables
from engine.replay.instances import verify_instance
from tests.engine.conftest import ADMIN, NOW, STAFF
from tests.engine.diagrams import TIMER, chain, diagram, end, service, start, user

SCRIPT = (
    '<scriptTask id="s" scriptFormat="juel" camunda:resultVariable="total"><script>${amount * 2}</script></scriptTask>'
)
NO_REASON = Actor("person:operator", permissions=frozenset({"operate"}))
SUPERVISOR = Actor("person:supervisor", reason="the bank is back", permissions=frozenset({"supervise"}))
AUDITOR = Actor("person:auditor", reason="curious", permissions=frozenset({"audit", "start"}))


def started(tx, **variables):
    return start_process_instance(tx, definition_key="test", variables=variables, actor=ADMIN, now=NOW).instance


def only_incident(tx):
    (found,) = list_incidents(tx, actor=ADMIN).items
    return found


@pytest.fixture
def parked(tx, deployed, registry):
    """An instance whose service task fails, before a user task."""

    @registry.handler("shaky")
    def shaky(call: Call) -> None:
        message = "the other system is away"
        raise HandlerFailed(message)

    deployed(diagram(chain(start(), service("work", "shaky"), user("after"), end())))
    return started(tx)


def test_incidents_are_counted_by_process_element_and_kind(tx, deployed, parked):
    started(tx)
    deployed(diagram(chain(start(), ("s", SCRIPT), end())))
    started(tx, amount="three")

    counts = [(each.element_id, each.kind, each.count) for each in count_incidents(tx, actor=ADMIN)]

    assert counts == [("work", "handler", 2), ("s", "expression", 1)]
    assert count_incidents(tx, definition_key="other", actor=ADMIN) == ()
    assert [each.element_id for each in list_incidents(tx, element_id="s", actor=ADMIN).items] == ["s"]
    assert len(list_incidents(tx, kind="handler", actor=ADMIN).items) == 2


def test_a_parked_task_done_by_hand_goes_on_with_what_came_of_it_and_replays(tx, parked):
    found = only_incident(tx)

    progress = resolve_incident(tx, found.id, {"receipt": "R-7"}, actor=ADMIN, now=NOW)

    assert [task.element_id for task in progress.user_tasks] == ["after"]
    assert progress.instance.open_incidents == 0
    assert get_variables(tx, parked.id, actor=ADMIN, now=NOW) == {"receipt": "R-7"}
    row = tx.execute(text("SELECT * FROM journal WHERE type = 'incident.resolved'")).one()
    assert (row.reason, row.payload["variables"], row.task_id) == (ADMIN.reason, {"receipt": "R-7"}, "t3")
    assert verify_instance(tx, parked.id).is_identical


def test_doing_it_by_hand_twice_is_refused(tx, parked, counted):
    found = only_incident(tx)
    resolve_incident(tx, found.id, {}, actor=ADMIN, now=NOW)
    before = counted()

    with pytest.raises(IncidentResolved):
        resolve_incident(tx, found.id, {}, actor=ADMIN, now=NOW)

    assert counted() == before


def test_doing_it_by_hand_needs_a_permission_and_a_reason_and_sound_variables(tx, parked, counted):
    found, before = only_incident(tx), counted()

    with pytest.raises(NotPermitted):
        resolve_incident(tx, found.id, {}, actor=STAFF, now=NOW)
    with pytest.raises(ReasonRequired):
        resolve_incident(tx, found.id, {}, actor=NO_REASON, now=NOW)
    with pytest.raises(VariablesInvalid):
        resolve_incident(tx, found.id, {"a": "\x00"}, actor=ADMIN, now=NOW)

    assert counted() == before


def test_nobody_approves_by_hand_for_the_people_whose_task_it_is(tx, deployed, counted):
    approval = '<userTask id="approve" camunda:assignee="${nobody_said}"/>'
    deployed(diagram(chain(start(), ("approve", approval), end())))
    started(tx)
    found, before = only_incident(tx), counted()

    with pytest.raises(IncidentNotResolvable) as refused:
        resolve_incident(tx, found.id, {}, actor=ADMIN, now=NOW)

    assert refused.value.facts["element_id"] == "approve"
    assert counted() == before


def test_who_supervises_retries_what_parked_but_neither_resolves_nor_corrects_it(tx, deployed, registry, counted):
    calls = []

    @registry.handler("back_again")
    def back_again(call: Call) -> None:
        calls.append(call)
        if len(calls) == 1:
            raise HandlerFailed("the other system is away")

    deployed(diagram(chain(start(), service("work", "back_again"), user("after"), end())))
    instance = started(tx)
    found, before = only_incident(tx), counted()

    with pytest.raises(NotPermitted):
        resolve_incident(tx, found.id, {}, actor=SUPERVISOR, now=NOW)
    with pytest.raises(NotPermitted):
        change_variables(tx, instance.id, {"amount": 2}, actor=SUPERVISOR, now=NOW)
    with pytest.raises(NotPermitted):
        retry_incident(tx, found.id, actor=AUDITOR, now=NOW)
    unchanged = counted()
    progress = retry_incident(tx, found.id, actor=SUPERVISOR, now=NOW)

    assert unchanged == before
    assert [task.element_id for task in progress.user_tasks] == ["after"]
    assert tx.scalar(text("SELECT actor FROM journal WHERE type = 'incident.retried'")) == SUPERVISOR.subject
    assert verify_instance(tx, instance.id).is_identical


def test_a_corrected_variable_lets_the_retry_succeed_and_the_journal_has_old_and_new(tx, deployed):
    deployed(diagram(chain(start(), ("s", SCRIPT), user("after"), end())))
    instance = started(tx, amount="three")

    change_variables(tx, instance.id, {"amount": 3, "note": "typed wrongly"}, actor=ADMIN, now=NOW)
    progress = retry_incident(tx, only_incident(tx).id, actor=ADMIN, now=NOW)

    assert [task.element_id for task in progress.user_tasks] == ["after"]
    assert get_variables(tx, instance.id, actor=ADMIN, now=NOW)["total"] == 6
    row = tx.execute(text("SELECT * FROM journal WHERE type = 'variables.changed'")).one()
    assert row.payload == {"variables": {"amount": 3, "note": "typed wrongly"}, "old": {"amount": "three"}}
    assert row.reason == ADMIN.reason
    assert verify_instance(tx, instance.id).is_identical


def test_a_correction_reaches_a_branch_that_has_its_own_value(tx, deployed):
    write = '<scriptTask id="w" camunda:resultVariable="amount"><script>="three"</script></scriptTask>'
    flows = "".join(
        f'<sequenceFlow id="{source}-{target}" sourceRef="{source}" targetRef="{target}"/>'
        for source, target in (("start", "split"), ("split", "w"), ("w", "s"), ("s", "end"), ("split", "u"))
    )
    deployed(diagram(start()[1] + '<parallelGateway id="split"/>' + write + SCRIPT + user("u")[1] + end()[1] + flows))
    instance = started(tx, amount=1)

    change_variables(tx, instance.id, {"amount": 4}, actor=ADMIN, now=NOW)
    retry_incident(tx, only_incident(tx).id, actor=ADMIN, now=NOW)

    assert get_variables(tx, instance.id, actor=ADMIN, now=NOW) == {"amount": 4, "total": 8}
    assert verify_instance(tx, instance.id).is_identical


def test_a_correction_at_an_element_changes_what_it_sees_and_nothing_else_sees(tx, deployed, registry):
    @registry.handler("half")
    def half(call: Call, *, amount: object) -> dict[str, object]:
        if not isinstance(amount, int):
            message = "no number"
            raise HandlerFailed(message)
        return {"half": amount // 2}

    given = '<camunda:inputParameter name="amount">=text</camunda:inputParameter>'
    deployed(diagram(chain(start(), service("work", "half", given), user("after"), end())))
    instance = started(tx, text="eight")
    found = only_incident(tx)

    task_id = tx.scalar(text("SELECT task_id FROM incident"))
    change_variables(tx, instance.id, {"text": 8}, task_id=task_id, actor=ADMIN, now=NOW)
    retry_incident(tx, found.id, actor=ADMIN, now=NOW)

    assert get_variables(tx, instance.id, actor=ADMIN, now=NOW)["text"] == 8
    assert verify_instance(tx, instance.id).is_identical


def test_text_in_the_place_of_a_sealed_value_is_sealed_too(tx, deployed):
    deployed(diagram(chain(start(), user("after"), end())))
    secret = sealing.seal(tx, "customer:1", "name", "王芳", now=NOW)
    instance = start_process_instance(
        tx, definition_key="test", variables={"who": {"name": secret}}, data_subject="customer:1", actor=ADMIN, now=NOW
    ).instance

    change_variables(tx, instance.id, {"who": {"name": "李芳", "age": 30}}, actor=ADMIN, now=NOW)

    assert get_variables(tx, instance.id, actor=ADMIN, now=NOW) == {"who": {"name": "李芳", "age": 30}}
    stream = tx.scalar(text("SELECT string_agg(payload::text, '') FROM journal WHERE type = 'variables.changed'"))
    assert "李芳" not in stream
    assert "王芳" not in stream
    assert verify_instance(tx, instance.id).is_identical


def test_a_correction_without_reason_permission_or_open_element_writes_nothing(tx, deployed, counted):
    deployed(TIMER)
    instance = started(tx, amount=1)
    before = counted()

    with pytest.raises(NotPermitted):
        change_variables(tx, instance.id, {"amount": 2}, actor=STAFF, now=NOW)
    with pytest.raises(ReasonRequired):
        change_variables(tx, instance.id, {"amount": 2}, actor=NO_REASON, now=NOW)
    with pytest.raises(ElementInstanceNotFound):
        change_variables(tx, instance.id, {"amount": 2}, task_id="t99", actor=ADMIN, now=NOW)

    assert counted() == before


def test_an_instance_the_engine_set_aside_is_taken_up_at_once_when_it_is_retried(tx, deployed):
    deployed(TIMER)
    instance = started(tx)
    late = NOW + timedelta(hours=2)
    due_work.set_aside_instance(tx, instance.id, "boom", now=late)

    retry_incident(tx, only_incident(tx).id, actor=ADMIN, now=late)
    due = claim_due_instance(tx, now=late)
    due_work.advance_due_instance(tx, due, now=late)

    assert list_incidents(tx, actor=ADMIN).items == []
    assert verify_instance(tx, instance.id).is_identical
