"""A case where there is none: what functions find when a version is tried out in a sandbox."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any
from uuid import UUID

from engine.handlers import Readings, Site
from operations.cases import Case, Participant

NOBODY = UUID(int=0)

_TEXTS = {"channel", "language", "request_type", "priority", "triage_outcome", "complexity", "state", "stage"} | {
    *("outcome", "confirmation", "lead_department", "lead_assignee", "duplicate_of")
}
_SWITCHES = frozenset({"is_complete", "consent_survey", "is_key_customer", "is_complainant"})


def stand_in_case(readings: Readings, site: Site, facts: Mapping[str, object]) -> None:
    """
    Let `case_value`, `deadline` and their like find a case made of facts; what nobody said is as on a plain request.

    Args:
        facts: By the names of `Case`; what does not fit is kept among the case's own facts, as handlers keep theirs.
    """
    if site.case_number is not None:
        case = _case(site, facts)
        readings.of(("case", site.case_number), lambda: case)


def _case(site: Site, facts: Mapping[str, object]) -> Case:
    usual: dict[str, Any] = {each.name: None for each in fields(Case)}
    usual |= {
        "number": site.case_number,
        "customer_id": NOBODY,
        "channel": "web_form",
        "language": "zh-CN",
        "request_type": "fault",
        "is_complete": True,
        "consent_survey": True,
        "priority": "P3",
        "complexity": "simple",
        "state": "open",
        "stage": "execution",
        "lead_department": "support",
        "rework_count": 0,
        "participants": (),
        "promises": {},
        "facts": dict(facts),
        "received_at": site.activated_at,
        "is_key_customer": False,
        "is_complainant": False,
    }
    told = usual | {name: value for name, value in facts.items() if _fits(name, value)}
    lead = str(told["lead_department"])
    return Case(**told | {"participants": (Participant(lead, "lead"),) if lead else ()})


def _fits(name: str, value: object) -> bool:
    return (name in _TEXTS and isinstance(value, str)) or (name in _SWITCHES and isinstance(value, bool))
