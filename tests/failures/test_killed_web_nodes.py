"""kill -9 of a web node at every point of a command: the client asks another node with the same key."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.failures.nodes import Faults, Node

STARTING = ("command.ran", "command.state_stored", "command.rows_written", "command.journalled")
COMMITTING = ("request.committing", "request.committed")


@contextmanager
def killing(faults: Faults, point: str, nodes: list[Node]) -> Iterator[None]:
    """Kill whichever node gets to the point, and start it again."""
    faults.put(point, "kill")
    yield
    node = faults.wait_for(point, nodes)
    node.kill()
    node.start()


def test_a_web_node_killed_at_any_point_of_a_command_loses_nothing_and_does_nothing_twice(
    installation, client_of, prove
):
    worker = installation.node("worker").start()
    nodes = [installation.node("web").start(), installation.node("web").start()]
    client = client_of(*nodes)
    tasks = [client.task_of(client.open_case()["process_instance_id"]) for _ in range(7)]

    for point in STARTING + COMMITTING:
        with killing(installation.faults, point, nodes):
            client.open_case()
    for point, task in zip(("command.locked", *STARTING, *COMMITTING), tasks, strict=True):
        with killing(installation.faults, point, nodes):
            client.complete(task)

    worker.wait_until_ready()
    assert client.ledger.answers["connection lost"] >= 13
    installation.pass_time(hours=1)
    prove()
