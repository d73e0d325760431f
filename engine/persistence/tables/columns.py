"""Column shapes that every table shares."""

from typing import Any

from sqlalchemy import Column, DateTime, Text
from sqlalchemy.dialects.postgresql import UUID


def identifier(name: str = "id", **options: Any) -> Column[Any]:  # noqa: ANN401 - SQLAlchemy's own options
    """Build a UUIDv7 primary key made by the caller, sortable by creation."""
    return Column(name, UUID(as_uuid=True), primary_key=True, **options)


def moment(name: str, *, nullable: bool = False, **options: Any) -> Column[Any]:  # noqa: ANN401 - as above
    """Build an aware UTC timestamp, microseconds."""
    return Column(name, DateTime(timezone=True), nullable=nullable, **options)


def text(name: str, *, nullable: bool = False, **options: Any) -> Column[Any]:  # noqa: ANN401 - as above
    """Build a text column."""
    return Column(name, Text, nullable=nullable, **options)
