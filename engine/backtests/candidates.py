"""What is tried: the processes and decisions of a deployment, or nothing new at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from engine.backtests.histories import Place
from engine.persistence.tables.process_definitions import decision_definition, deployment_file, process_definition
from engine.persistence.transactions import Transaction
from engine.xml import parse_xml


@dataclass(frozen=True, slots=True)
class Candidate:
    """
    What stands in for what the cases ran on; all that it does not hold stays as it was.

    Attributes:
        processes: Definition ids by process key.
        decisions: DMN files by decision key.
        files: All files of the deployment by name, for what decisions import.
        renamed: New element ids by old ones.
        commitments: Values of commitments, by key, that the register is supposed to have had.
        keys: Process keys by definition, and
        flows: where their sequence flows come from: remembered from case to case, for definitions never change.
    """

    processes: Mapping[str, UUID] = field(default_factory=dict)
    decisions: Mapping[str, bytes] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)
    commitments: Mapping[str, str] = field(default_factory=dict)
    keys: dict[UUID, str] = field(default_factory=dict)
    flows: dict[UUID, Mapping[str, str]] = field(default_factory=dict)

    def new(self, place: Place) -> Place:
        """Name the element in the new version that an old one became."""
        return Place(place.process_key, self.renamed.get(place.element_id, place.element_id))

    def old(self, element_id: str) -> str:
        """Name the element in the old version that became this one."""
        return next((old for old, new in self.renamed.items() if new == element_id), element_id)


def read_candidate(tx: Transaction, deployment_id: UUID | None, renamed: Mapping[str, str]) -> Candidate:
    """Read what a deployment would bring; without one, cases are held against their own versions."""
    if deployment_id is None:
        return Candidate(renamed=renamed)
    own = process_definition.c.deployment_id == deployment_id
    processes = tx.execute(select(process_definition.c.key, process_definition.c.id).where(own)).all()
    brought = decision_definition.c.deployment_id == deployment_id
    decisions = tx.execute(select(decision_definition.c.key, decision_definition.c.dmn).where(brought)).all()
    kept = deployment_file.c.deployment_id == deployment_id
    files = tx.execute(select(deployment_file.c.name, deployment_file.c.content).where(kept)).all()
    return Candidate(
        {row.key: row.id for row in processes},
        {row.key: bytes(row.dmn) for row in decisions},
        {row.name: bytes(row.content) for row in files},
        renamed,
    )


def element_ids(tx: Transaction, candidate: Candidate) -> set[str]:
    """List the ids that the diagrams of the candidate use."""
    query = select(process_definition.c.bpmn).where(process_definition.c.id.in_(candidate.processes.values()))
    diagrams = [parse_xml(bytes(each)) for each in tx.scalars(query)]
    return {str(element.get("id")) for root in diagrams for element in root.iter() if element.get("id")}
