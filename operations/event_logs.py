"""
Cases as event logs for process mining: XES (IEEE 1849-2016) and OCEL 2.0 in JSON (ocel-standard.org).

The cases received in a period, each with its whole history; who acted is a subject, and nobody's words are in it.
In XES a trace is a case; in OCEL an event names the case, the process instance, the user task and the decision it is
about.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any, Literal

import orjson
from sqlalchemy import ColumnElement, func, select

from engine.access import AUDIT, require, require_reason
from engine.actors import Actor
from engine.history import journal
from engine.persistence.tables.journal import journal as events
from engine.persistence.transactions import Transaction
from operations.case_readings import READINGS
from operations.errors import ExportTooLarge
from operations.event_rows import EventRow, read_events
from operations.event_wording import EVENTS
from operations.tables.cases import service_case

Format = Literal["xes", "ocel"]
FORMATS: tuple[Format, ...] = ("xes", "ocel")
MOST_CASES = 2_000
_FETCHED = 100
_LIFECYCLE = {"activated": "start", "completed": "complete", "cancelled": "ate_abort", "failed": "pi_abort"}
_WORK = ("Task", "callActivity", "subProcess", "transaction")
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


def export_event_log(tx: Transaction, log: Format, period: Period, *, actor: Actor, now: datetime) -> Iterator[bytes]:
    """
    Write the cases received in a period as a log, at once; more of them are exported in the background.

    Raises:
        NotPermitted: The actor does not audit.
        ReasonRequired: Say what it is for.
        ExportTooLarge: More cases than one log takes.
    """
    require(actor, AUDIT)
    require_reason(actor)
    cases = count_cases(tx, period)
    if cases > MOST_CASES:
        message = f"A log takes at most {MOST_CASES} cases at once."
        raise ExportTooLarge(message, most=MOST_CASES)
    chosen = {"received_from": period.received_from.isoformat(), "received_before": period.received_before.isoformat()}
    payload = {"format": log, "cases": cases, **chosen}
    journal.append(tx, "event_log.exported", actor=actor, now=now, payload=payload)
    return WRITERS[log](tx, period)


def count_cases(tx: Transaction, period: Period) -> int:
    """How many cases were received."""
    return tx.scalar(select(func.count()).select_from(service_case).where(_is_chosen(period))) or 0


def write_xes(tx: Transaction, period: Period) -> Iterator[bytes]:
    """Write XES: its head, a piece for each case, its end."""
    yield _HEAD.encode()
    for case in _cases(tx, period):
        parts = [f"<trace>{_string('concept:name', case['number'])}"]
        parts += [_string(f"case:{name}", case[name]) for name in _CASE_FACTS if case[name] is not None]
        parts += [_xes_event(told) for told in _told(tx, str(case["number"]))]
        yield "".join([*parts, "</trace>\n"]).encode()
    yield b"</log>\n"


def write_ocel(tx: Transaction, period: Period) -> Iterator[bytes]:
    """
    Write OCEL 2.0 JSON: a piece for the objects of each case, then one for its events, and what stands between.

    Everything is read twice, so that memory holds one case at a time, and the names of types and decisions.
    """
    names: set[str] = set()
    decisions: dict[str, dict[str, Any]] = {}
    yield b'{"objects":['
    for number, case in enumerate(_cases(tx, period)):
        objects = {str(case["number"]): _case_object(case)}
        names.update(str(_ocel_event(each, objects)["type"]) for each in _told(tx, str(case["number"])))
        new = [each for name, each in objects.items() if name not in decisions]
        decisions |= {str(each["id"]): each for each in new if each["type"] == "decision"}
        yield (b"," if number else b"") + b",\n".join(map(orjson.dumps, new))
    yield b'],"events":['
    separator = b""
    for case in _cases(tx, period):
        told = [orjson.dumps(_ocel_event(each, {})) for each in _told(tx, str(case["number"]))]
        yield (separator if told else b"") + b",\n".join(told)
        separator = b"," if told else separator
    types = {"case": _CASE_FACTS, "process_instance": (), "user_task": (), "decision": ()}
    fields = [{"name": name, "type": "string"} for name in ("activity", "transition", "resource")]
    said = {
        "objectTypes": [
            {"name": kind, "attributes": [{"name": name, "type": "string"} for name in facts]}
            for kind, facts in types.items()
        ],
        "eventTypes": [{"name": name, "attributes": fields} for name in sorted(names)],
    }
    yield b"]," + orjson.dumps(said)[1:]


_CASE_FACTS = ("request_type", "channel", "priority", "state", "outcome", "lead_department")


WRITERS: Mapping[Format, Callable[[Transaction, Period], Iterator[bytes]]] = {"xes": write_xes, "ocel": write_ocel}


def _is_chosen(period: Period) -> ColumnElement[bool]:
    received = service_case.c.received_at
    return (received >= period.received_from) & (received < period.received_before)


def _cases(tx: Transaction, period: Period) -> Iterator[Mapping[str, Any]]:
    columns = [service_case.c[name] for name in ("number", "received_at", *_CASE_FACTS)]
    query = select(*columns).where(_is_chosen(period)).order_by(service_case.c.received_at, service_case.c.number)
    for row in tx.execute(query, execution_options={"yield_per": _FETCHED}):
        yield dict(row._mapping)


def _told(tx: Transaction, number: str) -> Iterator[_Told]:
    for row in read_events(tx, events.c.case_number == number):
        noun, _, what = row.type.partition(".")
        if noun == "element":
            transition = _LIFECYCLE.get(what)
            if transition is not None and str(row.payload.get("type")).endswith(_WORK):
                yield _Told(row, str(row.payload.get("name") or row.element_id), transition)
        elif row.type in EVENTS and row.type not in READINGS:
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
