"""Deployments and what they brought: processes, decisions, forms."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.schema import SchemaItem

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import identifier, moment, text


def _version_of(content: str) -> tuple[SchemaItem, ...]:
    """Build what each version of a deployed model has; `content` are its bytes."""
    return (
        identifier(),
        Column("deployment_id", UUID(as_uuid=True), ForeignKey("deployment.id", ondelete="CASCADE"), nullable=False),
        text("key"),
        Column("version", Integer, nullable=False),
        text("file_name"),
        text("content_hash"),
        Column(content, LargeBinary, nullable=False),
        moment("deployed_at"),
        moment("activated_at", nullable=True),
        UniqueConstraint("key", "version"),
    )


deployment = Table(
    "deployment",
    metadata,
    identifier(),
    text("name", nullable=True),
    text("note", nullable=True),
    text("content_hash"),
    moment("deployed_at"),
    text("deployed_by"),
    Column("warnings", JSONB, nullable=False),
    text("state", server_default="active"),
    text("proposed_by", nullable=True),
    moment("proposed_at", nullable=True),
    text("reviewed_by", nullable=True),
    moment("reviewed_at", nullable=True),
    text("review_note", nullable=True),
    moment("activated_at", nullable=True),
)

deployment_file = Table(
    "deployment_file",
    metadata,
    Column("deployment_id", UUID(as_uuid=True), ForeignKey("deployment.id", ondelete="CASCADE"), primary_key=True),
    text("name", primary_key=True),
    text("content_hash"),
    Column("content", LargeBinary, nullable=False),
)

process_definition = Table(
    "process_definition",
    metadata,
    *_version_of("bpmn"),
    text("version_tag", nullable=True),
    text("name", nullable=True),
    Column("summary", JSONB, nullable=False),
    text("state", server_default="active"),
    Column("is_suspended", Boolean, nullable=False, server_default="false"),
    Column("history_ttl_days", Integer),
)
Index("ix_process_definition_latest", process_definition.c.key, process_definition.c.version.desc())
Index("ix_process_definition_deployment", process_definition.c.deployment_id)

decision_definition = Table(
    "decision_definition",
    metadata,
    *_version_of("dmn"),
    text("version_tag", nullable=True),
    text("name", nullable=True),
)
Index("ix_decision_definition_deployment", decision_definition.c.deployment_id)

# A whole DMN file, under the namespace by which others import it; `key` is the namespace and the file's name, for tools
# give many files one namespace.
decision_model = Table(
    "decision_model",
    metadata,
    *_version_of("dmn"),
    text("namespace"),
    Column("has_imports", Boolean, nullable=False),
)
Index("ix_decision_model_deployment", decision_model.c.deployment_id)
Index("ix_decision_model_namespace", decision_model.c.namespace, decision_model.c.activated_at)

form_definition = Table(
    "form_definition",
    metadata,
    *_version_of("form"),
)
Index("ix_form_definition_deployment", form_definition.c.deployment_id)

start_subscription = Table(
    "start_subscription",
    metadata,
    Column(
        "definition_id", UUID(as_uuid=True), ForeignKey("process_definition.id", ondelete="CASCADE"), primary_key=True
    ),
    text("element_id", primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False, server_default="0"),
    text("kind"),
    text("name"),
    Column("is_active", Boolean, nullable=False, server_default="true"),
    moment("due_at", nullable=True),
    text("every", nullable=True),
    Column("firings_left", Integer),
)
Index(
    "ix_start_subscription_due",
    start_subscription.c.due_at,
    postgresql_where=start_subscription.c.due_at.is_not(None),
)
Index(
    "ix_start_subscription_active",
    start_subscription.c.kind,
    start_subscription.c.name,
    postgresql_where=start_subscription.c.is_active,
)
