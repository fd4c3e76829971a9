"""The chamber, the palette and the charts: what must hold of the pictures."""

from __future__ import annotations

import math
import re
from datetime import date
from functools import cache
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whipcount.headcount import Headcount
from whipcount.report import Report, build, palette
from whipcount.report.chamber import EVEN, TINTS, arrange, chamber
from whipcount.report.charts import clean, safe
from whipcount.report.html import anchor, page

CASES = {
    "nz-labour-2011": date(2011, 9, 30),
    "nz-labour-2012": date(2012, 11, 20),
    "uk-labour-2010": date(2010, 9, 24),
    "uk-labour-2016": date(2016, 8, 17),
}


@cache
def report_on(name: str) -> Report:
    return build(name, CASES[name], draws=2_000)


def headcounts() -> list[Headcount]:
    return [count for name in CASES for part in report_on(name).parts for count in part.headcounts]


@given(st.integers(1, 400))
def test_there_is_a_place_for_each_and_none_touch(seats: int) -> None:
    places, radius = arrange(seats)
    assert len(places) == seats
    assert radius > 0
    points = sorted((x, y) for x, y, _ in places)
    for i, (x, y) in enumerate(points):
        for u, v in points[i + 1 :]:
            if u - x > 2 * radius:
                break
            assert math.hypot(u - x, v - y) >= 2 * radius - 0.2
    assert all(y <= 0 for _, y, _ in places)


@given(st.integers(1, 400))
def test_places_run_from_left_to_right(seats: int) -> None:
    angles = [angle for _, _, angle in arrange(seats)[0]]
    assert all(a - b > -1e-5 for a, b in pairwise(angles))


def test_each_elector_has_one_seat() -> None:
    sizes = set()
    for count in headcounts():
        hall = chamber(count)
        assert sorted(s.elector.id for s in hall.seats) == sorted(e.id for e in count.roll)
        assert sum(g.seats for g in hall.groups) == len(count.roll)
        sizes.add(len(count.roll))
    assert {34, 42, 230, 270} <= sizes


def test_a_seat_is_solid_exactly_for_those_on_record() -> None:
    for count in headcounts():
        for seat in chamber(count).seats:
            assert seat.on_record == (seat.elector.id in count.named)
            if seat.on_record:
                assert seat.option == count.named[seat.elector.id]


def test_a_seat_has_a_colour_only_where_one_side_is_ahead() -> None:
    for count in headcounts():
        p = {e.id: sorted(row, reverse=True) for e, row in zip(count.roll, count.probabilities, strict=True)}
        for seat in chamber(count).seats:
            first, second = p[seat.elector.id][:2]
            assert 1 <= seat.tint <= TINTS
            if not seat.on_record:
                assert (seat.option is None) == (first - second < EVEN)


def test_an_option_stands_together() -> None:
    for count in headcounts():
        options = [s.option for s in chamber(count).seats]
        changes = sum(a != b for a, b in pairwise(options))
        assert changes == len(set(options)) - 1


def test_labels_of_thresholds_are_clear_of_each_other() -> None:
    count = report_on("nz-labour-2012").parts[1].headcounts[0]
    for thresholds in ((18, 21, 22), (22, 21, 20, 19), (34, 33, 32), (1, 2, 3)):
        labels = [m.label for m in chamber(count, thresholds).marks]
        assert len(labels) == len(thresholds)
        assert all(abs(a[0] - b[0]) >= 34 or abs(a[1] - b[1]) >= 23 for a, b in combinations(labels, 2))


def test_with_the_leader_is_on_the_left_of_a_vote_on_the_leader() -> None:
    count = report_on("nz-labour-2012").parts[1].headcounts[0]
    hall = chamber(count, (22,))
    assert hall.seats[0].option == "for"
    assert hall.seats[-1].option == "against"
    mark = hall.marks[0].ends[1]
    left = [s for s in hall.seats if math.atan2(abs(s.y), s.x) > math.atan2(abs(mark[1]), mark[0])]
    assert len(left) == 22


@pytest.mark.parametrize("name", CASES)
def test_drawn_seats_are_hatched_unless_on_record(name: str) -> None:
    pytest.importorskip("vl_convert")
    text, report = page(report_on(name)), report_on(name)
    halls = re.findall(r'<figure class="chamber".*?</figure>', text, re.S)
    counts = [c for part in report.parts for c in part.headcounts]
    assert len(halls) == len(counts)
    for hall, count in zip(halls, counts, strict=True):
        seats = re.findall(
            r'<a href="#([^"]+)"[^>]*class="seat (\w+)"><circle [^>]*style="([^"]+)"[^>]*/><title>', hall
        )
        assert len(seats) == len(count.roll)
        record = {anchor("elector", f"{count.section}-{key}") for key in count.named}
        for target, kind, style in seats:
            assert (kind == "record") == (target in record)
            assert ("hatch" in style) == (kind == "inferred")


@pytest.mark.parametrize("tone", [*palette.SLOTS, palette.NEUTRAL], ids=lambda t: t.name)
def test_graphics_stand_out_from_their_ground(tone: palette.Tone) -> None:
    assert palette.contrast(tone.light, palette.GROUND.light) >= 3
    assert palette.contrast(tone.dark, palette.GROUND.dark) >= 3


@pytest.mark.parametrize("tone", [palette.INK, palette.SOFT, palette.LINK, palette.FLAG], ids=lambda t: t.name)
@pytest.mark.parametrize("ground", [palette.GROUND, palette.PANEL], ids=lambda t: t.name)
def test_text_can_be_read(tone: palette.Tone, ground: palette.Tone) -> None:
    assert palette.contrast(tone.light, ground.light) >= 4.5
    assert palette.contrast(tone.dark, ground.dark) >= 4.5


def test_contrast_is_that_of_wcag() -> None:
    assert palette.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert palette.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_no_two_options_of_a_question_share_a_tone() -> None:
    for name in CASES:
        tones = palette.tones(report_on(name).outlook)
        for part in report_on(name).parts:
            for count in part.headcounts:
                used = [tones[o] for o in count.options]
                assert len(set(used)) == len(used) or len(used) > len(palette.SLOTS)


def test_a_drawing_keeps_only_what_may_stand_on_a_page() -> None:
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9" onload="x()">'
        '<script>x()</script><a xlink:href="javascript:x()"><text>hidden</text></a><style>*{}</style>'
        f'<rect width="3" height="3" fill="{palette.sentinel(palette.INK)}" onclick="x()"/>'
        '<text fill="url(http://evil.example)">a &lt;b&gt;</text></svg>'
    )
    kept = safe(drawn)
    assert "var(--ink)" in kept
    assert "a &lt;b&gt;" in kept
    for bad in ("script", "onload", "onclick", "href", "url(", "<style", "hidden<"):
        assert bad not in kept


@given(st.text(max_size=200))
def test_labels_are_one_clean_line(text: str) -> None:
    line = clean(text, 40)
    assert len(line) <= 40
    assert line == " ".join(line.split())
    assert not re.search(r"[\x00-\x1f\x7f-\x9f]", line)
