"""Whether the database and the one MetaData say the same, and a draft of the migration that would make them."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from engine.persistence.migrations.upgrade import configuration
from engine.persistence.schema import metadata

FOREIGN_PREFIX = "procrastinate_"


def differences(connection: Connection) -> list[str]:
    """What a migration would have to change; empty when there is nothing."""
    options = {"compare_type": True, "compare_server_default": True, "include_name": is_ours}
    context = MigrationContext.configure(connection, opts=options)
    return [repr(found) for found in compare_metadata(context, metadata)]


def draft(connection: Connection, revision: str, message: str) -> None:
    """
    Write `versions/<revision>_<message>.py` from the difference between this database (at the newest revision) and the
    MetaData. Read it before you keep it: a rename looks like a drop and an add.
    """
    made = command.revision(configuration(connection), message=message, rev_id=revision, autogenerate=True)
    for script in made if isinstance(made, list) else [made]:
        if script is not None:
            path = Path(script.path)
            path.write_text("".join(line for line in path.open() if "Alembic" not in line))


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """The job queue brings its own tables."""
    return not (kind == "table" and name is not None and name.startswith(FOREIGN_PREFIX))
