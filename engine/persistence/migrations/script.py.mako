"""${message}"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
% if down_revision is None:
from engine.persistence.migrations import append_only, job_queue, storage

% endif
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


% if down_revision is None:
def upgrade() -> None:  # noqa: PLR0915 - one statement per table and index
% else:
def upgrade() -> None:
% endif
    """There is no way down: the journal cannot be taken back (docs/decisions/0003-no-downgrades.md)."""
    ${upgrades}
% if down_revision is None:
    job_queue.install(op.get_bind())
    storage.tune(op.get_bind())
    append_only.protect(op.get_bind(), "journal")
% endif
