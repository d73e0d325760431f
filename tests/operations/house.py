"""The house at work: its diagrams deployed, its people, and a worker that can be told what time it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, select

from engine.actors import Actor, system
from engine.commands.deployments import deploy
from engine.handlers import Registry
from engine.persistence.tables.process_instances import incident
from engine.persistence.tables.user_tasks import user_task
from engine.persistence.transactions import transaction
from engine.worker.due_loop import run_once
from operations.calendars import CalendarException
from operations.cases import Case, get_case
from operations.customers import Contact
from operations.demo_cases import play
from operations.demo_people import PEOPLE
from operations.register_changes import revise_day
from operations.requests import RequestDraft, SubmittedRequest, submit_request
from operations.roles import ROLES
from operations.seed import seed
from tests.operations.examples import NOW
from tests.photographs import put_back

ROOT = Path(__file__).parents[2]
MOST_STEPS = 500
GRANTED = {group: permissions for group, _, _, permissions in ROLES}
ACTORS = tuple(
    Actor(
        f"person:00000000-0000-7000-8000-{number:012d}",
        groups=frozenset(person.groups),
        permissions=frozenset(each for group in person.groups for each in GRANTED.get(group, ())),
        reason="as the test wants",
    )
    for number, person in enumerate(PEOPLE, start=1)
)
NAMED = {person.user_name: actor for person, actor in zip(PEOPLE, ACTORS, strict=True)}


@dataclass
class House:
    """Commits every command, as the service does."""

    now: datetime = NOW
    answers: dict[str, Mapping[str, object]] = field(default_factory=dict)

    def open(self, registry: Registry, owner: Engine) -> None:
        """Deploy the house into an empty database, as its owner puts it back."""

        def make() -> None:
            files = {
                path.name: path.read_bytes()
                for pattern in ("processes/*/*.bpmn", "processes/*/*.dmn", "forms/*.form")
                for path in ROOT.glob(pattern)
            }
            with transaction() as tx:
                seed(tx, now=NOW)
                deploy(tx, files, registry=registry, actor=system("test"), now=NOW)

        put_back(owner, "house", make)

    def submit(self, **changes: object) -> SubmittedRequest:
        values = {
            "channel": "web_form",
            "contact": Contact("王小明", "13800005678"),
            "request_type": "fault",
            "subject": "打印机",
            "description": "打印机不工作",
            "consent_survey": True,
        } | changes
        with transaction() as tx:
            return submit_request(tx, RequestDraft(**values), actor=NAMED["agent"], now=self.now)  # type: ignore[arg-type]

    def play(self, number: str, *, until: str | None = None) -> tuple[str, ...]:
        with transaction() as tx:
            done = play(tx, number, ACTORS, until=until, answers=self.answers, now=self.now)
        self.settle()
        return done

    def declare_holiday(self, day: date) -> None:
        with transaction() as tx:
            off = CalendarException(day, (), "司庆", "company day")
            revise_day(tx, "working", off, actor=NAMED["admin"], now=self.now)

    def pass_time(self, **later: float) -> None:
        """Let time pass; what falls due meanwhile is found afterwards, as after a night without a worker."""
        self.now += timedelta(**later)
        self.settle()

    def settle(self) -> None:
        for _ in range(MOST_STEPS):
            if not run_once(self.now):
                return
        raise AssertionError("the worker does not come to rest")

    def case(self, number: str) -> Case:
        with transaction() as tx:
            return get_case(tx, number)

    def open_forms(self, number: str) -> list[str]:
        with transaction() as tx:
            query = select(user_task.c.form_ref).where(user_task.c.case_number == number, user_task.c.state == "active")
            return sorted(tx.execute(query).scalars())

    def incidents(self) -> list[str]:
        with transaction() as tx:
            query = select(incident.c.element_id, incident.c.message).where(incident.c.resolved_at.is_(None))
            return [f"{row.element_id}: {row.message}" for row in tx.execute(query)]
