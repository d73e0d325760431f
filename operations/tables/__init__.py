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
    task_views,
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
    "task_views",
    "tracking",
]
