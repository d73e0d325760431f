"""The rows of a state (`state_codec`) under the names of another version."""

from typing import Any

from engine.spiff.counterparts import Counterparts


def rename_rows(rows: list[list[Any]], beside: Counterparts) -> None:
    """Rename the specs, and whatever the engine remembers by the id of an element or flow."""
    for row in rows:
        row[2] = beside.spec_name(row[2])
        if len(row) > 4:  # noqa: PLR2004 - rows are trimmed at the end
            _rename_facts(row[4], beside)


def _rename_facts(facts: dict[str, Any], beside: Counterparts) -> None:
    for fact in ("flow", "start", "activity", "decided", "begin"):
        if isinstance(facts.get(fact), str):
            name, mark, place = facts[fact].partition("#")
            facts[fact] = f"{beside.name(name)}{mark}{place}"
    for fact in ("flows", "reset", "todo"):
        if fact in facts:
            named = [beside.name(each) for each in facts[fact]]
            facts[fact] = named if fact == "todo" else sorted(named)
    if "undoing" in facts:
        facts["undoing"][1] = beside.spec_name(facts["undoing"][1])
    _rename_completed(facts.get("kept", ()), beside)
    if "inside" in facts:
        _rename_inside(facts["inside"], beside)


def _rename_completed(rows: Any, beside: Counterparts) -> None:  # noqa: ANN401 - rows of the state
    for row in rows:
        row[2] = beside.spec_name(row[2])
        if row[4] is not None:
            _rename_inside(row[4], beside)


def _rename_inside(inside: list[Any], beside: Counterparts) -> None:
    """What ran inside a completed sub-process; a called process keeps its own names."""
    if inside[0] is None:
        _rename_completed(inside[4], beside)
