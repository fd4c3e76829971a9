"""CEF, the Condorcet election format (github.com/CondorcetVote/CondorcetElectionFormat).

Parameters `#/Candidates: A ; B`, then votes `tags || A > B = C ^weight * quantifier`, or `/EMPTY_RANKING/`.
Equals are an overvote here. Weights count where the file allows them, as the format says. Two departures: a name
that is not among the candidates is an error, not passed over in silence; and the implicit last rank, which is
a convention for pairwise counts and no mark on the ballot, is not added.
"""

from __future__ import annotations

import re
from fractions import Fraction

from whipcount.ballots.codes import Mark
from whipcount.ballots.draft import Draft, Options
from whipcount.ballots.source import Source

_VOTE = re.compile(r"(?:[^|]*\|\|)?([^\^*|]*)(?:\^\s*(\d{1,18})\s*)?(?:\*\s*(\d{1,18})\s*)?$")
_EMPTY = "/EMPTY_RANKING/"
_RESERVED = re.compile(r"[;,/<^*]")


def read(source: Source, options: Options) -> Draft:
    """Read a CEF file. Raises BallotError."""
    draft, faults = Draft(), options.faults
    weights = False
    for number, raw in source.lines(faults):
        if raw.startswith("#/"):
            key, value = (part.strip() for part in raw[2:].split(":", 1)) if ":" in raw else (raw, "")
            key = key.casefold()
            if key == "candidates":
                draft.candidates = _candidates(value, number, options)
            elif key == "weight allowed":
                weights = value.casefold() == "true"
            elif key == "number of seats" and value.isdecimal():
                draft.seats = int(value[:9])
            continue
        text = raw.partition("#")[0].strip()
        if text and (problem := _vote(text, draft, weights)):
            faults.line(number, problem, "Write it as in 'A > B = C ^2 * 40'.", text=raw)
    if not draft.votes and not draft.candidates and not faults.rejected:
        faults.stop(0, "there is no vote in the file", "A vote is as in 'A > B = C ^2 * 40'.")
    return draft


def _candidates(value: str, number: int, options: Options) -> list[str]:
    names = [name.strip() for name in value.split(";")]
    if len(set(names)) < len(names) or "" in names:
        options.faults.stop(number, "a candidate stands twice in the list, or has no name", "Correct the list.")
    return names


def _vote(text: str, draft: Draft, weights: bool) -> str:
    """Add one vote; returns what is wrong with it, "" if nothing."""
    vote = _VOTE.match(text)
    if vote is None:
        return "the line is not a vote"
    ranking = _ranking(vote[1].strip())
    if ranking is None:
        return "a rank is empty or has a reserved character"
    names = [name for rank in ranking for name in rank]
    if len(set(names)) < len(names):
        return "a candidate stands on the vote twice"
    if draft.candidates and (strange := sorted(set(names) - set(draft.candidates))):
        return f"'{strange[0][:80]}' is not among the candidates"
    weight = int(vote[2]) if weights and vote[2] else 1
    draft.add([_mark(rank) for rank in ranking], Fraction(weight * int(vote[3] or 1)))
    return ""


def _ranking(text: str) -> list[list[str]] | None:
    if text == _EMPTY:
        return []
    ranks = [[name.strip() for name in rank.split("=")] for rank in text.split(">")]
    bad = any(not name or _RESERVED.search(name) for rank in ranks for name in rank)
    return None if bad else ranks


def _mark(rank: list[str]) -> Mark:
    return rank[0] if len(rank) == 1 else frozenset(rank)
