"""
Cases as event logs for process mining: XES (IEEE 1849-2016) and OCEL 2.0 in JSON (ocel-standard.org).

The cases received in a period, each with its whole history; who acted is a subject, and nobody's words are in it.
In XES a trace is a case; in OCEL an event names the case, the process instance, the user task and the decision it is
about.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

import orjson
from sqlalchemy import func, select

from engine.access import AUDIT, require, require_reason
from engine.actors import Actor
from engine.history import journal
from engine.persistence.tables.journal import journal as events
from engine.persistence.transactions import Transaction
from operations.errors import ExportTooLarge
from operations.event_rows import EventRow, read_events
from operations.event_wording import EVENTS
from operations.tables.cases import service_case

MOST_CASES = 2_000
_LIFECYCLE = {"activated": "start", "completed": "complete", "cancelled": "ate_abort", "failed": "pi_abort"}
_WORK = ("Task", "callActivity", "subProcess", "transaction")
_READINGS = ("personal_data.read", "customer.revealed", "attachment.read", "case.exported")
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<global scope="trace"><string key="concept:name" value=""/></global>
<global scope="event"><string key="concept:name" value=""/>\
<date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>\
<string key="lifecycle:transition" value="complete"/></global>
<classifier name="Activity" keys="concept:name"/>
<string key="concept:name" value="Opsflow"/>
<string key="lifecycle:model" value="standard"/>
"""


@dataclass(frozen=True, slots=True)
class Period:
    """From, and before; aware times."""

    received_from: datetime
    received_before: datetime


@dataclass(frozen=True, slots=True)
class _Told:
    """An event as a log tells it."""

    row: EventRow
    name: str
    transition: str


def export_xes(tx: Transaction, period: Period, *, actor: Actor, now: datetime) -> bytes:
    """
    Write the cases received in a period as XES.

    Raises:
        NotPermitted: The actor does not audit.
        ReasonRequired: Say what it is for.
        ExportTooLarge: More cases than one log takes.
    """
    cases = _cases(tx, period, actor=actor)
    parts = [_HEAD]
    for case in cases:
        parts.append(f"<trace>{_string('concept:name', case['number'])}")
        parts += [_string(f"case:{name}", case[name]) for name in _CASE_FACTS if case[name] is not None]
        parts += [_xes_event(told) for told in _told(tx, str(case["number"]))]
        parts.append("</trace>\n")
    content = "".join([*parts, "</log>\n"]).encode()
    _note(tx, "xes", period, len(cases), actor=actor, now=now)
    return content


def export_ocel(tx: Transaction, period: Period, *, actor: Actor, now: datetime) -> bytes:
    """Write the cases received in a period as OCEL 2.0 JSON; refusals as for XES."""
    cases = _cases(tx, period, actor=actor)
    objects: dict[str, dict[str, Any]] = {}
    told: list[dict[str, object]] = []
    for case in cases:
        objects[str(case["number"])] = _case_object(case)
        told += [_ocel_event(each, objects) for each in _told(tx, str(case["number"]))]
    types = {"case": _CASE_FACTS, "process_instance": (), "user_task": (), "decision": ()}
    names = sorted({str(event["type"]) for event in told})
    fields = [{"name": name, "type": "string"} for name in ("activity", "transition", "resource")]
    log = {
        "objectTypes": [
            {"name": kind, "attributes": [{"name": name, "type": "string"} for name in facts]}
            for kind, facts in types.items()
        ],
        "eventTypes": [{"name": name, "attributes": fields} for name in names],
        "objects": list(objects.values()),
        "events": told,
    }
    _note(tx, "ocel", period, len(cases), actor=actor, now=now)
    return orjson.dumps(log, option=orjson.OPT_INDENT_2)


_CASE_FACTS = ("request_type", "channel", "priority", "state", "outcome", "lead_department")


def _cases(tx: Transaction, period: Period, *, actor: Actor) -> Sequence[Mapping[str, Any]]:
    require(actor, AUDIT)
    require_reason(actor)
    received = service_case.c.received_at
    is_chosen = (received >= period.received_from) & (received < period.received_before)
    if (tx.scalar(select(func.count()).select_from(service_case).where(is_chosen)) or 0) > MOST_CASES:
        message = f"A log takes at most {MOST_CASES} cases."
        raise ExportTooLarge(message, most=MOST_CASES)
    columns = [service_case.c[name] for name in ("number", "received_at", *_CASE_FACTS)]
    return [dict(row._mapping) for row in tx.execute(select(*columns).where(is_chosen).order_by(received))]


def _told(tx: Transaction, number: str) -> Iterator[_Told]:
    for row in read_events(tx, events.c.case_number == number):
        noun, _, what = row.type.partition(".")
        if noun == "element":
            transition = _LIFECYCLE.get(what)
            if transition is not None and str(row.payload.get("type")).endswith(_WORK):
                yield _Told(row, str(row.payload.get("name") or row.element_id), transition)
        elif row.type in EVENTS and row.type not in _READINGS:
            yield _Told(row, row.type, "complete")


def _xes_event(told: _Told) -> str:
    row = told.row
    facts = {
        "concept:name": told.name,
        "lifecycle:transition": told.transition,
        "org:resource": row.actor,
        "event:type": row.type,
        "event:id": row.id,
        "event:element": row.element_id,
        "event:instance": row.instance_id,
        "event:on_behalf_of": row.on_behalf_of,
    }
    values = "".join(_string(name, value) for name, value in facts.items() if value is not None)
    moment = row.at.isoformat(timespec="milliseconds")
    return f'<event><date key="time:timestamp" value="{moment}"/>{values}</event>\n'


def _string(key: str, value: object) -> str:
    text = "".join(sign for sign in str(value) if sign.isprintable())  # XML has no way to write control characters
    return f'<string key="{escape(key)}" value="{escape(text)}"/>'


def _case_object(case: Mapping[str, Any]) -> dict[str, Any]:
    at = case["received_at"].isoformat()
    facts = [{"name": name, "time": at, "value": str(case[name])} for name in _CASE_FACTS if case[name] is not None]
    return {"id": case["number"], "type": "case", "attributes": facts, "relationships": []}


def _ocel_event(told: _Told, objects: dict[str, dict[str, Any]]) -> dict[str, object]:
    row = told.row
    case = str(row.case_number)
    named = {"process_instance": row.instance_id, "user_task": row.payload.get("user_task_id")}
    if row.type == "decision.evaluated":
        named["decision"] = f"{row.payload.get('key')} v{row.payload.get('version')}"
    relations = [{"objectId": case, "qualifier": "case"}]
    for kind, found in named.items():
        if found is not None:
            belongs = [{"objectId": case, "qualifier": "case"}] if kind != "decision" else []
            blank = {"id": str(found), "type": kind, "attributes": [], "relationships": belongs}
            objects.setdefault(str(found), blank)
            relations.append({"objectId": str(found), "qualifier": kind})
    facts = {"activity": told.name, "transition": told.transition, "resource": row.actor}
    return {
        "id": str(row.id),
        "type": row.type,
        "time": row.at.isoformat(),
        "attributes": [{"name": name, "value": value} for name, value in facts.items()],
        "relationships": relations,
    }


def _note(tx: Transaction, form: str, period: Period, cases: int, *, actor: Actor, now: datetime) -> None:
    chosen = {"received_from": period.received_from.isoformat(), "received_before": period.received_before.isoformat()}
    payload = {"format": form, "cases": cases, **chosen}
    journal.append(tx, "event_log.exported", actor=actor, now=now, payload=payload)
