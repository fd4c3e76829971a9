"""Who asks, and what they may do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import Request
from starlette.exceptions import HTTPException

from whipcount.store.records import ROLES, Role

if TYPE_CHECKING:
    from collections.abc import Awaitable


@dataclass(frozen=True)
class Person:
    """Somebody at the desk: the name that the journal will carry, and the role. `account`: logged in by name and password."""

    name: str
    role: Role
    account: bool = False

    def may(self, role: Role) -> bool:
        """Whether the person has at least this role: a reader reads, an editor changes contests, an owner accounts too."""
        return ROLES.index(self.role) >= ROLES.index(role)


ALONE = Person("owner", "owner")
"""Who is at a desk that listens on one's own machine only."""


def person_of(request: Request) -> Person | None:
    """Who asks; None where nobody has logged in."""
    found: Person | None = getattr(request.state, "person", None)
    return found


def needs(role: Role) -> Callable[[Request], Awaitable[Person]]:
    """A dependency: the person, if they have the role; refused with what it takes otherwise (403)."""

    async def check(request: Request) -> Person:
        person = person_of(request)
        if person is None or not person.may(role):
            had = person.role if person else "nobody"
            article = "an" if role[0] in "aeiou" else "a"
            raise HTTPException(
                403, f"This takes {article} {role}; you are here as {had}. An owner can change that under Accounts."
            )
        return person

    return check
