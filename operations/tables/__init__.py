"""Every table of the business domain; importing this package registers them on the one MetaData."""

from operations.tables import (
    archives,
    calendars,
    cases,
    commitments,
    customers,
    deadlines,
    departments,
    escalations,
    notifications,
    surveys,
    tracking,
)

__all__ = [
    "archives",
    "calendars",
    "cases",
    "commitments",
    "customers",
    "deadlines",
    "departments",
    "escalations",
    "notifications",
    "surveys",
    "tracking",
]
