"""
Where the time of a process goes: per element how often, how long and how late, over those that ran in a period.

Everything is bounded, however long the history: instances are looked at from the newest begun backwards, and their
journals are read until there have been `MOST_EVENTS`. What was left out is said, never guessed.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import text

from engine.access import AUDIT, OPERATE, OVERVIEW, SUPERVISE, require
from engine.actors import Actor
from engine.errors import ProcessDefinitionNotFound
from engine.persistence.transactions import Transaction
from operations.calendars import load_calendar
from operations.periods import Period
from operations.working_time import ALWAYS, WorkingCalendar, working_time_between

MOST_LOOKED_AT = 10_000
"""Of each version, how many of those begun last before the period's end may have run in it."""
MOST_EVENTS = 60_000
"""How many events are read: of some thousand instances, within half a second or so."""
WORKING_CALENDAR = "working"

TimeKind = Literal["clock", "working"]
TIMES: tuple[TimeKind, ...] = ("clock", "working")


@dataclass(frozen=True, slots=True)
class ElementHeat:
    """
    What one element cost. A visit is one token there; counted are those under way at some time in the period.

    Attributes:
        open: Visits that have not ended yet; their time is counted until now.
        overdue: Tasks whose due time passed within the period before they were done.
        broken: Promises noted here as broken within the period.
        median_s, p90_s: Whole time of a visit, also what lies outside the period; 0.9 of them took `p90_s` or less.
            `None` for boundary events, which wait beside their activity.
    """

    element_id: str
    element_name: str | None
    element_type: str
    visits: int
    open: int
    overdue: int
    broken: int
    median_s: float | None
    p90_s: float | None


@dataclass(frozen=True, slots=True)
class Heatmap:
    """
    The heat of one process over a period.

    Attributes:
        definition_id: The version whose diagram shows it: the one asked for, else the newest in use.
        instances: Read for it, those of processes that call this one included.
        is_sample: There were more, or may have been: the newest were read.
        calendar: By which times are working time; none for the clock's.
    """

    definition_id: UUID
    definition_key: str
    version: int
    since: datetime
    until: datetime
    instances: int
    is_sample: bool
    calendar: str | None
    elements: Sequence[ElementHeat]


@dataclass(frozen=True, slots=True)
class _Definition:
    id: UUID
    key: str
    version: int
    state: str


@dataclass(frozen=True, slots=True)
class _Sample:
    instance_ids: list[UUID]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class _Visit:
    instance_id: UUID
    element_id: str
    element_name: str | None
    element_type: str
    began_at: datetime
    ended_at: datetime | None
    due_at: datetime | None


# The process itself and all that call it, over any number of steps: a called process runs within its caller's instance.
_DEFINITIONS = text(
    """
    WITH RECURSIVE calling (key) AS (
        SELECT CAST(:key AS text)
        UNION
        SELECT d.key FROM process_definition d JOIN calling c ON d.summary -> 'called_keys' ? c.key)
    SELECT d.id, d.key, d.version, d.state FROM process_definition d JOIN calling c ON c.key = d.key
    ORDER BY d.version DESC
    """
)
# Whether one begun before those looked at ran in the period too is asked of those that ended since it began; when
# they are too many to be asked, it may have.
_SAMPLE = text(
    """
    WITH begun AS (
        SELECT d.id AS definition_id, newest.* FROM unnest(CAST(:definitions AS uuid[])) AS d (id), LATERAL (
            SELECT i.id, i.journal_seq, i.ended_at FROM process_instance i
            WHERE i.definition_id = d.id AND i.id < :before ORDER BY i.id DESC LIMIT :most) newest
    ), running AS (
        SELECT id, journal_seq, sum(journal_seq) OVER (ORDER BY id DESC) AS events FROM begun
        WHERE ended_at IS NULL OR ended_at >= :since
    ), oldest AS (
        SELECT DISTINCT ON (definition_id) definition_id, id FROM begun
        WHERE definition_id IN (SELECT definition_id FROM begun GROUP BY 1 HAVING count(*) >= :most)
        ORDER BY definition_id, id
    ), earlier AS (
        SELECT EXISTS (
            SELECT FROM process_instance i
            WHERE i.definition_id = o.definition_id AND i.state IN ('active', 'suspended') AND i.id < o.id
        ) OR (
            SELECT count(*) >= :most_ended OR bool_or(e.id < o.id) FROM (
                SELECT i.id FROM process_instance i WHERE i.definition_id = o.definition_id AND i.ended_at >= :since
                ORDER BY i.ended_at LIMIT :most_ended) e
        ) AS may_have_run FROM oldest o)
    SELECT r.id, r.events - r.journal_seq < :most_events AS is_read, f.is_full
    FROM (SELECT COALESCE(bool_or(may_have_run), false) AS is_full FROM earlier) f
    LEFT JOIN (SELECT * FROM running ORDER BY id DESC LIMIT :most) r ON true
    """
)
# One instance after the other along its own stream: all of the journal is never read, however the planner counts.
_VISITS = text(
    """
    SELECT s.id, v.element_id, v.payload ->> 'name', v.payload ->> 'type', v.began_at, v.ended_at, t.due_at
    FROM unnest(CAST(:instances AS uuid[])) AS s (id) JOIN process_instance i ON i.id = s.id CROSS JOIN LATERAL (
        SELECT j.task_id, max(j.element_id) AS element_id,
               (array_agg(j.payload) FILTER (WHERE j.type = 'element.activated'))[1] AS payload,
               min(j.at) FILTER (WHERE j.type = 'element.activated') AS began_at,
               max(j.at) FILTER (WHERE j.type <> 'element.activated') AS ended_at,
               bool_or(j.type = 'element.cancelled') AS is_cancelled
        FROM journal j
        WHERE j.instance_id = s.id AND j.type IN ('element.activated', 'element.completed', 'element.cancelled')
        GROUP BY j.task_id) v
    LEFT JOIN user_task t ON t.instance_id = s.id AND t.task_id = v.task_id
    WHERE v.began_at < :until AND (v.ended_at IS NULL OR v.ended_at >= :since)
      AND COALESCE(v.payload ->> 'definition_id', CAST(i.definition_id AS text)) = ANY(:definitions)
      AND NOT (v.payload ->> 'type' = 'boundaryEvent' AND (v.is_cancelled OR v.ended_at IS NULL))
    """
)
_BROKEN = text(
    """
    SELECT instance_id, element_id FROM breach
    WHERE breached_at >= :since AND breached_at < :until AND instance_id = ANY(:instances) AND element_id IS NOT NULL
    """
)


def read_heatmap(
    tx: Transaction,
    key: str,
    version: int | None,
    period: Period,
    *,
    time: TimeKind = "clock",
    actor: Actor,
    now: datetime,
) -> Heatmap:
    """
    Read the heat of a process, of one version or of all; those elements first that took longest.

    Raises:
        NotPermitted: The board is for those who oversee, lead or operate.
        ProcessDefinitionNotFound: There is no such process or version.
    """
    require(actor, SUPERVISE, AUDIT, OVERVIEW, OPERATE)
    found = [_Definition(*row) for row in tx.execute(_DEFINITIONS, {"key": key})]
    wanted = [one for one in found if one.key == key and version in (None, one.version)]
    if not wanted:
        message = f"There is no process '{key}'" + ("." if version is None else f" in version {version}.")
        raise ProcessDefinitionNotFound(message, key=key)
    # Those that call it may have been bound to any version of it.
    roots = [one.id for one in found if one.key != key or one in wanted]
    sample = _sample(tx, roots, period)
    visits = _visits(tx, [one.id for one in wanted], sample.instance_ids, period)
    calendar = ALWAYS if time == "clock" else load_calendar(tx, WORKING_CALENDAR)
    drawn = next((one for one in wanted if one.state == "active"), wanted[0])
    return Heatmap(
        drawn.id,
        key,
        drawn.version,
        period.since,
        period.until,
        len({one.instance_id for one in visits}),
        not sample.is_whole,
        None if calendar.is_always else calendar.key,
        _heats(visits, _broken(tx, sample.instance_ids, period), period, calendar, now=now),
    )


def _sample(tx: Transaction, definitions: Sequence[UUID], period: Period) -> _Sample:
    values = {
        "definitions": list(definitions),
        "before": UUID(int=math.ceil(period.until.timestamp() * 1000) << 80),  # ids are ordered by their first moment
        "since": period.since,
        "most": MOST_LOOKED_AT,
        "most_events": MOST_EVENTS,
        "most_ended": 2 * MOST_LOOKED_AT,
    }
    rows = tx.execute(_SAMPLE, values).all()
    read = [row.id for row in rows if row.is_read]
    is_cut = any(row.is_read is False or row.is_full for row in rows)
    return _Sample(read, not is_cut)


def _visits(tx: Transaction, definitions: Sequence[UUID], instances: list[UUID], period: Period) -> list[_Visit]:
    values = {
        "definitions": [str(one) for one in definitions],
        "instances": instances,
        "since": period.since,
        "until": period.until,
    }
    return [_Visit(*row) for row in tx.execute(_VISITS, values)]


def _broken(tx: Transaction, instances: list[UUID], period: Period) -> Counter[tuple[UUID, str]]:
    values = {"instances": instances, "since": period.since, "until": period.until}
    return Counter((row.instance_id, row.element_id) for row in tx.execute(_BROKEN, values))


def _heats(
    visits: Iterable[_Visit],
    broken: Mapping[tuple[UUID, str], int],
    period: Period,
    calendar: WorkingCalendar,
    *,
    now: datetime,
) -> list[ElementHeat]:
    of_element: defaultdict[str, list[_Visit]] = defaultdict(list)
    for one in visits:
        of_element[one.element_id].append(one)
    heats = [_heat(group, broken, period, calendar, now=now) for group in of_element.values()]
    return sorted(heats, key=lambda one: (-(one.p90_s or 0), -one.visits, one.element_id))


def _heat(
    visits: Sequence[_Visit],
    broken: Mapping[tuple[UUID, str], int],
    period: Period,
    calendar: WorkingCalendar,
    *,
    now: datetime,
) -> ElementHeat:
    last = visits[-1]
    is_beside = last.element_type == "boundaryEvent"
    times = [] if is_beside else sorted(_time(one, calendar, now=now) for one in visits)
    places = {(one.instance_id, one.element_id) for one in visits}
    return ElementHeat(
        last.element_id,
        last.element_name,
        last.element_type,
        len(visits),
        sum(one.ended_at is None for one in visits),
        sum(_is_overdue(one, period, now=now) for one in visits),
        sum(broken.get(place, 0) for place in places),
        _rank(times, 0.5),
        _rank(times, 0.9),
    )


def _time(visit: _Visit, calendar: WorkingCalendar, *, now: datetime) -> timedelta:
    end = visit.ended_at or max(now, visit.began_at)
    return timedelta(0) if end == visit.began_at else working_time_between(visit.began_at, end, calendar)


def _is_overdue(visit: _Visit, period: Period, *, now: datetime) -> bool:
    due = visit.due_at
    return due is not None and period.since <= due < period.until and due < (visit.ended_at or now)


def _rank(times: Sequence[timedelta], share: float) -> float | None:
    """The nearest rank: a time that was really taken, never one between two."""
    return times[math.ceil(share * len(times)) - 1].total_seconds() if times else None
