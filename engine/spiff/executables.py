"""Parsed, runnable process definitions, kept by definition and by content."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from threading import Lock
from uuid import UUID

from engine.spiff.building import build
from engine.spiff.reading.diagrams import read_diagram
from engine.spiff.scope_specs import ScopeSpec
from engine.xml import parse_xml

_MOST_KEPT = 1024


class ProcessMissing(Exception):
    """The file holds no process with this key."""


@dataclass(frozen=True, slots=True, eq=False)
class Executable:
    """
    One process of one deployed file. Nothing in it changes at run time.

    Attributes:
        content_hash: SHA-256 of the file, hex.
        root: Specs of the process itself.
        scopes: Specs of its sub-processes by element id, at every depth.
        has_conditions: Whether a conditional event stands anywhere in it.
    """

    definition_id: UUID
    content_hash: str
    key: str
    name: str | None
    root: ScopeSpec
    scopes: Mapping[str, ScopeSpec]
    has_conditions: bool

    def hears(self, element_id: str, event: str) -> bool:
        """Whether the user task has a listener of this event."""
        return (element_id, event) in self.root.heard


_kept: OrderedDict[UUID, Executable] = OrderedDict()
_keeping = Lock()


def cached_executable(definition_id: UUID) -> Executable | None:
    """The definition if this process of the operating system has parsed it; a deployed one never changes."""
    with _keeping:
        found = _kept.get(definition_id)
        if found is not None:
            _kept.move_to_end(definition_id)
        return found


def load_executable(definition_id: UUID, bpmn: bytes, process_key: str) -> Executable:
    """
    The runnable form of a deployed definition.

    Raises:
        XmlRefused: As at deployment.
        ProcessMissing: No such process in the file.
    """
    found = cached_executable(definition_id)
    if found is not None:
        return found
    name, root, scopes = _parse(bpmn, process_key)
    has_conditions = any(scope.has_conditions for scope in (root, *scopes.values()))
    made = Executable(definition_id, sha256(bpmn).hexdigest(), process_key, name, root, scopes, has_conditions)
    with _keeping:
        _kept[definition_id] = made
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return made


@lru_cache(maxsize=256)
def _parse(bpmn: bytes, process_key: str) -> tuple[str | None, ScopeSpec, Mapping[str, ScopeSpec]]:
    diagram = read_diagram(parse_xml(bpmn))
    for process in diagram.processes:
        if process.id == process_key:
            return (process.name, *build(process))
    raise ProcessMissing(process_key)
