"""Lists of somebody who does not oversee everything: he sees an eighth of it, or next to nothing."""

from collections.abc import Iterator

from bench import crowds, house_cases
from bench.measuring import Measurement
from bench.serving import Bench
from bench.task_lists import with_postgresql
from engine import clock
from engine.actors import Actor
from engine.persistence.transactions import reading, transaction
from engine.queries.process_instances import ProcessInstanceFilter, list_process_instances
from operations.case_views import CaseFilter, list_cases
from operations.requests import submit_request

USUAL, FULL = 20_000, 100_000
PAGES = 10


def measure(bench: Bench) -> Iterator[Measurement]:
    """CPU of this process and PostgreSQL for the first page of fifty."""
    actors = house_cases.house(bench)
    with transaction() as tx:
        agent = next(actor for actor in actors if "customer_service" in actor.groups)
        number = submit_request(tx, house_cases.FAULT, actor=agent, now=clock.now()).case_number
    count = FULL if bench.is_full else USUAL
    sees = {"person:many": count // 8, "person:some": count // 100, "person:few": count // 1_000}
    crowds.more_cases(bench, number, count, people=sees)
    for name, seen in sees.items():
        actor = Actor(name)
        yield Measurement(f"case list, sees {seen:,} of {count:,}", _cases_ms(bench, actor), "ms CPU")
        yield Measurement(f"instance list, sees {seen:,} of {count:,}", _instances_ms(bench, actor), "ms CPU")


def _cases_ms(bench: Bench, actor: Actor) -> float:
    def page() -> None:
        with reading() as tx:
            list_cases(tx, CaseFilter(), actor=actor, limit=50)

    return with_postgresql(bench, page, times=PAGES)


def _instances_ms(bench: Bench, actor: Actor) -> float:
    def page() -> None:
        with reading() as tx:
            list_process_instances(tx, ProcessInstanceFilter(), actor=actor, limit=50)

    return with_postgresql(bench, page, times=PAGES)
