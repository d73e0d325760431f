"""`/api/people`: members of staff and service accounts, and which groups they are in."""

from typing import Any
from uuid import UUID

import marshmallow as ma

from api.auth import current_actor
from api.database import reading, transaction
from api.pagination import Page, PageArguments, decode, page_view, sent
from api.parsing import Blueprint, Text
from engine import clock
from engine.commands import identities
from engine.commands.identities import LANGUAGES
from engine.identities import Person
from engine.queries.identities import find_person, list_people

people = Blueprint("people", __name__, url_prefix="/api/people", description="People 人员")


class NewPerson(ma.Schema):
    """Who to make. Without a password it is a service account, which uses tokens."""

    user_name = Text(required=True, minimum=2, maximum=64)
    display_name = Text(required=True, minimum=1, maximum=200)
    password = Text(load_default=None, allow_none=True, maximum=256)
    email = Text(load_default=None, allow_none=True, maximum=254)
    language = ma.fields.String(load_default="zh-CN", validate=ma.validate.OneOf(LANGUAGES))
    groups = ma.fields.List(Text(minimum=1, maximum=100), load_default=list, validate=ma.validate.Length(max=100))


class NewPassword(ma.Schema):
    """The password to set; whoever sets his own says the one so far."""

    password = Text(required=True, maximum=256)
    current_password = Text(load_default=None, allow_none=True, maximum=256)


class NewLanguage(ma.Schema):
    """The language of messages to a person."""

    language = ma.fields.String(required=True, validate=ma.validate.OneOf(LANGUAGES))


class PersonView(ma.Schema):
    """A person."""

    id = ma.fields.UUID()
    subject = ma.fields.String()
    user_name = ma.fields.String()
    display_name = ma.fields.String()
    email = ma.fields.String(allow_none=True)
    language = ma.fields.String()
    is_active = ma.fields.Boolean()
    created_at = ma.fields.AwareDateTime()
    groups = ma.fields.List(ma.fields.String())


class PeopleArguments(PageArguments):
    """Which people."""

    group = ma.fields.String(load_default=None, validate=ma.validate.Length(1, 100))


@people.get("")
@people.arguments(PeopleArguments, location="query")
@people.response(200, page_view(PersonView))
def read_all(query: dict[str, Any]) -> Page[Person]:
    """People by user name 人员列表."""
    after = decode(query["cursor"], "people", "text")
    with reading() as tx:
        found = list_people(tx, group_id=query["group"], actor=current_actor(), after=after, limit=query["limit"])
    return sent(found, "people")


@people.post("")
@people.arguments(NewPerson)
@people.response(201, PersonView)
def create(body: dict[str, Any]) -> Person:
    """Make a person 新增人员."""
    with transaction() as tx:
        return identities.create_person(tx, **body, actor=current_actor(), now=clock.now())


@people.get("/<uuid:person_id>")
@people.response(200, PersonView)
def read(person_id: UUID) -> Person:
    """One person 人员."""
    with reading() as tx:
        return find_person(tx, person_id, actor=current_actor())


@people.put("/<uuid:person_id>/password")
@people.arguments(NewPassword)
@people.response(204)
def set_password(body: dict[str, Any], person_id: UUID) -> None:
    """Set a password 设置密码: one's own, or anybody's as administrator. It ends the person's sessions."""
    with transaction() as tx:
        identities.set_password(
            tx,
            person_id,
            body["password"],
            current=body["current_password"],
            actor=current_actor(),
            now=clock.now(),
        )


@people.put("/<uuid:person_id>/language")
@people.arguments(NewLanguage)
@people.response(204)
def set_language(body: dict[str, Any], person_id: UUID) -> None:
    """Choose the language a person is written to in 设置语言: one's own, or anybody's as administrator."""
    with transaction() as tx:
        identities.set_language(tx, person_id, body["language"], actor=current_actor(), now=clock.now())


@people.delete("/<uuid:person_id>")
@people.response(204)
def deactivate(person_id: UUID) -> None:
    """Shut a person out 停用人员. What it did stays."""
    with transaction() as tx:
        identities.deactivate_person(tx, person_id, actor=current_actor(), now=clock.now())


@people.put("/<uuid:person_id>/groups/<string(maxlength=100):group_id>")
@people.response(204)
def join(person_id: UUID, group_id: str) -> None:
    """Make a person a member 加入用户组."""
    with transaction() as tx:
        identities.add_to_group(tx, person_id, group_id, actor=current_actor(), now=clock.now())


@people.delete("/<uuid:person_id>/groups/<string(maxlength=100):group_id>")
@people.response(204)
def leave(person_id: UUID, group_id: str) -> None:
    """End a membership 退出用户组."""
    with transaction() as tx:
        identities.remove_from_group(tx, person_id, group_id, actor=current_actor(), now=clock.now())
