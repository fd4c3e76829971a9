"""The desk's secret, from which the tokens of its forms are made."""

from __future__ import annotations

import secrets

from whipcount.errors import UsageError

SHORTEST = 32
VARIABLE = "WHIPCOUNT_SECRET"
_KNOWN = ("change", "default", "secret", "example", "password", "test", "whipcount", "please", "insert", "your")


def secret_of(given: str | None, *, public: bool) -> bytes:
    """The secret as bytes; one of this process alone where none is needed.

    Raises `UsageError` where the desk is public and the secret is missing, short, or one that stands in instructions.
    """
    if given is None and not public:
        return secrets.token_bytes(32)
    hint = f'Make one with python3 -c "import secrets; print(secrets.token_urlsafe(48))" and set {VARIABLE} to it.'
    if not given:
        raise UsageError(f"A desk with --public needs a secret of its own. {hint}")
    if len(given) < SHORTEST or len(set(given)) < 10:
        raise UsageError(f"The secret is too short or too plain ({SHORTEST} characters or more, at random). {hint}")
    if any(word in given.casefold() for word in _KNOWN) and len(set(given)) < 24:
        raise UsageError(f"The secret looks like one from instructions. {hint}")
    return given.encode()
