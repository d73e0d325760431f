"""Parsed, runnable process definitions, kept by definition and by content."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from uuid import UUID

from engine.spiff.building import ScopeSpec, build
from engine.spiff.diagram_reader import read_diagram
from engine.xml import parse_xml


class ProcessMissing(Exception):
    """The file holds no process with this key."""


@dataclass(frozen=True, slots=True)
class Executable:
    """
    One process of one deployed file. Nothing in it changes at run time.

    Attributes:
        content_hash: SHA-256 of the file, hex.
        root: Specs of the process itself.
        scopes: Specs of its sub-processes by element id, at every depth.
    """

    definition_id: UUID
    content_hash: str
    key: str
    name: str | None
    root: ScopeSpec
    scopes: Mapping[str, ScopeSpec]


@lru_cache(maxsize=1024)
def load_executable(definition_id: UUID, bpmn: bytes, process_key: str) -> Executable:
    """
    The runnable form of a deployed definition.

    Raises:
        XmlRefused: As at deployment.
        ProcessMissing: No such process in the file.
    """
    name, root, scopes = _parse(bpmn, process_key)
    return Executable(definition_id, sha256(bpmn).hexdigest(), process_key, name, root, scopes)


@lru_cache(maxsize=256)
def _parse(bpmn: bytes, process_key: str) -> tuple[str | None, ScopeSpec, Mapping[str, ScopeSpec]]:
    diagram = read_diagram(parse_xml(bpmn))
    for process in diagram.processes:
        if process.id == process_key:
            return (process.name, *build(process))
    raise ProcessMissing(process_key)
