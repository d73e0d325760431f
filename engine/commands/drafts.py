"""
Drafts: files somebody is still drawing. Saved as often as he likes, never over what somebody else has saved since.

A draft is no event of any case: what it holds is journalled when it is deployed. That one was made, shared or thrown
away is journalled, for others may have worked on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text, update

from engine import access
from engine.actors import Actor
from engine.commands.deployment_checks import MAX_FILE_NAME, kind_of
from engine.commands.deployments import Deployment, deploy, hash_of
from engine.draft_errors import DraftChanged, DraftInvalid, DraftNotFound, TooManyDrafts
from engine.handlers import Registry
from engine.history import journal
from engine.persistence.drafts import Draft, of_row, seen_by, selected
from engine.persistence.file_labels import label_of
from engine.persistence.ids import uuid7
from engine.persistence.tables.drafts import draft
from engine.persistence.tables.process_definitions import decision_definition, form_definition, process_definition
from engine.persistence.transactions import Transaction

MAX_DRAFT_BYTES = 5_000_000
MAX_DRAFTS = 200
_DEPLOYED = {"bpmn": process_definition, "dmn": decision_definition, "form": form_definition}


@dataclass(frozen=True, slots=True)
class Revision:
    """A draft as its reader knows it."""

    id: UUID
    revision: int


def create_draft(
    tx: Transaction, name: str, content: bytes, *, is_shared: bool = False, actor: Actor, now: datetime
) -> Draft:
    """
    Keep a file as a draft; of what is deployed already it remembers which version it began as.

    Args:
        name: File name; its ending says the kind, as in a deployment.

    Raises:
        NotPermitted: The actor may not deploy.
        DraftInvalid: The name or the size of the file is not acceptable.
        TooManyDrafts: The actor has `MAX_DRAFTS` already.
    """
    access.require(actor, access.DEPLOY)
    kind = _require_name(name)
    _require_size(content)
    _require_room(tx, actor)
    origin = _origin(tx, kind, content)
    identifier = uuid7(now)
    row = {
        "id": identifier,
        "name": name,
        "kind": kind,
        "revision": 1,
        "based_on_id": origin,
        "based_on_hash": hash_of(content) if origin else None,
        "is_shared": is_shared,
        "owner": actor.subject,
        "created_at": now,
        **_written(kind, content, actor=actor, now=now),
    }
    tx.execute(insert(draft).values(row))
    facts = {"draft": str(identifier), "name": name, "is_shared": is_shared}
    journal.append(tx, "draft.created", actor=actor, now=now, payload=facts)
    return _read(tx, identifier)


def save_draft(tx: Transaction, known: Revision, content: bytes, *, actor: Actor, now: datetime) -> Draft:
    """
    Replace the content of a draft; the same content again changes nothing.

    Raises:
        NotPermitted: The actor may not deploy.
        DraftNotFound: There is none, or it is somebody's own.
        DraftInvalid: It is too large.
        DraftChanged: It is not at the revision the actor knows.
    """
    found = _lock(tx, known, actor)
    _require_size(content)
    if hash_of(content) == found.content_hash:
        return found
    values = {"revision": found.revision + 1, **_written(found.kind, content, actor=actor, now=now)}
    tx.execute(update(draft).where(draft.c.id == found.id).values(values))
    return _read(tx, found.id)


def change_draft(
    tx: Transaction,
    draft_id: UUID,
    *,
    name: str | None = None,
    is_shared: bool | None = None,
    actor: Actor,
    now: datetime,
) -> Draft:
    """
    Rename a draft, or share it with everybody who may deploy; only its owner takes that back.

    Raises:
        NotPermitted: The actor may not deploy, or would take away what is not his.
        DraftNotFound: There is none, or it is somebody's own.
        DraftInvalid: The name cannot be used, or says another kind of file.
    """
    found = _lock(tx, Revision(draft_id, 0), actor, at_any_revision=True)
    name = found.name if name is None else name
    is_shared = found.is_shared if is_shared is None else is_shared
    if _require_name(name) != found.kind:
        message = f"A draft stays of its kind: the name must end as '{found.name}' does."
        raise DraftInvalid(message, errors=[{"pointer": "/name", "message": message}])
    if not is_shared and found.owner != actor.subject:
        access.require(actor, access.ADMINISTER)
    tx.execute(update(draft).where(draft.c.id == found.id).values(name=name, is_shared=is_shared))
    facts = {"draft": str(found.id), "name": [found.name, name], "is_shared": [found.is_shared, is_shared]}
    journal.append(tx, "draft.changed", actor=actor, now=now, payload=facts)
    return _read(tx, found.id)


def delete_draft(tx: Transaction, known: Revision, *, actor: Actor, now: datetime) -> None:
    """Throw a draft away; errors as `save_draft`. Whoever may write a shared draft may do it, and is journalled."""
    _delete(tx, _lock(tx, known, actor), "draft.deleted", actor=actor, now=now)


def deploy_drafts(
    tx: Transaction,
    known: Sequence[Revision],
    *,
    name: str | None = None,
    note: str | None = None,
    is_draft: bool,
    requires_performers: bool = False,
    registry: Registry,
    actor: Actor,
    now: datetime,
) -> Deployment:
    """
    Deploy drafts together, as `deploy` does, and keep them no longer; at exactly the revisions their reader has seen.

    Raises:
        DeploymentInvalid: With all problems; nothing was stored, the drafts are as they were.
        DraftNotFound, DraftChanged: As `save_draft`.
        DraftInvalid: Two of them have one name.
    """
    access.require(actor, access.DEPLOY)
    locked = [_lock(tx, each, actor) for each in sorted(known, key=lambda one: one.id)]
    if len({each.name for each in locked}) < len(locked):
        message = "Two of these drafts have the same file name; rename one."
        raise DraftInvalid(message, errors=[{"pointer": "/drafts", "message": message}])
    rows = tx.execute(select(draft.c.name, draft.c.content).where(draft.c.id.in_([each.id for each in locked])))
    files = {row.name: bytes(row.content) for row in rows}
    done = deploy(
        tx,
        files,
        name=name,
        note=note,
        is_draft=is_draft,
        requires_performers=requires_performers,
        registry=registry,
        actor=actor,
        now=now,
    )
    for each in locked:
        _delete(tx, each, "draft.deployed", actor=actor, now=now, deployment_id=done.id)
    return done


def _written(kind: str, content: bytes, *, actor: Actor, now: datetime) -> dict[str, object]:
    label = label_of(kind, content)
    return {
        "keys": list(label.keys),
        "title": label.title,
        "content": content,
        "content_hash": hash_of(content),
        "size": len(content),
        "changed_by": actor.subject,
        "changed_at": now,
    }


def _delete(tx: Transaction, found: Draft, event: str, *, actor: Actor, now: datetime, **facts: object) -> None:
    tx.execute(delete(draft).where(draft.c.id == found.id))
    told = {"draft": str(found.id), "name": found.name, "owner": found.owner, "content_hash": found.content_hash}
    more = {name: str(value) for name, value in facts.items()}
    journal.append(tx, event, actor=actor, now=now, payload=told | more)


def _lock(tx: Transaction, known: Revision, actor: Actor, *, at_any_revision: bool = False) -> Draft:
    access.require(actor, access.DEPLOY)
    row = tx.execute(selected.where(draft.c.id == known.id, seen_by(actor)).with_for_update(of=draft)).one_or_none()
    if row is None:
        message = f"There is no draft {known.id}."
        raise DraftNotFound(message, draft_id=str(known.id))
    found = of_row(row)
    if found.revision != known.revision and not at_any_revision:
        message = f"The draft is at revision {found.revision} already, not {known.revision}."
        facts = {"changed_by": found.changed_by_name or found.changed_by, "changed_at": found.changed_at}
        raise DraftChanged(message, draft_id=str(found.id), revision=found.revision, **facts)
    return found


def _read(tx: Transaction, draft_id: UUID) -> Draft:
    return of_row(tx.execute(selected.where(draft.c.id == draft_id)).one())


def _require_name(name: str) -> str:
    kind = kind_of(name)
    if kind is None or len(name) > MAX_FILE_NAME or any(each in name for each in "\x00/\\"):
        message = "The name of the file must end in .bpmn, .bpmn20.xml, .dmn, .dmn11.xml or .form."
        raise DraftInvalid(message, errors=[{"pointer": "/name", "message": message}])
    return kind


def _require_size(content: bytes) -> None:
    if not 0 < len(content) <= MAX_DRAFT_BYTES:
        message = f"A draft holds 1 to {MAX_DRAFT_BYTES} bytes."
        raise DraftInvalid(message, errors=[{"pointer": "/content", "message": message}])


def _require_room(tx: Transaction, actor: Actor) -> None:
    # One at a time per owner: two made at once would not see each other.
    tx.execute(
        text("SELECT pg_advisory_xact_lock(hashtext('opsflow.draft'), hashtext(:owner))"), {"owner": actor.subject}
    )
    count = tx.scalar(select(func.count()).select_from(draft).where(draft.c.owner == actor.subject)) or 0
    if count >= MAX_DRAFTS:
        message = f"You keep {count} drafts; {MAX_DRAFTS} is the most."
        raise TooManyDrafts(message, limit=MAX_DRAFTS)


def _origin(tx: Transaction, kind: str, content: bytes) -> UUID | None:
    table = _DEPLOYED[kind]
    query = select(table.c.id).where(table.c.content_hash == hash_of(content)).order_by(table.c.id.desc()).limit(1)
    return tx.scalar(query)
