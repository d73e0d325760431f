"""An instance at any event of its journal: what was there, who did it, and what it changed."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from engine.actors import Actor
from engine.commands.instance_variables import change_variables
from engine.commands.process_instances import start_process_instance
from engine.commands.user_tasks import UserTaskChanges, claim_user_task, complete_user_task, update_user_task
from engine.errors import EventNotFound, ProcessInstanceNotFound
from engine.handlers import Call
from engine.persistence.sealing import destroy_subject_key, seal
from engine.queries.replays import get_replay, list_replay_steps
from tests.engine.conftest import ADMIN, NOW, OTHER, STAFF
from tests.engine.diagrams import TIMER, TWO_TASKS, chain, diagram, end, parallel, service, start, user
from tests.engine.test_decisions import RULE, rule, table

LATER = NOW + timedelta(hours=1)
AUDITOR = Actor("person:auditor", permissions=frozenset({"audit"}))


def started(tx, **variables):
    return start_process_instance(tx, definition_key="test", variables=variables, actor=ADMIN, now=NOW)


def replayed(tx, instance_id, at=None, actor=AUDITOR):
    return get_replay(tx, instance_id, at=at, actor=actor, now=LATER)


def seq_of(tx, instance_id, type):
    query = text("SELECT min(seq) FROM journal WHERE instance_id = :i AND type = :t")
    return tx.scalar(query, {"i": instance_id, "t": type})


def test_an_earlier_event_shows_the_tokens_tasks_and_variables_of_then(tx, deployed):
    deployed(TWO_TASKS)
    begun = started(tx, amount=5)
    complete_user_task(tx, begun.user_tasks[0].id, {"amount": 7, "ok": True}, actor=STAFF, now=LATER)

    first, last = replayed(tx, begun.instance.id, 1), replayed(tx, begun.instance.id)

    assert [token.element_id for token in first.tokens] == ["first"]
    assert [task.user_task_id for task in first.user_tasks] == [str(begun.user_tasks[0].id)]
    assert first.variables == {"amount": 5}
    assert [token.element_id for token in last.tokens] == ["second"]
    assert last.variables == {"amount": 7, "ok": True}
    assert [(each.name, each.old, each.new, each.is_new) for each in last.changes] == [
        ("amount", 5, 7, False),
        ("ok", None, True, True),
    ]
    assert last.step_seq == seq_of(tx, begun.instance.id, "user_task.completed")


def test_every_event_of_a_step_shows_the_whole_step_because_it_was_committed_whole(tx, deployed):
    deployed(TWO_TASKS)
    begun = started(tx)
    last = complete_user_task(tx, begun.user_tasks[0].id, {}, actor=STAFF, now=LATER).instance.journal_seq
    completed = seq_of(tx, begun.instance.id, "user_task.completed")

    states = [replayed(tx, begun.instance.id, seq) for seq in range(completed, last + 1)]

    assert {state.step_seq for state in states} == {completed}
    assert {tuple(token.element_id for token in state.tokens) for state in states} == {("second",)}
    assert replayed(tx, begun.instance.id, completed - 1).step_seq == 1


def test_who_had_a_task_is_told_as_of_the_event_and_not_as_of_now(tx, deployed):
    deployed(TWO_TASKS)
    begun = started(tx)
    task = begun.user_tasks[0]
    claim_user_task(tx, task.id, actor=STAFF, now=LATER)
    moved = UserTaskChanges(frozenset({"due_at"}), due_at=LATER + timedelta(days=1))
    update_user_task(tx, task.id, moved, actor=ADMIN, now=LATER)
    claimed = seq_of(tx, begun.instance.id, "user_task.claimed")

    before, then, last = (replayed(tx, begun.instance.id, at) for at in (claimed - 1, claimed, None))

    assert [state.user_tasks[0].assignee for state in (before, then, last)] == [None, STAFF.subject, STAFF.subject]
    assert [state.user_tasks[0].due_at for state in (then, last)] == [None, LATER + timedelta(days=1)]
    assert (last.kind, last.event.actor, last.event.reason) == ("manual", ADMIN.subject, ADMIN.reason)


def test_no_handler_is_called_and_a_decision_is_shown_with_its_trace(tx, deployed, registry):
    calls = []

    @registry.handler("notify")
    def notify(call: Call) -> dict[str, object]:
        calls.append(call)
        return {"told": True}

    dmn = table(rule("r1", "&lt; 10", '"low"') + rule("r2", "&gt;= 10", '"high"'))
    deployed(diagram(chain(start(), RULE, service("tell", "notify"), user("after"), end())), limit__dmn=dmn)
    begun = started(tx, amount=12)

    state = replayed(tx, begun.instance.id)

    assert len(calls) == 1
    (decision,) = state.decisions
    assert (decision.element_id, decision.facts["result"]) == ("decide", "high")
    assert decision.facts["trace"]


def test_timers_and_parallel_tokens_are_shown_as_they_waited(tx, deployed):
    deployed(TIMER)
    waiting = started(tx)

    state = replayed(tx, waiting.instance.id)

    assert [(due.element_id, due.kind, due.due_at) for due in state.deadlines] == [
        ("wait", "timer", NOW + timedelta(hours=1))
    ]

    deployed(diagram(parallel(3)))
    split = started(tx)
    complete_user_task(tx, split.user_tasks[1].id, {"x": 1}, actor=STAFF, now=LATER)
    state = replayed(tx, split.instance.id)
    assert sorted(task.element_id for task in state.user_tasks) == ["u0", "u2"]
    assert [(each.name, each.new) for each in state.changes] == [("x", 1)]


def test_steps_are_compact_and_mark_what_a_person_did_that_was_not_drawn_and_what_failed(tx, deployed, registry):
    @registry.handler("broken")
    def broken(call: Call) -> None:
        message = "the line is dead"
        raise RuntimeError(message)

    deployed(diagram(chain(start(), user("first"), service("call", "broken"), end())))
    begun = started(tx, amount=1)
    change_variables(tx, begun.instance.id, {"amount": 2}, actor=ADMIN, now=LATER)
    complete_user_task(tx, begun.user_tasks[0].id, {}, actor=STAFF, now=LATER)

    steps = list_replay_steps(tx, begun.instance.id, actor=AUDITOR, now=NOW).items

    assert [(step.type, step.kind) for step in steps] == [
        ("process_instance.started", "input"),
        ("user_task.created", "engine"),
        ("variables.changed", "manual"),
        ("user_task.completed", "input"),
        ("handler.failed", "failure"),
        ("incident.opened", "failure"),
    ]
    assert [step.reason for step in steps if step.kind == "manual"] == [ADMIN.reason]
    assert [incident.element_id for incident in replayed(tx, begun.instance.id).incidents] == ["call"]


def test_sealed_values_are_opened_for_those_who_may_and_the_reading_is_journalled(tx, deployed):
    deployed(TWO_TASKS)
    name = seal(tx, "customer:2", "name", "Li", now=NOW)
    begun = start_process_instance(
        tx, definition_key="test", variables={"name": name}, data_subject="customer:2", actor=ADMIN, now=NOW
    )

    masked, opened = replayed(tx, begun.instance.id, 1), replayed(tx, begun.instance.id, 1, actor=ADMIN)

    assert masked.variables == {"name": name}
    assert masked.event.payload["variables"] == {"name": name}
    assert opened.variables == {"name": "Li"}
    assert opened.event.payload["variables"] == {"name": "Li"}
    assert [change.new for change in opened.changes] == ["Li"]
    readings = tx.execute(text("SELECT actor, payload FROM journal WHERE type = 'personal_data.read'")).all()
    assert [(row.actor, row.payload["replayed_at"]) for row in readings] == [(ADMIN.subject, 1)]

    destroy_subject_key(tx, "customer:2", now=LATER)
    assert "erased" in replayed(tx, begun.instance.id, 1, actor=ADMIN).variables["name"]


def test_an_event_that_never_was_is_not_found_and_strangers_find_no_instance(tx, deployed, counted):
    deployed(TWO_TASKS)
    begun = started(tx)
    before = counted()

    with pytest.raises(EventNotFound):
        replayed(tx, begun.instance.id, begun.instance.journal_seq + 1)
    for read in (get_replay, list_replay_steps):
        with pytest.raises(ProcessInstanceNotFound):
            read(tx, begun.instance.id, actor=OTHER, **({"at": 1} if read is get_replay else {}), now=NOW)

    assert counted() == before
