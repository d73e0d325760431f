"""
How PostgreSQL stores the job queue's own tables; ours say it where they are drawn.

An early autovacuum keeps claims fast when one long transaction holds old row versions back.
"""

from sqlalchemy import Connection, text


def tune(connection: Connection) -> None:
    """Set the storage parameters of the queue's hot table."""
    connection.execute(
        text(
            "ALTER TABLE procrastinate_jobs SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, "
            "autovacuum_analyze_scale_factor = 0.02)"
        )
    )
