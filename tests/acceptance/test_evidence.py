from datetime import timedelta

from tests.acceptance import answers
from tests.acceptance.house import House

PHOTO = b"\x89PNG\r\n\x1a\n" + b"pixels" * 20_000


def test_a_substitute_completes_on_behalf_comments_and_adds_evidence_until_the_absent_is_back(house: House):
    case = house.customer_submits(answers.VAGUE_DEMAND).case
    details = house.agent.task(case, "task_log_details")
    house.agent.client.put(f"/api/user-tasks/{details['id']}/claim")
    stranger = house.technician
    assert stranger.sees(case) == []

    until = house.clock.now() + timedelta(hours=8)
    house.agent.client.post(
        "/api/substitutions",
        {"substitute_id": stranger.subject.removeprefix("person:"), "ends_at": until.isoformat()},
        expect=201,
    )
    waiting = stranger.client.pages("/api/user-tasks", scope="substitute", case_number=case)
    assert [task["element_id"] for task in waiting] == ["task_log_details"]
    stranger.client.post(
        f"/api/user-tasks/{details['id']}/comments", {"text": "@agent 我先处理,照片见附件。"}, expect=201
    )
    added = stranger.client.http.post(
        f"/api/user-tasks/{details['id']}/attachments", files={"file": ("现场.png", PHOTO)}
    )
    assert added.status_code == 201, added.text
    stranger.client.post(f"/api/user-tasks/{details['id']}/completion", {"variables": answers.DETAILS})
    house.clock.advance(hours=9)

    done = [
        item
        for item in house.supervisor.client.pages(f"/api/cases/{case}/timeline")
        if item["type"] == "user_task.completed"
    ]
    assert [(item["actor"], item["on_behalf_of"]) for item in done] == [(stranger.subject, house.agent.subject)]
    assert house.agent.client.get("/api/notifications", limit=1)["items"][0]["case_number"] == case
    back = house.agent.client.http.get(f"/api/attachments/{added.json()['id']}/content")
    assert (back.content, back.headers["content-type"]) == (PHOTO, "application/octet-stream")
    assert stranger.client.pages("/api/user-tasks", scope="substitute", case_number=case) == []
    assert "task_assess" in house.agent.sees(case)
