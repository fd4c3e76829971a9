"""The `headcount` room: evidence as of a date in; how a section of named electors divides, and why, out."""

from whipcount.headcount.convergence import Convergence
from whipcount.headcount.influence import Influence, influences, weights_without
from whipcount.headcount.model import UNALIGNED, headcount, options_of
from whipcount.headcount.result import Headcount, Standing, Support
from whipcount.headcount.sources import Reliability, SourceTrust, reliability
from whipcount.headcount.statements import AGAINST, FOR

__all__ = [
    "AGAINST",
    "FOR",
    "UNALIGNED",
    "Convergence",
    "Headcount",
    "Influence",
    "Reliability",
    "SourceTrust",
    "Standing",
    "Support",
    "headcount",
    "influences",
    "options_of",
    "reliability",
    "weights_without",
]
