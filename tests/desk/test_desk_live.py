"""Charts that answer to the pointer: what goes into a page, and the script."""

from __future__ import annotations

import html
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from whipcount.contest import TABLES, columns
from whipcount.desk import live
from whipcount.desk.columns import columns_of
from whipcount.report.palette import SLOTS, sentinel

DRAWING = Markup('<svg viewBox="0 0 1 1"><path d="M0 0"/></svg>')


@given(st.text())
def test_whatever_a_specification_says_stands_in_one_attribute_and_comes_back(text) -> None:
    spec = {"encoding": {"tooltip": [{"field": "a"}]}, "data": {"values": [{"a": text}]}}
    made = live.alive(DRAWING, spec)
    found = re.fullmatch(r'<svg data-live="([^"<>]*)" viewBox="0 0 1 1"><path d="M0 0"/></svg>', made)
    assert found
    assert json.loads(html.unescape(found[1])) == spec
    assert live.still(made) == DRAWING


def test_tones_follow_the_page_and_a_chart_that_tells_nothing_is_left_alone() -> None:
    spec = {"mark": {"color": sentinel(SLOTS[0]), "tooltip": True}}
    assert json.loads(live.spec_of(spec))["mark"]["color"] == "var(--o0)"
    assert live.alive(DRAWING, {"mark": "bar"}) == DRAWING


def test_the_pages_of_charts_carry_what_is_drawn_and_files_of_them_do_not(desk) -> None:
    page = desk.get("/contests/nz-labour-2012?as_of=2012-11-19").text
    specs = [json.loads(html.unescape(s)) for s in re.findall(r'data-live="([^"]*)"', page)]
    assert specs
    assert all(s["$schema"].startswith("https://vega.github.io/schema/vega-lite/") for s in specs)
    assert "#fe01" not in page
    assert "data-live" not in desk.get("/contests/nz-labour-2012/charts/endorsement-1.svg?as_of=2012-11-19").text


@pytest.mark.long
def test_the_script_is_bundled_from_the_package_that_draws(desk) -> None:
    address = re.search(r'data-vega="([^"]+)"', desk.get("/rulebooks").text)
    assert address
    got = desk.get(address[1])
    assert got.headers["content-type"].startswith("text/javascript")
    assert "immutable" in got.headers["cache-control"]
    assert got.text.startswith("/* Vega, Vega-Lite, Vega-Embed (BSD-3-Clause")
    assert re.search(r"export\s*\{[^}]* as default\};?\s*$", got.text)


@pytest.mark.parametrize("file", list(TABLES))
def test_each_column_of_a_table_is_there_in_order(file) -> None:
    required, names = columns(TABLES[file][1])
    found = columns_of(file)
    assert tuple(c.name for c in found) == names
    assert tuple(c.name for c in found if c.needed) == required


def test_columns_that_take_one_of_a_few_words_say_which() -> None:
    found = {c.name: c for c in columns_of("evidence.csv")}
    assert "own words" in found["source_kind"].options
    assert found["stance"].options == ("supports", "opposes", "undecided", "will not say")
    assert found["quote"].options == ()
