"""DMN files are imported by namespace"""

import sqlalchemy as sa
from alembic import op
from lxml import etree

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """There is no way down: the journal cannot be taken back (docs/decisions/0003-no-downgrades.md)."""
    op.create_table(
        "decision_model",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("deployment_id", sa.UUID(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("namespace", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("dmn", sa.LargeBinary(), nullable=False),
        sa.Column("has_imports", sa.Boolean(), nullable=False),
        sa.Column("deployed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployment.id"], name=op.f("fk_decision_model_deployment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_model")),
        sa.UniqueConstraint("key", "version", name=op.f("uq_decision_model_key_version")),
    )
    op.create_index("ix_decision_model_deployment", "decision_model", ["deployment_id"], unique=False)
    op.create_index("ix_decision_model_namespace", "decision_model", ["namespace", "activated_at"], unique=False)
    _take_up_what_is_deployed()


def _take_up_what_is_deployed() -> None:
    """Every DMN file of every deployment so far, as if it had been deployed from now on."""
    rows = op.get_bind().execute(
        sa.text(
            "SELECT DISTINCT ON (deployment_id, file_name) deployment_id, file_name, content_hash, dmn, deployed_at,"
            " activated_at FROM decision_definition ORDER BY deployment_id, file_name"
        )
    )
    versions: dict[str, int] = {}
    for row in sorted(rows, key=lambda each: each.deployed_at):
        root = etree.fromstring(row.dmn, etree.XMLParser(resolve_entities=False, no_network=True))
        namespace = root.get("namespace", "")
        key = f"{namespace} {row.file_name}"
        versions[key] = versions.get(key, 0) + 1
        facts = {"key": key, "version": versions[key], "namespace": namespace}
        facts |= {"has_imports": root.find("{*}import") is not None}
        op.get_bind().execute(
            sa.text(
                "INSERT INTO decision_model (id, deployment_id, key, version, namespace, file_name, content_hash, dmn,"
                " has_imports, deployed_at, activated_at) VALUES (gen_random_uuid(), :deployment_id, :key, :version,"
                " :namespace, :file_name, :content_hash, :dmn, :has_imports, :deployed_at, :activated_at)"
            ),
            {**row._mapping, **facts},
        )
