"""What Alembic runs for every command: the caller's connection, and the one MetaData that the composer has filled."""

from alembic import context

from engine.persistence.migrations.comparison import is_ours
from engine.persistence.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_name=is_ours,
    compare_type=True,
    compare_server_default=True,
)
context.run_migrations()
