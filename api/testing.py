"""`/api/testing/clock`: development only; in production the address does not exist."""

from datetime import datetime
from typing import Any

import marshmallow as ma

from api.auth import current_actor
from api.database import reading, transaction
from api.parsing import Blueprint, Moment
from engine import clock
from engine.commands.testing_clock import move_clock
from engine.queries.pending_work import count_pending_work

testing = Blueprint("testing", __name__, url_prefix="/api/testing", description="Testing (development only) 测试")


class NewTime(ma.Schema):
    """Where to move the clock: forward only."""

    now = Moment(required=True)


class ClockView(ma.Schema):
    """The service's time, and how much work waits for workers: 0 means that all is quiet."""

    now = ma.fields.AwareDateTime()
    due = ma.fields.Integer()
    due_instances = ma.fields.Integer()
    due_starts = ma.fields.Integer()
    letters = ma.fields.Integer()
    jobs = ma.fields.Integer()


@testing.get("/clock")
@testing.response(200, ClockView)
def read() -> dict[str, object]:
    """The time, and what is due 当前时间与待处理工作."""
    return _shown(clock.now())


@testing.put("/clock")
@testing.arguments(NewTime)
@testing.response(200, ClockView)
def move(body: dict[str, Any]) -> dict[str, object]:
    """Move the clock forward 拨快时钟; every process of the service follows within a moment."""
    with transaction() as tx:
        offset = move_clock(tx, body["now"], actor=current_actor(), now=clock.now())
    clock.set_offset(offset)
    return _shown(clock.now())


def _shown(now: datetime) -> dict[str, object]:
    with reading() as tx:
        pending = count_pending_work(tx, now=now)
    return {
        "now": now,
        "due": pending.total,
        "due_instances": pending.due_instances,
        "due_starts": pending.due_starts,
        "letters": pending.letters,
        "jobs": pending.jobs,
    }
