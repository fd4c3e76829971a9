"""The `ballots` room: files of ballots in, a `Profile` out.

A profile holds each distinct ballot once, with a whole-number weight, by section and unit.
"""

from whipcount.ballots.codes import OVERVOTE_BASE, SKIPPED, Group, Mark
from whipcount.ballots.marks import Cause, MarkRules, Reading, interpret
from whipcount.ballots.profile import Profile
from whipcount.ballots.rows import Row

__all__ = [
    "OVERVOTE_BASE",
    "SKIPPED",
    "Cause",
    "Group",
    "Mark",
    "MarkRules",
    "Profile",
    "Reading",
    "Row",
    "interpret",
]
