"""The public faces as a type checker sees them from outside. Checked by mypy; nothing here is run."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, assert_type

from whipcount.ballots import Profile, read_ballots
from whipcount.contest import Contest, load
from whipcount.count import Tally, count
from whipcount.forecast import Outlook, outlook
from whipcount.headcount import Headcount, headcount
from whipcount.report import Report, build, to_json
from whipcount.rules import Ballot, InForce, Threshold, Version, find

assert_type(find("av"), InForce)
assert_type(find("av").version, Version)
assert_type(find("av").version.ballots, tuple[Ballot, ...])
assert_type(Threshold(share=Fraction(1, 2)).people(34), int)

contest = load("nz-labour-2012")
assert_type(contest, Contest)
assert_type(contest.as_of(date(2012, 11, 20)), Contest)
assert_type(headcount(contest, contest.question("endorsement")), Headcount)
assert_type(outlook(contest), Outlook)
assert_type(build("nz-labour-2012"), Report)
assert_type(to_json(build("nz-labour-2012")), dict[str, Any])

papers = read_ballots(Path("ballots.csv"))
assert_type(papers, Profile)
assert_type(count(papers, find("av").version.ballots[0]), Tally)
assert_type(count(papers, find("av").version.ballots[0]).winner, str | None)
