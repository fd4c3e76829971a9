"""Charts of what-ifs: every cell with its number, readable on the strongest colour, light and dark."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from whipcount.cli.what_if import command
from whipcount.contest import Contest, load
from whipcount.errors import UsageError
from whipcount.forecast import Suppose, parse_axis, what_if, what_if_grid
from whipcount.forecast.whatif_chart import COLOUR, FAINTEST, STRONGEST
from whipcount.report.palette import GROUND, INK, SLOTS, contrast

pytest.importorskip("altair")
DRAWS = 1_000


@pytest.fixture(scope="module")
def contest() -> Contest:
    return load("nz-labour-2011").as_of(date(2011, 11, 30))


def mixed(one: str, other: str, share: float) -> str:
    parts = [(int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02x}" for a, b in parts)


@pytest.mark.parametrize("share", [FAINTEST, STRONGEST])
def test_numbers_can_be_read_on_every_strength_of_the_colour(share: float) -> None:
    assert SLOTS[0].light == COLOUR
    assert contrast(mixed(SLOTS[0].light, GROUND.light, share), INK.light) >= 4.5
    assert contrast(mixed(SLOTS[0].dark, GROUND.dark, share), INK.dark) >= 4.5


def test_a_grid_is_drawn_with_every_combination(contest: Contest) -> None:
    axes = [parse_axis("drop=- | David Parker"), parse_axis("assume=- | Maryan Street backs David Cunliffe")]
    made = what_if_grid(contest, axes, draws=DRAWS)
    spec = made.chart().to_dict()
    question = made.questions[0]
    assert [panel["title"] for panel in spec["vconcat"]] == list(made.events(question))
    for panel, event in zip(spec["vconcat"], made.events(question), strict=True):
        values = panel["data"]["values"]
        assert [v["p"] for v in values] == [made.changes_of(c, question)[event].after for c in made.cells]
        assert {(v["down"], v["across"]) for v in values} == {made.place(c) for c in made.cells}
        assert ("as it is", "as it is") in {(v["down"], v["across"]) for v in values}


def test_one_axis_has_its_events_side_by_side(contest: Contest) -> None:
    made = what_if_grid(contest, [parse_axis("drop=- | David Parker")], draws=DRAWS)
    values = made.chart().to_dict()["data"]["values"]
    assert len({v["event"] for v in values}) == len(made.events(made.questions[0]))
    assert {v["down"] for v in values} == {"as it is", "David Parker"}


def test_events_are_the_likeliest_and_none_that_never_happens(contest: Contest) -> None:
    made = what_if_grid(contest, [parse_axis("drop=- | David Parker")], draws=DRAWS)
    question = made.questions[0]
    peak = {e: max(made.changes_of(c, question)[e].after for c in made.cells) for e in made.events(question, 100)}
    assert all(max(p, made.before(question)[e]) >= 0.005 for e, p in peak.items())
    assert made.events(question, 2) == made.events(question, 100)[:2]


def test_before_and_after_are_drawn(contest: Contest) -> None:
    made = what_if(contest, Suppose(drop=("David Parker",)), draws=DRAWS)
    spec = made.chart().to_dict()
    rows = [v for panel in spec["vconcat"] for v in panel.get("data", spec.get("data"))["values"]]
    shown = {v["event"]: (v["before"], v["after"]) for v in rows}
    assert shown == {c.event: (c.before, c.after) for c in made.changes if max(c.before, c.after) >= 0.005}


def test_the_command_draws_to_a_file(tmp_path: Path) -> None:
    asked = ["nz-labour-2011", "--as-of", "2011-11-30", "--draws", "1000"]
    grid = CliRunner().invoke(command, [*asked, "--grid", "drop=- | David Parker", "--chart", str(tmp_path / "g.svg")])
    assert grid.exit_code == 0, grid.output
    assert "<svg" in (tmp_path / "g.svg").read_text(encoding="utf-8")
    one = CliRunner().invoke(command, [*asked, "--drop", "David Parker", "--chart", str(tmp_path / "one.png")])
    assert one.exit_code == 0, one.output
    assert (tmp_path / "one.png").read_bytes().startswith(b"\x89PNG")
    wrong = CliRunner().invoke(command, [*asked, "--drop", "David Parker", "--chart", str(tmp_path / "one.gif")])
    assert isinstance(wrong.exception, UsageError)
