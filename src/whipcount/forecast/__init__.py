"""The `forecast` room: a contest as of a date in; the outlook out, from running the rulebook over draws."""

from whipcount.forecast.as_written import written
from whipcount.forecast.election import NOBODY, ElectionOutlook, Share, run_election
from whipcount.forecast.entry import EntryEffect, entry_effects
from whipcount.forecast.hazard import Opening, opening
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
from whipcount.forecast.past_draft import write_folder
from whipcount.forecast.polled import Poll, PolledDraws
from whipcount.forecast.reasons import Moved, moved, moved_by_market
from whipcount.forecast.replay import Replay, ReplayDay, replay, replay_under, seen
from whipcount.forecast.suppose import Suppose
from whipcount.forecast.whatif import Change, WhatIf, what_if
from whipcount.forecast.whatif_grid import Axis, Cell, Grid, parse_axis, what_if_grid

__all__ = [
    "DRAWS",
    "NOBODY",
    "AnyOutlook",
    "Axis",
    "BallotDraws",
    "CampsOutlook",
    "Cell",
    "Change",
    "Coalition",
    "ConfidenceOutlook",
    "ElectionOutlook",
    "EntryEffect",
    "Grid",
    "LucePapers",
    "Moved",
    "Opening",
    "Outlook",
    "Poll",
    "PolledDraws",
    "RankedPapers",
    "Replay",
    "ReplayDay",
    "Share",
    "Suppose",
    "ThresholdOutlook",
    "WhatIf",
    "entry_effects",
    "moved",
    "moved_by_market",
    "opening",
    "outlook",
    "parse_axis",
    "replay",
    "replay_under",
    "run_ballot",
    "run_election",
    "seen",
    "what_if",
    "what_if_grid",
    "write_folder",
    "written",
]
