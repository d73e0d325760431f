"""What must be true after every failure, counted from the database, the journal and what the receiver was sent."""

import json
from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from engine.persistence.process_instances import read_states
from engine.persistence.transactions import Transaction, transaction
from engine.replay.instances import replay_instance, verify_instance
from engine.replay.recordings import read_recording
from engine.spiff.outcomes import EventWait, IncidentWait, UserTaskWait
from tests.failures.clients import Ledger
from tests.failures.installation import Installation

EXPECTED_INCIDENTS: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reckoning:
    """The counts of one test, as they are printed."""

    accepted: int
    instances: int
    replayed: int
    timers_waiting: int
    timers_fired: int
    notifications: int
    deliveries: int
    answers: dict[str, int]

    def sentence(self) -> str:
        answers = ", ".join(f"{count}x {what}" for what, count in sorted(self.answers.items()))
        return (
            f"{self.accepted} requests accepted, each once in the journal; {self.replayed} of {self.instances} "
            f"instances replay to their stored state; {self.timers_fired} timers fired once, "
            f"{self.timers_waiting} wait; "
            f"{self.notifications} notifications arrived in {self.deliveries} deliveries; answers: {answers or 'none'}"
        )


def reckon(installation: Installation, ledger: Ledger) -> Reckoning:
    """Prove it all, with nothing under way any more."""
    with transaction() as tx:
        ids = [row.id for row in tx.execute(text("SELECT id FROM process_instance ORDER BY id"))]
        _each_accepted_once(tx, ledger)
        _no_hole_in_any_stream(tx)
        verdicts = [verify_instance(tx, each) for each in ids]
        assert [each for each in verdicts if not each.is_identical] == []
        waiting = sum(_rows_say_what_the_state_says(tx, each) for each in ids)
        fired = _no_timer_twice(tx)
        notifications, deliveries = _nothing_unsaid(tx, installation)
    accepted = sum(map(len, (ledger.cases, ledger.completed_tasks, ledger.started, ledger.delivered)))
    return Reckoning(accepted, len(ids), len(verdicts), waiting, fired, notifications, deliveries, dict(ledger.answers))


def _each_accepted_once(tx: Transaction, ledger: Ledger) -> None:
    opened = Counter(tx.scalars(text("SELECT case_number FROM journal WHERE type = 'case.opened'")).all())
    assert opened == Counter(ledger.cases)
    assert Counter(tx.scalars(text("SELECT number FROM service_case")).all()) == opened
    done = text(
        "SELECT CAST(t.id AS text) FROM journal j JOIN user_task t ON t.instance_id = j.instance_id "
        "AND t.task_id = j.task_id WHERE j.type = 'user_task.completed'"
    )
    assert Counter(tx.scalars(done).all()) == Counter(ledger.completed_tasks)
    started = text(
        "SELECT CAST(p.id AS text) FROM process_instance p JOIN journal j ON j.instance_id = p.id "
        "AND j.type = 'process_instance.started' WHERE p.case_number IS NULL AND p.origin_instance_id IS NULL"
    )
    assert Counter(tx.scalars(started).all()) == Counter(ledger.started)
    delivered = text(
        "SELECT CAST(instance_id AS text) FROM journal WHERE type = 'message.delivered' AND actor LIKE 'person:%'"
    )
    assert Counter(tx.scalars(delivered).all()) == Counter(ledger.delivered)
    completed = text("SELECT CAST(id AS text) FROM user_task WHERE state = 'completed'")
    assert Counter(tx.scalars(completed).all()) == Counter(ledger.completed_tasks)


def _no_hole_in_any_stream(tx: Transaction) -> None:
    holes = text(
        "SELECT p.id FROM process_instance p JOIN journal j ON j.instance_id = p.id GROUP BY p.id, p.journal_seq "
        "HAVING count(*) <> p.journal_seq OR max(j.seq) <> p.journal_seq"
    )
    assert tx.execute(holes).all() == []


def _rows_say_what_the_state_says(tx: Transaction, instance_id: UUID) -> int:
    """The rows that lists and workers read say the same as the replayed state; how many timers it waits for."""
    locked = read_states(tx, [instance_id])[instance_id]
    run = replay_instance(tx, locked.instance, read_recording(tx, instance_id))
    waits, due = run.waits(), run.due()
    earliest = min((each.due_at for each in due), default=None)
    if locked.instance.state == "active":
        assert locked.instance.next_due_at == earliest, instance_id
    kinds = (
        ("SELECT task_id FROM user_task WHERE instance_id = :id AND state = 'active'", UserTaskWait),
        ("SELECT task_id FROM event_subscription WHERE instance_id = :id", EventWait),
        ("SELECT task_id FROM incident WHERE instance_id = :id AND resolved_at IS NULL", IncidentWait),
    )
    for statement, kind in kinds:
        stored = sorted(tx.scalars(text(statement), {"id": instance_id}).all())
        assert stored == sorted(each.task_id for each in waits if isinstance(each, kind)), (instance_id, kind)
    return len(due)


def _no_timer_twice(tx: Transaction) -> int:
    fired = text("SELECT instance_id, task_id, count(*) FROM journal WHERE type = 'due.reached' GROUP BY 1, 2")
    rows = tx.execute(fired).all()
    assert [row for row in rows if row.count != 1] == []
    return len(rows)


def _nothing_unsaid(tx: Transaction, installation: Installation) -> tuple[int, int]:
    """Each notification is recorded as sent and has arrived: at least once, under an id that names it."""
    rows = tx.execute(text("SELECT CAST(id AS text) AS id, state FROM notification")).all()
    assert {row.state for row in rows} <= {"sent"}
    heard = [(headers["webhook-id"], json.loads(body)) for _, headers, body in list(installation.received.requests)]
    assert {key for key, _ in heard} == {row.id for row in rows}
    assert all(key == body["data"]["id"] for key, body in heard)
    contents = {(key, json.dumps(body, sort_keys=True)) for key, body in heard}
    assert len(contents) == len(rows), "a repeat says something else than the first time"
    return len(rows), len(heard)
