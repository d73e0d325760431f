"""Reading process definitions and deployments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from engine.errors import DeploymentNotFound, ProcessDefinitionNotFound
from engine.persistence.tables.process_definitions import deployment, process_definition
from engine.persistence.transactions import Transaction
from engine.queries.pages import Page, limited, page_of


@dataclass(frozen=True, slots=True)
class ProcessDefinition:
    """A deployed version of a process."""

    id: UUID
    key: str
    version: int
    version_tag: str | None
    name: str | None
    file_name: str
    content_hash: str
    deployment_id: UUID
    state: str
    is_suspended: bool
    deployed_at: datetime
    summary: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class DeploymentSummary:
    """
    A deployment and the warnings it was accepted with.

    Attributes:
        state: `draft`, `proposed`, `approved`, `active` or `withdrawn` (`engine.commands.publications`).
        reviewed_by: Who approved or refused it last; `review_note` is what he said.
    """

    id: UUID
    name: str | None
    note: str | None
    content_hash: str
    deployed_at: datetime
    deployed_by: str
    state: str
    proposed_by: str | None
    proposed_at: datetime | None
    reviewed_by: str | None
    reviewed_at: datetime | None
    review_note: str | None
    activated_at: datetime | None
    warnings: Sequence[Mapping[str, object]]


_definition = select(*(process_definition.c[name] for name in ProcessDefinition.__dataclass_fields__))
_deployment = select(*(deployment.c[name] for name in DeploymentSummary.__dataclass_fields__))


def list_process_definitions(
    tx: Transaction,
    *,
    key: str | None = None,
    deployment_id: UUID | None = None,
    state: str | None = None,
    latest: bool = False,
    after: tuple[str, ...] | None = None,
    limit: int | None = None,
) -> Page[ProcessDefinition]:
    """List versions, newest first; with `latest` only the newest of each key, among those of the `state` if given."""
    query = _definition.order_by(process_definition.c.id.desc())
    if state is not None:
        query = query.where(process_definition.c.state == state)
    if key is not None:
        query = query.where(process_definition.c.key == key)
    if deployment_id is not None:
        query = query.where(process_definition.c.deployment_id == deployment_id)
    if latest:
        other = process_definition.alias()
        newer = select(other.c.id).where(
            other.c.key == process_definition.c.key, other.c.version > process_definition.c.version
        )
        newer = newer if state is None else newer.where(other.c.state == state)
        query = query.where(~newer.exists())
    if after is not None:
        query = query.where(process_definition.c.id < UUID(after[0]))
    size = limited(limit)
    items = [_of(row) for row in tx.execute(query.limit(size + 1))]
    return page_of(items, size, lambda last: (str(last.id),))


def find_process_definition(tx: Transaction, definition_id: UUID) -> ProcessDefinition:
    """Read one version by id."""
    row = tx.execute(_definition.where(process_definition.c.id == definition_id)).one_or_none()
    if row is None:
        raise _not_found(definition_id)
    return _of(row)


def read_bpmn(tx: Transaction, definition_id: UUID) -> bytes:
    """The deployed bytes, as they came."""
    content = tx.scalar(select(process_definition.c.bpmn).where(process_definition.c.id == definition_id))
    if content is None:
        raise _not_found(definition_id)
    return bytes(content)


def find_deployment(tx: Transaction, deployment_id: UUID) -> DeploymentSummary:
    """
    Read one deployment by id.

    Raises:
        DeploymentNotFound: There is none.
    """
    row = tx.execute(_deployment.where(deployment.c.id == deployment_id)).one_or_none()
    if row is None:
        message = f"There is no deployment {deployment_id}."
        raise DeploymentNotFound(message, deployment_id=str(deployment_id))
    return DeploymentSummary(*row)


def list_deployments(
    tx: Transaction,
    *,
    state: str | None = None,
    after: tuple[str, ...] | None = None,
    limit: int | None = None,
) -> Page[DeploymentSummary]:
    """List deployments, newest first; with `state` those that are there in their publication."""
    query = _deployment.order_by(deployment.c.id.desc())
    if state is not None:
        query = query.where(deployment.c.state == state)
    if after is not None:
        query = query.where(deployment.c.id < UUID(after[0]))
    size = limited(limit)
    items = [DeploymentSummary(*row) for row in tx.execute(query.limit(size + 1))]
    return page_of(items, size, lambda last: (str(last.id),))


def _of(row: Row[*tuple[Any, ...]]) -> ProcessDefinition:
    return ProcessDefinition(*row)


def _not_found(definition_id: UUID) -> ProcessDefinitionNotFound:
    message = f"There is no process definition {definition_id}."
    return ProcessDefinitionNotFound(message, process_definition_id=str(definition_id))
