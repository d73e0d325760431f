"""Phrases that people keep, for themselves and their groups."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from operations.phrases import MOST_PHRASES
from tests.api.conftest import User
from tests.api.playing import Counts

PHRASES = "/api/phrases"
BODY = {"name": "Arrival", "words": "Our colleague comes today.\nPlease have the number of the case at hand."}


def kept(user: User, **members: object) -> dict:
    answer = user.post(PHRASES, BODY | members)
    assert answer.status_code == 201, answer.json
    return answer.json


def test_a_phrase_is_read_back_as_it_was_kept_and_by_nobody_else(supervisor: User, outsider: User) -> None:
    made = kept(supervisor)

    own, others = supervisor.get(PHRASES).json["items"], outsider.get(PHRASES).json["items"]

    assert own == [made]
    assert (made["name"], made["words"]) == (BODY["name"], BODY["words"])
    assert (made["owner"], made["group"]) == (supervisor.subject, None)
    assert others == []


def test_a_phrase_shared_with_a_group_is_used_by_its_members_who_cannot_change_it(
    supervisor: User, user: Callable[..., User], written: Counts
) -> None:
    colleague = user("colleague", "supervisor")
    made = kept(supervisor, group="supervisor")
    before = written()

    seen = colleague.get(PHRASES).json["items"]
    changed = colleague.put(f"{PHRASES}/{made['id']}", BODY)
    deleted = colleague.delete(f"{PHRASES}/{made['id']}")

    assert seen == [made]
    assert [answer.status_code for answer in (changed, deleted)] == [404, 404]
    assert {answer.json["type"] for answer in (changed, deleted)} == {"/problems/phrase-not-found"}
    assert written() == before


def test_a_phrase_is_said_otherwise_and_deleted_by_its_owner(supervisor: User) -> None:
    made = kept(supervisor, group="supervisor")

    changed = supervisor.put(f"{PHRASES}/{made['id']}", BODY | {"words": "He comes tomorrow."}).json
    listed = supervisor.get(PHRASES).json["items"]
    deleted = supervisor.delete(f"{PHRASES}/{made['id']}")

    assert (changed["words"], changed["group"]) == ("He comes tomorrow.", None)
    assert listed == [changed]
    assert deleted.status_code == 204
    assert supervisor.get(PHRASES).json["items"] == []


def test_a_phrase_is_not_shared_with_a_group_one_is_not_in(supervisor: User, written: Counts) -> None:
    made = kept(supervisor)
    before = written()

    refused = [
        supervisor.post(PHRASES, BODY | {"group": "internal_auditor"}),
        supervisor.put(f"{PHRASES}/{made['id']}", BODY | {"group": "internal_auditor"}),
    ]

    assert [(one.status_code, one.json["type"]) for one in refused] == [(403, "/problems/not-permitted")] * 2
    assert written() == before
    assert supervisor.get(PHRASES).json["items"] == [made]


def test_nobody_keeps_more_phrases_than_there_is_room_for(supervisor: User, written: Counts) -> None:
    for number in range(MOST_PHRASES):
        kept(supervisor, name=f"Phrase {number}")
    before = written()

    refused = supervisor.post(PHRASES, BODY)

    assert (refused.status_code, refused.json["type"]) == (422, "/problems/too-many-phrases")
    assert written() == before


@pytest.mark.parametrize(
    ("member", "wrong"), [("name", ""), ("name", "x" * 61), ("words", ""), ("words", "x" * 2_001), ("colour", "red")]
)
def test_a_phrase_has_a_name_and_words_of_some_length(
    supervisor: User, written: Counts, member: str, wrong: str
) -> None:
    before = written()

    refused = supervisor.post(PHRASES, BODY | {member: wrong})

    assert (refused.status_code, refused.json["type"]) == (422, "/problems/members-invalid")
    assert refused.json["errors"][0]["pointer"] == f"/{member}"
    assert written() == before


def test_an_unknown_phrase_is_404(supervisor: User) -> None:
    answers = (supervisor.delete(f"{PHRASES}/{uuid4()}"), supervisor.put(f"{PHRASES}/{uuid4()}", BODY))

    assert [answer.status_code for answer in answers] == [404, 404]
