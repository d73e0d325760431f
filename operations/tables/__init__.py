"""Every table of the business domain; importing this package registers them on the one MetaData."""

from operations.tables import (
    archives,
    attachments,
    calendars,
    cases,
    channels,
    comments,
    commitments,
    complaints,
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
    "attachments",
    "calendars",
    "cases",
    "channels",
    "comments",
    "commitments",
    "complaints",
    "customers",
    "deadlines",
    "departments",
    "escalations",
    "notifications",
    "surveys",
    "tracking",
]
