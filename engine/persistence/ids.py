"""Identifiers."""

import secrets
from datetime import datetime
from itertools import count
from uuid import UUID

_order = count(secrets.randbits(11))


def uuid7(now: datetime) -> UUID:
    """
    Make an id that sorts by creation and cannot be guessed.

    Ids of one moment sort as this process made them, but where its count of 4,096 begins again.

    Source:
        RFC 9562 §5.7, §6.2 (method 1): 48 bits of milliseconds, version, a counter of 12 bits, variant, 62 random bits.
    """
    milliseconds = int(now.timestamp() * 1000) & 0xFFFFFFFFFFFF
    place = next(_order) & 0xFFF
    return UUID(int=milliseconds << 80 | 0x7 << 76 | place << 64 | 0b10 << 62 | secrets.randbits(62))
