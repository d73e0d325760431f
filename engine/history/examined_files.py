"""Holds stored diagrams, decisions, forms and files against the deployments that the journal tells of."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import Column, Table, select, text

from engine.history.faults import Examination
from engine.persistence.tables.process_definitions import (
    decision_definition,
    decision_model,
    deployment_file,
    form_definition,
    process_definition,
)
from engine.persistence.transactions import Transaction

_TOLD = text(
    """
    SELECT payload->>'deployment_id' AS deployment_id, part.name AS part, file.key AS name, file.value AS hash
    FROM journal, (VALUES ('files'), ('drawn_forms')) AS part (name), jsonb_each_text(
        CASE jsonb_typeof(payload->part.name) WHEN 'object' THEN payload->part.name ELSE '{}' END) AS file
    WHERE type = 'deployment.created'
    UNION ALL
    SELECT payload->>'deployment_id', 'names_drawn_forms', '', '' FROM journal
    WHERE type = 'deployment.created' AND payload ? 'drawn_forms'
    UNION ALL
    SELECT payload->>'deployment_id', 'deleted', '', '' FROM journal WHERE type = 'deployment.deleted'
    """
)
_DIAGRAMS = (".bpmn", ".xml")

_Told = Mapping[str, set[tuple[str, str, str]]]
"""What deployments brought, by `files` and `drawn_forms`: deployment, name, hash; and the deployments themselves."""


def examine_files(tx: Transaction, found: Examination) -> None:
    """Each stored content must be the one that a deployment named so, and each file that one named must be there."""
    told: dict[str, set[tuple[str, str, str]]] = {}
    for row in tx.execute(_TOLD):
        told.setdefault(row.part, set()).add((str(row.deployment_id), row.name, row.hash))
    stored = _examine(tx, deployment_file, deployment_file.c.content, told, found)
    for table, column in (
        (process_definition, process_definition.c.bpmn),
        (decision_definition, decision_definition.c.dmn),
        (decision_model, decision_model.c.dmn),
        (form_definition, form_definition.c.form),
    ):
        _examine(tx, table, column, told, found)
    deleted = {each[0] for each in told.get("deleted", ())}
    for deployment_id, name, _ in sorted(told.get("files", set())):
        if (deployment_id, name) not in stored and deployment_id not in deleted:
            found.add("file-missing", f"{name} of the deployment {deployment_id} is gone.")


def _examine(
    tx: Transaction, table: Table, column: Column[Any], told: _Told, found: Examination
) -> set[tuple[str, str]]:
    """Examine one table; the deployments and names it has."""
    stored = set()
    for row in _contents(tx, table, column):
        stored.add((str(row.deployment_id), row.file_name))
        message = f"{table.name} {row.file_name} of the deployment {row.deployment_id}"
        if sha256(bytes(row.content)).hexdigest() != row.content_hash:
            found.add("file-swapped", f"{message} is not what was deployed.")
        elif not _is_told(str(row.deployment_id), row.file_name, row.key, row.content_hash, told):
            if table is form_definition and _may_be_older(str(row.deployment_id), row.file_name, told):
                found.doubt("form-unnamed", f"{message}: the form {row.key} was drawn before such forms were named.")
            else:
                found.add("file-swapped", f"{message} is named so by no journalled deployment.")
    return stored


def _is_told(deployment_id: str, name: str, key: str, content_hash: str, told: _Told) -> bool:
    as_file, drawn = (deployment_id, name, content_hash), (deployment_id, key, content_hash)
    return as_file in told.get("files", ()) or drawn in told.get("drawn_forms", ())


def _may_be_older(deployment_id: str, name: str, told: _Told) -> bool:
    """Whether a form may have been drawn in a diagram by a deployment that did not name such forms yet."""
    names_them = (deployment_id, "", "") in told.get("names_drawn_forms", ())
    return (
        not names_them
        and name.endswith(_DIAGRAMS)
        and any(each[:2] == (deployment_id, name) for each in told.get("files", ()))
    )


def _contents(tx: Transaction, table: Table, column: Column[Any]) -> Iterator[Any]:
    is_file = table is deployment_file
    name, key = (table.c.name, table.c.name) if is_file else (table.c.file_name, table.c.key)
    columns = (
        table.c.deployment_id,
        name.label("file_name"),
        key.label("key"),
        table.c.content_hash,
        column.label("content"),
    )
    yield from tx.execute(select(*columns), execution_options={"yield_per": 20})
