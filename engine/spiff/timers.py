"""
When a timer fires. The rule stays in the diagram; what it gave at activation is kept, and a re-arm asks it again.

Source:
    BPMN 2.0.2 §10.5.5 (Timer events): timeDate, timeDuration, timeCycle in ISO 8601; a cycle also as Quartz's cron.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import partial
from typing import Any

from engine import clock
from engine.expressions import ExpressionError, compile_value
from engine.feel import FeelError, add_duration, is_floating, to_duration, to_instant
from engine.spiff.crons import is_cron, next_moment
from engine.spiff.evaluation import evaluate, unfit, zone_at
from engine.spiff.instances import ElementInstance, from_micros, to_micros

_CYCLE = re.compile(r"R(\d*)/(?:([^/]+)/)?(P[^/]+)")
_MOST_DIGITS = 9  # of a number of firings
_LONGEST_RETRY = timedelta(days=36_525)
ENDLESS = -1
SHORTEST_CYCLE = timedelta(seconds=1)  # a shorter one would never catch up and fill the journal


@dataclass(frozen=True, slots=True)
class Plan:
    """
    When a timer is due, and what follows.

    Attributes:
        rule: The rule's value as text: a re-arm moves the timer only when this changed.
        left: Firings still to come, this one included; `ENDLESS` never ends.
        every: ISO duration between firings of a cycle, or its cron expression.
    """

    rule: str
    due_at: datetime
    left: int = 1
    every: str | None = None

    def facts(self) -> dict[str, Any]:
        """What the waiting element instance remembers."""
        kept: dict[str, Any] = {"kind": "timer", "due": to_micros(self.due_at), "rule": self.rule}
        if self.every is not None:
            kept |= {"left": self.left, "every": self.every}
        return kept


def is_of_rule(text: str, rule: str) -> bool:
    """Whether a literal is what the rule says: a date and time, a duration, or (in a cycle) a repetition or a time."""
    if rule == "timeCycle":
        return True
    is_cycle = _CYCLE.fullmatch(text.strip()) is not None or is_cron(text)
    is_duration = not is_cycle and text.strip().lstrip("+-").startswith("P")
    return not is_cycle and is_duration == (rule == "timeDuration")


def is_no_wait(text: str) -> bool:
    """Whether a literal is a duration of nothing, or one that points backwards."""
    found = to_duration(text.strip()) if text.strip().lstrip("+-").startswith("P") else None
    return found is not None and add_duration(from_micros(0), found) <= from_micros(0)


def plan(task: ElementInstance, text: str, *, base: datetime) -> Plan:
    """
    Evaluate a timer's rule; durations and `now()` count from `base`, so that asking again gives the same.

    Raises:
        Failure: It does not evaluate, or gives no time.
    """
    value = evaluate(task, compile_value(text), kind="timer", now=base)
    found = parse_rule(value, base=base, zone=partial(zone_at, task))
    if found is None:
        raise unfit("timer", text, "a time, a duration or a cycle in ISO 8601", "ISO 8601 的时间、时长或周期", value)
    return found


def parse_rule(value: object, *, base: datetime, zone: Callable[[], tzinfo] = clock.local_zone) -> Plan | None:
    """
    Read a date, a date and time, a duration or a cycle (`R3/PT10M`, `R/PT24H`, `R3/start/PT10M`, `0 0 9 ? * MON-FRI`).

    Args:
        zone: Asked once for what is said by the clock on the wall, and for nothing else; by default the house's own
            zone as it is now.
    """
    if isinstance(value, datetime | date):
        value = value.isoformat()
    if not isinstance(value, str) or not value.strip():
        return None
    text = value.strip()
    if is_cron(text):
        due_at = next_moment(text, after=base, zone=zone())
        return None if due_at is None else Plan(text, due_at, ENDLESS, text)
    try:
        cycle = _CYCLE.fullmatch(text)
        if cycle is not None:
            return _cycle(text, cycle, base=base, zone=zone)
        duration = to_duration(text)
        due_at = add_duration(base, duration) if duration is not None else _instant(text, base=base, zone=zone)
    except (FeelError, ValueError, OverflowError):
        return None
    return None if due_at is None else Plan(text, due_at)


def _cycle(text: str, found: re.Match[str], *, base: datetime, zone: Callable[[], tzinfo]) -> Plan | None:
    count, start, every = found.groups()
    duration = to_duration(every)
    if duration is None or len(count) > _MOST_DIGITS or (count and int(count) == 0):
        return None
    first = add_duration(base, duration) if start is None else _instant(start, base=base, zone=zone)
    after = add_duration(base, duration)
    if first is None or after < base + SHORTEST_CYCLE:
        return None
    return Plan(text, first, int(count) if count else ENDLESS, every)


def _instant(text: str, *, base: datetime, zone: Callable[[], tzinfo]) -> datetime | None:
    return to_instant(text, now=base, zone=zone() if is_floating(text) else UTC)


def start_plan(text: str, *, base: datetime) -> Plan | None:
    """
    When a timer start event fires first, counted from `base`; it sees no variables.

    Returns:
        `None` when its rule gives no time.
    """
    try:
        value = compile_value(text).evaluate({}, now=base, functions=None)
    except ExpressionError:
        return None
    return parse_rule(value, base=base)


def following(plan: Plan) -> Plan | None:
    """The next firing of a cycle, counted from its last time, however late; `None` when it is over."""
    due_at = None if plan.every is None or plan.left == 1 else _after(plan.due_at, plan.every, clock.local_zone)
    if due_at is None:
        return None
    left = plan.left if plan.left == ENDLESS else plan.left - 1
    return Plan(plan.rule, due_at, left, plan.every)


def after_firing(task: ElementInstance) -> dict[str, Any] | None:
    """What a cycle that fired remembers: due again counted from its last time, however late; `None` when it is over."""
    facts = task.facts
    every, left = facts.get("every"), facts.get("left", 1)
    due_at = None if every is None or left == 1 else _after(from_micros(facts["due"]), every, partial(zone_at, task))
    if due_at is None:
        return None
    fired = facts.get("fired", 0) + 1
    return {**facts, "due": to_micros(due_at), "left": left if left == ENDLESS else left - 1, "fired": fired}


def _after(moment: datetime, every: str, zone: Callable[[], tzinfo]) -> datetime | None:
    """The firing of a cycle that follows the one at `moment`."""
    duration = to_duration(every)
    if duration is not None:
        return add_duration(moment, duration)
    return next_moment(every, after=moment, zone=zone())


def attempts(cycle: str) -> tuple[timedelta, ...]:
    """Waiting times of a retry cycle: `R3/PT10M`, or a list as `PT1M,PT5M`."""
    found = _CYCLE.fullmatch(cycle.strip())
    parts = [found[3]] * min(int(found[1] or 1), 100) if found is not None else cycle.split(",")
    waiting = (_length(part.strip()) for part in parts)
    return tuple(each for each in waiting if each is not None)


def _length(text: str) -> timedelta | None:
    """How long a duration takes, counted from 1970; `None` for what is none, or one that nobody would live to see."""
    moment = from_micros(0)
    try:
        duration = to_duration(text)
        length = None if duration is None else add_duration(moment, duration) - moment
    except (FeelError, ValueError, OverflowError):
        return None
    return length if length is None or abs(length) <= _LONGEST_RETRY else None
