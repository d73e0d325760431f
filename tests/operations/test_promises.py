"""What supervisors look at first: promises at risk and broken, and how much is open."""

from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import update

from engine.errors import NotPermitted
from operations.deadlines import meet, promise, record_breach
from operations.handlers.cases import case_register
from operations.promises import list_promises, read_overview
from operations.tables.deadlines import case_deadline
from operations.terms import Circumstances, compute_term
from tests.operations.examples import AGENT, NOBODY, NOW, SUPERVISOR, make_case


def commitments_of(tx, state: str, **later: float) -> list[str]:
    now = NOW + timedelta(**later)
    return [each.commitment for each in list_promises(tx, state, actor=SUPERVISOR, now=now).items]


def test_a_promise_is_at_risk_from_its_warning_until_it_is_kept_or_broken(call_at, case, seeded):
    case_register(call_at())
    seeded.execute(
        update(case_deadline)
        .where(case_deadline.c.commitment == "solution")
        .values(warn_at=NOW + timedelta(hours=5), due_at=NOW + timedelta(hours=9))
    )

    before = commitments_of(seeded, "at_risk", hours=4)
    warned = commitments_of(seeded, "at_risk", hours=8)
    missed = commitments_of(seeded, "at_risk", hours=10)
    meet(seeded, case.number, "solution", actor=AGENT, now=NOW + timedelta(hours=8))

    assert "solution" not in before
    assert "solution" in warned
    assert "solution" not in missed
    assert "solution" not in commitments_of(seeded, "at_risk", hours=8)


def test_a_broken_promise_is_listed_with_its_case_for_seven_days(case, seeded):
    record_breach(seeded, case.number, "solution", breached_at=NOW, actor=SUPERVISOR, now=NOW + timedelta(hours=1))

    (found,) = list_promises(seeded, "broken", actor=SUPERVISOR, now=NOW + timedelta(days=6)).items

    assert (found.case_number, found.commitment, found.due_at) == (case.number, "solution", NOW)
    assert (found.priority, found.stage) == (case.priority, case.stage)
    assert commitments_of(seeded, "broken", days=7, seconds=1) == []


@pytest.mark.parametrize("state", ["at_risk", "broken"])
def test_pages_follow_each_other_without_gaps(seeded, state):
    for hour in range(1, 6):
        case = make_case(seeded)
        at = NOW + timedelta(hours=hour)
        if state == "broken":
            record_breach(seeded, case.number, "solution", breached_at=at, actor=SUPERVISOR, now=at)
        else:
            term = compute_term(seeded, "solution", Circumstances("P3", "phone", NOW, NOW))
            promise(seeded, case, "solution", term, actor=AGENT, now=NOW)
            mine = case_deadline.c.case_number == case.number
            seeded.execute(update(case_deadline).where(mine).values(warn_at=NOW, due_at=at))
    now = NOW + timedelta(hours=6 if state == "broken" else 0)

    found, after = [], None
    for _ in range(3):
        page = list_promises(seeded, state, actor=SUPERVISOR, now=now, after=after, limit=2)
        found, after = [*found, *page.items], page.after

    assert after is None
    assert len({each.id for each in found}) == 5
    ordered = [each.due_at for each in found]
    assert all((one > two) is (state == "broken") for one, two in pairwise(ordered))


def test_the_overview_counts_what_the_lists_show(call_at, case, seeded):
    case_register(call_at())
    record_breach(seeded, case.number, "solution", breached_at=NOW, actor=SUPERVISOR, now=NOW)
    later = NOW + timedelta(minutes=1)

    found = read_overview(seeded, actor=SUPERVISOR, now=later)

    assert found.promises_broken == len(list_promises(seeded, "broken", actor=SUPERVISOR, now=later).items) == 1
    assert found.promises_at_risk == len(list_promises(seeded, "at_risk", actor=SUPERVISOR, now=later).items)
    assert (found.tasks, found.tasks_overdue, found.escalations, found.incidents) == (0, 0, 0, 0)


def test_who_oversees_nothing_sees_neither(seeded):
    with pytest.raises(NotPermitted):
        read_overview(seeded, actor=NOBODY, now=NOW)
    with pytest.raises(NotPermitted):
        list_promises(seeded, "broken", actor=NOBODY, now=NOW)
