"""Rules in plain English, clause by clause, with their sources.

In: a version of a rulebook. Out: `Paragraph`s, the first about the version as a whole. Everything that the structure
holds is said; a test changes each field of each kind of clause and checks that the explanation changes.
"""

from __future__ import annotations

from dataclasses import dataclass

from whipcount.rules import words
from whipcount.rules.clauses import Ballot, Clause, Confidence, Electorate, Nomination, Opening, Petition, Text
from whipcount.rules.facets import facets, sure
from whipcount.rules.language import Reading
from whipcount.rules.rulebook import Version
from whipcount.rules.words import CIRCUMSTANCES, MOTIONS, Names, names_of


@dataclass(frozen=True)
class Paragraph:
    """One clause (or, with an empty `clause`, the version as a whole): a heading, the text, and where it is from."""

    clause: str
    kind: str
    heading: str
    text: str
    sources: tuple[str, ...] = ()
    confidence: str | None = None

    @property
    def cited(self) -> str:
        """The sources in short with the confidence, for the end of a paragraph."""
        if not self.sources:
            return ""
        return f"{words.hosts(self.sources)}; {sure(self.confidence or '')}"

    def to_json(self) -> dict[str, object]:
        """As plain data."""
        return {
            "clause": self.clause,
            "kind": self.kind,
            "heading": self.heading,
            "text": self.text,
            "sources": list(self.sources),
            "confidence": self.confidence,
        }


def explain(version: Version) -> tuple[Paragraph, ...]:
    """A version in plain English: what it is, then each clause in the order of the rulebook."""
    names = names_of(version)
    return (_whole(version, names), *(explain_clause(clause, names) for clause in version.clauses))


def explain_clause(clause: Clause, names: Names) -> Paragraph:
    """One clause in plain English."""
    told = facets(clause, names)
    if isinstance(clause, Ballot | Text):
        # The heading already says the title of a ballot, or what a text is about.
        told = tuple(f for f in told if f.aspect not in {"title", "about"})
    return Paragraph(
        clause=clause.id,
        kind=getattr(clause, "kind", ""),
        heading=heading(clause, names),
        text=" ".join(f.text for f in told),
        sources=tuple(dict.fromkeys((*clause.source, *(s for reading in _readings(clause) for s in reading.source)))),
        confidence=clause.confidence,
    )


def _readings(clause: Clause) -> tuple[Reading, ...]:
    return clause.readings if isinstance(clause, Confidence | Petition | Nomination) else ()


_HEADINGS = {
    "vacancy": "a vacancy",
    "nomination": "getting on the paper",
    "candidate": "who may stand",
}


_CHALLENGE = {True: "a challenge to the leader", False: "forcing a contest"}


def heading(clause: Clause, names: Names) -> str:
    """What a clause is about, in a few words."""
    if isinstance(clause, Confidence):
        text = MOTIONS[clause.motion]
    elif isinstance(clause, Electorate):
        text = f"who may vote: {names.body(clause.body)}"
    elif isinstance(clause, Ballot):
        text = clause.title
    elif isinstance(clause, Text):
        text = clause.about
    elif isinstance(clause, Petition):
        text = "calling a vote on the leader" if clause.calls else _CHALLENGE[clause.nominates]
    else:
        text = _HEADINGS[getattr(clause, "kind", "")]
    if isinstance(clause, Opening) and clause.circumstance != "any":
        text += f" {CIRCUMSTANCES[clause.circumstance]}"
    if isinstance(clause, Nomination) and clause.opening:
        text += f" after {words.listed((names.clauses.get(o, o) for o in clause.opening), 'or')}"
    return text[0].upper() + text[1:]


_KNOWN = {
    "by name": "each of whom is known by name",
    "by poll": "known only through polls",
    "by delegation": "whose delegates or own rules decide",
}


def _whole(version: Version, names: Names) -> Paragraph:
    since = f"In force from {words.day(version.since)}" if version.since else "In force from an unrecorded date"
    bodies = words.listed(f"{names.body(key)} ({key}; {_KNOWN[body.known]})" for key, body in version.bodies.items())
    told = [
        f"{since}: {version.label}",
        version.summary,
        f"The bodies that it names are {bodies}",
        f"It governed {words.listed(version.governed)}" if version.governed else "",
        f"Note: {version.note}" if version.note else "",
    ]
    text = " ".join(words.sentence(part) for part in told if part)
    return Paragraph("", "version", version.label[:1].upper() + version.label[1:], text)
