"""The `headcount` room: evidence as of a date in; how a section of named electors divides, and why, out."""

from whipcount.headcount.influence import Influence, influences, weights_without
from whipcount.headcount.model import UNALIGNED, Headcount, Support, headcount, options_of
from whipcount.headcount.sources import Reliability, SourceTrust, reliability
from whipcount.headcount.statements import AGAINST, FOR

__all__ = [
    "AGAINST",
    "FOR",
    "UNALIGNED",
    "Headcount",
    "Influence",
    "Reliability",
    "SourceTrust",
    "Support",
    "headcount",
    "influences",
    "options_of",
    "reliability",
    "weights_without",
]
