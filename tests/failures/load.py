"""Many clients at once, each with cases of its own, until it is told to stop."""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests.failures.clients import Client

CLIENTS = 6
ROUNDS = int(os.environ.get("OPSFLOW_FAILURE_ROUNDS", "1"))
"""How often what fails under load fails; more than once for a night of it."""


def work_on_cases(client: Client, stop: threading.Event) -> None:
    """Open a case and complete its first task, again and again."""
    while not stop.is_set():
        client.complete(client.task_of(client.open_case()["process_instance_id"]))


@contextmanager
def under_load(make_client: Callable[[], Client]) -> Iterator[Callable[[int], None]]:
    """
    Work while the block runs.

    Yields:
        A function that waits until so many more requests were accepted: the service works again.
    """
    stop, clients = threading.Event(), [make_client() for _ in range(CLIENTS)]
    with ThreadPoolExecutor(CLIENTS) as pool:
        works = [pool.submit(work_on_cases, client, stop) for client in clients]

        def wait_for_more(count: int) -> None:
            wanted = len(clients[0].ledger.completed_tasks) + count
            while len(clients[0].ledger.completed_tasks) < wanted:
                for work in works:
                    if work.done():
                        work.result()
                stop.wait(0.02)

        try:
            yield wait_for_more
        finally:
            stop.set()
        for work in works:
            work.result()
