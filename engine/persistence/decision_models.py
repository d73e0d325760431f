"""Deployed DMN files by namespace, for those that import them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from engine import dmn
from engine.persistence.tables.process_definitions import decision_model
from engine.persistence.transactions import Transaction

MAX_IMPORTED = 50
_NO_FILES: Mapping[str, bytes] = {}


@dataclass(frozen=True, slots=True)
class ModelSource:
    """
    A DMN file that another one imports.

    Attributes:
        version: None of a file that is just being deployed.
    """

    namespace: str
    file_name: str
    version: int | None
    content_hash: str
    dmn: bytes


_model = select(
    decision_model.c.namespace,
    decision_model.c.file_name,
    decision_model.c.version,
    decision_model.c.content_hash,
    decision_model.c.dmn,
)


def find_imported(
    tx: Transaction, source: bytes, *, as_of: datetime | None = None, beside: Mapping[str, bytes] = _NO_FILES
) -> tuple[ModelSource, ...]:
    """
    The files that a DMN file imports, and those they import in turn; what is not there is left out.

    Args:
        as_of: Only what was active then; without it, what is active now.
        beside: Files by name that come before those that are deployed.
    """
    found: dict[str, ModelSource] = {}
    waiting = list(dmn.imports_of(source))
    while waiting and len(found) < MAX_IMPORTED:
        wanted = waiting.pop(0)
        if wanted.namespace in found:
            continue
        model = _beside(wanted, beside) or _newest(tx, wanted, as_of)
        if model is not None:
            found[wanted.namespace] = model
            waiting.extend(dmn.imports_of(model.dmn))
    return tuple(found[namespace] for namespace in sorted(found))


def find_importing(tx: Transaction) -> tuple[ModelSource, ...]:
    """The newest active version of every deployed file that imports others."""
    newest = (
        select(decision_model.c.key, func.max(decision_model.c.version).label("version"))
        .where(decision_model.c.activated_at.is_not(None))
        .group_by(decision_model.c.key)
        .subquery()
    )
    same = (newest.c.key == decision_model.c.key) & (newest.c.version == decision_model.c.version)
    query = _model.join(newest, same).where(decision_model.c.has_imports).order_by(decision_model.c.key)
    return tuple(ModelSource(*row) for row in tx.execute(query))


def _beside(wanted: dmn.Import, files: Mapping[str, bytes]) -> ModelSource | None:
    name = next(iter(dmn.chosen(wanted, files)), None)
    return None if name is None else ModelSource(wanted.namespace, name, None, "", files[name])


def _newest(tx: Transaction, wanted: dmn.Import, as_of: datetime | None) -> ModelSource | None:
    """The file that the import's location names, or else the one that was activated last."""
    query = _model.where(decision_model.c.namespace == wanted.namespace, decision_model.c.activated_at.is_not(None))
    if as_of is not None:
        query = query.where(decision_model.c.activated_at <= as_of)
    if wanted.file_name is not None:
        query = query.order_by((decision_model.c.file_name == wanted.file_name).desc())
    query = query.order_by(decision_model.c.activated_at.desc(), decision_model.c.version.desc())
    row = tx.execute(query.limit(1)).one_or_none()
    return None if row is None else ModelSource(*row)
