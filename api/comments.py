"""`/api/cases/{number}/comments` and `/api/user-tasks/{id}/comments`: what colleagues say to each other."""

from typing import Any
from uuid import UUID

import marshmallow as ma

from api.auth import current_actor
from api.database import transaction
from api.pagination import Page, page_view, whole
from api.parsing import Blueprint, Text
from engine import clock
from operations.comments import Comment, add_comment, list_comments

comments = Blueprint("comments", __name__, url_prefix="/api", description="Comments 评论")

_OF_CASE = "/cases/<string(maxlength=40):number>/comments"
_OF_TASK = "/user-tasks/<uuid:user_task_id>/comments"


class NewComment(ma.Schema):
    """What to say; `@user_name` mentions a colleague, who is told."""

    text = Text(required=True, minimum=1, maximum=10_000)


class CommentView(ma.Schema):
    """A comment. `text` is null for who may not read people's words; `mentions` are subjects."""

    id = ma.fields.UUID()
    case_number = ma.fields.String(allow_none=True)
    user_task_id = ma.fields.UUID(allow_none=True)
    author = ma.fields.String()
    text = ma.fields.String(allow_none=True)
    mentions = ma.fields.List(ma.fields.String())
    created_at = ma.fields.AwareDateTime()


@comments.get(_OF_CASE)
@comments.response(200, page_view(CommentView))
def read_of_case(number: str) -> Page[Comment]:
    """What was said about a case and its tasks 工单评论. Reading it is journalled."""
    with transaction() as tx:
        return whole(list_comments(tx, number, actor=current_actor(), now=clock.now()))


@comments.post(_OF_CASE)
@comments.arguments(NewComment)
@comments.response(201, CommentView)
def add_to_case(body: dict[str, Any], number: str) -> Comment:
    """Comment on a case 评论工单; customers never see it."""
    with transaction() as tx:
        return add_comment(tx, number, body["text"], actor=current_actor(), now=clock.now())


@comments.get(_OF_TASK)
@comments.response(200, page_view(CommentView))
def read_of_task(user_task_id: UUID) -> Page[Comment]:
    """What was said about a task 任务评论."""
    actor = current_actor()
    with transaction() as tx:
        return whole(list_comments(tx, None, user_task_id=user_task_id, actor=actor, now=clock.now()))


@comments.post(_OF_TASK)
@comments.arguments(NewComment)
@comments.response(201, CommentView)
def add_to_task(body: dict[str, Any], user_task_id: UUID) -> Comment:
    """Comment on a task 评论任务."""
    actor = current_actor()
    with transaction() as tx:
        return add_comment(tx, None, body["text"], user_task_id=user_task_id, actor=actor, now=clock.now())
