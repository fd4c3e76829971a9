"""How many electors each body has, from what a person says: one number, or several by body."""

from __future__ import annotations

from collections.abc import Mapping

from whipcount.errors import NotFound, UsageError
from whipcount.rules.clauses import Confidence, Nomination, Petition
from whipcount.rules.rulebook import Version

Electors = Mapping[str, int] | int | None
"""Numbers by body id; or one number, for the body that is known by name; or nothing."""


def named_body(version: Version) -> str:
    """The body that a bare number stands for: the one known by name.

    Where several are, the first that can move against the leader, then the first that nominates, then the first that
    votes. Raises `UsageError` where none is known by name.
    """
    named = [key for key, body in version.bodies.items() if body.known == "by name"]
    for body in (*_in_order(version), *named):
        if body in named:
            return body
    known = ", ".join(version.bodies)
    raise UsageError(
        f"No body of these rules is known by name; say whom the number counts, as BODY=N (bodies: {known})."
    )


def _in_order(version: Version) -> list[str]:
    moves = [c.body for c in version.clauses if isinstance(c, Confidence | Petition)]
    routes = [c.needs for c in version.of(Nomination) if c.needs is not None]
    nominates = [leaf.body for route in routes for leaf in route.leaves() if leaf.body]
    return [*moves, *nominates, *(body for ballot in version.ballots for body in ballot.bodies)]


def resolve(version: Version, electors: Electors) -> dict[str, int]:
    """The number of electors by body id.

    Raises `NotFound` for a body that the version does not have, `UsageError` for a number below 1.
    """
    if electors is None:
        return {}
    numbers = {named_body(version): electors} if isinstance(electors, int) else dict(electors)
    for body, count in numbers.items():
        if body not in version.bodies:
            raise NotFound("body in these rules", body, version.bodies)
        if count < 1:
            raise UsageError(f"A body has at least one elector; '{body}' was given {count}.")
    return numbers


def parse(items: tuple[str, ...]) -> Electors:
    """What `--electors` says: 'N', or 'BODY=N' any number of times, also with commas between.

    Raises `UsageError` for anything else.
    """
    parts = [part.strip() for item in items for part in item.split(",") if part.strip()]
    if not parts:
        return None
    if len(parts) == 1 and "=" not in parts[0]:
        return _count(parts[0])
    found: dict[str, int] = {}
    for part in parts:
        body, equals, count = (piece.strip() for piece in part.partition("="))
        if not equals or not body:
            raise UsageError(
                f"'{part}' does not say which body it counts. Write --electors N, or --electors BODY=N for each."
            )
        if body in found:
            raise UsageError(f"'{body}' is given twice in --electors.")
        found[body] = _count(count)
    return found


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9) or int(text) < 1:
        raise UsageError(f"'{text[:40]}' is no number of electors. Write a whole number from 1 up, such as 34.")
    return int(text)
