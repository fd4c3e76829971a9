"""The clauses of a rulebook: what opens a contest, who may stand and vote, and the ballots.

Every clause has an `id`, a `kind`, a `source` and a `confidence`. A clause that the machine does not act upon
is still kept, as `text`, so that the explanation of a rulebook is whole.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from whipcount.rules.language import (
    Cited,
    Marks,
    Model,
    Reading,
    Rounds,
    Route,
    Section,
    Threshold,
    TieRule,
    Units,
)

Circumstance = Literal["any", "in government", "in opposition", "before an election", "after an election"]


class Clause(Cited):
    """What all clauses have. `says` puts the clause in our own words where the structure does not say it all."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    says: str | None = None


class Opening(Clause):
    """A way in which a contest opens. `then` names the ballots that follow, in order."""

    circumstance: Circumstance = "any"
    then: tuple[str, ...] = ()


class Vacancy(Opening):
    """The office falls vacant (resignation, death, end of term)."""

    kind: Literal["vacancy"]


class Confidence(Opening):
    """A vote of a body on its leader.

    Exactly one of `keeps` (what the leader needs) and `removes` (what the motion needs) is given. `moved_by` is what
    it takes to have the vote at all. Losing leads to `then`; `binding: false` is a vote with no consequence in the rules.
    """

    kind: Literal["confidence"]
    body: str
    when: str
    motion: Literal["confidence", "no confidence", "spill", "endorsement"] = "confidence"
    keeps: Threshold | None = None
    removes: Threshold | None = None
    readings: tuple[Reading, ...] = ()
    moved_by: Threshold | None = None
    binding: bool = True
    secret: bool | None = None
    leader_may_stand: bool | None = None
    immunity_months: int | None = None

    @model_validator(mode="after")
    def _one_side(self) -> Confidence:
        if (self.keeps is None) == (self.removes is None):
            raise ValueError("a vote has either 'keeps' or 'removes' -> Keep one of the two.")
        return self

    @property
    def threshold(self) -> Threshold:
        """The operative threshold, whichever side it is put on."""
        found = self.keeps or self.removes
        assert found is not None
        return found

    def needed(self, base: int, reading: Threshold | None = None) -> tuple[int, int]:
        """(what the leader needs to stay, what opponents need to remove), of `base` people.

        Where the rule is put on one side, the other side needs one more than what is left.
        """
        enough = (reading or self.threshold).people(base)
        return (enough, base - enough + 1) if self.keeps is not None else (base - enough + 1, enough)


class Petition(Opening):
    """Support that forces something: a contest (`then`) or a vote on the leader (`calls` names that clause).

    `nominates`: the petition is the nomination of a challenger.
    """

    kind: Literal["petition"]
    body: str
    needs: Threshold
    readings: tuple[Reading, ...] = ()
    calls: str | None = None
    nominates: bool = False


class Nomination(Clause):
    """What a candidate needs to be on the paper, for the openings named (all of them where none is)."""

    kind: Literal["nomination"]
    opening: tuple[str, ...] = ()
    needs: Route | None = None
    readings: tuple[Reading, ...] = ()
    incumbent: Literal["as any other", "on the paper without nominations", "may not stand"] = "as any other"
    field_at_most: int | None = None


class Candidate(Clause):
    """Who may stand."""

    kind: Literal["candidate"]
    must_be: str


class Electorate(Clause):
    """Who may vote in a body, and how one qualifies.

    `joined_months_before`: months of standing needed on the day that the contest opens. `fee`: what registering costs,
    in words.
    """

    kind: Literal["electorate"]
    body: str
    who: str
    vote: str = "one person, one vote"
    joined_months_before: int | None = Field(default=None, ge=0)
    fee: str | None = None


class Ballot(Clause):
    """One ballot: who votes, how the papers are counted, what it takes to win, what follows if nobody does.

    sections  whose votes, and their weights, which sum to one
    units     points for each riding or branch rather than plain votes
    paper     `ranked`: one paper with preferences; `single`: one name, with a fresh vote in every round
    wins      all must hold for a candidate to win a round; an empty list means that the most votes win
    lead      what the first must be ahead of the second by, beside `wins`
    rounds    how the ballot goes on
    leaves    how many this ballot sends on to the next; 1 elects
    field     who is on it: those the last ballot left (`same`), anybody nominated anew (`reopened`), or the first
              `field_top` of the last ballot
    if_none   nobody wins: `next` ballot, or the office stays `vacancy`
    ties      rules tried in order
    exhausted whether shares are of votes still in play (`rebased`) or of all valid votes in the section (`stay`)
    """

    kind: Literal["ballot"]
    title: str
    sections: tuple[Section, ...] = Field(min_length=1)
    units: Units | None = None
    paper: Literal["ranked", "single"]
    wins: tuple[Threshold, ...] = ()
    lead: Threshold | None = None
    rounds: Rounds = Rounds()
    leaves: int = Field(default=1, ge=1)
    field: Literal["same", "reopened", "top"] = "same"
    field_top: int | None = None
    if_none: Literal["next", "vacancy"] = "vacancy"
    ties: tuple[TieRule, ...] = ()
    marks: Marks = Marks()
    exhausted: Literal["rebased", "stay"] = "rebased"

    @model_validator(mode="after")
    def _weights_sum_to_one(self) -> Ballot:
        total = sum(section.weight for section in self.sections)
        if total != 1:
            parts = " + ".join(f"{s.body} {s.weight}" for s in self.sections)
            raise ValueError(f"the weights of the sections sum to {total}, not 1 ({parts}) -> Mend the weights.")
        if (self.field == "top") != (self.field_top is not None):
            raise ValueError("'field_top' goes with 'field: top' -> Add or remove it.")
        return self

    @property
    def weighted(self) -> bool:
        """Whether tallies are shares of the whole rather than votes."""
        return len(self.sections) > 1 or self.units is not None

    @property
    def bodies(self) -> tuple[str, ...]:
        """The bodies that vote, in order."""
        return tuple(section.body for section in self.sections)


class Text(Clause):
    """A rule that is kept and explained, and that nothing computed depends on."""

    kind: Literal["text"]
    about: str
    says: str


AnyClause = Annotated[
    Vacancy | Confidence | Petition | Nomination | Candidate | Electorate | Ballot | Text,
    Field(discriminator="kind"),
]


class Body(Model):
    """Electors that the rules name. `known` says whether a contest knows them by name or only by polls."""

    name: str
    known: Literal["by name", "by poll", "by delegation"] = "by poll"
