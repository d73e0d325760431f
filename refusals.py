"""What goes wrong on the command line and can be mended by its reader: one sentence, status 1, never a traceback."""

import errno
import sys
from typing import NoReturn

import click
import psycopg
import sqlalchemy.exc

import composition
from engine.backup.envelope import EnvelopeDamaged
from engine.backup.restoring import RestoreRefused
from engine.errors import DeploymentInvalid, EngineError
from engine.history.verifier import CheckpointInvalid
from engine.persistence.embedded_cluster import EmbeddedServerFailed
from engine.persistence.migrations.upgrade import is_current
from engine.settings import SettingsInvalid
from engine.traces import TracingUnavailable

_NOT_MIGRATED = "the database is not up to date: run `opsflow migrate`"


def fail(message: str) -> NoReturn:
    """Say it and end with status 1."""
    click.echo(f"opsflow: {message}", err=True)
    sys.exit(1)


def require_current(service: composition.Service) -> None:
    """Refuse to work on an old schema."""
    if not is_current(service.databases.migration_url):
        fail(_NOT_MIGRATED)


def explanation_of(error: Exception) -> str | None:
    """Say what the reader can mend; `None` for what is a fault of ours."""
    match error:
        case SettingsInvalid() | EmbeddedServerFailed() | EnvelopeDamaged() | RestoreRefused():
            return str(error)
        case TracingUnavailable() | CheckpointInvalid():
            return str(error)
        case DeploymentInvalid():
            return "\n".join([error.detail, *_problems(error)])
        case EngineError():
            return error.detail
        case OSError() if error.filename is not None:
            return f"{error.filename}: {error.strerror}"
        case OSError(errno=errno.ENOSPC | errno.EDQUOT | errno.EIO):
            return f"it could not be written: {error.strerror}"
        case psycopg.OperationalError() | sqlalchemy.exc.OperationalError():
            return f"the database cannot be used: {str(error).splitlines()[0]}"
        case sqlalchemy.exc.ProgrammingError():
            return _of_statement(error)
        case _:
            return None


def _of_statement(error: sqlalchemy.exc.ProgrammingError) -> str | None:
    if isinstance(error.orig, psycopg.errors.UndefinedTable | psycopg.errors.UndefinedColumn):
        return _NOT_MIGRATED
    if isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
        return f"the database role may not do this: {str(error.orig).splitlines()[0]}"
    return None


def _problems(error: DeploymentInvalid) -> list[str]:
    """One line per problem, as a compiler prints them."""
    problems = error.facts.get("problems", ())
    return [
        f"  {said.get('file')}:{said.get('line')} {said.get('element_id') or ''} {said.get('severity')}: "
        f"{said.get('message_zh')} / {said.get('message')}"
        for said in (problems if isinstance(problems, list | tuple) else ())
        if isinstance(said, dict)
    ]
