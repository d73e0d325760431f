"""Every table of the engine; importing this package registers them on the one MetaData."""

from engine.persistence.tables import (
    allowances,
    backtests,
    bulk_operations,
    drafts,
    external_tasks,
    identities,
    journal,
    process_definitions,
    process_instances,
    proofs,
    sandboxes,
    substitutions,
    user_tasks,
    verifications,
)

__all__ = [
    "allowances",
    "backtests",
    "bulk_operations",
    "drafts",
    "external_tasks",
    "identities",
    "journal",
    "process_definitions",
    "process_instances",
    "proofs",
    "sandboxes",
    "substitutions",
    "user_tasks",
    "verifications",
]
