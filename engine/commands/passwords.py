"""
Passwords: what makes one acceptable, and argon2id.

Source:
    NIST SP 800-63B §5.1.1.2 (length over composition rules);
    OWASP Password Storage Cheat Sheet (argon2id with 19 MiB, 2, 1).
"""

import secrets
import threading
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from engine.errors import PersonInvalid

MIN_LENGTH = 12
MAX_LENGTH = 256

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_at_once = threading.BoundedSemaphore(4)  # a flood of sign-ins may cost time, not the machine's memory


def require_acceptable(password: str, *, user_name: str) -> None:
    """Refuse a password that is too short, too long, mostly one character, or holds the user name."""
    plain = _normal(password)
    if not MIN_LENGTH <= len(plain) <= MAX_LENGTH:
        message = f"A password has {MIN_LENGTH} to {MAX_LENGTH} characters."
    elif user_name.casefold() in plain.casefold():
        message = "A password may not hold the user name."
    elif len(set(plain)) < MIN_LENGTH // 3:
        message = "A password needs more than a few different characters."
    else:
        return
    raise PersonInvalid(message, errors=[{"pointer": "/password", "message": message}])


def hashed(password: str) -> str:
    """The argon2id hash to store, parameters and salt included."""
    with _at_once:
        return _hasher.hash(_normal(password))


def is_right(password: str, stored: str | None) -> bool:
    """Whether the password fits. Without a stored hash it takes as long, and is wrong."""
    with _at_once:
        nobodys = _nobodys_hash()  # also when it is not needed: the first who asks must not wait longer for it
        try:
            return _hasher.verify(stored or nobodys, _normal(password)) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)


@cache
def _nobodys_hash() -> str:
    """Made when somebody first signs in: most processes never need one."""
    return _hasher.hash(secrets.token_urlsafe(32))


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
