"""Promises of a complaint that stand still, move late or in time, or find a holiday in their way."""

from datetime import timedelta

from tests.acceptance.answers import local, secret
from tests.acceptance.clocks import SHANGHAI
from tests.acceptance.complaints import SATISFIED, URGED, complain, finish, reply, resolve, respond
from tests.acceptance.house import House
from tests.acceptance.people import Json, moment
from tests.acceptance.records import customer_heard, due_times, promised, promises, timeline

THREE_WORKING_DAYS = timedelta(days=3)
"""S13, from a Monday morning."""


def change(house: House, case: str, action: str, **more: object) -> Json:
    """The supervisor moves the promised answer."""
    body = {"action": action, "commitment": "complaint.reply", "reason": "the supplier is slow", **more}
    return house.supervisor.client.patch(f"/api/cases/{case}/deadlines", body)


def extend(house: House, case: str, hours: int) -> None:
    new = promised(house, case, "complaint.reply") + timedelta(hours=hours)
    change(house, case, "extend", new_due_at=local(new), notice=secret("需要更多时间"))


def be_visited(house: House, case: str) -> Json:
    reply(house, case)
    house.agent.completes(case, "task_visit", SATISFIED)
    return finish(house, case)


def changes(seen: Json) -> list[str]:
    return [one["kind"] for one in seen["deadline_changes"] if one["commitment"] == "complaint.reply"]


def test_a_complaint_paused_for_twenty_days_is_not_broken_and_goes_on_with_what_was_left(house: House):
    house.clock.begin_story(room=timedelta(weeks=5))
    customer = complain(house)
    case = customer.case
    received = moment(house.auditor.reads(case)["received_at"])

    respond(house, case)
    house.clock.advance_to(received + timedelta(days=1))
    paused = change(house, case, "pause")
    assert paused["state"] == "paused"
    house.clock.advance_to(received + timedelta(days=21))
    assert (house.supervisor.sees(case), house.manager.sees(case)) == ([], [])
    customer.adds(secret("这是照片"))
    house.clock.settle()
    left = promised(house, case, "complaint.reply") - house.clock.now()
    # Two working days of nine hours: until the same minute, or until the evening before it if a day has just begun.
    assert timedelta(days=1, hours=9, minutes=-1) < left <= timedelta(days=2)
    resolve(house, case)

    seen = be_visited(house, case)
    assert (seen["breaches"], seen["escalations"]) == ([], [])
    assert promises(seen)["complaint.reply"] == "met"
    assert changes(seen) == ["paused", "resumed"]
    heard = customer_heard(house, case)
    assert {"clock_paused", "clock_resumed"} <= set(heard)
    assert heard.count("waiting_reminder") == 2
    assert not {"due_complaint_reply", "due_complaint_reply_second"} & set(due_times(house, seen))


def test_a_customer_who_never_answers_is_reminded_at_each_limit_and_then_the_promise_goes_on_without_him(house: House):
    house.clock.begin_story(room=timedelta(weeks=5))
    customer = complain(house)
    case = customer.case
    received = moment(house.auditor.reads(case)["received_at"])

    respond(house, case)
    house.clock.advance_to(received + timedelta(days=1))
    change(house, case, "pause")
    house.clock.settle()
    limit = promised(house, case, "waiting.customer")
    assert timedelta(0) <= limit - (received + timedelta(days=8)) < timedelta(minutes=1)
    for reminded in (1, 2):
        house.clock.advance_to(limit - timedelta(minutes=1))
        assert customer_heard(house, case).count("waiting_reminder") == reminded - 1
        house.clock.advance_to(limit + timedelta(minutes=1))
        assert customer_heard(house, case).count("waiting_reminder") == reminded
        limit = promised(house, case, "waiting.customer")
    house.clock.advance_to(limit + timedelta(minutes=1))

    waited = house.auditor.reads(case)
    assert (promises(waited)["complaint.reply"], promises(waited)["waiting.customer"]) == ("running", "cancelled")
    assert changes(waited) == ["paused", "resumed"]
    left = promised(house, case, "complaint.reply") - house.clock.now()
    assert timedelta(days=2, minutes=-2) < left <= timedelta(days=2)
    customer.adds(secret("这是照片"))
    resolve(house, case)

    seen = be_visited(house, case)
    assert (seen["breaches"], promises(seen)["complaint.reply"]) == ([], "met")
    assert customer_heard(house, case).count("clock_resumed") == 1
    staff_heard = [one["template"] for one in house.auditor.client.pages(f"/api/cases/{case}/notifications")]
    assert {"waiting_long", "waiting_over"} <= set(staff_heard)


def test_an_answer_extended_after_its_warning_is_kept_at_the_later_time_and_nothing_climbs(house: House):
    customer = complain(house)
    case = customer.case
    received = moment(house.auditor.reads(case)["received_at"])

    respond(house, case)
    house.clock.advance_to(received + THREE_WORKING_DAYS - timedelta(hours=1))
    extend(house, case, 8)
    house.clock.advance_to(received + THREE_WORKING_DAYS + timedelta(hours=6))
    assert house.manager.sees(case) == []
    resolve(house, case)

    seen = be_visited(house, case)
    assert (seen["breaches"], seen["escalations"]) == ([], [])
    assert promises(seen)["complaint.reply"] == "met"
    assert changes(seen) == ["extended"]
    (answer,) = (one for one in seen["deadlines"] if one["commitment"] == "complaint.reply")
    assert moment(answer["original_due_at"]) == received + THREE_WORKING_DAYS
    assert moment(answer["warned_at"]) < moment(seen["deadline_changes"][0]["at"])
    assert "extension" in customer_heard(house, case)
    assert "due_complaint_reply" not in due_times(house, seen)


def test_an_answer_extended_after_its_time_stays_broken_at_its_true_time_though_nobody_was_there(house: House):
    customer = complain(house)
    case = customer.case
    received = moment(house.auditor.reads(case)["received_at"])

    respond(house, case)
    house.clock.jump_to(received + THREE_WORKING_DAYS + timedelta(hours=2))
    house.clock.settle()
    assert house.manager.sees(case) == ["task_l2"]
    extend(house, case, 30)
    house.manager.completes(case, "task_l2", URGED)
    resolve(house, case)

    seen = be_visited(house, case)
    assert promises(seen)["complaint.reply"] == "breached"
    (broken,) = seen["breaches"]
    assert moment(broken["breached_at"]) == received + THREE_WORKING_DAYS
    assert moment(broken["recorded_at"]) >= received + THREE_WORKING_DAYS + timedelta(hours=2)
    assert changes(seen) == ["extended_late"]
    (ladder,) = seen["escalations"]
    assert (ladder["level"], ladder["trigger"], ladder["closed_as"]) == (2, "overdue", "decided")


def test_a_holiday_put_in_the_middle_moves_the_answer_by_a_day_and_the_customer_hears_of_it(house: House):
    customer = complain(house)
    case = customer.case
    received = moment(house.auditor.reads(case)["received_at"])
    old = promised(house, case, "complaint.reply")
    wednesday = (received + timedelta(days=2)).astimezone(SHANGHAI).date()

    respond(house, case)
    day_off = {"hours": [], "name_zh": "司庆", "name_en": "company day", "reason": "ten years"}
    house.owner.client.put(f"/api/calendars/working/exceptions/{wednesday}", day_off, expect=204)
    house.clock.advance_to(old + timedelta(hours=3))
    assert house.manager.sees(case) == []
    assert promised(house, case, "complaint.reply") == old + timedelta(days=1)
    resolve(house, case)

    seen = be_visited(house, case)
    assert (seen["breaches"], seen["escalations"]) == ([], [])
    assert changes(seen) == ["recomputed"]
    moved = [item for item in timeline(house, case) if item["type"] == "deadline.recomputed"]
    assert {item["reason"] for item in moved} == {"ten years"}
    assert customer_heard(house, case).count("promise_moved") == 1
    assert "due_complaint_reply" not in due_times(house, seen)
