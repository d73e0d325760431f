"""Departments: each has the groups `dept:<code>:lead` and `dept:<code>:member`."""

from sqlalchemy import Boolean, Column, Table

from engine.persistence.schema import metadata
from engine.persistence.tables.columns import moment, text

department = Table(
    "department",
    metadata,
    text("code", primary_key=True),
    text("name_zh"),
    text("name_en"),
    Column("is_active", Boolean, nullable=False, server_default="true"),
    moment("created_at"),
)
