"""A seeded database, a case, and calls of handlers as a running instance makes them."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Connection, text

from engine.actors import Actor
from engine.handlers import Call, Site
from operations import mail_settings
from operations.cases import Case
from operations.seed import seed
from tests.operations.examples import AGENT, NOW, make_case
from tests.operations.web_server import Received, web_server

CallAt = Callable[..., Call]


@pytest.fixture(autouse=True)
def _no_mail() -> Iterator[None]:
    mail_settings.configure(public_url="https://service.example", mail=None)
    yield
    mail_settings.configure(public_url="https://service.example", mail=None)


@pytest.fixture
def seeded(tx: Connection) -> Connection:
    seed(tx, now=NOW)
    return tx


@pytest.fixture
def case(seeded: Connection) -> Case:
    """A fault reported on Wednesday at ten, of priority P3."""
    return make_case(seeded)


@pytest.fixture
def call_at(seeded: Connection, case: Case) -> CallAt:
    """Call a handler of the case: `case_register(call_at())`, an hour later `call_at(hours=1)`."""
    instance_id, definition_id = uuid4(), uuid4()

    def build(actor: Actor = AGENT, *, triggered: bool = False, **later: float) -> Call:
        now = NOW + timedelta(**later)
        site = Site(
            process_instance_id=instance_id,
            definition_id=definition_id,
            definition_key="service_request",
            element_id="element",
            element_name=None,
            task_id="t1",
            business_key=case.number,
            case_number=case.number,
            activated_at=now,
            triggered_at=now if triggered else None,
            now=now,
        )
        return Call(seeded, site, actor)

    return build


@pytest.fixture
def counted(seeded: Connection) -> Callable[[], dict[str, int]]:
    """How many rows every table holds: what a refusal must not change."""

    def count() -> dict[str, int]:
        names = seeded.scalars(
            text("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
        ).all()
        return {name: seeded.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0 for name in names}

    return count


@pytest.fixture
def server() -> Iterator[Received]:
    with web_server() as received:
        yield received
