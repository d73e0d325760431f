"""What is deployed, by key, as somebody who draws needs it: the newest version of each, and names to refer to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Table, case, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from engine import access
from engine.actors import Actor
from engine.errors import DecisionNotFound, FormNotFound, ProcessDefinitionNotFound
from engine.handlers import Function, Handler, Registry
from engine.persistence.file_labels import label_of
from engine.persistence.tables.process_definitions import (
    decision_definition,
    deployment,
    form_definition,
    process_definition,
    start_subscription,
)
from engine.persistence.tables.process_instances import event_subscription
from engine.persistence.transactions import Transaction

Kind = Literal["process", "decision", "form"]
MAX_MODELS = 1_000
MAX_NAMES = 500


@dataclass(frozen=True, slots=True)
class Model:
    """
    The newest version of a process, decision or form.

    Attributes:
        state: Of this version: `draft`, `active` or `retired`.
        active_version: The version that is used now; `None` when none is.
        deployed_by: Subject.
    """

    kind: Kind
    id: UUID
    key: str
    title: str | None
    file_name: str
    version: int
    state: str
    active_version: int | None
    content_hash: str
    deployment_id: UUID
    deployed_at: datetime
    deployed_by: str
    note: str | None


@dataclass(frozen=True, slots=True)
class ModelFile:
    """The deployed bytes of a version."""

    file_name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a diagram may refer to beside models: handlers, functions, and messages and signals already in use."""

    handlers: Sequence[Handler]
    functions: Sequence[Function]
    messages: Sequence[str]
    signals: Sequence[str]


_TABLES: dict[Kind, Table] = {
    "process": process_definition,
    "decision": decision_definition,
    "form": form_definition,
}
_CONTENT: dict[Kind, str] = {"process": "bpmn", "decision": "dmn", "form": "form"}


def list_models(tx: Transaction, *, actor: Actor) -> list[Model]:
    """
    List the newest version of each process, decision and form, by kind and key; at most `MAX_MODELS` of each kind.

    Raises:
        NotPermitted: The actor neither draws nor oversees.
    """
    _require_reader(actor)
    return [model for kind in _TABLES for model in _newest(tx, kind)]


def read_model_file(tx: Transaction, kind: Kind, definition_id: UUID, *, actor: Actor) -> ModelFile:
    """
    Read the deployed bytes of one version.

    Raises:
        NotPermitted: The actor neither draws nor oversees.
        ProcessDefinitionNotFound, DecisionNotFound, FormNotFound: There is none of this kind with this id.
    """
    _require_reader(actor)
    table = _TABLES[kind]
    query = select(table.c.file_name, table.c[_CONTENT[kind]]).where(table.c.id == definition_id)
    row = tx.execute(query).one_or_none()
    if row is None:
        message = f"There is no {kind} with the id {definition_id}."
        raise {"process": ProcessDefinitionNotFound, "decision": DecisionNotFound, "form": FormNotFound}[kind](message)
    return ModelFile(row[0], bytes(row[1]))


def read_catalogue(tx: Transaction, registry: Registry, *, actor: Actor) -> Catalogue:
    """
    Read what a diagram may refer to beside models.

    Raises:
        NotPermitted: The actor neither draws nor oversees.
    """
    _require_reader(actor)
    return Catalogue(
        handlers=[registry.handlers[name] for name in sorted(registry.handlers)],
        functions=[registry.functions[name] for name in sorted(registry.functions)],
        messages=_names_in_use(tx, "message"),
        signals=_names_in_use(tx, "signal"),
    )


def _newest(tx: Transaction, kind: Kind) -> list[Model]:
    table = _TABLES[kind]
    used = table.alias()
    in_use = used.c.state == "active" if kind == "process" else used.c.activated_at.is_not(None)
    active = select(func.max(used.c.version)).where(used.c.key == table.c.key, in_use).scalar_subquery()
    told = ("id", "key", "file_name", "version", "content_hash", "deployment_id", "deployed_at")
    query = (
        select(
            *(table.c[name] for name in told),
            table.c["form" if kind == "form" else "name"].label("title"),
            _state(table, kind).label("state"),
            active.label("active_version"),
            deployment.c.deployed_by,
            deployment.c.note,
        )
        .join(deployment, deployment.c.id == table.c.deployment_id)
        .ext(distinct_on(table.c.key))
        .order_by(table.c.key, table.c.version.desc())
        .limit(MAX_MODELS)
    )
    return [_model(kind, row._asdict()) for row in tx.execute(query)]


def _state(table: Table, kind: Kind) -> ColumnElement[str]:
    """Decisions and forms have no state of their own: they are a draft until their deployment is published."""
    if kind == "process":
        return table.c.state
    return case((table.c.activated_at.is_(None), "draft"), else_="active")


def _model(kind: Kind, told: dict[str, Any]) -> Model:
    if kind == "form":
        told["title"] = label_of("form", bytes(told["title"])).title
    return Model(kind=kind, **told)


def _names_in_use(tx: Transaction, kind: str) -> Sequence[str]:
    starts = select(start_subscription.c.name).where(start_subscription.c.kind == kind, start_subscription.c.is_active)
    waits = select(event_subscription.c.name).where(event_subscription.c.kind == kind)
    found = starts.union(waits).subquery()
    return tx.scalars(select(found.c.name).where(found.c.name != "").order_by(found.c.name).limit(MAX_NAMES)).all()


def _require_reader(actor: Actor) -> None:
    access.require(actor, access.DEPLOY, access.OPERATE, access.SUPERVISE, access.AUDIT)
