"""Which section of a ballot a file's votes belong to, and who is on the paper."""

from __future__ import annotations

from collections.abc import Sequence

from whipcount.ballots import Profile
from whipcount.count.published import PublishedTallies
from whipcount.errors import UsageError
from whipcount.rules import Ballot


def assign(profile: Profile, ballot: Ballot, section: str | None = None) -> Profile:
    """The same votes, in sections of this ballot.

    `section` puts the whole file into one. A file that names no section is the ballot's only one. Raises `UsageError` where it is
    not clear which section is meant, with the names that the rulebook has and how to give one.
    """
    if section is not None:
        if section not in ballot.bodies:
            raise UsageError(f"Ballot '{ballot.id}' has no section '{section}'. {_ways(ballot)}")
        return profile.with_section(section)
    named = {group.section for group in profile.groups}
    if named <= set(ballot.bodies):
        return profile
    if named == {""} and len(ballot.bodies) == 1:
        return profile.with_section(ballot.bodies[0])
    if "" in named:
        raise UsageError(f"The ballots of {profile.source or 'the file'} name no section. {_ways(ballot)}")
    strange = ", ".join(sorted(named - set(ballot.bodies)))
    raise UsageError(f"Ballot '{ballot.id}' has no section {strange}. {_ways(ballot)}")


def _ways(ballot: Ballot) -> str:
    bodies = ballot.bodies
    if len(bodies) == 1:
        return f"Its only section is {bodies[0]}: give --section {bodies[0]} if the whole file is that."
    files = " ".join(f"{b}=FILE" for b in bodies)
    return f"Its sections are {', '.join(bodies)}. Give --section NAME if the whole file is one of them, or one file for each: {files}."


def prepare(
    ballot: Ballot, profiles: Sequence[Profile], tallies: PublishedTallies | None, field: tuple[str, ...] | None
) -> tuple[tuple[Profile, ...], tuple[str, ...]]:
    """The papers with one list of candidates, and that list.

    Names are those of the tallies' `names`. On a fresh vote for each round the first file says who stands. `field` limits who does.
    """
    if tallies is not None and tallies.names:
        profiles = [p.relabel({k: v for k, v in tallies.names.items() if k in p.candidates}) for p in profiles]
    names = list(profiles[0].candidates) if profiles else []
    if tallies is not None:
        for section in ballot.bodies:
            names += [n for n in (tallies.rounds[0].get(section, {}) if tallies.rounds else {}) if n not in names]
    if not names:
        raise UsageError(f"There is nobody to vote for in ballot '{ballot.id}': give a file of ballots.")
    for number, profile in enumerate(profiles[1:], 2):
        if strange := sorted(set(profile.candidates) - set(names)):
            raise UsageError(
                f"Round {number} has votes for {', '.join(strange)}, who did not stand in the first round."
            )
    papers = tuple(p if list(p.candidates) == names else p.reorder(names) for p in profiles)
    if field is None:
        return papers, tuple(names)
    if strange := [n for n in field if n not in names]:
        raise UsageError(f"The papers of '{ballot.id}' do not name {', '.join(strange)}, who is a candidate in it.")
    return papers, tuple(n for n in names if n in field)
