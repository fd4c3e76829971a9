"""The `headcount` room: evidence as of a date in; how a section of named electors divides, and why, out.

`headcount` infers it; `influences` says what each piece of evidence does, `calls` whom to ring next, `path` what it takes; `record` holds
the method to votes of the past, `left_out` to each with what was chosen on the others.
"""

from whipcount.headcount.calling import Answer, Call, Calls, calls
from whipcount.headcount.chosen import LeftOut, left_out
from whipcount.headcount.convergence import Convergence
from whipcount.headcount.influence import Influence, Influences, influences, weights_without
from whipcount.headcount.model import UNALIGNED, headcount, options_of
from whipcount.headcount.result import Headcount, Standing, Support
from whipcount.headcount.routes import Mover, Path, Route, path
from whipcount.headcount.sources import Reliability, SourceTrust, reliability
from whipcount.headcount.statements import AGAINST, FOR
from whipcount.headcount.track_record import Line, Record, record

__all__ = [
    "AGAINST",
    "FOR",
    "UNALIGNED",
    "Answer",
    "Call",
    "Calls",
    "Convergence",
    "Headcount",
    "Influence",
    "Influences",
    "LeftOut",
    "Line",
    "Mover",
    "Path",
    "Record",
    "Reliability",
    "Route",
    "SourceTrust",
    "Standing",
    "Support",
    "calls",
    "headcount",
    "influences",
    "left_out",
    "options_of",
    "path",
    "record",
    "reliability",
    "weights_without",
]
