"""Identifiers."""

import secrets
from datetime import datetime
from uuid import UUID


def uuid7(now: datetime) -> UUID:
    """
    Make an id that sorts by creation and cannot be guessed.

    Source:
        RFC 9562 §5.7: 48 bits of milliseconds, version, variant, 74 random bits.
    """
    milliseconds = int(now.timestamp() * 1000) & 0xFFFFFFFFFFFF
    random = secrets.randbits(74)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | (random >> 62) << 64 | 0b10 << 62 | random & ((1 << 62) - 1))
