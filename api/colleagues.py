"""Who people are to each other: names, colleagues found by a part of theirs, and who else could take a task."""

from typing import Any
from uuid import UUID

import marshmallow as ma

from api.auth import current_actor
from api.database import reading
from api.pagination import Page, page_view, whole
from api.parsing import Blueprint
from engine.queries.colleagues import Colleague, list_colleagues, name_people, search_people

MOST_NAMED = 200

colleagues = Blueprint("colleagues", __name__, url_prefix="/api", description="Colleagues 同事")


class NameArguments(ma.Schema):
    """Whose names; `subject` may be repeated."""

    subject = ma.fields.List(
        ma.fields.String(validate=ma.validate.Length(1, 300)),
        required=True,
        validate=ma.validate.Length(1, MOST_NAMED),
    )


class SearchArguments(ma.Schema):
    """A part of somebody's name or user name."""

    text = ma.fields.String(required=True, validate=ma.validate.Length(1, 100))


class ColleagueView(ma.Schema):
    """Somebody as colleagues know him."""

    subject = ma.fields.String()
    user_name = ma.fields.String()
    display_name = ma.fields.String()
    is_active = ma.fields.Boolean()


@colleagues.get("/people/names")
@colleagues.arguments(NameArguments, location="query")
@colleagues.response(200, page_view(ColleagueView))
def read_names(query: dict[str, Any]) -> Page[Colleague]:
    """The names of people one has read of 人员姓名; subjects that are no people are left out."""
    with reading() as tx:
        return whole(name_people(tx, query["subject"]))


@colleagues.get("/people/search")
@colleagues.arguments(SearchArguments, location="query")
@colleagues.response(200, page_view(ColleagueView))
def search(query: dict[str, Any]) -> Page[Colleague]:
    """Colleagues by a part of their name 查找同事; at most 20."""
    with reading() as tx:
        return whole(search_people(tx, query["text"], actor=current_actor()))


@colleagues.get("/user-tasks/<uuid:user_task_id>/colleagues")
@colleagues.response(200, page_view(ColleagueView))
def read_colleagues(user_task_id: UUID) -> Page[Colleague]:
    """Who else a task is offered to 可接手的同事."""
    with reading() as tx:
        return whole(list_colleagues(tx, user_task_id, actor=current_actor()))
