"""The desk's doors: who comes in, and what each may do.

In: a request. Out: a `Person` with a role, or a refusal. Alone on one's own machine everybody who can reach the desk is its
owner; with accounts, people log in, and a reader, an editor and an owner may do more in that order.
"""

from __future__ import annotations

from whipcount.desk.doors.keeper import Doors
from whipcount.desk.doors.people import ALONE, Person, needs
from whipcount.desk.doors.tokens import token_of, tokened

__all__ = ["ALONE", "Doors", "Person", "needs", "token_of", "tokened"]
