"""The `contest` room: a contest folder in; a `Contest` out, whole or as it was known on a date."""

from whipcount.contest.amounts import Amount, parse_amount
from whipcount.contest.folder import TABLES, columns, load, locate, names, past_names
from whipcount.contest.model import Contest
from whipcount.contest.records import (
    CandidateRow,
    Disagreement,
    Elector,
    EventRow,
    Evidence,
    FactRow,
    Grouping,
    Identity,
    OddsRow,
    PollRow,
    PredictionRow,
    Question,
    SectionInfo,
)
from whipcount.contest.result import BallotResult, Result, Round, Vote
from whipcount.contest.skeleton import make as make_skeleton

__all__ = [
    "TABLES",
    "Amount",
    "BallotResult",
    "CandidateRow",
    "Contest",
    "Disagreement",
    "Elector",
    "EventRow",
    "Evidence",
    "FactRow",
    "Grouping",
    "Identity",
    "OddsRow",
    "PollRow",
    "PredictionRow",
    "Question",
    "Result",
    "Round",
    "SectionInfo",
    "Vote",
    "columns",
    "load",
    "locate",
    "make_skeleton",
    "names",
    "parse_amount",
    "past_names",
]
