"""People, moments and cases that the tests of the business domain share."""

from datetime import UTC, datetime

from sqlalchemy import Connection, select

from engine.actors import Actor
from engine.persistence.sealing import seal
from engine.persistence.tables.journal import journal
from operations.cases import Case, NewCase, get_case, open_case
from operations.customers import Contact, find_or_create_customer

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)  # Wednesday, 10:00 in Shanghai
AGENT = Actor(
    "person:00000000-0000-7000-8000-000000000001",
    groups=frozenset({"customer_service"}),
    permissions=frozenset({"open_case", "read_personal"}),
)
SUPERVISOR = Actor(
    "person:00000000-0000-7000-8000-000000000002",
    groups=frozenset({"supervisor"}),
    permissions=frozenset({"open_case", "supervise", "read_personal", "configure"}),
    reason="the part is late",
)
NOBODY = Actor("person:00000000-0000-7000-8000-000000000003")


def make_case(tx: Connection, *, request_type: str = "fault", phone: str = "13800005678", at: datetime = NOW) -> Case:
    customer = find_or_create_customer(tx, Contact(name="王小明", phone=phone), actor=AGENT, now=at)
    subject = seal(tx, f"customer:{customer}", "subject", "打印机不工作", now=at)
    new = NewCase(customer, "phone", "zh-CN", request_type, subject_ref=subject, is_complete=True, consent_survey=True)
    return get_case(tx, open_case(tx, new, actor=AGENT, now=at))


def journal_types(tx: Connection, case_number: str | None = None) -> list[str]:
    query = select(journal.c.type).order_by(journal.c.id)
    if case_number is not None:
        query = query.where(journal.c.case_number == case_number)
    return list(tx.execute(query).scalars())
