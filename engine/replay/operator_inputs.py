"""What operators do to a running instance, as journal entries and back."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, cast
from uuid import UUID

from engine.history.journal import Entry
from engine.spiff.inputs import Instruction, Migrate, Modify, OperatorInput

MIGRATED = "process_instance.migrated"
MODIFIED = "process_instance.modified"
OPERATOR_TYPES = frozenset({MIGRATED, MODIFIED})


def operation_to_entry(given: OperatorInput, **facts: object) -> Entry:
    """Write it down: its members are the payload."""
    return Entry(MIGRATED if isinstance(given, Migrate) else MODIFIED, asdict(given) | facts)


def operation_from_entry(type: str, payload: Mapping[str, object]) -> OperatorInput:
    """Read it back."""
    if type == MIGRATED:
        return Migrate(
            UUID(str(payload["source_definition_id"])),
            UUID(str(payload["target_definition_id"])),
            cast("Mapping[str, str]", payload["mapping"]),
            updates_timers=bool(payload["updates_timers"]),
        )
    instructions = cast("list[Mapping[str, Any]]", payload["instructions"])
    variables = cast("Mapping[str, object]", payload["variables"])
    return Modify(tuple(Instruction(**each) for each in instructions), variables)
