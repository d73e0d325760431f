"""
Diagrams of `tests/bpmn/<group>/` run through the service: deployed, started, worked and read from a real database.

    def test_…(case):
        played = case("events/timer_boundary", amount=3)

        played.wait(hours=1)

        assert played.entered == ["start", "work", "late", "after"]

`case(path, **variables)` deploys `tests/bpmn/<path>.bpmn` (and what is named in `also`) and starts the first process of
the file, in one transaction that is rolled back. At the end of each test every instance is replayed from its journal
and must be identical.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection, select

from engine.commands.deliveries import deliver_letter
from engine.commands.deployments import Deployment, deploy
from engine.commands.due_work import advance_due_instance, next_due_at
from engine.commands.incidents import retry_incident
from engine.commands.letters import claim_letter
from engine.commands.messages import broadcast_signal, correlate_message
from engine.commands.process_instances import start_process_instance
from engine.commands.start_events import claim_start_timer, fire_start_timer
from engine.commands.user_tasks import complete_user_task
from engine.errors import DeploymentInvalid
from engine.handlers import Registry
from engine.persistence.process_instances import claim_due_instance, find_instance
from engine.persistence.tables.journal import journal
from engine.persistence.tables.process_instances import process_instance
from engine.persistence.user_tasks import UserTask, open_tasks_of
from engine.queries.incidents import list_incidents
from engine.queries.process_instances import get_variables
from engine.replay.instances import verify_instance
from tests.engine.conftest import ADMIN, NOW, STAFF
from tests.engine.conftest import registry as registry  # noqa: PLC0414 - a fixture of its own name

FOLDER = Path(__file__).parent
MOST_STEPS = 10_000


class Service:
    """The service over one transaction; `now` is the only clock. What is due runs after each command."""

    def __init__(self, tx: Connection) -> None:
        self.tx = tx
        self.now: datetime = NOW

    def deploy(self, *paths: str) -> Deployment:
        files = {f"{path.rpartition('/')[2]}.bpmn": (FOLDER / f"{path}.bpmn").read_bytes() for path in paths}
        return deploy(self.tx, files, actor=ADMIN, now=self.now)

    def start(
        self, key: str, *, business_key: str | None = None, start_event: str | None = None, **variables: object
    ) -> "Case":
        started = start_process_instance(
            self.tx,
            definition_key=key,
            variables=variables,
            business_key=business_key,
            start_event=start_event,
            actor=ADMIN,
            now=self.now,
        )
        self.run_due()
        return Case(self, started.instance.id)

    def message(self, name: str, key: str | None = None, /, **variables: object) -> "Case":
        """Correlate a message from outside; the case that got it, perhaps a new one."""
        found = correlate_message(self.tx, name, correlation_key=key, variables=variables, actor=ADMIN, now=self.now)
        self.run_due()
        return Case(self, found.instance_id)

    def signal(self, name: str, /, **variables: object) -> None:
        broadcast_signal(self.tx, name, variables=variables, actor=ADMIN, now=self.now)
        self.run_due()

    def wait(self, **duration: float) -> None:
        """Let time go by as a worker sees it who is always there: each timer fires at its own time."""
        end = self.now + timedelta(**duration)
        while (due := self._next_due()) is not None and due <= end:
            self.now = max(self.now, due)
            self.run_due()
        self.now = end
        self.run_due()

    def run_due(self) -> None:
        """Deliver letters and fire what is due now, until nothing is left."""
        for _ in range(MOST_STEPS):
            if (letter := claim_letter(self.tx, now=self.now)) is not None:
                deliver_letter(self.tx, letter, now=self.now)
            elif (due := claim_due_instance(self.tx, now=self.now)) is not None:
                advance_due_instance(self.tx, due, now=self.now)
            elif (timer := claim_start_timer(self.tx, now=self.now)) is not None:
                fire_start_timer(self.tx, timer, now=self.now)
            else:
                return
        raise AssertionError("The instances never come to rest.")

    def cases(self) -> "list[Case]":
        """Every instance, oldest first."""
        query = select(process_instance.c.id).order_by(process_instance.c.started_at, process_instance.c.id)
        return [Case(self, found) for found in self.tx.scalars(query)]

    def _next_due(self) -> datetime | None:
        return next_due_at(self.tx)


class Case:
    """One process instance: what happened to it, and what can be done to it."""

    def __init__(self, service: Service, id: UUID) -> None:
        self.service = service
        self.id = id

    @property
    def trace(self) -> list[tuple[str, str]]:
        """(state, element id) of every transition in the journal's order; states as in `outcomes.Transition`."""
        query = select(journal.c.type, journal.c.element_id).where(
            journal.c.instance_id == self.id, journal.c.type.startswith("element.")
        )
        rows = self.service.tx.execute(query.order_by(journal.c.seq))
        return [(row.type.removeprefix("element."), row.element_id) for row in rows]

    @property
    def entered(self) -> list[str]:
        return self._in_state("activated")

    @property
    def left(self) -> list[str]:
        return self._in_state("completed")

    @property
    def cancelled(self) -> list[str]:
        return self._in_state("cancelled")

    @property
    def open(self) -> list[str]:
        """Element ids of the open user tasks."""
        return [task.element_id for task in self.tasks]

    @property
    def tasks(self) -> list[UserTask]:
        return list(open_tasks_of(self.service.tx, self.id))

    @property
    def incidents(self) -> list[tuple[str, str]]:
        """(element id, kind) of the open ones."""
        found = list_incidents(self.service.tx, instance_id=self.id, actor=ADMIN).items
        return [(each.element_id, each.kind) for each in found]

    @property
    def state(self) -> str:
        return find_instance(self.service.tx, self.id).state

    @property
    def is_completed(self) -> bool:
        return self.state == "completed"

    @property
    def variables(self) -> Mapping[str, object]:
        return get_variables(self.service.tx, self.id, actor=ADMIN, now=self.service.now)

    def complete(self, element_id: str, nth: int = 0, /, **variables: object) -> None:
        found = [task for task in self.tasks if task.element_id == element_id]
        complete_user_task(self.service.tx, found[nth].id, variables, actor=STAFF, now=self.service.now)
        self.service.run_due()

    def message(self, name: str, key: str | None = None, /, **variables: object) -> None:
        assert self.service.message(name, key, **variables).id == self.id

    def signal(self, name: str, /, **variables: object) -> None:
        self.service.signal(name, **variables)

    def wait(self, **duration: float) -> None:
        self.service.wait(**duration)

    def retry(self) -> None:
        found = list_incidents(self.service.tx, instance_id=self.id, actor=ADMIN).items
        retry_incident(self.service.tx, found[0].id, actor=ADMIN, now=self.service.now)
        self.service.run_due()

    def _in_state(self, state: str) -> list[str]:
        return [element_id for found, element_id in self.trace if found == state]


@pytest.fixture
def service(tx: Connection, registry: Registry) -> Iterator[Service]:
    """The service on an empty database; afterwards every instance is replayed from its journal."""
    made = Service(tx)
    yield made
    verdicts = [verify_instance(tx, case.id) for case in made.cases()]
    assert [verdict for verdict in verdicts if not verdict.is_identical] == []


@pytest.fixture
def case(service: Service) -> Callable[..., Case]:
    """`case(path, also=(), business_key=None, **variables)`: deploy the files, start the first one's process."""

    def begin(path: str, *, also: tuple[str, ...] = (), business_key: str | None = None, **variables: object) -> Case:
        deployed = service.deploy(path, *also)
        return service.start(deployed.process_definitions[0].key, business_key=business_key, **variables)

    return begin


@pytest.fixture
def refused(service: Service) -> Callable[[str], list[tuple[str, str | None]]]:
    """`refused(path)`: (code, element id) of the errors that refuse the file."""

    def report(path: str) -> list[tuple[str, str | None]]:
        with pytest.raises(DeploymentInvalid) as found:
            service.deploy(path)
        problems = found.value.facts["problems"]
        assert isinstance(problems, list)
        return [(each["code"], each["element_id"]) for each in problems if each["severity"] == "error"]

    return report
