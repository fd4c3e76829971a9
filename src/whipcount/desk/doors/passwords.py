"""Passwords: Argon2id (RFC 9106) by argon2-cffi's defaults, and what makes one too weak.

Length is what counts (NIST SP 800-63B, 5.1.1.2): no rules on characters, a minimum of twelve, and none that is the name or one
thing over and over.
"""

from __future__ import annotations

from functools import cache
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from whipcount.errors import MissingExtra, UsageError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 12, 256
_AT_ONCE = BoundedSemaphore(2)
"""Each hash takes 64 MB on purpose: so many at once that strangers cannot fill the memory."""


@cache
def _hasher() -> PasswordHasher:
    try:
        from argon2 import PasswordHasher
    except ImportError:
        raise MissingExtra("A desk with accounts", "desk") from None
    return PasswordHasher()


@cache
def _nobody() -> str:
    return _hasher().hash("a password that nobody has")


def hashed(password: str) -> str:
    """The hash to keep of a password, with its salt and parameters in it."""
    with _AT_ONCE:
        return _hasher().hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Whether a password is the one that was hashed. Without a hash it takes as long, and is not."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        with _AT_ONCE:
            return _hasher().verify(kept or _nobody(), password[:LONGEST]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def is_old(kept: str) -> bool:
    """Whether a hash was made with weaker parameters than are now used."""
    return _hasher().check_needs_rehash(kept)


def check_password(password: str, name: str) -> str:
    """The password. Raises `UsageError` that says why it will not do."""
    if len(password) < SHORTEST:
        raise UsageError(
            f"The password has {len(password)} characters: take {SHORTEST} or more, four words for instance."
        )
    if len(password) > LONGEST:
        raise UsageError(f"The password has more than {LONGEST} characters.")
    if len(set(password.casefold())) < 5 or (name and password.casefold().replace(name.casefold(), "").strip() == ""):
        raise UsageError("The password is too easily guessed: take four words that have nothing to do with each other.")
    return password
