"""The house's roles as shipped, over its example cases: who may see and do what (requirements §3)."""

from collections.abc import Callable, Mapping

import pytest
from flask import Flask

from engine import clock
from engine.commands.sessions import create_token
from engine.persistence.transactions import transaction
from operations.demo_cases import play_demo_cases
from operations.demo_people import PEOPLE, actor_of, create_demo_people
from tests.api.conftest import PASSWORD, SYSTEM, User

Counts = Callable[[], Mapping[str, int]]
Staff = Mapping[str, User]


@pytest.fixture
def staff(house: Flask) -> Staff:
    """One person for every role, over a handful of cases at different stages."""
    now = clock.now()
    with transaction() as tx:
        people = create_demo_people(tx, {each.user_name: PASSWORD for each in PEOPLE}, actor=SYSTEM, now=now)
        play_demo_cases(tx, [actor_of(each) for each in people], now=now)
        tokens = {each: create_token(tx, each.id, "tests", actor=SYSTEM, now=now).token for each in people}
    client = house.test_client(use_cookies=False)
    return {each.user_name: User(client, token, each.subject) for each, token in tokens.items()}


def archived(staff: Staff) -> str:
    cases = staff["auditor"].get("/api/cases?state=archived").json["items"]
    return str(cases[0]["number"])


def test_each_role_reaches_what_the_matrix_grants_and_nothing_else(staff: Staff, written: Counts) -> None:
    before = written()
    everybody = set(staff)

    def allowed(address: str, **options: object) -> set[str]:
        return {name for name, one in staff.items() if one.get(address, **options).status_code == 200}

    overseeing = allowed("/api/user-tasks?scope=all")
    summaries = allowed("/api/user-tasks/counts?scope=all")
    incidents = allowed("/api/incidents")
    people = allowed("/api/people")
    jobs = allowed("/api/jobs")

    assert {"supervisor", "manager", "auditor"} <= overseeing
    assert overseeing.isdisjoint(
        {"executive", "agent", "technician", "finance", "business", "logistics", "admin", "owner"}
    )
    assert summaries == overseeing | {"executive"}
    assert incidents.isdisjoint({"executive", "agent", "technician", "finance", "admin"})
    assert {"admin", "auditor"} <= people
    assert people.isdisjoint({"agent", "technician", "finance"})
    assert jobs.isdisjoint({"agent", "technician", "finance"})
    assert allowed("/api/groups") == allowed("/api/commitments") == allowed("/api/calendars") == everybody
    assert written() == before


def test_nobody_but_the_administrator_administers_and_he_sees_no_case(staff: Staff, written: Counts) -> None:
    before = written()
    group = {"id": "mine", "name_zh": "我", "name_en": "mine"}

    refused = {name: one.post("/api/groups", group).status_code for name, one in staff.items() if name != "admin"}

    assert set(refused.values()) == {403}
    assert written() == before
    assert staff["admin"].get("/api/cases").json["items"] == []
    assert staff["admin"].get(f"/api/cases/{archived(staff)}").status_code == 404


def test_the_auditor_reads_everything_and_changes_nothing(staff: Staff) -> None:
    auditor = staff["auditor"]
    number = archived(staff)
    instance = auditor.get(f"/api/cases/{number}").json["process_instances"][0]
    task = auditor.get("/api/user-tasks?scope=all").json["items"][0]

    read = [
        auditor.get(f"/api/cases/{number}/timeline"),
        auditor.get(f"/api/cases/{number}/archive"),
        auditor.get(f"/api/process-instances/{instance}/events"),
        auditor.get(f"/api/process-instances/{instance}/verification"),
    ]
    changed = [
        auditor.put(f"/api/user-tasks/{task['id']}/claim"),
        auditor.post(f"/api/user-tasks/{task['id']}/completion", {"variables": {}}),
        auditor.patch(f"/api/user-tasks/{task['id']}", {"priority": 1, "reason": "audit"}),
        auditor.delete(f"/api/process-instances/{task['process_instance_id']}?reason=audit"),
    ]

    assert [answer.status_code for answer in read] == [200] * 4
    assert read[3].json["is_identical"] is True
    assert {answer.status_code for answer in changed} <= {403, 409}


def test_an_archived_case_shows_what_was_filed_and_takes_notes_only(staff: Staff, written: Counts) -> None:
    number = archived(staff)
    supervisor = staff["supervisor"]

    filed = supervisor.get(f"/api/cases/{number}/archive").json
    before = written()
    refused = [
        staff["technician"].post(f"/api/cases/{number}/archive/notes", {"note": "wrong part number"}),
        supervisor.post(f"/api/cases/{number}/archive/notes", {"note": ""}),
        supervisor.post("/api/cases/SR-20000101-0001/archive/notes", {"note": "wrong part number"}),
    ]
    unchanged = written()
    noted = supervisor.post(f"/api/cases/{number}/archive/notes", {"note": "wrong part number"})
    again = supervisor.get(f"/api/cases/{number}/archive").json

    assert filed["is_unchanged"] is True
    assert filed["record"]["content_hash"] == again["record"]["content_hash"]
    assert refused[0].status_code in {403, 404}
    assert [answer.status_code for answer in refused[1:]] == [422, 404]
    assert unchanged == before
    assert (noted.status_code, again["is_unchanged"]) == (204, True)


def test_the_archive_of_a_case_that_is_not_archived_does_not_exist(staff: Staff) -> None:
    open_case = staff["auditor"].get("/api/cases?state=open").json["items"][0]["number"]

    answer = staff["auditor"].get(f"/api/cases/{open_case}/archive")

    assert (answer.status_code, answer.json["type"]) == (404, "/problems/archive-record-not-found")


def test_the_process_owner_sees_no_personal_data(staff: Staff) -> None:
    owner = staff["owner"]
    instances = owner.get("/api/process-instances?limit=200").json["items"]

    for instance in instances[:10]:
        variables = owner.get(f"/api/process-instances/{instance['id']}/variables")
        assert variables.status_code == 200
        assert "@" not in variables.get_data(as_text=True)
    customer = staff["supervisor"].get(f"/api/cases/{archived(staff)}").json["customer"]["id"]
    assert owner.post(f"/api/customers/{customer}/disclosure", {"purpose": "curious"}).status_code == 403
