"""The `forecast` room: a contest as of a date in; the outlook out, from running the rulebook over draws."""

from whipcount.forecast.election import NOBODY, ElectionOutlook, Share, run_election
from whipcount.forecast.kernel import BallotDraws, run_ballot
from whipcount.forecast.outlook import (
    DRAWS,
    AnyOutlook,
    CampsOutlook,
    Coalition,
    ConfidenceOutlook,
    Outlook,
    ThresholdOutlook,
    outlook,
)
from whipcount.forecast.papers import LucePapers, RankedPapers
from whipcount.forecast.polled import Poll, PolledDraws
from whipcount.forecast.reasons import Moved, moved

__all__ = [
    "DRAWS",
    "NOBODY",
    "AnyOutlook",
    "BallotDraws",
    "CampsOutlook",
    "Coalition",
    "ConfidenceOutlook",
    "ElectionOutlook",
    "LucePapers",
    "Moved",
    "Outlook",
    "Poll",
    "PolledDraws",
    "RankedPapers",
    "Share",
    "ThresholdOutlook",
    "moved",
    "outlook",
    "run_ballot",
    "run_election",
]
