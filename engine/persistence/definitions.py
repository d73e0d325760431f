"""Deployed definitions: processes and decisions, by id and by the bindings a diagram may ask for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, null, select, text

from engine.errors import ProcessDefinitionNotFound
from engine.persistence.tables.process_definitions import decision_definition, process_definition
from engine.persistence.transactions import Transaction


@dataclass(frozen=True, slots=True)
class ProcessSource:
    """
    The deployed bytes of a process definition.

    Attributes:
        state: `draft`, `active` or `retired`; nothing starts with what is not active.
        is_suspended: Nothing starts with it until it is resumed.
    """

    id: UUID
    key: str
    version: int
    state: str
    content_hash: str
    deployment_id: UUID
    bpmn: bytes
    is_suspended: bool


@dataclass(frozen=True, slots=True)
class DecisionSource:
    """
    The deployed bytes of a decision definition.

    Attributes:
        as_of: What it imports is what was active then; None: what is active now.
    """

    id: UUID
    key: str
    version: int
    content_hash: str
    dmn: bytes
    as_of: datetime | None


_MOST_DIGITS = 9
_process = select(
    process_definition.c.id,
    process_definition.c.key,
    process_definition.c.version,
    process_definition.c.state,
    process_definition.c.content_hash,
    process_definition.c.deployment_id,
    process_definition.c.bpmn,
    process_definition.c.is_suspended,
)
_decision = select(
    decision_definition.c.id,
    decision_definition.c.key,
    decision_definition.c.version,
    decision_definition.c.content_hash,
    decision_definition.c.dmn,
)


def lock_definitions(tx: Transaction) -> None:
    """Let one transaction at a time change what is deployed; held until it ends."""
    tx.execute(text("SELECT pg_advisory_xact_lock(hashtext('opsflow.deploy'))"))


def find_process(tx: Transaction, definition_id: UUID) -> ProcessSource:
    """Read a process definition by id."""
    row = tx.execute(_process.where(process_definition.c.id == definition_id)).one_or_none()
    if row is None:
        message = f"There is no process definition {definition_id}."
        raise ProcessDefinitionNotFound(message, process_definition_id=str(definition_id))
    return ProcessSource(*row)


def find_latest_process(tx: Transaction, key: str) -> ProcessSource:
    """Read the active version of a process that starts when its key is named."""
    query = _process.where(process_definition.c.key == key, process_definition.c.state == "active")
    row = tx.execute(query.order_by(process_definition.c.version.desc()).limit(1)).one_or_none()
    if row is None:
        message = f"No process with the key '{key}' is deployed."
        raise ProcessDefinitionNotFound(message, definition_key=key)
    return ProcessSource(*row)


def bind_process(
    tx: Transaction, key: str, *, binding: str, version: str | None, caller: UUID
) -> tuple[UUID, bool] | None:
    """
    Choose the definition a call activity means, and whether it is suspended; `None` when there is none.

    Args:
        binding: `latest`, `deployment` (of the caller), `version` or `versionTag`.
        caller: Definition of the process that calls.
    """
    columns = (process_definition.c.id, process_definition.c.is_suspended)
    query: Select[Any] = select(*columns).where(process_definition.c.key == key)
    query = query.where(process_definition.c.state == "active") if binding == "latest" else query
    query = _bound(query, binding, version, caller, process_definition)
    row = tx.execute(query.order_by(process_definition.c.version.desc()).limit(1)).one_or_none()
    return None if row is None else (row.id, row.is_suspended)


def bind_decision(
    tx: Transaction, key: str, *, binding: str, version: str | None, caller: UUID
) -> DecisionSource | None:
    """Choose the decision a business rule task means, or `None`; bindings as in `bind_process`."""
    moment: ColumnElement[Any] = null()
    if binding == "deployment":
        moment = select(process_definition.c.activated_at).where(process_definition.c.id == caller).scalar_subquery()
    elif binding in {"version", "versionTag"}:
        moment = decision_definition.c.activated_at
    query = _decision.add_columns(moment).where(decision_definition.c.key == key)
    query = _bound(query, binding, version, caller, decision_definition)
    row = tx.execute(query.order_by(decision_definition.c.version.desc()).limit(1)).one_or_none()
    return None if row is None else DecisionSource(*row)


def _number(version: str) -> int:
    """0, which no version has, for what is no number of one."""
    return int(version) if version.isascii() and version.isdecimal() and len(version) <= _MOST_DIGITS else 0


def _bound(query: Select[Any], binding: str, version: str | None, caller: UUID, table: Table) -> Select[Any]:
    query = query.where(table.c.activated_at.is_not(None))
    if binding == "deployment":
        # An unchanged file makes no new version: what stood beside the caller then may be of an earlier deployment.
        own = select(process_definition.c.activated_at).where(process_definition.c.id == caller).scalar_subquery()
        return query.where(table.c.activated_at <= own)
    if binding == "version":
        return query.where(table.c.version == _number(version or ""))
    if binding == "versionTag":
        return query.where(table.c.version_tag == version)
    return query
