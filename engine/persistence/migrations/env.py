"""What Alembic runs for every command: the caller's connection, and the one MetaData that the composer has filled."""

from alembic import context

from engine.persistence.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
