"""Parsed definitions by id: from this process's cache, else from the database."""

from uuid import UUID

from engine.persistence.definitions import find_process
from engine.persistence.transactions import Transaction
from engine.spiff.executables import Executable, cached_executable, load_executable


def executable_of(tx: Transaction, definition_id: UUID) -> Executable:
    """The parsed definition; a deployed one never changes, so the cache never lies."""
    cached = cached_executable(definition_id)
    if cached is not None:
        return cached
    source = find_process(tx, definition_id)
    return load_executable(definition_id, source.bpmn, source.key)
