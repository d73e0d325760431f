"""The versions of one process: where each is on its way from draft to retired, by whom, and what runs on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

import orjson
from sqlalchemy import func, literal, select

from engine.errors import FormNotFound
from engine.persistence.tables.process_definitions import deployment, form_definition, process_definition
from engine.persistence.tables.process_instances import process_instance
from engine.persistence.transactions import Transaction
from engine.queries.colleagues import name_people
from engine.queries.pages import Page, limited
from engine.queries.process_definitions import find_process_definition

MOST_COUNTED = 10_000
"""Running instances are counted up to here, so that counting them never takes long."""
_PEOPLE = ("deployed_by", "proposed_by", "reviewed_by")


@dataclass(frozen=True, slots=True)
class ProcessVersion:
    """
    One version.

    Attributes:
        stage: `draft`, `proposed`, `approved` or `withdrawn` before it was in use, then `active` or `retired`.
        running: Instances that go on with it, at most `MOST_COUNTED`.
        starts: How it may begin: `element_id`, `kind`, `name`, `form_ref` each.
        deployed_by: A subject; `names` say who people are.
    """

    id: UUID
    version: int
    version_tag: str | None
    name: str | None
    file_name: str
    stage: str
    is_suspended: bool
    deployed_at: datetime
    activated_at: datetime | None
    starts: Sequence[Mapping[str, object]]
    deployment_id: UUID
    note: str | None
    deployed_by: str
    proposed_by: str | None
    proposed_at: datetime | None
    reviewed_by: str | None
    reviewed_at: datetime | None
    review_note: str | None
    running: int
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StartForm:
    """The form with which somebody begins a process; none when its start has none."""

    form: Mapping[str, object] | None
    form_ref: str | None


_running = (
    select(func.count())
    .select_from(
        select(literal(1))
        .where(
            process_instance.c.definition_id == process_definition.c.id,
            process_instance.c.state.in_(("active", "suspended")),
        )
        .limit(MOST_COUNTED)
        .correlate(process_definition)
        .subquery()
    )
    .scalar_subquery()
)
_VERSION = select(
    process_definition.c.id,
    process_definition.c.version,
    process_definition.c.version_tag,
    process_definition.c.name,
    process_definition.c.file_name,
    process_definition.c.state,
    process_definition.c.is_suspended,
    process_definition.c.deployed_at,
    process_definition.c.activated_at,
    process_definition.c.summary["starts"].label("starts"),
    process_definition.c.deployment_id,
    *(deployment.c[name] for name in ("note", "deployed_by", "proposed_by", "proposed_at")),
    *(deployment.c[name] for name in ("reviewed_by", "reviewed_at", "review_note")),
    deployment.c.state.label("publication"),
    _running.label("running"),
).join(deployment, deployment.c.id == process_definition.c.deployment_id)


def list_process_versions(
    tx: Transaction, key: str, *, after: tuple[str, ...] | None = None, limit: int | None = None
) -> Page[ProcessVersion]:
    """List the versions of a process, newest first."""
    query = _VERSION.where(process_definition.c.key == key).order_by(process_definition.c.version.desc())
    if after is not None:
        query = query.where(process_definition.c.version < int(after[0]))
    size = limited(limit)
    rows = [dict(row._mapping) for row in tx.execute(query.limit(size + 1))]
    subjects = {row[who] for row in rows for who in _PEOPLE if row[who] is not None}
    names = {each.subject: each.display_name for each in name_people(tx, sorted(subjects))}
    items = []
    for row in rows[:size]:
        state, publication = row.pop("state"), row.pop("publication")
        own = {row[who]: names[row[who]] for who in _PEOPLE if row[who] in names}
        items.append(ProcessVersion(**row, stage=publication if state == "draft" else state, names=own))
    return Page(items, (str(items[-1].version),) if len(rows) > size else None)


def read_start_form(tx: Transaction, definition_id: UUID, start_event: str | None) -> StartForm:
    """
    Read the form of a start event, of the plain one or the first when none is named; the draft's own for a draft.

    Raises:
        ProcessDefinitionNotFound: There is no such version.
        FormNotFound: The form it names is not deployed.
    """
    found = find_process_definition(tx, definition_id)
    starts = cast("list[dict[str, str | None]]", found.summary["starts"])
    named = [each for each in starts if start_event is None or start_event in (each["element_id"], each["name"])]
    plain = [each for each in named if each["kind"] == "none"]
    form_ref = next((each.get("form_ref") for each in (*plain, *named)), None)
    if form_ref is None:
        return StartForm(None, None)
    query = select(form_definition.c.form).where(form_definition.c.key == form_ref)
    query = query.order_by(form_definition.c.version.desc()).limit(1)
    content = None
    if found.state == "draft":
        content = tx.scalar(query.where(form_definition.c.deployment_id == found.deployment_id))
    if content is None:
        content = tx.scalar(query.where(form_definition.c.activated_at.is_not(None)))
    if content is None:
        message = f"No form '{form_ref}' is deployed."
        raise FormNotFound(message, form_ref=form_ref)
    return StartForm(orjson.loads(content), form_ref)
