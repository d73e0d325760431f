"""Searching what is deployed by any of its facts, in any order, with offset pages: what a Camunda 7 client expects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Select, Text, cast, func, or_, select

from engine.persistence.tables.process_definitions import (
    decision_definition,
    deployment,
    deployment_file,
    process_definition,
)
from engine.persistence.tables.process_instances import process_instance
from engine.persistence.transactions import Transaction
from engine.queries.process_definitions import DeploymentSummary, ProcessDefinition

MOST_ROWS = 1_000

DEPLOYMENT_ORDERS: Mapping[str, Column[Any]] = {
    "id": deployment.c.id,
    "name": deployment.c.name,
    "deploymentTime": deployment.c.deployed_at,
}
DEFINITION_ORDERS: Mapping[str, Column[Any]] = {
    "id": process_definition.c.id,
    "key": process_definition.c.key,
    "name": process_definition.c.name,
    "version": process_definition.c.version,
    "versionTag": process_definition.c.version_tag,
    "deploymentId": process_definition.c.deployment_id,
    "deployTime": process_definition.c.deployed_at,
}


@dataclass(frozen=True, slots=True)
class Window:
    """
    Which rows, in which order.

    Attributes:
        most: At most `MOST_ROWS`; 0 reads nothing.
        sort_by: A name of `DEPLOYMENT_ORDERS` or `DEFINITION_ORDERS`; the newest first when it is not said.
    """

    first: int = 0
    most: int = MOST_ROWS
    sort_by: str | None = None
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class DeploymentFilter:
    """Which deployments; `…_like` are SQL patterns with `%` and `_`."""

    id: str | None = None
    name: str | None = None
    name_like: str | None = None
    source: str | None = None
    is_without_source: bool = False
    before: datetime | None = None
    after: datetime | None = None


@dataclass(frozen=True, slots=True)
class DefinitionFilter:
    """Which versions of which processes; `…_like` are SQL patterns with `%` and `_`."""

    id: str | None = None
    key: str | None = None
    keys: tuple[str, ...] = ()
    key_like: str | None = None
    name: str | None = None
    name_like: str | None = None
    version: int | None = None
    version_tag: str | None = None
    version_tag_like: str | None = None
    deployment_id: str | None = None
    is_latest: bool = False


@dataclass(frozen=True, slots=True)
class DecisionDefinition:
    """A deployed version of a decision."""

    id: UUID
    key: str
    version: int
    version_tag: str | None
    name: str | None
    file_name: str
    deployment_id: UUID


_deployment = select(*(deployment.c[name] for name in DeploymentSummary.__dataclass_fields__))
_definition = select(*(process_definition.c[name] for name in ProcessDefinition.__dataclass_fields__))
_decision = select(*(decision_definition.c[name] for name in DecisionDefinition.__dataclass_fields__))


def search_deployments(tx: Transaction, wanted: DeploymentFilter, window: Window) -> Sequence[DeploymentSummary]:
    """Read one page of deployments."""
    query = _windowed(_of_deployments(_deployment, wanted), window, DEPLOYMENT_ORDERS, deployment.c.id)
    return [DeploymentSummary(*row) for row in tx.execute(query)]


def count_deployments(tx: Transaction, wanted: DeploymentFilter) -> int:
    """How many there are altogether."""
    count: int = tx.execute(_of_deployments(select(func.count()).select_from(deployment), wanted)).scalar_one()
    return count


def search_definitions(tx: Transaction, wanted: DefinitionFilter, window: Window) -> Sequence[ProcessDefinition]:
    """Read one page of process definitions."""
    query = _windowed(_of_definitions(_definition, wanted), window, DEFINITION_ORDERS, process_definition.c.id)
    return [ProcessDefinition(*row) for row in tx.execute(query)]


def count_definitions(tx: Transaction, wanted: DefinitionFilter) -> int:
    """How many there are altogether."""
    query = _of_definitions(select(func.count()).select_from(process_definition), wanted)
    count: int = tx.execute(query).scalar_one()
    return count


def read_definitions(tx: Transaction, ids: Sequence[UUID]) -> Sequence[ProcessDefinition]:
    """Read these process definitions, by key."""
    query = _definition.where(process_definition.c.id.in_(ids)).order_by(process_definition.c.key)
    return [ProcessDefinition(*row) for row in tx.execute(query)]


def read_decisions(tx: Transaction, ids: Sequence[UUID]) -> Sequence[DecisionDefinition]:
    """Read these decision definitions, by key."""
    query = _decision.where(decision_definition.c.id.in_(ids)).order_by(decision_definition.c.key)
    return [DecisionDefinition(*row) for row in tx.execute(query)]


def find_unchanged(tx: Transaction, name: str | None, hashes: Mapping[str, str]) -> DeploymentSummary | None:
    """
    Find the latest deployment of this name, if it holds every one of these files, byte for byte.

    Args:
        hashes: Content hash (`hash_of`) by file name.
    """
    same = deployment.c.name.is_not_distinct_from(name)
    row = tx.execute(_deployment.where(same).order_by(deployment.c.id.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    latest = DeploymentSummary(*row)
    files = select(deployment_file.c.name, deployment_file.c.content_hash)
    stored = {each.name: each.content_hash for each in tx.execute(files.where(_belongs(latest.id)))}
    return latest if all(stored.get(file) == content_hash for file, content_hash in hashes.items()) else None


def has_instances(tx: Transaction, deployment_id: UUID) -> bool:
    """Whether any process instance, ended ones too, belongs to the deployment's definitions."""
    definitions = select(process_definition.c.id).where(process_definition.c.deployment_id == deployment_id)
    found = select(process_instance.c.id).where(process_instance.c.definition_id.in_(definitions)).limit(1)
    return tx.scalar(found) is not None


def _belongs(deployment_id: UUID) -> Any:  # noqa: ANN401 - SQLAlchemy's expression
    return deployment_file.c.deployment_id == deployment_id


def _of_deployments(query: Select[Any], wanted: DeploymentFilter) -> Select[Any]:
    if wanted.id is not None:
        query = query.where(cast(deployment.c.id, Text) == wanted.id)
    if wanted.name is not None:
        query = query.where(deployment.c.name == wanted.name)
    if wanted.name_like is not None:
        query = query.where(_like(deployment.c.name, wanted.name_like))
    if wanted.source is not None:
        query = query.where(deployment.c.note == wanted.source)
    if wanted.is_without_source:
        query = query.where(deployment.c.note.is_(None))
    if wanted.before is not None:
        query = query.where(deployment.c.deployed_at < wanted.before)
    if wanted.after is not None:
        query = query.where(deployment.c.deployed_at > wanted.after)
    return query


def _of_definitions(query: Select[Any], wanted: DefinitionFilter) -> Select[Any]:
    """Drafts are not there for a Camunda 7 client, which knows no such thing."""
    table = process_definition.c
    query = query.where(table.activated_at.is_not(None))
    equal = {
        "key": wanted.key,
        "name": wanted.name,
        "version": wanted.version,
        "version_tag": wanted.version_tag,
    }
    query = query.where(*(table[name] == value for name, value in equal.items() if value is not None))
    patterns = {"key": wanted.key_like, "name": wanted.name_like, "version_tag": wanted.version_tag_like}
    query = query.where(*(_like(table[name], value) for name, value in patterns.items() if value is not None))
    ids = {"id": wanted.id, "deployment_id": wanted.deployment_id}
    query = query.where(*(cast(table[name], Text) == value for name, value in ids.items() if value is not None))
    if wanted.keys:
        query = query.where(or_(*(table.key == key for key in wanted.keys)))
    if wanted.is_latest:
        other = process_definition.alias()
        newer = select(other.c.id).where(other.c.key == table.key, other.c.version > table.version)
        newer = newer.where(other.c.activated_at.is_not(None))
        query = query.where(~newer.exists())
    return query


def _like(column: Column[Any], pattern: str) -> Any:  # noqa: ANN401 - SQLAlchemy's expression
    """No escape character: a pattern that ends in a backslash would be an error of PostgreSQL's."""
    return column.like(pattern.replace("\\", "\\\\"))


def _windowed(
    query: Select[Any], window: Window, orders: Mapping[str, Column[Any]], newest: Column[Any]
) -> Select[Any]:
    if window.sort_by is None:
        query = query.order_by(newest.desc())
    else:
        column = orders[window.sort_by]
        query = query.order_by(column.desc() if window.is_descending else column.asc(), newest)
    return query.offset(window.first).limit(min(window.most, MOST_ROWS))
