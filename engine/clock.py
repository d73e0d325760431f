"""
The one clock: UTC, the machine's time plus an offset that only tests and the sandbox can move.

The edges (views, worker, command line) read it once per request and pass `now` down; nothing below reads a clock.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_offset = timedelta(0)
_zone = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Aware UTC time, microseconds."""
    return datetime.now(UTC) + _offset


def set_offset(offset: timedelta) -> None:
    """Move this process's clock. Only development may call it (see `PUT /api/testing/clock`)."""
    global _offset  # noqa: PLW0603 - one clock per process is the point
    _offset = offset


def offset() -> timedelta:
    """How far this process's clock stands from the machine's."""
    return _offset


def configure_zone(name: str) -> None:
    """Set the zone of this process by its IANA name."""
    global _zone  # noqa: PLW0603 - one service per process
    _zone = ZoneInfo(name)


def local_zone() -> ZoneInfo:
    """The house's zone: of times that people and diagrams write without an offset."""
    return _zone
