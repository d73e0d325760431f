from tests.acceptance import answers
from tests.acceptance.answers import secret
from tests.acceptance.house import House
from tests.acceptance.passages import await_confirmation, deliver, finish
from tests.acceptance.records import check_record, customer_heard, promises, timeline


def test_a_rejected_result_is_worked_on_again_and_confirmed(house: House):
    customer = await_confirmation(house)
    case = customer.case

    house.clock.advance(hours=2)
    customer.rejects(secret("还是不行"))
    assert customer.is_asked() == []
    assert house.tech_lead.sees(case) == ["task_plan"]
    house.clock.advance(hours=1)
    deliver(house, case)
    finish(house, customer)

    seen = check_record(house, case, outcome="completed")
    assert (seen["confirmation"], seen["rework_count"]) == ("confirmed", 1)
    assert seen["plan"]["version"] == 2
    assert promises(seen)["solution"] == "met"
    assert seen["breaches"] == []
    heard = customer_heard(house, case)
    assert [one for one in heard if one in ("result", "rework", "survey")] == ["result", "rework", "result", "survey"]
    assert [item["type"] for item in timeline(house, case)].count("case.rework_begun") == 1


def test_after_the_third_rejection_the_manager_closes_the_case_as_unresolved(house: House):
    customer = await_confirmation(house)
    case = customer.case

    for round_number in (1, 2):
        customer.rejects(secret(f"第{round_number}次不满意"))
        deliver(house, case)
    customer.rejects(secret("Still broken"))
    assert house.tech_lead.sees(case) == []
    assert house.manager.sees(case) == ["task_manager_ruling"]
    ruling = {"ruling": "close_unresolved", "reason": secret("无法修复"), "notify_text": secret("We are sorry")}
    house.manager.completes(case, "task_manager_ruling", ruling)
    house.clock.advance(hours=25)
    customer.answers_survey(answers.SCORES | {"overall": 1})

    seen = check_record(house, case, outcome="unresolved")
    assert (seen["confirmation"], seen["rework_count"]) == ("rejected", 2)
    assert promises(seen)["solution"] == "cancelled"
    heard = customer_heard(house, case)
    assert heard.count("result") == 3
    assert heard.index("ruling") > len(heard) - 4
    assert (seen["survey"]["overall"], seen["survey"]["state"]) == (1, "answered")
