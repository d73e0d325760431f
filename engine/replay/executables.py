"""Parsed definitions by id: from this process's cache, else from the database."""

from uuid import UUID

from sqlalchemy.exc import DBAPIError

from engine.errors import ReplayDiverged
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


def replayable(tx: Transaction, definition_id: UUID) -> Executable:
    """
    The parsed definition, for who replays.

    Raises:
        ReplayDiverged: This engine cannot read it any more, and nothing can be replayed.
    """
    try:
        return executable_of(tx, definition_id)
    except DBAPIError:
        raise
    except Exception as error:  # any way in which an engine of today cannot read a diagram of then is the answer
        raise unparsable(definition_id, error) from error


def unparsable(definition_id: UUID, error: Exception) -> ReplayDiverged:
    """Say that a definition no longer parses."""
    message = f"The definition {definition_id} no longer parses: {type(error).__name__} {error}".rstrip()
    return ReplayDiverged(message)
