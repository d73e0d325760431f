"""A loan is approved by hand above a limit: what each kind of change would have done to loans of the past."""

from datetime import timedelta

import pytest

from engine.commands.due_work import advance_due_instance
from engine.commands.process_instances import start_process_instance
from engine.commands.user_tasks import complete_user_task
from engine.persistence.process_instances import DueInstance
from tests.backtests.conftest import Bench, said
from tests.engine.conftest import ADMIN, NOW, STAFF
from tests.engine.diagrams import diagram

AMOUNTS = (400, 700, 1200, 2000)


def loan(
    *,
    limit: int = 1000,
    label: str = "approve",
    approve: str = "approve",
    condition: str | None = None,
    inserted: str = "",
    deadline: str = "PT8H",
) -> bytes:
    before = "notify" if inserted else approve
    notify = f'{inserted}<sequenceFlow id="f5" sourceRef="notify" targetRef="{approve}"/>' if inserted else ""
    return diagram(
        '<startEvent id="start"/><exclusiveGateway id="gw" default="f2"/><endEvent id="auto"/><endEvent id="done"/>'
        f'<endEvent id="late"/>{notify}'
        f'<userTask id="{approve}" name="{label}" camunda:candidateGroups="staff"/>'
        f'<boundaryEvent id="timer" attachedToRef="{approve}" cancelActivity="false"><timerEventDefinition>'
        f'<timeDuration xsi:type="tFormalExpression">{deadline}</timeDuration></timerEventDefinition></boundaryEvent>'
        '<sequenceFlow id="f1" sourceRef="start" targetRef="gw"/>'
        '<sequenceFlow id="f2" sourceRef="gw" targetRef="auto"/>'
        f'<sequenceFlow id="f3" sourceRef="gw" targetRef="{before}"><conditionExpression xsi:type="tFormalExpression">'
        f"{condition or f'=amount &gt; {limit}'}</conditionExpression></sequenceFlow>"
        f'<sequenceFlow id="f4" sourceRef="{approve}" targetRef="done"/>'
        '<sequenceFlow id="f6" sourceRef="timer" targetRef="late"/>'
    )


@pytest.fixture
def loans(tx, bench: Bench) -> Bench:
    """Four loans; of the two that people approved, the first took five hours, the second ten: too late."""
    bench.deploy(loan())
    for day, (amount, hours) in enumerate(zip(AMOUNTS, (0, 0, 5, 10), strict=True)):
        at = NOW + timedelta(days=day)
        begun = start_process_instance(tx, definition_key="test", variables={"amount": amount}, actor=ADMIN, now=at)
        if hours > 8:
            late = at + timedelta(hours=8, seconds=1)
            advance_due_instance(tx, DueInstance(begun.instance.id, late), now=late)
        for task in begun.user_tasks:
            complete_user_task(tx, task.id, {}, actor=STAFF, now=at + timedelta(hours=hours))
    return bench


def test_under_their_own_version_all_are_identical(loans: Bench) -> None:
    assert said(loans.tried()) == [("identical", None)] * 4


def test_a_new_label_changes_nothing(loans: Bench) -> None:
    assert said(loans.tried(loan(label="Approve it"))) == [("identical", None)] * 4


def test_a_lower_limit_asks_for_approvals_that_nobody_gave(loans: Bench) -> None:
    found = loans.tried(loan(limit=500))

    same = ("identical", None)
    assert said(found) == [same, ("input_missing", "approve"), same, same]


def test_a_higher_limit_leaves_approvals_unused(loans: Bench) -> None:
    found = loans.tried(loan(limit=1500))

    same = ("identical", None)
    assert said(found) == [same, same, ("input_unused", "approve"), same]


def test_an_inserted_task_is_asked_of_nobody_in_history(loans: Bench) -> None:
    task = '<userTask id="notify" camunda:candidateGroups="staff"/>'

    found = loans.tried(loan(inserted=task))

    same, stopped = ("identical", None), ("input_missing", "notify")
    assert said(found) == [same, same, stopped, stopped]


def test_an_inserted_service_is_asked_what_history_cannot_answer(loans: Bench, registry) -> None:
    called: list[str] = []
    registry.handler("inform")(lambda call: called.append("now"))

    found = loans.tried(loan(inserted='<serviceTask id="notify" camunda:delegateExpression="${inform}"/>'))

    assert said(found)[2:] == [("input_missing", "notify")] * 2
    assert called == []


def test_a_renamed_element_is_the_same_one_only_with_a_mapping(loans: Bench) -> None:
    changed = loan(approve="sign")

    without, mapped = loans.tried(changed), loans.tried(changed, {"approve": "sign"})

    assert said(without)[2:] == [("input_missing", "sign")] * 2
    assert said(mapped) == [("identical", None)] * 4


def test_a_misspelt_condition_is_an_error_at_the_gateway(loans: Bench) -> None:
    found = loans.tried(loan(condition="=amuont &gt; 1000"))

    assert said(found) == [("error", "gw")] * 4


def test_half_the_deadline_breaches_what_took_longer_and_moves_what_did_not(loans: Bench) -> None:
    found = loans.tried(loan(deadline="PT4H"))

    changed = [each.deadlines for each in found]
    assert said(found) == [("identical", None)] * 2 + [("path_differs", "timer"), ("identical", None)]
    assert [[(each.was_breached, each.is_breached) for each in of_case] for of_case in changed] == [
        [],
        [],
        [(False, True)],
        [(True, True)],
    ]
    assert changed[2][0].before == NOW + timedelta(days=2, hours=8)
    assert changed[2][0].after == NOW + timedelta(days=2, hours=4)


def test_twice_the_deadline_loses_the_breach(loans: Bench) -> None:
    found = loans.tried(loan(deadline="PT16H"))

    assert said(found)[3] == ("path_differs", "timer")
    assert [(each.was_breached, each.is_breached) for each in found[3].deadlines] == [(True, False)]
