"""One database with its people, its processes, its channel and its nodes; and what was asked of it."""

import base64
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import sqlalchemy
from sqlalchemy import text

from engine import clock
from engine.actors import system
from engine.commands.deployments import deploy
from engine.commands.identities import create_person
from engine.commands.sessions import create_token
from engine.persistence import sealing, transactions
from engine.persistence.testing_clock import read_offset, write_offset
from engine.persistence.transactions import transaction
from operations.channels.registered import NewChannel, add_channel
from operations.registry import build_registry
from operations.seed import seed
from tests.conftest import MASTER_KEY
from tests.failures import diagrams
from tests.failures.nodes import Faults, Node, until
from tests.operations.web_server import Received, web_server

ACTOR = system("failure tests", reason="because the test says so")
GROUPS = ("customer_service", "process_owner", "service_account", "system_admin")


@dataclass
class Installation:
    """Where failures happen. `requests` are the bodies that the channel's receiver was sent."""

    engine: sqlalchemy.Engine
    environ: dict[str, str]
    folder: Path
    faults: Faults
    received: Received
    token: str
    nodes: list[Node] = field(default_factory=list)
    _names: Iterator[int] = field(default_factory=itertools.count)

    def node(self, kind: str) -> Node:
        """Another web node or worker, not started yet."""
        made = Node(kind, self.environ, self.folder / f"{kind}-{next(self._names)}.log")
        self.nodes.append(made)
        return made

    def kill_all(self) -> None:
        self.faults.clear()
        for node in self.nodes:
            node.kill()
        self.nodes.clear()

    def scalar(self, statement: str, **values: object) -> int:
        with transaction() as tx:
            found = tx.scalar(text(statement), values)
        return int(found or 0)

    def forget_connections(self) -> None:
        """This process had some to a database that was away."""
        self.engine.dispose()

    def pass_time(self, **later: float) -> None:
        """Move the clock that all nodes follow; backwards too, which the service itself never does."""
        with transaction() as tx:
            offset = read_offset(tx) + timedelta(**later)
            write_offset(tx, offset)
        clock.set_offset(offset)

    def settle(self) -> None:
        """Wait until no work is left that is due now."""
        until(lambda: not self.due(), lambda: f"still due: {self.due()}; {self.nodes[-1].last_words()}", every_s=0.1)

    def due(self) -> dict[str, int]:
        """What workers have not done yet, by kind."""
        with transaction() as tx:
            row = tx.execute(_DUE, {"now": clock.now()}).one()
        return {name: count for name, count in row._asdict().items() if count}

    def age_heartbeats(self) -> None:
        """Let a minute pass for workers that are dead; no living one may be there."""
        with transaction() as tx:
            tx.execute(text("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 minute'"))


_DUE = text(
    """
    SELECT (SELECT count(*) FROM process_instance WHERE state = 'active' AND next_due_at <= :now) AS instances,
           (SELECT count(*) FROM inbox WHERE due_at <= :now) AS letters,
           (SELECT count(*) FROM procrastinate_jobs
            WHERE task_name LIKE 'notifications.%' AND status IN ('todo', 'doing')) AS jobs
    """
)
"""Messages count while they wait to be tried again; what the house does every night does not."""


@contextmanager
def installed(service_url: str, folder: Path) -> Iterator[Installation]:
    """Fill a migrated database and open it in this process too, for looking at what is left."""
    engine = transactions.open_database(service_url, pool_size=4)
    with web_server() as received:
        faults = Faults(folder / "faults")
        environ = {
            "DATABASE_URL": service_url,
            "OPSFLOW_ENV": "development",
            "OPSFLOW_VAR": str(folder / "var"),
            "OPSFLOW_MASTER_KEY": base64.b64encode(MASTER_KEY).decode(),
            "OPSFLOW_OUTBOUND_NETWORKS": "127.0.0.0/8",
            "OPSFLOW_FAULTS": str(faults.folder),
        }
        opened = Installation(engine, environ, folder, faults, received, "")
        enter(opened)
        opened.token = _fill(received.url)
        try:
            yield opened
        finally:
            opened.kill_all()
            engine.dispose()


def enter(installation: Installation) -> None:
    """Make it the database of this process; other tests have one of their own."""
    transactions.configure(installation.engine)
    sealing.configure_master_key(MASTER_KEY)


def _fill(receiver_url: str) -> str:
    now = clock.now()
    with transaction() as tx:
        seed(tx, actor=ACTOR, now=now)
        person = create_person(tx, "worker", "Worker", None, GROUPS, actor=ACTOR, now=now)
        channel = NewChannel("webhook", "everything", "customer_service", receiver_url, "a shared secret")
        add_channel(tx, channel, actor=ACTOR, now=now)
        deploy(tx, diagrams.ALL, registry=build_registry(), actor=ACTOR, now=now)
        return create_token(tx, UUID(str(person.id)), "failures", actor=ACTOR, now=now).token
