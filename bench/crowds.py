"""Many rows, copied in the database from one that a command made; the copies are never replayed."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy
from sqlalchemy import Connection, Table, text

from bench.serving import Bench
from engine.persistence.tables.process_instances import process_instance
from engine.persistence.tables.user_tasks import user_task
from engine.persistence.transactions import transaction
from operations.tables.cases import service_case
from operations.tables.deadlines import case_deadline

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


def _copy(
    tx: Connection, table: Table, changed: dict[str, str], which: str, values: dict[str, object], *, more: str = ""
) -> None:
    columns = [column.name for column in table.columns if column.computed is None]
    chosen = ", ".join(changed.get(name, f'"{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    source = ", ".join(filter(None, (table.name, "generate_series(1, :count) n", more)))
    tx.execute(text(f"INSERT INTO {table.name} ({names}) SELECT {chosen} FROM {source} WHERE {which}"), values)
