"""Every table of the engine; importing this package registers them on the one MetaData."""

from engine.persistence.tables import (
    identities,
    journal,
    process_definitions,
    process_instances,
    substitutions,
    user_tasks,
)

__all__ = ["identities", "journal", "process_definitions", "process_instances", "substitutions", "user_tasks"]
