"""Many rows, copied in the database from one that a command made; the copies are never replayed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy
from sqlalchemy import Connection, Table, text

from bench.serving import Bench
from engine.persistence.tables.journal import journal
from engine.persistence.tables.process_instances import process_instance
from engine.persistence.tables.user_tasks import user_task
from engine.persistence.transactions import transaction
from operations.tables.cases import service_case
from operations.tables.deadlines import case_deadline


@dataclass(frozen=True, slots=True)
class Spread:
    """Copies that lie one `apart` after the other before `until`; `first` of them are there already."""

    until: datetime
    apart: timedelta
    first: int

    @property
    def values(self) -> dict[str, object]:
        """As parameters of a copy."""
        return {"until": self.until, "apart": self.apart, "first": self.first}


# Of a copy: its moment, and the id that was made then.
AT = "CAST(:until AS timestamptz) - (n + CAST(:first AS int)) * CAST(:apart AS interval)"
ID = (
    f"CAST(lpad(to_hex(CAST(extract(epoch FROM {AT}) * 1000 AS bigint)), 12, '0') || '70008000' "
    "|| lpad(to_hex(n + CAST(:first AS int)), 12, '0') AS uuid)"
)
OFFER = text(
    """
    INSERT INTO task_candidate (candidate, user_task_id, due_at, priority)
    SELECT CASE WHEN hashtext(u.id::text) % 10 = 0 THEN :group ELSE 'other-' || hashtext(u.id::text) % 40 END,
           u.id, u.due_at, u.priority
    FROM user_task u
    WHERE u.task_id LIKE 'copy-%' AND NOT EXISTS (SELECT FROM task_candidate c WHERE c.user_task_id = u.id)
    """
)


def vacuum(bench: Bench) -> None:
    """Up-to-date statistics, as autovacuum would have made them by and by."""
    url = sqlalchemy.make_url(bench.service.databases.migration_url).set(drivername="postgresql+psycopg")
    owner = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool)
    with owner.connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))


def more_instances(bench: Bench, instance_id: str, count: int, *, due_at: datetime | None) -> None:
    """Copies of a waiting instance, all due at one time or never."""
    changed = {"id": "gen_random_uuid()", "next_due_at": ":due_at", "business_key": "NULL", "case_number": "NULL"}
    with transaction() as tx:
        _copy(tx, process_instance, changed, "id = :id", {"id": instance_id, "count": count, "due_at": due_at})
    vacuum(bench)


def more_user_tasks(bench: Bench, user_task_id: str, count: int, *, group: str) -> None:
    """Copies of an open task of its instance; every tenth is offered to `group`, the others to forty groups."""
    changed = {
        "id": "gen_random_uuid()",
        "task_id": "'copy-' || gen_random_uuid()",
        "due_at": "now() + n * interval '1 s'",
    }
    with transaction() as tx:
        _copy(tx, user_task, changed, "id = :id", {"id": user_task_id, "count": count})
        tx.execute(OFFER, {"group": group})
    vacuum(bench)


def more_cases(bench: Bench, number: str, count: int, *, people: Mapping[str, int]) -> None:
    """
    Copies of a case and of its instance, each with five copies of its task, all of them done.

    Args:
        people: Subjects, and the tasks of how many cases each of them did, spread evenly.
    """
    instance = {"id": "md5('case-' || n)::uuid", "next_due_at": "NULL", "business_key": "NULL"}
    case = {"number": "'copy-' || n", "received_at": "received_at - n * interval '1 min'"}
    case |= {"root_instance_id": "md5('case-' || n)::uuid", "serial": "serial + n"}
    doers = " ".join(
        f"WHEN n % {count // cases} = {who} THEN '{name}'" for who, (name, cases) in enumerate(people.items())
    )
    task = {
        "id": "gen_random_uuid()",
        "task_id": "'copy-' || part",
        "instance_id": "md5('case-' || n)::uuid",
        "case_number": "'copy-' || n",
        "state": "'completed'",
        "assignee": f"CASE {doers} ELSE 'person:' || n % 40 END",
    }
    task["completed_by"] = task["assignee"]
    values = {"number": number, "count": count}
    with transaction() as tx:
        _copy(tx, process_instance, instance | {"case_number": "'copy-' || n"}, "case_number = :number", values)
        _copy(tx, service_case, case, "number = :number", values)
        _copy(tx, user_task, task, "case_number = :number", values, more="generate_series(1, 5) part")
    vacuum(bench)


def more_promises(bench: Bench, number: str, count: int) -> None:
    """Copies of one promise of a case, and as many of its running instance."""
    which, values = "case_number = :number", {"number": number, "count": count}
    with transaction() as tx:
        _copy(
            tx,
            case_deadline,
            {"id": "gen_random_uuid()", "object": "'copy-' || n"},
            f"{which} AND object <> ''",
            values,
        )
        _copy(tx, process_instance, {"id": "gen_random_uuid()", "next_due_at": "NULL"}, which, values)
    vacuum(bench)


def more_closed_cases(bench: Bench, number: str, spread: Spread, count: int) -> None:
    """Copies of a case that took an hour; every tenth was broken, every twentieth escalated, half were surveyed."""
    copied = "'copy-' || (n + CAST(:first AS int))"
    case = {
        "number": copied,
        "serial": "serial + n + CAST(:first AS int)",
        "state": "'closed'",
        "outcome": "'completed'",
        "confirmation": "'confirmed'",
        "received_at": AT,
        "first_response_at": f"{AT} + interval '5 min'",
        "resolved_at": f"{AT} + interval '50 min'",
        "closed_at": f"{AT} + interval '1 hour'",
    }
    values = {"number": number, "count": count} | spread.values
    with transaction() as tx:
        _copy(tx, service_case, case, "number = :number", values)
        for table, columns, chosen, every in (
            ("survey", "case_number, state, sent_at, closes_at, answered_at, overall",
             f"{copied}, 'answered', {AT}, {AT}, {AT}, 1 + n % 5", 2),
            ("breach", "id, case_number, commitment, breached_at, recorded_at",
             f"gen_random_uuid(), {copied}, 'solution', {AT}, {AT}", 10),
            ("escalation", "id, case_number, trigger, level, state, opened_at, opened_by",
             f"gen_random_uuid(), {copied}, 'breach', 1, 'closed', {AT}, 'bench'", 20),
        ):  # fmt: skip
            which = f"FROM generate_series(1, :count) n WHERE n % {every} = 0"
            tx.execute(text(f"INSERT INTO {table} ({columns}) SELECT {chosen} {which}"), values)
    vacuum(bench)


def more_ended_instances(bench: Bench, instance_id: UUID, spread: Spread, count: int) -> None:
    """Copies of an instance that has ended, with its tasks and its journal."""
    values = {"instance_id": instance_id, "count": count} | spread.values
    own = "instance_id = :instance_id"
    task = {"id": "gen_random_uuid()", "instance_id": ID, "created_at": AT, "ended_at": f"{AT} + interval '1 hour'"}
    event = {"id": "nextval(pg_get_serial_sequence('journal', 'id'))", "instance_id": ID}
    event["at"] = f"{AT} + seq * interval '1 s'"
    with transaction() as tx:
        began = {"id": ID, "started_at": AT, "ended_at": f"{AT} + interval '1 hour'"}
        _copy(tx, process_instance, began, "id = :instance_id", values)
        _copy(tx, user_task, task, own, values)
        _copy(tx, journal, event, own, values)
    vacuum(bench)


def _copy(
    tx: Connection, table: Table, changed: dict[str, str], which: str, values: dict[str, object], *, more: str = ""
) -> None:
    columns = [column.name for column in table.columns if column.computed is None]
    chosen = ", ".join(changed.get(name, f'"{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    source = ", ".join(filter(None, (table.name, "generate_series(1, :count) n", more)))
    tx.execute(text(f"INSERT INTO {table.name} ({names}) SELECT {chosen} FROM {source} WHERE {which}"), values)
