"""What pages show is held against what the journal tells: the demo as it is, and after each attack on it."""

from sqlalchemy import Connection, text

from engine.actors import system
from engine.history.faults import Examination
from operations.comments import add_comment
from operations.demo_cases import play_demo_cases
from operations.demo_people import PEOPLE, actor_of, create_demo_people
from operations.record_examinations import examine_records
from tests.operations.examples import NOW
from tests.operations.test_demo import deployed

__all__ = ["deployed"]
ATTACKS = {
    "UPDATE service_case SET state = 'closed' WHERE number = :case": "record-changed",
    "UPDATE service_case SET outcome = 'resolved' WHERE number = :case": "record-changed",
    "UPDATE service_case SET channel = 'email' WHERE number = :case": "record-changed",
    "UPDATE service_case SET priority = 'P4' WHERE number = :case": "record-changed",
    "UPDATE service_case SET lead_assignee = 'person:innocent' WHERE number = :case": "record-changed",
    "UPDATE service_case SET first_response_at = '2020-01-01' WHERE number = :case": "record-changed",
    "UPDATE service_case SET closed_at = 'infinity' WHERE number = :case": "record-changed",
    "UPDATE service_case SET submitted_by = 'person:innocent' WHERE number = :case": "record-changed",
    "UPDATE service_case SET number = 'SR-1999-0001' WHERE number = :case": "record-missing",
    "DELETE FROM service_case WHERE number = :case": "record-missing",
    "UPDATE archive_record SET content_hash = 'x'": "record-changed",
    "UPDATE archive_record SET record = 'x'": "record-changed",
    "UPDATE archive_record SET record = (SELECT record FROM archive_record LIMIT 1), content_hash = "
    "(SELECT content_hash FROM archive_record LIMIT 1)": "record-changed",
    "DELETE FROM archive_record": "record-missing",
    "UPDATE case_comment SET author = 'person:innocent'": "record-changed",
    "UPDATE case_comment SET text_ref = 'other'": "record-changed",
    "DELETE FROM case_comment": "record-missing",
    "INSERT INTO case_comment SELECT gen_random_uuid(), case_number, user_task_id, author, text_ref, mentions, "
    "created_at FROM case_comment": "record-changed",
}


def examined(tx: Connection) -> Examination:
    found = Examination()
    examine_records(tx, found)
    return found


def test_rows_that_the_service_wrote_fit_the_journal_and_each_one_written_past_it_is_named(deployed: Connection):
    people = create_demo_people(
        deployed, {each.user_name: "Sesame-1-opens-42" for each in PEOPLE}, actor=system("demo"), now=NOW
    )
    actors = [actor_of(person) for person in people]
    case = play_demo_cases(deployed, actors, now=NOW)[0].case_number
    add_comment(deployed, case, "请看", actor=actors[0], now=NOW)

    untouched, found = examined(deployed), {}
    for attack in ATTACKS:
        savepoint = deployed.begin_nested()
        deployed.execute(text(attack), {"case": case} if ":case" in attack else {})
        found[attack] = {fault.kind for fault in examined(deployed).faults}
        savepoint.rollback()

    assert untouched.faults == []
    assert {attack: kind in found[attack] for attack, kind in ATTACKS.items()} == dict.fromkeys(ATTACKS, True)
