"""What the service's own database role may do: everything but change what was written to the journal."""

from sqlalchemy import Connection, text

APPEND_ONLY = ("journal", "journal_leaf", "journal_node", "journal_checkpoint", "journal_removal")


def grant_service_role(connection: Connection, role: str) -> None:
    """
    Grant `role` reading and writing of data on the schema `public`; to the journal and its proofs it only appends.

    Idempotent. Does nothing when `role` owns the schema itself: an owner cannot be kept from its own tables.
    """
    if role == connection.scalar(text("SELECT current_user")):
        return
    who = connection.dialect.identifier_preparer.quote(role)
    for statement in (
        f"GRANT USAGE ON SCHEMA public TO {who}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {who}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {who}",
        f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {who}",
        f"REVOKE ALL ON alembic_version FROM {who}",
        f"GRANT SELECT ON alembic_version TO {who}",
    ):
        connection.execute(text(statement))
    for table in APPEND_ONLY:
        connection.execute(text(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {who}"))


def protects_journal(connection: Connection) -> bool:
    """Whether the role of this connection really cannot change the journal."""
    return not connection.scalar(
        text(
            "SELECT has_table_privilege('journal', 'UPDATE, DELETE, TRUNCATE') "
            "OR pg_has_role((SELECT relowner FROM pg_class WHERE oid = 'journal'::regclass), 'MEMBER')"
        )
    )
