"""What is left of a case when its story is over: the archive, the promises, the messages, the journal."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import psycopg
import zstandard
from psycopg import sql

from tests.acceptance.house import House
from tests.acceptance.people import Json, moment
from tests.acceptance.service import PATIENCE_S
from tests.replay.recordings import record_if_asked


def check_record(
    house: House, case: str, *, outcome: str, archive_class: str = "service", retention_years: int = 3
) -> Json:
    """
    Check what every story ends with, and return the case.

    It is filed once under its class with a hash that anybody can compute again, nothing of it is open any more, and its
    process instances can be replayed from the journal into identical state.
    """
    seen = house.auditor.reads(case)
    assert (seen["state"], seen["outcome"]) == ("archived", outcome)
    assert (seen["open_user_tasks"], seen["open_escalations"]) == (0, 0)
    assert set(promises(seen).values()) <= {"met", "breached", "cancelled"}, promises(seen)
    _check_archive(house, seen, archive_class, retention_years)
    _check_timeline(house, case, seen["archive"]["content_hash"])
    for instance in seen["process_instances"]:
        _check_instance(house, instance)
    return seen


def promises(seen: Json) -> dict[str, str]:
    """How each promise of a case ended."""
    return {f"{one['commitment']} {one['object']}".strip(): one["state"] for one in seen["deadlines"]}


def promised(house: House, case: str, commitment: str) -> datetime:
    """When a promise of a case falls due."""
    (found,) = (one for one in house.auditor.reads(case)["deadlines"] if one["commitment"] == commitment)
    return moment(found["due_at"])


def customer_heard(house: House, case: str) -> list[str]:
    """The templates of what the customer was sent, in order."""
    sent = house.auditor.client.pages(f"/api/cases/{case}/notifications")
    return [one["template"] for one in sent if one["recipient"].startswith("customer:")]


def timeline(house: House, case: str) -> list[Json]:
    return house.auditor.client.pages(f"/api/cases/{case}/timeline")


def due_times(house: House, seen: Json) -> dict[str, datetime]:
    """When each timer of a case was due, by the id of its element; of those that fired more than once the last."""
    events = [
        event
        for instance in seen["process_instances"]
        for event in house.auditor.client.pages(f"/api/process-instances/{instance}/events")
    ]
    fired = [event for event in events if event["type"] == "due.reached"]
    return {event["payload"]["element_id"]: moment(event["payload"]["due_at"]) for event in fired}


@contextmanager
def nothing_written(house: House) -> Iterator[None]:
    """Compare how many rows each table holds, and which rows were updated."""
    before = _rows_at_rest(house)
    yield
    assert _rows(house) == before


def _check_archive(house: House, seen: Json, archive_class: str, retention_years: int) -> None:
    archive = seen["archive"]
    assert (archive["archive_class"], archive["retention_years"]) == (archive_class, retention_years)
    year = int(archive["archived_at"][:4])
    assert int(archive["retain_until"][:4]) - year in (retention_years, retention_years + 1)  # its date is local
    with psycopg.connect(house.service.owner_url) as connection:
        found = connection.execute("SELECT record FROM archive_record WHERE case_number = %s", [seen["number"]])
        ((content,),) = found.fetchall()
    assert hashlib.sha256(zstandard.decompress(content)).hexdigest() == archive["content_hash"]


def _check_timeline(house: House, case: str, content_hash: str) -> None:
    items = timeline(house, case)
    types = [item["type"] for item in items]
    assert [item["id"] for item in items] == sorted(item["id"] for item in items)
    assert {"case.opened", "process_instance.started", "case.archived", "process_instance.ended"} <= set(types)
    assert "incident.opened" not in types
    (archived,) = (item for item in items if item["type"] == "case.archived")
    assert archived["payload"]["content_hash"] == content_hash


def _check_instance(house: House, instance: str) -> None:
    path = f"/api/process-instances/{instance}"
    elements = house.auditor.client.pages(f"{path}/history")
    assert elements
    assert [element["element_id"] for element in elements if element["ended_at"] is None] == []
    events = house.auditor.client.pages(f"{path}/events")
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    verdict = house.auditor.client.get(f"{path}/verification")
    assert verdict["is_identical"], verdict
    record_if_asked(house.service.owner_url, instance)


DERIVED = {
    *("journal_leaf", "journal_node", "journal_horizon", "journal_checkpoint", "checkpoint_delivery"),
    *("verification_walk", "verification_finding", "procrastinate_workers"),
    "allowance",
}
"""What workers make of the journal in their own time, their signs of life, and what counts requests themselves."""


def _rows_at_rest(house: House) -> dict[str, tuple[int, int]]:
    """As `_rows`, with nothing under way: a letter that found its instance busy comes again a moment later."""
    give_up = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up:
        house.clock.settle()
        found = _rows(house)
        if not found["inbox"][0]:
            return found
        time.sleep(0.05)
    raise AssertionError(house.service.last_words())


def _rows(house: House) -> dict[str, tuple[int, int]]:
    """By table: how many rows, and the newest row version's transaction."""
    with psycopg.connect(house.service.owner_url) as connection:
        names = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        tables = [name for (name,) in connection.execute(names) if name not in DERIVED]
        count = sql.SQL("SELECT count(*), coalesce(max(xmin::text::bigint), 0) FROM {}")
        found: dict[str, tuple[int, int]] = {}
        for table in tables:
            row = connection.execute(count.format(sql.Identifier(table))).fetchone()
            assert row is not None
            found[table] = (row[0], row[1])
        return found
