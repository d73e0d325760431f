"""
What keeps the journal as it was written, whoever may write to the table.

The service's role has no right to UPDATE, DELETE or TRUNCATE it (`engine.persistence.roles`), and cannot drop a trigger
it does not own; the trigger stops the owner's own mistakes.
"""

from sqlalchemy import Connection, text

REFUSE = """\
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$
"""

ALLOW_RETENTION = """\
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'journal' AND current_setting('opsflow.retention', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$
"""
"""Since revision 0023: who may delete at all, and says in his transaction that it is retention, may; see removals."""


def protect(connection: Connection, table: str) -> None:
    """Refuse UPDATE, DELETE and TRUNCATE on `table`, in every session and replication role."""
    if connection.scalar(text("SELECT to_regproc('refuse_change')")) is None:
        connection.execute(text(REFUSE))
    connection.execute(
        text(
            f"CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    )
    connection.execute(text(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_is_append_only"))
