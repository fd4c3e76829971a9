"""The `rules` room: rulebook YAML in; validated rulebooks, what is needed, explanations and differences out.

Get one          `find("ID@DATE")`, `load`, `load_file`, `names`
Work with it     `needs` (thresholds as people), `confidence_needs`, `explain` (plain English), `difference`,
                 `may_vote`, `may_nominate`, `may_stand`
"""

from whipcount.rules.change import Change
from whipcount.rules.clauses import (
    Ballot,
    Body,
    Candidate,
    Clause,
    Confidence,
    Electorate,
    Nomination,
    Opening,
    Petition,
    Text,
    Vacancy,
)
from whipcount.rules.difference import Difference, difference
from whipcount.rules.eligible import Verdict, may_nominate, may_stand, may_vote
from whipcount.rules.explain import Paragraph, explain
from whipcount.rules.language import Floor, Marks, Reading, Rounds, Route, Section, Threshold, Units
from whipcount.rules.library import InForce, find, load, load_file, names
from whipcount.rules.need_rows import NeedRow
from whipcount.rules.needs import ConfidenceNeed, Needs, confidence_needs, needs, nominated_at_most
from whipcount.rules.rulebook import Rulebook, Version

__all__ = [
    "Ballot",
    "Body",
    "Candidate",
    "Change",
    "Clause",
    "Confidence",
    "ConfidenceNeed",
    "Difference",
    "Electorate",
    "Floor",
    "InForce",
    "Marks",
    "NeedRow",
    "Needs",
    "Nomination",
    "Opening",
    "Paragraph",
    "Petition",
    "Reading",
    "Rounds",
    "Route",
    "Rulebook",
    "Section",
    "Text",
    "Threshold",
    "Units",
    "Vacancy",
    "Verdict",
    "Version",
    "confidence_needs",
    "difference",
    "explain",
    "find",
    "load",
    "load_file",
    "may_nominate",
    "may_stand",
    "may_vote",
    "names",
    "needs",
    "nominated_at_most",
]
