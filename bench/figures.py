"""Figures over a period: the KPIs and the heat of a process, with ten times the history before the same period."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bench import crowds, house_cases
from bench.measuring import Measurement
from bench.replays import played
from bench.serving import ACTOR, Bench
from bench.task_lists import with_postgresql
from engine import clock
from engine.persistence.transactions import reading, transaction
from operations.heatmaps import read_heatmap
from operations.kpis import list_kpi_cases, read_kpis
from operations.periods import Period
from operations.requests import submit_request

CASES, INSTANCES, TIMES = 5_000, 1_000, 10
"""In the period, and how many times as many there are then in all."""
DAYS = 30
PROCESS = "bench_sequential_10"
PAGES = 3


def measure(bench: Bench) -> Iterator[Measurement]:
    """CPU of this process and PostgreSQL; the history before the period is what grows."""
    agent = next(actor for actor in house_cases.house(bench) if "customer_service" in actor.groups)
    now = clock.now()
    with transaction() as tx:
        case = submit_request(tx, house_cases.FAULT, actor=agent, now=now).case_number
    instance = played(bench, PROCESS, 10)
    period = Period(now - timedelta(days=DAYS), now - timedelta(minutes=1))

    def grow(first: int, times: int) -> None:
        crowds.more_closed_cases(bench, case, _spread(period.until, CASES, first), CASES * times)
        crowds.more_ended_instances(bench, instance, _spread(period.until, INSTANCES, first), INSTANCES * times)

    grow(0, 1)
    few = _costs(bench, period)
    grow(1, TIMES - 1)  # as far back again for each
    many = _costs(bench, period)
    for (name, cost, budget), (_, later, _) in zip(few, many, strict=True):
        yield Measurement(name, cost, "ms CPU", budget)
        yield Measurement(f"{name}, {TIMES} × the history", later / cost, "×", 1.5)


def _costs(bench: Bench, period: Period) -> list[tuple[str, float, float]]:
    def kpis() -> None:
        with reading() as tx:
            read_kpis(tx, period, actor=ACTOR)

    def cases() -> None:
        with reading() as tx:
            list_kpi_cases(tx, "sla_compliance", period, actor=ACTOR)

    def heat() -> None:
        with reading() as tx:
            read_heatmap(tx, PROCESS, None, period, actor=ACTOR, now=period.until)

    return [
        (f"KPIs of {CASES:,} cases", with_postgresql(bench, kpis, times=PAGES), 60.0),
        ("the cases behind one of them", with_postgresql(bench, cases, times=PAGES), 30.0),
        (f"heat of {INSTANCES:,} instances", with_postgresql(bench, heat, times=PAGES), 600.0),
    ]


def _spread(until: datetime, each: int, first: int) -> crowds.Spread:
    return crowds.Spread(until, timedelta(days=DAYS) / (each + 1), each * first)
