"""What whoever keeps the service running looks at."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import Engine, text

from tests.api.conftest import User


def test_the_process_is_live_without_a_worker_but_not_ready(anybody: User) -> None:
    live = anybody.get("/health/live")
    ready = anybody.get("/health/ready")

    assert (live.status_code, live.json) == (200, {"status": "live"})
    assert ready.status_code == 503
    assert ready.json["checks"] == {"database": True, "migrations": True, "worker": False}


def test_the_service_is_ready_once_a_worker_was_seen(anybody: User, database: Engine) -> None:
    with database.begin() as connection:
        connection.execute(text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())"))

    ready = anybody.get("/health/ready")

    assert (ready.status_code, ready.json["status"]) == (200, "ready")


def test_metrics_count_requests_by_route_without_ids(anybody: User, administrator: User) -> None:
    administrator.get(f"/api/people/{administrator.subject.removeprefix('person:')}")

    shown = anybody.get("/metrics").get_data(as_text=True)

    assert 'opsflow_http_requests_total{method="GET",route="/api/people/<uuid:person_id>",status="200"} 1.0' in shown
    assert "opsflow_open_incidents 0.0" in shown
    assert administrator.subject.removeprefix("person:") not in shown


def test_metrics_are_closed_in_production(production_app: Flask, user: Callable[..., User]) -> None:
    owner = user("owner", "process_owner")
    clerk = user("clerk", "on_site")
    client = production_app.test_client(use_cookies=False)

    nobody = client.get("/metrics")
    refused = client.get("/metrics", headers={"Authorization": f"Bearer {clerk.token}"})
    allowed = client.get("/metrics", headers={"Authorization": f"Bearer {owner.token}"})

    assert (nobody.status_code, refused.status_code, allowed.status_code) == (401, 403, 200)


def test_the_clock_moves_forward_for_every_later_request(user: Callable[..., User]) -> None:
    owner = user("owner", "process_owner")
    before = owner.get("/api/testing/clock").json

    moved = owner.put("/api/testing/clock", {"now": "2036-01-01T00:00:00Z"})
    later = owner.get("/api/testing/clock").json

    assert before["due"] == 0
    assert moved.status_code == 200
    assert later["now"].startswith("2036-01-01T00:00:0")


def test_the_clock_does_not_go_back_and_not_for_everybody(user: Callable[..., User]) -> None:
    owner = user("owner", "process_owner")
    clerk = user("clerk", "on_site")

    back = owner.put("/api/testing/clock", {"now": "2020-01-01T00:00:00Z"})
    naive = owner.put("/api/testing/clock", {"now": "2036-01-01T00:00:00"})
    refused = clerk.put("/api/testing/clock", {"now": "2036-01-01T00:00:00Z"})

    assert (back.status_code, naive.status_code, refused.status_code) == (422, 422, 403)


def test_the_clock_does_not_exist_in_production(production_app: Flask, user: Callable[..., User]) -> None:
    owner = user("owner", "process_owner")

    answer = production_app.test_client(use_cookies=False).get(
        "/api/testing/clock", headers={"Authorization": f"Bearer {owner.token}"}
    )

    assert answer.status_code == 404


def test_jobs_are_listed_for_those_who_operate_only(user: Callable[..., User], database: Engine) -> None:
    with database.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default', 'mail', '{\"a\": 1}')"
            )
        )

    listed = user("owner", "process_owner").get("/api/jobs").json
    refused = user("clerk", "on_site").get("/api/jobs")

    assert [(job["name"], job["status"]) for job in listed["items"]] == [("mail", "todo")]
    assert "args" not in listed["items"][0]
    assert refused.status_code == 403


def test_a_job_that_was_given_up_is_taken_up_again_or_forgotten(user: Callable[..., User], database: Engine) -> None:
    operator, clerk = user("owner", "process_owner"), user("clerk", "on_site")
    with database.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) SELECT 'd', 'm', '{}', 'failed' "
                "FROM generate_series(1, 2)"
            )
        )
    second, first = (job["id"] for job in operator.get("/api/jobs?status=failed").json["items"])

    answers = [
        clerk.post(f"/api/jobs/{first}/retry"),
        operator.post(f"/api/jobs/{10**30}/retry"),
        operator.delete(f"/api/jobs/{second}"),
        operator.post(f"/api/jobs/{first}/retry"),
        operator.post(f"/api/jobs/{first}/retry"),
        operator.delete(f"/api/jobs/{second}?reason=sent+by+hand"),
    ]

    assert [answer.status_code for answer in answers] == [403, 404, 422, 204, 409, 204]
    assert [(job["id"], job["status"]) for job in operator.get("/api/jobs").json["items"]] == [(first, "todo")]
