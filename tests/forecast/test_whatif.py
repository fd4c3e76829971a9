"""What-ifs: what must follow from a supposition, and that contradictions are told in one clear message."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from fractions import Fraction

import pytest
from click.testing import CliRunner

from whipcount.cli.what_if import command
from whipcount.contest import Contest, load
from whipcount.errors import NotFound, UsageError
from whipcount.forecast import Suppose, parse_axis, seen, what_if, what_if_grid
from whipcount.forecast.as_written import parse_assume, parse_poll, parse_size, parse_weights
from whipcount.spread import Engine

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
        ({"join": (("Ed Balls", "Ed Balls"),)}, "joined to themselves"),
        ({"polls": (("members", (("Ed Balls", 120.0), ("Andy Burnham", 0.0))),)}, "sum to 100"),
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


# -- grids ------------------------------------------------------------------------------------------------------------


def test_a_cell_of_a_grid_is_the_what_if_by_itself(contest: Contest) -> None:
    axes = (parse_axis("drop=- | Ed Balls"), parse_axis("weights=-|mps=0,members=1/2,affiliates=1/2"))
    made = what_if_grid(contest, axes, draws=DRAWS)
    assert [c.values for c in made.cells] == [
        ("-", "-"), ("-", axes[1].values[1]), ("Ed Balls", "-"), ("Ed Balls", axes[1].values[1])
    ]  # fmt: skip
    assert all(c.difference == c.error == 0 for c in made.cells[0].changes)
    weights = (("mps", Fraction(0)), ("members", Fraction(1, 2)), ("affiliates", Fraction(1, 2)))
    alone = what_if(contest, Suppose(drop=("Ed Balls",), weights=weights), draws=DRAWS)
    assert made.cells[3].changes == alone.changes


@pytest.mark.parametrize("engine", ["processes", "dask"])
def test_a_grid_is_the_same_wherever_it_runs(contest: Contest, engine: Engine) -> None:
    if engine == "dask":
        pytest.importorskip("distributed")
    axes = (parse_axis("drop=Diane Abbott | Ed Balls"),)
    throughout = {"assume": ["Andy Burnham backs Ed Miliband"]}
    there = what_if_grid(contest, axes, throughout, draws=DRAWS, engine=engine)
    assert there == what_if_grid(contest, axes, throughout, draws=DRAWS)
    assert there.cells[0].changes != there.cells[1].changes


@pytest.mark.parametrize(
    ("axes", "says"),
    [
        (["sack=A|B"], "no axis of a grid"),
        (["drop=A|"], "empty value"),
        (["drop=A|A"], "a value twice"),
        (["drop=Ed Balls|-", "add=Ed Balls|-"], "drop=Ed Balls, add=Ed Balls: The what-if contradicts itself"),
        (["rules=uk-labour@2010-01-01", "rules=uk-labour@2016-07-01"], "not both"),
        (["weights=mps=2"], "weights=mps=2: 'mps=2' is no weight"),
        (["drop=Nobody Atall|-"], "drop=Nobody Atall: There is no candidate called"),
        ([f"electorate={'|'.join(f'members={n}' for n in range(1, 202))}", f"drop={'|'.join('abcdefghijklmnopqrstuvwxyz')}",
          "add=a|b"], "more than 10,000"),
    ],
)  # fmt: skip
def test_grids_that_make_no_sense(contest: Contest, axes: list[str], says: str) -> None:
    with pytest.raises(UsageError, match=re.escape(says)):
        what_if_grid(contest, [parse_axis(a) for a in axes], draws=DRAWS)


def test_the_command_with_a_grid() -> None:
    grid = ["--grid", "drop=- | Abbott", "--grid", "drop=- | Balls"]
    args = ["uk-labour-2010", "--as-of", "2010-09-20", *grid, "--draws", "1000"]
    out = json.loads(CliRunner().invoke(command, [*args, "--json"]).output)
    rows = list(csv.DictReader(io.StringIO(CliRunner().invoke(command, [*args, "--csv"]).output)))
    assert out["axes"] == {"drop": ["-", "Abbott"], "drop 2": ["-", "Balls"]}
    assert [c["suppose"]["drop 2"] for c in out["cells"]] == ["-", "Balls", "-", "Balls"]
    assert len(rows) == sum(len(c["changes"]) for c in out["cells"])
    assert list(rows[0]) == ["drop", "drop 2", "question", "event", "before", "after", "difference", "simulation_error"]
    assert "4 combinations" in CliRunner().invoke(command, args).output
    alone = CliRunner().invoke(command, ["uk-labour-2010", "--drop", "Abbott", "--engine", "dask"])
    assert "goes with --grid" in str(alone.exception)


def test_without_a_date_it_is_the_eve_of_what_was_settled_last() -> None:
    """A contest that a lost vote would have opened does not keep it open."""
    assert seen("nz-labour-2012").seen_on == date(2013, 2, 3)
    assert seen("uk-labour-2010").seen_on == date(2010, 9, 24)
    with pytest.raises(UsageError, match="first evidence"):
        seen("uk-labour-2010", date(2001, 1, 1))
    with pytest.raises(UsageError, match="future"):
        seen("uk-labour-2010", date(2999, 1, 1))
