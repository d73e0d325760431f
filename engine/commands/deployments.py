"""Deploying diagrams, decisions and forms: all of a deployment, or nothing of it."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import Table, delete, insert, select

from engine import access, dmn
from engine.actors import Actor
from engine.commands.deployment_checks import Checked, check
from engine.commands.drawn_forms import form_js
from engine.commands.start_events import activate_starts
from engine.errors import DeploymentInvalid, DeploymentNotFound
from engine.handlers import Registry, installed
from engine.history import journal
from engine.persistence.definitions import lock_definitions
from engine.persistence.ids import uuid7
from engine.persistence.tables.process_definitions import (
    decision_definition,
    decision_model,
    deployment,
    deployment_file,
    form_definition,
    process_definition,
    start_subscription,
)
from engine.persistence.tables.process_instances import process_instance
from engine.persistence.transactions import Transaction
from engine.spiff.drawn_forms import DrawnForm
from engine.spiff.outcomes import Problem, ProcessSummary


@dataclass(frozen=True, slots=True)
class Deployed:
    """One definition that a deployment brought, or that was there already, unchanged."""

    id: UUID
    key: str
    version: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class Deployment:
    """
    What a deployment did.

    Attributes:
        state: `active`, or `draft` while its versions wait for being published.
        is_new: False when every file was there already, unchanged.
    """

    id: UUID
    process_definitions: tuple[Deployed, ...]
    decision_definitions: tuple[Deployed, ...]
    form_definitions: tuple[Deployed, ...]
    warnings: tuple[Problem, ...]
    state: str
    is_new: bool


@dataclass(slots=True)
class _Storing:
    tx: Transaction
    deployment_id: UUID
    now: datetime
    is_draft: bool
    is_new: bool = False
    reused: list[UUID] = field(default_factory=list)


def deploy(
    tx: Transaction,
    files: Mapping[str, bytes],
    *,
    name: str | None = None,
    note: str | None = None,
    is_draft: bool = False,
    registry: Registry | None = None,
    keeps_documentation: bool = False,
    requires_performers: bool = False,
    actor: Actor,
    now: datetime,
) -> Deployment:
    """
    Check every file and store those that changed as new versions; running instances stay on theirs.

    Args:
        files: Content by file name: `.bpmn`, `.bpmn20.xml`, `.dmn`, `.dmn11.xml`, `.form`; `.xml` by what it holds.
        keeps_documentation: Keep diagrams without an executable process as files of the deployment; else refuse them.
        is_draft: Store the versions, but let nothing use them until they are published
            (`engine.commands.publications`).
        requires_performers: Refuse tasks that name nobody, or only groups that do not exist; else that is a warning.

    Raises:
        DeploymentInvalid: With ALL problems (`problems`); nothing was stored.
        NotPermitted: The actor may not deploy.
    """
    access.require(actor, access.DEPLOY)
    lock_definitions(tx)
    found = check(
        tx,
        files,
        registry or installed(),
        keeps_documentation=keeps_documentation,
        requires_performers=requires_performers,
    )
    errors = [problem for problem in found.problems if problem.severity == "error"]
    if errors:
        message = f"{len(errors)} problem(s) refuse this deployment; nothing was stored."
        raise DeploymentInvalid(message, problems=[_as_fact(problem) for problem in found.problems])
    return _store(tx, files, found, name=name, note=note, is_draft=is_draft, actor=actor, now=now)


def check_deployment(
    tx: Transaction,
    files: Mapping[str, bytes],
    *,
    registry: Registry | None = None,
    keeps_documentation: bool = False,
    requires_performers: bool = False,
    actor: Actor,
) -> Checked:
    """
    Tell what deploying these files would find; nothing is stored.

    Raises:
        NotPermitted: The actor may not deploy.
    """
    access.require(actor, access.DEPLOY)
    return check(
        tx,
        files,
        registry or installed(),
        keeps_documentation=keeps_documentation,
        requires_performers=requires_performers,
    )


def delete_deployment(tx: Transaction, deployment_id: UUID, *, actor: Actor, now: datetime) -> None:
    """
    Remove a deployment with every instance of its definitions; the journal stays. Only development offers it.

    Raises:
        DeploymentNotFound: No such deployment.
    """
    access.require(actor, access.DEPLOY)
    if tx.scalar(select(deployment.c.id).where(deployment.c.id == deployment_id)) is None:
        message = f"There is no deployment {deployment_id}."
        raise DeploymentNotFound(message, deployment_id=str(deployment_id))
    of_it = select(process_definition.c.id).where(process_definition.c.deployment_id == deployment_id)
    gone = tx.execute(delete(process_instance).where(process_instance.c.definition_id.in_(of_it)))
    keys = tx.scalars(select(process_definition.c.key).where(process_definition.c.deployment_id == deployment_id)).all()
    tx.execute(delete(deployment).where(deployment.c.id == deployment_id))
    for key in keys:
        activate_starts(tx, key, now=now)
    payload = {"deployment_id": str(deployment_id), "process_instances": gone.rowcount}
    journal.append(tx, "deployment.deleted", actor=actor, now=now, payload=payload)


def _store(
    tx: Transaction,
    files: Mapping[str, bytes],
    found: Checked,
    *,
    name: str | None,
    note: str | None,
    is_draft: bool,
    actor: Actor,
    now: datetime,
) -> Deployment:
    storing = _Storing(tx, uuid7(now), now, is_draft)
    warnings = tuple(problem for problem in found.problems if problem.severity == "warning")
    row = {
        "id": storing.deployment_id,
        "name": name,
        "note": note,
        "content_hash": _hash_of_all(files),
        "deployed_at": now,
        "deployed_by": actor.subject,
        "warnings": [_as_fact(problem) for problem in warnings],
        "state": "draft" if is_draft else "active",
        "activated_at": None if is_draft else now,
    }
    with tx.begin_nested() as savepoint:
        tx.execute(insert(deployment).values(row))
        forms = tuple(_store_form(storing, files, file, key) for file, key in found.forms)
        for file, drawn in found.drawn_forms:
            _store_drawn_form(storing, file, drawn)
        decisions = tuple(_store_decision(storing, files, file, each) for file, each in found.decisions)
        for file, header in found.models:
            _store_model(storing, files, file, header)
        processes = tuple(_store_process(storing, files, file, each) for file, each in found.processes)
        _store_documents(storing, files, found.documents)
        if not storing.is_new:
            savepoint.rollback()
    if storing.is_new:
        _keep_files(storing, files)
        forms_by_hash = {form.key: hash_of(form_js(form)) for _, form in found.drawn_forms}
        _tell(storing, files, {**row, "drawn_forms": forms_by_hash}, processes, actor=actor)
    deployment_id = storing.deployment_id if storing.is_new else storing.reused[0]
    state = "draft" if storing.is_new and is_draft else "active"
    return Deployment(deployment_id, processes, decisions, forms, warnings, state, storing.is_new)


def _keep_files(storing: _Storing, files: Mapping[str, bytes]) -> None:
    stored = [{"deployment_id": storing.deployment_id, **each} for each in _file_rows(files)]
    storing.tx.execute(insert(deployment_file), stored)


def _tell(
    storing: _Storing,
    files: Mapping[str, bytes],
    row: Mapping[str, object],
    processes: tuple[Deployed, ...],
    *,
    actor: Actor,
) -> None:
    payload = {
        "deployment_id": str(storing.deployment_id),
        "name": row["name"],
        "note": row["note"],
        "state": row["state"],
        "files": {each["name"]: each["content_hash"] for each in _file_rows(files)},
        "drawn_forms": row["drawn_forms"],
        "process_definitions": [{"key": each.key, "version": each.version} for each in processes if each.is_new],
    }
    journal.append(storing.tx, "deployment.created", actor=actor, now=storing.now, payload=payload)


def _store_process(storing: _Storing, files: Mapping[str, bytes], file: str, summary: ProcessSummary) -> Deployed:
    content = files[file]
    facts = {
        "bpmn": content,
        "version_tag": summary.version_tag,
        "name": summary.name,
        "summary": asdict(summary),
        "history_ttl_days": summary.history_ttl_days,
        "state": "draft" if storing.is_draft else "active",
    }
    deployed = _store_version(storing, process_definition, key=summary.key, file=file, content=content, facts=facts)
    if not deployed.is_new:
        return deployed
    starts = [
        {
            "definition_id": deployed.id,
            "element_id": start.element_id,
            "position": position,
            "kind": start.kind,
            "name": start.name or "",
            "is_active": False,
        }
        for position, start in enumerate(summary.starts)
        if start.kind != "none"
    ]
    if starts:
        storing.tx.execute(insert(start_subscription), starts)
    activate_starts(storing.tx, summary.key, now=storing.now)
    return deployed


def _store_decision(storing: _Storing, files: Mapping[str, bytes], file: str, summary: dmn.DecisionSummary) -> Deployed:
    facts = {"dmn": files[file], "name": summary.name}
    return _store_version(storing, decision_definition, key=summary.id, file=file, content=files[file], facts=facts)


def _store_model(storing: _Storing, files: Mapping[str, bytes], file: str, header: dmn.Header) -> Deployed:
    """The file as a whole, for those that import it; it may hold no decision at all."""
    facts = {"dmn": files[file], "namespace": header.namespace, "has_imports": bool(header.imports)}
    key = f"{header.namespace} {file}"
    return _store_version(storing, decision_model, key=key, file=file, content=files[file], facts=facts)


def _store_form(storing: _Storing, files: Mapping[str, bytes], file: str, key: str) -> Deployed:
    return _store_version(
        storing, form_definition, key=key, file=file, content=files[file], facts={"form": files[file]}
    )


def _store_drawn_form(storing: _Storing, file: str, drawn: DrawnForm) -> Deployed:
    content = form_js(drawn)
    return _store_version(storing, form_definition, key=drawn.key, file=file, content=content, facts={"form": content})


def _store_documents(storing: _Storing, files: Mapping[str, bytes], documents: tuple[str, ...]) -> None:
    """Keep a document that no deployment has under this name; the files themselves are stored with the deployment."""
    for name in documents:
        same = (deployment_file.c.name == name) & (deployment_file.c.content_hash == hash_of(files[name]))
        known = storing.tx.scalar(select(deployment_file.c.deployment_id).where(same).limit(1))
        if known is None:
            storing.is_new = True
        else:
            storing.reused.append(known)


def _store_version(
    storing: _Storing, table: Table, *, key: str, file: str, content: bytes, facts: Mapping[str, object]
) -> Deployed:
    """Store the next version of one definition, or point at the latest when its file did not change."""
    latest = storing.tx.execute(
        select(table.c.id, table.c.version, table.c.content_hash, table.c.deployment_id, deployment.c.state)
        .join(deployment, deployment.c.id == table.c.deployment_id)
        .where(table.c.key == key)
        .order_by(table.c.version.desc())
        .limit(1)
    ).one_or_none()
    if latest is not None and latest.content_hash == hash_of(content) and latest.state == "active":
        storing.reused.append(latest.deployment_id)
        return Deployed(latest.id, key, latest.version, is_new=False)
    fresh = Deployed(uuid7(storing.now), key, (latest.version if latest else 0) + 1, is_new=True)
    row = {"id": fresh.id, "deployment_id": storing.deployment_id, "key": key, "version": fresh.version}
    told = {
        "file_name": file,
        "content_hash": hash_of(content),
        "deployed_at": storing.now,
        "activated_at": None if storing.is_draft else storing.now,
    }
    storing.tx.execute(insert(table).values(row | told | dict(facts)))
    storing.is_new = True
    return fresh


def hash_of(content: bytes) -> str:
    """The content hash by which a file is known: SHA-256, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _file_rows(files: Mapping[str, bytes]) -> list[dict[str, object]]:
    return [
        {"name": name, "content_hash": hash_of(content), "content": content} for name, content in sorted(files.items())
    ]


def _hash_of_all(files: Mapping[str, bytes]) -> str:
    lines = "".join(f"{hash_of(content)}  {name}\n" for name, content in sorted(files.items()))
    return hash_of(lines.encode())


def _as_fact(problem: Problem) -> dict[str, object]:
    return {
        "severity": problem.severity,
        "file": problem.file,
        "element_id": problem.element_id,
        "element_name": problem.element_name,
        "line": problem.line,
        "code": problem.code,
        "message": problem.message_en,
        "message_zh": problem.message_zh,
    }
