"""The first page of one person's task list, beside a thousand, a hundred thousand and a million open tasks."""

from collections.abc import Callable, Iterator

from bench import crowds, serving, shapes
from bench.measuring import Measurement, cpu_ms
from bench.serving import Bench
from engine import clock
from engine.commands.process_instances import start_process_instance
from engine.persistence.transactions import reading, transaction
from engine.queries.user_tasks import UserTaskFilter, list_user_tasks

FEW, MANY, MOST = 1_000, 100_000, 1_000_000
PAGES = 100


def measure(bench: Bench) -> Iterator[Measurement]:
    """CPU of this process and PostgreSQL for one page."""
    with transaction() as tx:
        started = start_process_instance(
            tx, definition_key="bench_sequential_1", variables={}, actor=bench.person, now=clock.now()
        )
    task = str(started.user_tasks[0].id)
    crowds.more_user_tasks(bench, task, FEW, group=shapes.GROUP)
    few = _page_ms(bench)
    crowds.more_user_tasks(bench, task, MANY - FEW, group=shapes.GROUP)
    many = _page_ms(bench)
    yield Measurement("task list page, 1,000 open tasks", few, "ms CPU")
    yield Measurement("task list page, 100,000 open tasks", many, "ms CPU")
    yield Measurement("task list page, 100,000 ÷ 1,000", many / few, "×", 1.5)
    if not bench.is_full:
        return
    crowds.more_user_tasks(bench, task, MOST - MANY, group=shapes.GROUP)
    most = _page_ms(bench)
    yield Measurement("task list page, 1,000,000 open tasks", most, "ms CPU")
    yield Measurement("task list page, 1,000,000 ÷ 1,000", most / few, "×", 1.5)


def _page_ms(bench: Bench) -> float:
    def page() -> None:
        with reading() as tx:
            list_user_tasks(tx, UserTaskFilter(scope="candidate"), actor=bench.person, limit=50)

    return with_postgresql(bench, page, times=PAGES)


def with_postgresql(bench: Bench, run: Callable[[], object], *, times: int) -> float:
    """CPU milliseconds of one `run` in this process and in PostgreSQL."""
    own = cpu_ms(run, times=times)
    server = serving.postmaster(bench.var)
    before = serving.cpu_seconds(server)
    for _ in range(times * 3):
        run()
    return own + (serving.cpu_seconds(server) - before) * 1_000 / (times * 3)
