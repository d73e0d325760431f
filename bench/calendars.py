"""A holiday put in beside ten thousand promises: what the command costs, and what moving a promise costs afterwards."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func, select

from bench import crowds, house_cases, serving
from bench.measuring import Measurement
from bench.serving import Bench
from engine import access, clock
from engine.actors import Actor
from engine.commands.bulk_runs import SHARE, run_bulk_operation
from engine.persistence.tables.bulk_operations import bulk_operation, bulk_operation_item
from engine.persistence.transactions import reading, transaction
from operations.calendars import CalendarException, load_calendar
from operations.cases import get_case
from operations.deadlines import circumstances_of, promise
from operations.register_changes import revise_day
from operations.requests import submit_request
from operations.terms import compute_term
from operations.working_time import working_spans

PROMISES = 10_000
OWNER = Actor("person:owner", reason="bench", permissions=frozenset({access.CONFIGURE}))


def measure(bench: Bench) -> Iterator[Measurement]:
    """As many running instances as promises; one share of the job is measured, the others cost the same."""
    actors = house_cases.house(bench)
    agent = next(actor for actor in actors if "customer_service" in actor.groups)
    now = clock.now()
    with transaction() as tx:
        case = get_case(tx, submit_request(tx, house_cases.FAULT, actor=agent, now=now).case_number)
        term = compute_term(tx, "refund", circumstances_of(case, begun_at=now))
        promise(tx, case, "refund", term, object="copied", actor=OWNER, now=now)
        calendar = load_calendar(tx, term.calendar)
    crowds.more_promises(bench, case.number, PROMISES)
    days = (now.date() + timedelta(days=number) for number in range(1, 8))
    off = CalendarException(next(day for day in days if working_spans(calendar, day)), (), "司庆", "company day")
    watched = (serving.this_process(), serving.postmaster(bench.var))
    before = serving.cpu_seconds(*watched)
    with transaction() as tx:
        revise_day(tx, calendar.key, off, actor=OWNER, now=now)
    commanded = serving.cpu_seconds(*watched)
    with reading() as tx:
        operation_id = tx.scalars(select(bulk_operation.c.id)).one()
    run_bulk_operation({"operation_id": str(operation_id)})
    moved = serving.cpu_seconds(*watched)
    with reading() as tx:
        is_done = bulk_operation_item.c.state == "succeeded"
        done = tx.scalar(select(func.count()).select_from(bulk_operation_item).where(is_done))
    if done != SHARE:
        message = f"{done} of {SHARE} promises were moved"
        raise RuntimeError(message)
    yield Measurement("a holiday beside 10,000 promises: the command", (commanded - before) * 1_000, "ms CPU", None)
    yield Measurement("a promise that follows its calendar", (moved - commanded) * 1_000 / SHARE, "ms CPU", 8.0)
