"""Ways to be told, over HTTP."""

from collections.abc import Callable, Mapping

import pytest
from flask import Flask

from tests.api.conftest import User

Counts = Callable[[], Mapping[str, int]]
HOOK = {"kind": "webhook", "name": "mine", "address": "https://93.184.216.34/hook", "secret": "a long secret"}


@pytest.fixture
def ann(house: Flask, user: Callable[..., User]) -> User:
    return user("ann", "on_site")


def address(of: User) -> str:
    return f"/api/people/{of.subject.removeprefix('person:')}/notification-preference"


def test_a_person_adds_his_own_webhook_and_its_address_is_never_shown_again(ann: User, administrator: User) -> None:
    added = ann.post("/api/channels", HOOK | {"recipient": "ann"})

    listed = ann.get("/api/channels")
    assert (added.status_code, added.json["recipient"]) == (201, ann.subject)
    assert listed.json["items"] == [added.json]
    assert "93.184.216.34" not in listed.text
    assert [each["id"] for each in administrator.get("/api/channels").json["items"]] == [added.json["id"]]
    assert ann.delete(f"/api/channels/{added.json['id']}").status_code == 204
    assert ann.get("/api/channels").json["items"] == []


@pytest.mark.parametrize(
    "inside", ["https://127.0.0.1:5432/", "https://169.254.169.254/latest", "http://93.184.216.34/", "https://[::1]/"]
)
def test_a_webhook_inside_our_own_network_is_a_422_problem_and_writes_nothing(
    ann: User, written: Counts, inside: str
) -> None:
    before = written()

    refused = ann.post("/api/channels", HOOK | {"recipient": "ann", "address": inside})

    assert (refused.status_code, refused.json["type"]) == (422, "/problems/address-refused")
    assert written() == before


def test_a_group_gets_a_robot_from_who_configures_only(ann: User, administrator: User, written: Counts) -> None:
    robot = HOOK | {"kind": "feishu", "recipient": "on_site"}
    before = written()

    refused = ann.post("/api/channels", robot)

    assert refused.status_code == 403
    assert written() == before
    assert administrator.post("/api/channels", robot).status_code == 201


def test_everybody_chooses_ways_and_quiet_hours_for_himself(ann: User, user: Callable[..., User]) -> None:
    bob = user("bob", "on_site")
    default = ann.get(address(ann)).json

    stored = ann.put(address(ann), {"ways": ["mail"], "quiet_from": "22:00", "quiet_until": "07:00"})

    assert default["ways"] == ["mail", "webhook", "wecom", "dingtalk", "feishu"]
    assert stored.json == {
        "ways": ["mail"],
        "quiet_from": "22:00:00",
        "quiet_until": "07:00:00",
        "is_urgent_excepted": True,
    }
    assert ann.get(address(ann)).json == stored.json
    assert bob.put(address(ann), {"ways": []}).status_code == 403
    assert bob.get(address(ann)).status_code == 404
    refused = ann.put(address(ann), {"ways": ["mail"], "quiet_from": "22:00"})
    assert (refused.status_code, refused.json["type"]) == (422, "/problems/preference-invalid")
