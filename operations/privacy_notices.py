"""What customers are told about their data before they write to us (R137); the owner words it in the register."""

from dataclasses import dataclass

from engine.persistence.transactions import Transaction
from operations.commitments import find_commitments

_KEYS = ("privacy_notice.version", "privacy_notice.zh", "privacy_notice.en")


@dataclass(frozen=True, slots=True)
class PrivacyNotice:
    """The notice in force; who agrees names its version."""

    version: str
    zh: str
    en: str


def get_privacy_notice(tx: Transaction) -> PrivacyNotice:
    """Read the notice; an empty text where the register has none."""
    found = find_commitments(tx, *_KEYS)
    version, zh, en = (found[key].commitment.value if key in found else "" for key in _KEYS)
    return PrivacyNotice(version, zh, en)
