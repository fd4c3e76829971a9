"""The `ballots` room: files of ballots in, a `Profile` out.

`read_ballots` reads a file of any known format into a profile: each distinct ballot once, with a whole-number
weight, by section and unit. `info` says what is in a file before anything is counted, `write_ballots` writes a
profile, `interpret` reads the marks on the ballots by a rulebook's rules. Bad input raises
`whipcount.errors.BallotError`, which names file and line.
"""

from whipcount.ballots.codes import OVERVOTE_BASE, SKIPPED, Group, Mark
from whipcount.ballots.continuing import first_continuing
from whipcount.ballots.info import BallotFileInfo, info
from whipcount.ballots.limits import Limits
from whipcount.ballots.marks import Cause, MarkRules, Reading, interpret
from whipcount.ballots.profile import Profile
from whipcount.ballots.reading import FORMATS, detect, read_ballots
from whipcount.ballots.rows import Row
from whipcount.ballots.writing import WRITABLE, write_ballots

__all__ = [
    "FORMATS",
    "OVERVOTE_BASE",
    "SKIPPED",
    "WRITABLE",
    "BallotFileInfo",
    "Cause",
    "Group",
    "Limits",
    "Mark",
    "MarkRules",
    "Profile",
    "Reading",
    "Row",
    "detect",
    "first_continuing",
    "info",
    "interpret",
    "read_ballots",
    "write_ballots",
]
