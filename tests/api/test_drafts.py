"""Drafts of models: saved, never overwritten, shared, checked and deployed."""

import hashlib
import io
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from engine.commands import drafts as commands
from tests.api.conftest import User
from tests.api.playing import ONE_TASK, UNKNOWN, Counts, begin, deploy
from tests.engine.diagrams import chain, diagram, end, start, user

CHANGED = diagram(chain(start(), user("check", "supervisor"), end()), key="approval")
BROKEN = ONE_TASK.replace(b"endEvent", b"endlessEvent")
FORM = b'{"type":"default","id":"approve_form","components":[{"type":"text","text":"## Approve\\nPlease."}]}'


@pytest.fixture
def colleague(user: Callable[..., User]) -> User:
    return user("colleague", "process_owner")


def draw(user: User, *files: tuple[str, bytes], **options: str) -> TestResponse:
    data = {f"file{n}": (io.BytesIO(content), name) for n, (name, content) in enumerate(files)}
    return user.send("POST", "/api/drafts", data={**data, **options}, content_type="multipart/form-data")


def drawn(user: User, name: str = "approval.bpmn", content: bytes = ONE_TASK, **options: str) -> str:
    answer = draw(user, (name, content), **options)
    assert answer.status_code == 201, answer.json
    return f"/api/drafts/{answer.json['items'][0]['id']}"


def save(user: User, draft: str, revision: int, content: bytes) -> TestResponse:
    return user.put(f"{draft}/content", {"revision": revision, "content": content.decode()})


def id_of(draft: str) -> str:
    return draft.rpartition("/")[2]


def test_a_draft_is_kept_byte_for_byte_and_says_what_it_holds(owner: User) -> None:
    utf16 = ONE_TASK.decode().replace("UTF-8", "UTF-16").encode("utf-16")

    made = draw(owner, ("approval.bpmn", utf16), ("approve.form", FORM), ("broken.dmn", b"<no"))

    items = {each["name"]: each for each in made.json["items"]}
    content = owner.get(f"/api/drafts/{items['approval.bpmn']['id']}/content")
    assert made.status_code == 201
    assert content.data == utf16
    assert content.headers["ETag"] == '"1"'
    assert items["approval.bpmn"]["keys"] == ["approval"]
    assert items["approval.bpmn"]["owner_name"] == "owner"
    assert (items["approve.form"]["keys"], items["approve.form"]["title"]) == (["approve_form"], "Approve")
    assert (items["broken.dmn"]["keys"], items["broken.dmn"]["kind"]) == ([], "dmn")


def test_a_draft_remembers_the_version_it_began_as(owner: User) -> None:
    deployed = deploy(owner, ("approval.bpmn", ONE_TASK)).json

    made = draw(owner, ("approval.bpmn", ONE_TASK), ("other.bpmn", CHANGED)).json["items"]

    assert made[0]["based_on_id"] == deployed["process_definitions"][0]["id"]
    assert made[0]["based_on_hash"] == hashlib.sha256(ONE_TASK).hexdigest()
    assert (made[1]["based_on_id"], made[1]["based_on_hash"]) == (None, None)


def test_saving_raises_the_revision_and_the_same_content_again_does_not(owner: User) -> None:
    draft = drawn(owner)

    second = save(owner, draft, 1, CHANGED)
    same = save(owner, draft, 2, CHANGED)

    assert (second.status_code, second.json["revision"]) == (200, 2)
    assert same.json["revision"] == 2
    assert owner.get(f"{draft}/content").data == CHANGED


def test_who_saves_over_a_newer_revision_is_told_and_nothing_is_overwritten(owner: User, colleague: User) -> None:
    draft = drawn(owner, is_shared="true")
    save(colleague, draft, 1, CHANGED)

    late = save(owner, draft, 1, FORM)
    thrown_away = owner.delete(f"{draft}?revision=1")

    assert (late.status_code, late.json["type"]) == (409, "/problems/draft-changed")
    assert (late.json["revision"], late.json["changed_by"]) == (2, "colleague")
    assert thrown_away.status_code == 409
    assert owner.get(f"{draft}/content").data == CHANGED


def test_nobody_sees_what_is_not_shared_and_its_owner_alone_takes_sharing_back(owner: User, colleague: User) -> None:
    draft = drawn(owner)

    hidden = [colleague.get(draft), colleague.get(f"{draft}/content"), save(colleague, draft, 1, CHANGED)]
    listed = colleague.get("/api/drafts").json["items"]
    shared = owner.patch(draft, {"is_shared": True})
    seen = colleague.get("/api/drafts").json["items"]
    taken_away = colleague.patch(draft, {"is_shared": False})
    renamed = colleague.patch(draft, {"name": "better.bpmn"})

    assert [each.status_code for each in hidden] == [404, 404, 404]
    assert (listed, shared.json["is_shared"], len(seen)) == ([], True, 1)
    assert taken_away.status_code == 403
    assert (renamed.status_code, renamed.json["name"]) == (200, "better.bpmn")


def test_who_may_not_deploy_keeps_no_drafts(owner: User, outsider: User, written: Counts) -> None:
    draft = drawn(owner, is_shared="true")
    before = written()

    refused = [
        outsider.get("/api/drafts"),
        outsider.get(draft),
        draw(outsider, ("approval.bpmn", ONE_TASK)),
        save(outsider, draft, 1, CHANGED),
        outsider.patch(draft, {"name": "mine.bpmn"}),
        outsider.delete(f"{draft}?revision=1"),
        outsider.post("/api/drafts/check", {"ids": [id_of(draft)]}),
        outsider.post("/api/drafts/deployment", {"drafts": [{"id": id_of(draft), "revision": 1}]}),
    ]

    assert [each.status_code for each in refused] == [403] * len(refused)
    assert written() == before


def test_what_cannot_be_a_draft_is_refused_and_nothing_is_written(
    owner: User, written: Counts, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = drawn(owner)
    monkeypatch.setattr(commands, "MAX_DRAFTS", 1)
    monkeypatch.setattr(commands, "MAX_DRAFT_BYTES", len(ONE_TASK))
    before = written()

    no_kind = draw(owner, ("approval.txt", ONE_TASK))
    other_kind = owner.patch(draft, {"name": "approval.form"})
    too_large = save(owner, draft, 1, ONE_TASK + b"<!-- more -->")
    one_too_many = draw(owner, ("second.bpmn", ONE_TASK))
    unknown = owner.get(f"/api/drafts/{UNKNOWN}")

    assert (no_kind.status_code, no_kind.json["errors"][0]["pointer"]) == (422, "/name")
    assert (other_kind.status_code, other_kind.json["type"]) == (422, "/problems/draft-invalid")
    assert (too_large.status_code, too_large.json["errors"][0]["pointer"]) == (422, "/content")
    assert (one_too_many.status_code, one_too_many.json["type"]) == (409, "/problems/too-many-drafts")
    assert (unknown.status_code, unknown.json["type"]) == (404, "/problems/draft-not-found")
    assert written() == before


def test_checking_drafts_reports_as_a_deployment_would_and_stores_nothing(owner: User, written: Counts) -> None:
    good, broken = drawn(owner), drawn(owner, "broken.bpmn", BROKEN.replace(b'"approval"', b'"other"'))
    before = written()

    fine = owner.post("/api/drafts/check", {"ids": [id_of(good)]})
    both = owner.post("/api/drafts/check", {"ids": [id_of(good), id_of(broken)]})

    assert (fine.status_code, fine.json["is_deployable"]) == (200, True)
    assert both.json["is_deployable"] is False
    assert {each["file"] for each in both.json["problems"] if each["severity"] == "error"} == {"broken.bpmn"}
    assert all(each["message_zh"] for each in both.json["problems"])
    assert written() == before


def test_deployed_drafts_become_versions_and_are_kept_no_longer(owner: User, database: Engine) -> None:
    draft, form = drawn(owner), drawn(owner, "approve.form", FORM)
    seen = [{"id": id_of(draft), "revision": 1}, {"id": id_of(form), "revision": 1}]

    deployed = owner.post("/api/drafts/deployment", {"drafts": seen, "note": "first"})

    assert deployed.status_code == 201
    assert deployed.json["process_definitions"][0]["version"] == 1
    assert owner.get(f"/api/deployments/{deployed.json['id']}").json["note"] == "first"
    assert owner.get("/api/drafts").json["items"] == []
    assert begin(owner)["state"] == "active"
    with database.connect() as connection:
        events = connection.execute(text("SELECT type FROM journal WHERE type LIKE 'draft.%' ORDER BY id")).scalars()
        assert list(events) == ["draft.created", "draft.created", "draft.deployed", "draft.deployed"]


def test_drafts_that_cannot_be_deployed_stay_and_nothing_is_written(owner: User, written: Counts) -> None:
    broken, twin = drawn(owner, content=BROKEN), drawn(owner)
    before = written()

    refused = owner.post("/api/drafts/deployment", {"drafts": [{"id": id_of(broken), "revision": 1}]})
    outdated = owner.post("/api/drafts/deployment", {"drafts": [{"id": id_of(twin), "revision": 7}]})
    same_name = owner.post(
        "/api/drafts/deployment", {"drafts": [{"id": id_of(each), "revision": 1} for each in (broken, twin)]}
    )

    assert (refused.status_code, refused.json["type"]) == (422, "/problems/deployment-invalid")
    assert (outdated.status_code, outdated.json["type"]) == (409, "/problems/draft-changed")
    assert (same_name.status_code, same_name.json["type"]) == (422, "/problems/draft-invalid")
    assert written() == before


def test_a_draft_that_is_thrown_away_is_gone_and_its_name_is_journalled(owner: User, database: Engine) -> None:
    draft = drawn(owner)

    gone = owner.delete(f"{draft}?revision=1")

    assert gone.status_code == 204
    assert owner.get(draft).status_code == 404
    with database.connect() as connection:
        payload = connection.execute(text("SELECT payload FROM journal WHERE type = 'draft.deleted'")).scalar_one()
    assert payload["name"] == "approval.bpmn"


def test_a_list_of_drafts_has_pages(owner: User) -> None:
    drawn(owner)
    newest = drawn(owner, "second.bpmn")

    first = owner.get("/api/drafts?limit=1").json
    rest = owner.get(f"/api/drafts?limit=1&cursor={first['next']}").json

    assert [each["id"] for each in first["items"]] == [id_of(newest)]
    assert ([each["name"] for each in rest["items"]], rest["next"]) == (["approval.bpmn"], None)
