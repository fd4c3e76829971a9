"""What-ifs: what must follow from a supposition, and that contradictions are told in one clear message."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from fractions import Fraction

import pytest
from click.testing import CliRunner

from whipcount.cli.what_if import command
from whipcount.contest import Contest, load
from whipcount.errors import NotFound, UsageError
from whipcount.forecast import Suppose, what_if
from whipcount.forecast.suppose import parse_assume, parse_poll, parse_size, parse_weights

DRAWS = 1_000


@pytest.fixture(scope="module")
def contest() -> Contest:
    return load("uk-labour-2010").as_of(date(2010, 9, 20))


def gain(contest: Contest, event: str, **suppose: object) -> float:
    made = what_if(contest, Suppose(**suppose), draws=DRAWS)  # type: ignore[arg-type]
    return next(c.difference for c in made.changes if c.event == event)


def test_what_changes_nothing_differs_by_nothing(contest: Contest) -> None:
    thirds = tuple((body, Fraction(1, 3)) for body in ("mps", "members", "affiliates"))
    made = what_if(contest, Suppose(weights=thirds), draws=DRAWS)
    assert all(c.difference == c.error == 0 for c in made.changes)


def test_a_poll_helps_whom_it_favours_and_the_error_is_small(contest: Contest) -> None:
    for name, other in (("Ed Miliband", "David Miliband"), ("David Miliband", "Ed Miliband")):
        poll = (("members", ((name, 60.0), (other, 40.0))),)
        made = what_if(contest, Suppose(polls=poll), draws=DRAWS)
        change = next(c for c in made.changes if c.event == f"{name} wins")
        assert change.difference > 3 * change.error > 0


def test_without_the_mps_the_other_brother_gains(contest: Contest) -> None:
    weights = (("mps", Fraction(0)), ("members", Fraction(1, 2)), ("affiliates", Fraction(1, 2)))
    assert gain(contest, "Ed Miliband wins", weights=weights) > 0.1


def test_whoever_is_dropped_cannot_win(contest: Contest) -> None:
    made = what_if(contest, Suppose(drop=("Ed Miliband",)), draws=DRAWS)
    assert next(c.after for c in made.changes if c.event == "Ed Miliband wins") == 0
    assert sum(c.after for c in made.changes) == pytest.approx(1)


def test_a_rival_who_backs_somebody_is_out(contest: Contest) -> None:
    made = what_if(contest, Suppose(assume=(("Diane Abbott", "Ed Miliband"),)), draws=DRAWS)
    assert "Diane Abbott" not in made.after.at_hand.candidates  # type: ignore[union-attr]


def test_camps_that_join_hold_at_least_what_each_held() -> None:
    autumn = load("nz-labour-2011").as_of(date(2011, 9, 30))
    assert gain(autumn, "David Cunliffe can win", join=(("David Cunliffe", "Shane Jones"),)) > 0.1


def test_another_years_rules() -> None:
    november = load("nz-labour-2012").as_of(date(2012, 11, 20))
    made = what_if(november, Suppose(rules="nz-labour@2012-11-01"), draws=DRAWS)
    february = next(c for c in made.changes if c.question == "february")
    assert february.after > february.before
    sixteen = load("uk-labour-2016").as_of(date(2016, 8, 17))
    assert gain(sixteen, "Owen Smith wins", rules="uk-labour@2010-01-01") > 0.3


@pytest.mark.parametrize(
    ("suppose", "says"),
    [
        ({}, "Nothing is supposed"),
        ({"drop": ("Ed Balls",), "add": ("Ed Balls",)}, "dropped and added"),
        ({"join": (("Ed Balls", "Andy Burnham"),), "drop": ("Ed Balls",)}, "joined with others and dropped"),
        ({"join": (("Ed Balls",),)}, "takes two"),
        ({"assume": (("A", "Ed Balls"), ("A", "Andy Burnham"))}, "back two"),
        ({"add": ("ed balls",)}, "in the field already"),
        ({"electorate": (("mps", 3),)}, "known by name"),
        ({"electorate": (("members", 0),)}, "without it no ballot"),
        ({"weights": (("mps", Fraction(1)),)}, "would sum to 5/3"),
        ({"polls": (("mps", (("Ed Balls", 50.0), ("Andy Burnham", 40.0))),)}, "known by name"),
        ({"polls": (("members", (("Ed Balls", 70.0), ("Andy Burnham", 40.0))),)}, "sum to 100"),
        ({"polls": (("members", (("Balls", 50.0), ("Ed Balls", 40.0))),)}, "twice"),
    ],
)
def test_contradictions_are_told(contest: Contest, suppose: dict[str, object], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        what_if(contest, Suppose(**suppose), draws=DRAWS)  # type: ignore[arg-type]


def test_unknown_names_have_their_nearest(contest: Contest) -> None:
    with pytest.raises(NotFound, match="Ed Balls"):
        what_if(contest, Suppose(drop=("Ed Ball",)), draws=DRAWS)
    with pytest.raises(NotFound, match="section"):
        what_if(contest, Suppose(electorate=(("members of parliament", 0),)), draws=DRAWS)


def test_as_it_is_written() -> None:
    assert parse_weights("a=1/3, b=40%,c=0.5") == (("a", Fraction(1, 3)), ("b", Fraction(2, 5)), ("c", Fraction(1, 2)))
    assert parse_size("members=12") == ("members", 12)
    assert parse_poll("members:A B=52,C=48.5%") == ("members", (("A B", 52.0), ("C", 48.5)))
    assert parse_assume("A B backs C") == ("A B", "C")
    for read, text in (
        (parse_weights, "a=1/0"), (parse_weights, "a=2"), (parse_weights, "a"), (parse_size, "a=-1"), (parse_poll, "A=52"),
        (parse_poll, "m:A=x"), (parse_assume, "A hates B"), (parse_weights, "a=1/2,a=1/2"),
    ):  # fmt: skip
        with pytest.raises(UsageError):
            read(text)


def test_the_command_in_json_and_csv() -> None:
    args = ["uk-labour-2010", "--as-of", "2010-09-20", "--drop", "Abbott", "--draws", "1000"]
    out = json.loads(CliRunner().invoke(command, [*args, "--json"]).output)
    rows = list(csv.DictReader(io.StringIO(CliRunner().invoke(command, [*args, "--csv"]).output)))
    assert len(out["changes"]) == len(rows) == 5
    assert "David Miliband wins" in CliRunner().invoke(command, args).output
