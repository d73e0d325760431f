"""People who are away, and those who stand in for them."""

from datetime import timedelta

from tests.acceptance.answers import local
from tests.acceptance.complaints import INVESTIGATED, SATISFIED, SOLVED, complain, finish, reply, respond
from tests.acceptance.house import House
from tests.acceptance.people import Person
from tests.acceptance.records import nothing_written, promises, timeline
from tests.acceptance.test_refusals import problem


def standing_in(house: House, substitute: Person) -> dict[str, object]:
    """From now on for two days."""
    until = house.clock.now() + timedelta(days=2)
    return {"substitute_id": substitute.subject.removeprefix("person:"), "ends_at": local(until)}


def test_a_substitute_does_the_work_of_who_is_away_in_his_own_name_and_on_behalf_of_him(house: House):
    customer = complain(house)
    case = customer.case

    respond(house, case)
    assert house.logistics.sees(case) == []
    house.technician.client.post("/api/substitutions", standing_in(house, house.logistics), expect=201)
    assert house.logistics.sees(case) == ["task_investigate"]
    house.logistics.completes(case, "task_investigate", INVESTIGATED)
    house.clock.advance(days=2, minutes=1)
    assert house.logistics.sees(case) == []
    house.tech_lead.completes(case, "task_solution", SOLVED)
    reply(house, case)
    house.agent.completes(case, "task_visit", SATISFIED)

    seen = finish(house, case)
    assert promises(seen)["complaint.reply"] == "met"
    completed = [item for item in timeline(house, case) if item["type"] == "user_task.completed"]
    (investigated,) = (item for item in completed if item["payload"]["element_id"] == "task_investigate")
    assert investigated["actor"] == house.logistics.subject
    assert investigated["on_behalf_of"] == house.technician.subject


def test_two_people_cannot_stand_in_for_each_other_at_once(house: House):
    made = house.technician.client.post("/api/substitutions", standing_in(house, house.logistics), expect=201)

    with nothing_written(house):
        back = standing_in(house, house.technician)
        problem(house.logistics.client.http.post("/api/substitutions", json=back), 409)
    house.technician.client.http.delete(f"/api/substitutions/{made['id']}")


def test_a_task_that_was_delegated_comes_back_and_one_of_somebody_ill_is_given_to_another(house: House):
    customer = complain(house)
    case = customer.case
    respond(house, case)
    path = f"/api/user-tasks/{house.technician.task(case, 'task_investigate')['id']}"

    house.technician.client.put(f"{path}/claim")
    house.technician.client.put(f"{path}/delegation", {"to": "logistics", "reason": "look at the route plan"})
    assert house.logistics.sees(case) == ["task_investigate"]
    assert house.logistics.client.http.delete(f"{path}/delegation").status_code == 200
    assert (house.logistics.sees(case), house.technician.sees(case)) == ([], ["task_investigate"])
    with nothing_written(house):
        problem(house.supervisor.client.http.patch(path, json={"assignee": "tech_lead"}), 422)
    house.supervisor.client.patch(path, {"assignee": "tech_lead", "reason": "the technician is ill"})
    house.tech_lead.completes(case, "task_investigate", INVESTIGATED)
    house.tech_lead.completes(case, "task_solution", SOLVED)
    reply(house, case)
    house.agent.completes(case, "task_visit", SATISFIED)

    finish(house, case)
    completed = [item for item in timeline(house, case) if item["type"] == "user_task.completed"]
    (investigated,) = (item for item in completed if item["payload"]["element_id"] == "task_investigate")
    assert (investigated["actor"], investigated["on_behalf_of"]) == (house.tech_lead.subject, None)
    changed = [item["reason"] for item in timeline(house, case) if item["type"].startswith("user_task.")]
    assert {"look at the route plan", "the technician is ill"} <= set(changed)
