"""The `rules` room: rulebook YAML in; validated rulebooks, what is needed, explanations and differences out."""

from whipcount.rules.clauses import (
    Ballot,
    Candidate,
    Confidence,
    Electorate,
    Nomination,
    Petition,
    Text,
    Vacancy,
)
from whipcount.rules.language import Floor, Marks, Reading, Rounds, Route, Section, Threshold, Units
from whipcount.rules.library import InForce, find, load, load_file, names
from whipcount.rules.rulebook import Rulebook, Version

__all__ = [
    "Ballot",
    "Candidate",
    "Confidence",
    "Electorate",
    "Floor",
    "InForce",
    "Marks",
    "Nomination",
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
    "Version",
    "find",
    "load",
    "load_file",
    "names",
]
