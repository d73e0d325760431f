"""A period that figures are asked for: the last minutes up to now, or from one moment until before another."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import marshmallow as ma

from operations.periods import Period

LONGEST = timedelta(days=366)
_MINUTE = timedelta(minutes=1)


class PeriodArguments(ma.Schema):
    """Either the last `minutes`, or from `since` until before `until`; at most a year."""

    minutes = ma.fields.Integer(load_default=None, validate=ma.validate.Range(5, LONGEST // _MINUTE))
    since = ma.fields.AwareDateTime(load_default=None)
    until = ma.fields.AwareDateTime(load_default=None)

    @ma.validates_schema
    def check_period(self, data: Mapping[str, Any], **_: object) -> None:
        """Refuse two periods, none, one that ends before it begins, and one of more than a year."""
        since, until = data["since"], data["until"]
        if data["minutes"] is not None:
            if since or until:
                raise ma.ValidationError({"minutes": ["Say either minutes or since and until."]})
            return
        missing = [name for name in ("since", "until") if data[name] is None]
        if missing:
            raise ma.ValidationError({name: ["Missing data for required field."] for name in missing})
        if until <= since:
            raise ma.ValidationError({"until": ["The period ends before it starts."]})
        if until - since > LONGEST:
            raise ma.ValidationError({"since": ["A period is a year at most."]})


def period_of(query: Mapping[str, Any], *, now: datetime) -> Period:
    """The period that was asked for."""
    if query["minutes"] is None:
        return Period(query["since"], query["until"])
    return Period(now - query["minutes"] * _MINUTE, now)
