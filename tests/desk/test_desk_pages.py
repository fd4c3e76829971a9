"""Pages that only read: each answers, in each of its forms, stands on its own, and carries nothing that its policy forbids."""

from __future__ import annotations

import csv
import io
import re

import pytest

DAY = "2011-11-30"
ONE = "/contests/nz-labour-2011"
PAGES = [
    "/contests",
    "/contests?as_of=2012-11-20",
    f"{ONE}?as_of={DAY}",
    f"{ONE}/electors?as_of={DAY}",
    f"{ONE}/electors/phil-goff?as_of={DAY}",
    f"{ONE}/evidence?as_of={DAY}",
    f"{ONE}/why?as_of={DAY}",
    f"{ONE}/camps?as_of=2011-09-30",
    f"{ONE}/calls?as_of={DAY}",
    f"{ONE}/path?as_of={DAY}",
    f"{ONE}/what-if?as_of={DAY}",
    "/rulebooks",
    "/rulebooks/nz-labour@2012-12-01",
    "/rulebooks/nz-labour@2012-12-01?electors=34",
    "/rulebooks/compare",
    "/rulebooks/compare?a=nz-labour@2012-11-01&b=nz-labour@2012-12-01",
]


def suffixed(page: str, suffix: str) -> str:
    path, mark, asked = page.partition("?")
    return f"{path}.{suffix}{mark}{asked}"


@pytest.mark.parametrize("page", [*PAGES, "/count", "/api"])
def test_a_page_is_whole_and_carries_nothing_inline(desk, page) -> None:
    got = desk.get(page)
    assert got.status_code == 200, got.text[:300]
    assert got.headers["content-type"].startswith("text/html")
    assert "script-src 'self'" in got.headers["content-security-policy"]
    assert not re.search(r"<[^>]*\s(style|on\w+)=|<style|<script(?! src=)|javascript:", got.text)
    assert got.text.count("<h1") == 1
    for landmark in ('<main id="main"', 'class="skip" href="#main"', "<footer", '<html lang="en">'):
        assert landmark in got.text
    for address in re.findall(r'(?:src|href)="([^"]+)"', re.sub(r"<a [^>]*>", "", got.text)):
        assert address.startswith(("/", "#")), address


@pytest.mark.parametrize("page", PAGES)
def test_every_label_has_its_field_and_every_id_is_one(desk, page) -> None:
    text = desk.get(page).text
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids)), sorted(i for i in ids if ids.count(i) > 1)[:5]
    for target in re.findall(r'<label for="([^"]+)"', text):
        assert target in ids


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_data_too(desk, page) -> None:
    data = desk.get(suffixed(page, "json"))
    assert data.status_code == 200
    assert data.headers["content-type"] == "application/json"
    assert data.json() is not None
    table = desk.get(suffixed(page, "csv"))
    assert table.status_code == 200
    assert table.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert all(None not in row and None not in row.values() for row in rows)


@pytest.mark.parametrize("page", [p for p in PAGES if "/contests/" in p])
def test_the_permanent_address_has_the_date_and_shows_the_same(desk, page) -> None:
    bare = page.partition("?")[0]
    found = re.search(r'<link rel="canonical" href="([^"]+)"', desk.get(page).text)
    assert found, page
    permanent = found[1].replace("&amp;", "&")
    assert "as_of=2011-" in permanent
    assert permanent.startswith(bare)
    assert desk.get(suffixed(permanent, "json")).content == desk.get(suffixed(page, "json")).content


def test_without_a_date_the_page_says_which_it_shows(desk) -> None:
    text = desk.get(ONE + "/evidence").text
    assert re.search(r'rel="canonical" href="[^"]*as_of=2011-12-13"', text)


def test_links_within_a_contest_lead_to_pages_that_are_there(desk) -> None:
    text = desk.get(f"{ONE}?as_of={DAY}").text
    ids = set(re.findall(r'\sid="([^"]+)"', text))
    dangling = {a for a in re.findall(r'href="#([^"]+)"', text) if a not in ids}
    assert not dangling
    seats = re.findall(r'<a href="([^"]+)"[^>]*class="seat', text)
    assert seats
    assert desk.get(seats[0].replace("&amp;", "&")).status_code == 200
    evidence = {a.replace("&amp;", "&") for a in re.findall(r'href="(/contests/[^"]+/evidence\?[^"]+#[^"]+)"', text)}
    assert evidence
    there = set(re.findall(r'\sid="([^"]+)"', desk.get(f"{ONE}/evidence?as_of={DAY}").text))
    assert {a.partition("#")[2] for a in evidence} <= there


def test_a_card_of_the_list_is_worked_out_by_itself(desk) -> None:
    for _ in range(60):
        got = desk.get("/contests/nz-labour-2011/card")
        if "being worked out" not in got.text:
            break
    assert "points since the day before" in got.text or "unmoved since" in got.text or "nothing to compare" in got.text
    row = next(r for r in desk.get("/contests.json").json() if r["contest"] == "nz-labour-2011")
    assert 0 <= row["p"] <= 1
    assert not row["open"]


def test_before_anything_was_known_the_list_says_so(desk) -> None:
    rows = {r["contest"]: r for r in desk.get("/contests.json?as_of=2010-01-01").json()}
    assert all(r["p"] is None and not r["working"] for r in rows.values())
    assert "Nothing is known" in desk.get("/contests?as_of=2010-01-01").text


def test_the_address_of_the_desk_leads_to_the_contests(desk) -> None:
    assert desk.get("/", follow_redirects=False).headers["location"] == "/contests"
    assert desk.get("/healthz").text.startswith("well: 6 contests")


def test_files_of_pages_may_be_kept_for_good(desk) -> None:
    text = desk.get("/count").text
    for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', text):
        got = desk.get(address)
        assert got.status_code == 200
        assert "immutable" in got.headers["cache-control"]


def test_the_description_for_programs_names_each_page_of_data(desk) -> None:
    spec = desk.get("/api/openapi.json").json()
    assert "/contests/{contest}.json" in spec["paths"]
    assert "/contests/{contest}/what-if.csv" in spec["paths"]
    assert not [path for path in spec["paths"] if path == "/contests/{contest}"]
    ids = [call["operationId"] for path in spec["paths"].values() for call in path.values()]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("form", ["svg", "png"])
def test_each_chart_is_a_file(desk, form) -> None:
    text = desk.get(f"{ONE}?as_of={DAY}").text
    names = set(re.findall(r'/charts/([^"?]+)\.' + form, text))
    assert names
    for name in sorted(names):
        got = desk.get(f"{ONE}/charts/{name}.{form}?as_of={DAY}")
        if got.status_code == 202:
            continue
        assert got.status_code == 200, name
        assert "sandbox" in got.headers["content-security-policy"]
        start = b"\x89PNG" if form == "png" else b"<svg"
        assert got.content.startswith(start)
        assert b"<script" not in got.content
