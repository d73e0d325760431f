"""Who is found by name, and in which language a field's fault is told."""

from collections.abc import Callable

from tests.api.conftest import User


def test_colleagues_are_found_by_a_part_of_their_name_and_nobody_finds_himself(user: Callable[..., User]) -> None:
    agent = user("anna", "customer_service")
    user("hanna", "customer_service")
    user("bo", "customer_service")

    found = agent.get("/api/people/search?text=ANN").json["items"]
    nobody = agent.get("/api/people/search?text=%25").json["items"]

    assert [each["user_name"] for each in found] == ["hanna"]
    assert set(found[0]) == {"subject", "user_name", "display_name", "is_active"}
    assert nobody == []  # the sign is looked for, it is no wildcard


def test_looking_for_everybody_or_without_a_session_is_refused(user: Callable[..., User], anybody: User) -> None:
    agent = user("anna", "customer_service")

    assert agent.get("/api/people/search").status_code == 422
    assert agent.get("/api/people/search?text=").status_code == 422
    assert anybody.get("/api/people/search?text=a").status_code == 401


def test_what_a_command_finds_wrong_with_a_field_is_told_in_the_readers_language(user: Callable[..., User]) -> None:
    agent = user("anna", "customer_service")
    me = agent.subject.removeprefix("person:")
    body = {"substitute_id": me, "ends_at": "2999-01-01T00:00:00Z"}

    chinese = agent.post("/api/substitutions", body, headers={"Accept-Language": "zh-CN"}).json
    english = agent.post("/api/substitutions", body, headers={"Accept-Language": "en"}).json

    assert chinese["errors"] == [{"pointer": "/substitute_id", "message": "不能由本人代理本人。"}]
    assert english["errors"] == [{"pointer": "/substitute_id", "message": "Nobody stands in for himself."}]
