from collections.abc import Iterator
from datetime import timedelta

import psycopg
import zstandard
from psycopg import sql

from tests.acceptance import answers
from tests.acceptance.answers import NAME, PERSONAL, secret
from tests.acceptance.house import House
from tests.acceptance.records import check_record

PHONE = "13899887766"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


def everything_stored(url: str) -> Iterator[bytes]:
    """Every row of every table as text, and every binary value, unpacked where it is packed."""
    with psycopg.connect(url) as connection:
        names = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        for (table,) in connection.execute(names).fetchall():
            copy = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
            with connection.cursor() as cursor, cursor.copy(copy) as rows:
                yield b"".join(bytes(block) for block in rows)
        columns = "SELECT table_name, column_name FROM information_schema.columns WHERE data_type = 'bytea'"
        for table, column in connection.execute(f"{columns} AND table_schema = 'public'").fetchall():
            select = sql.SQL("SELECT {} FROM {}").format(sql.Identifier(column), sql.Identifier(table))
            for (value,) in connection.execute(select):
                yield unpacked(bytes(value or b""))


def unpacked(value: bytes) -> bytes:
    return zstandard.decompress(value) if value.startswith(ZSTD_MAGIC) else value


def forms_of(text: str) -> set[bytes]:
    """How a text may appear: as it is, and as JSON escapes it."""
    return {text.encode(), text.encode("ascii", "backslashreplace"), text.encode("utf-16-le")}


def test_nothing_that_people_wrote_is_stored_or_logged_in_the_clear(house: House):
    now = house.clock.now()
    demand = answers.VAGUE_DEMAND | {"customer": {"name": NAME, "phone": PHONE, "email": answers.EMAIL}}
    customer = house.customer_submits(demand, key="told-once")
    case = customer.case
    draft = house.agent.task(case, "task_log_details")
    house.agent.client.put(f"/api/user-tasks/{draft['id']}/draft", {"variables": {"description": secret("草稿")}})
    house.agent.completes(case, "task_log_details", answers.DETAILS | {"request_type": "fault"})
    house.agent.completes(case, "task_assess", answers.ASSESSED | {"complexity": "complex"})
    review = {"decision": "keep", "instruction": secret("按流程"), "change_priority": True, "priority_override": "P2"}
    house.supervisor.completes(case, "task_supervisor_review", review | {"override_reason": secret("VIP")})
    house.supervisor.completes(case, "task_assign", answers.assigned("tech_support", now + timedelta(hours=20)))
    house.tech_lead.completes(case, "mi_accept", {"decision": "question", "question": secret("型号?")})
    house.supervisor.completes(case, "task_clarify", {"answer": secret("X-100")})
    house.tech_lead.completes(case, "mi_accept", answers.ACCEPTED)
    steps = [answers.step("修", "tech_support", now, now + timedelta(hours=20))]
    house.tech_lead.completes(case, "task_plan", answers.planned(steps))
    house.supervisor.completes(case, "task_plan_review", {"approved": "yes"})
    customer.adds(secret("补充"))
    customer.asks_for_progress()
    house.technician.completes(case, "task_execute_step", answers.step_done(now))
    house.tech_lead.completes(case, "task_quality_check", answers.CHECKED)
    house.agent.completes(case, "task_result_feedback", answers.RESULT)
    customer.rejects(secret("还不行"))
    customer.withdraws()
    check_record(house, case, outcome="withdrawn")
    assert customer.sees()["description"] == answers.DETAILS["description"]

    stored = list(everything_stored(house.service.owner_url))
    stored.append(house.service.log.read_bytes())

    assert any(case.encode() in text for text in stored), "the search finds nothing at all"
    assert any(b'"escalation_steps"' in text for text in stored), "it does not find what is packed"
    leaks = [text for text in (*PERSONAL, PHONE) if any(form in one for form in forms_of(text) for one in stored)]
    assert leaks == []
