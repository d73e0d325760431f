"""Saved task lists, and what the list can be asked for."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from operations.task_views import MOST_VIEWS
from tests.api.conftest import User
from tests.api.playing import Counts

VIEWS = "/api/task-views"


def saved(user: User, name: str = "Urgent today", **members: object) -> dict:
    body = {"name": name, "filter": {"scope": "candidate", "due": "today", "min_priority": 80}, **members}
    answer = user.post(VIEWS, body)
    assert answer.status_code == 201, answer.json
    return answer.json


def test_a_saved_view_is_read_back_as_it_was_saved_and_by_nobody_else(supervisor: User, outsider: User) -> None:
    made = saved(supervisor)

    own, others = supervisor.get(VIEWS).json["items"], outsider.get(VIEWS).json["items"]

    assert own == [made]
    assert made["filter"] == {"scope": "candidate", "due": "today", "min_priority": 80}
    assert (made["owner"], made["group"]) == (supervisor.subject, None)
    assert others == []


def test_a_view_shared_with_a_group_is_seen_by_its_members_who_cannot_change_it(
    supervisor: User, user: Callable[..., User], written: Counts
) -> None:
    colleague = user("colleague", "supervisor")
    made = saved(supervisor, group="supervisor")
    before = written()

    seen = colleague.get(VIEWS).json["items"]
    changed = colleague.put(f"{VIEWS}/{made['id']}", {"name": "Mine now", "filter": {}})
    deleted = colleague.delete(f"{VIEWS}/{made['id']}")

    assert seen == [made]
    assert [answer.status_code for answer in (changed, deleted)] == [404, 404]
    assert {answer.json["type"] for answer in (changed, deleted)} == {"/problems/task-view-not-found"}
    assert written() == before


def test_a_view_is_renamed_filtered_anew_and_deleted_by_its_owner(supervisor: User) -> None:
    made = saved(supervisor, group="supervisor")

    changed = supervisor.put(f"{VIEWS}/{made['id']}", {"name": "Mine", "filter": {"text": "approve"}}).json
    kept = supervisor.get(VIEWS).json["items"]
    deleted = supervisor.delete(f"{VIEWS}/{made['id']}")

    assert (changed["name"], changed["group"]) == ("Mine", None)
    assert changed["filter"] == {"scope": "mine", "text": "approve"}
    assert kept == [changed]
    assert deleted.status_code == 204
    assert supervisor.get(VIEWS).json["items"] == []


def test_a_view_is_not_shared_with_a_group_one_is_not_in(supervisor: User, written: Counts) -> None:
    before = written()

    refused = supervisor.post(VIEWS, {"name": "For them", "group": "internal_auditor", "filter": {}})

    assert (refused.status_code, refused.json["type"]) == (403, "/problems/not-permitted")
    assert written() == before


def test_nobody_keeps_more_views_than_there_is_room_for(supervisor: User, written: Counts) -> None:
    for number in range(MOST_VIEWS):
        saved(supervisor, f"View {number}")
    before = written()

    refused = supervisor.post(VIEWS, {"name": "One more", "filter": {}})

    assert (refused.status_code, refused.json["type"]) == (422, "/problems/too-many-task-views")
    assert written() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"scope": "everything"},
        {"due": "yesterday"},
        {"colour": "red"},
        {"case_stage": "limbo"},
        {"customer_id": "Ms Li"},
        {"text": "x" * 201},
    ],
)
def test_a_view_filters_by_what_the_list_knows(supervisor: User, written: Counts, wrong: dict) -> None:
    before = written()

    refused = supervisor.post(VIEWS, {"name": "Wrong", "filter": wrong})

    assert (refused.status_code, refused.json["type"]) == (422, "/problems/members-invalid")
    assert refused.json["errors"][0]["pointer"] == f"/filter/{next(iter(wrong))}"
    assert written() == before


def test_an_unknown_view_is_404(supervisor: User) -> None:
    assert supervisor.delete(f"{VIEWS}/{uuid4()}").status_code == 404
