"""A contest whose folder was written by somebody who means ill: everything in it is shown as text."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from desk_client import TestClient
from test_desk_pages import suffixed

from whipcount.contest import Contest, load
from whipcount.desk import Settings, create_app
from whipcount.errors import NotFound
from whipcount.store import open_store

EVIL = '<script>alert(1)</script>"\'><img src=x onerror=alert(2)> style="--p:9%" {{ 7*7 }}'
DAY = "2011-11-30"


def spoilt(whole: Contest) -> Contest:
    """The contest with hostile text wherever text may be."""

    def marred(record, *fields):
        return record.model_copy(update={f: f"{getattr(record, f) or ''}{EVIL}" for f in fields})

    identity = marred(whole.identity, "title", "party", "country", "note")
    questions = tuple(marred(q, "asks") for q in identity.questions)
    sections = {k: marred(s, "name") for k, s in identity.sections.items()}
    identity = identity.model_copy(update={"questions": questions, "sections": sections})
    evidence = tuple(
        marred(r, "by", "quote", "note", "story").model_copy(update={"source": (*r.source, "javascript:alert(3)", f"https://x.y/{EVIL}")})
        for r in whole.evidence
    )  # fmt: skip
    return replace(
        whole,
        identity=identity,
        electors=tuple(marred(e, "name", "seat", "role") for e in whole.electors),
        evidence=evidence,
        events=tuple(marred(e, "what") for e in whole.events),
        odds=tuple(marred(o, "asks", "market") for o in whole.odds),
        disagreements=tuple(marred(d, "topic", "one", "other") for d in whole.disagreements),
    )


class OneShelf:
    """A shelf with one contest on it."""

    def __init__(self, contest: Contest, store) -> None:
        self.one, self.store = contest, store

    def contests(self):
        return (self.one.id,)

    def contest(self, contest_id):
        self.version(contest_id)
        return self.one

    def version(self, contest_id):
        if contest_id != self.one.id:
            raise NotFound("contest", contest_id, self.contests())
        return "1"

    def fill(self):
        return

    def close(self):
        self.store.close()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    store = open_store(tmp_path_factory.mktemp("hostile") / "desk.db")
    shelf = OneShelf(spoilt(load("nz-labour-2011")), store)
    with TestClient(create_app(Settings(draws=1_000), shelf), raise_server_exceptions=False) as client:
        yield client


class Tags(HTMLParser):
    """The tags and attributes that a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts, self.handlers, self.links, self.images = [], [], [], []

    def handle_starttag(self, tag, attrs):
        asked = dict(attrs)
        if tag == "script":
            self.scripts.append(asked.get("src") or "")
        if tag == "img":
            self.images.append(asked.get("src"))
        self.handlers += [k for k in asked if k.startswith("on") or k == "style"]
        self.links += [v for k, v in attrs if k in {"href", "src", "hx-get", "action"}]


@pytest.mark.parametrize("end", ["", "/electors", "/electors/phil-goff", "/electors/phil-goff/part", "/evidence", "/why", "/calls", "/path", "/what-if", "/card"])  # fmt: skip
def test_none_of_it_runs(hostile, end) -> None:
    got = hostile.get(f"/contests/nz-labour-2011{end}?as_of={DAY}")
    assert got.status_code == 200, got.text[:400]
    seen = Tags()
    seen.feed(got.text)
    assert all(re.fullmatch(r"/static/[\w.-]+\?v=\w+", s) for s in seen.scripts), seen.scripts
    assert not seen.handlers
    assert all(re.fullmatch(r"/contests/[\w-]+/charts/[\w-]+\.svg\?[\w=&%+.-]*", s) for s in seen.images), seen.images
    assert not [a for a in seen.links if a and a.lower().strip().startswith(("javascript", "data", "//"))]
    assert "49" not in re.findall(r"style=&#34;--p:9%&#34; (\S+)", got.text)
    assert "&lt;script&gt;" in got.text or "&lt;img" in got.text or end.endswith("card")


def test_charts_and_tables_carry_it_as_text(hostile) -> None:
    page = hostile.get(f"/contests/nz-labour-2011?as_of={DAY}").text
    names = set(re.findall(r'/charts/([^"?]+)\.svg', page))
    assert len(names) > 1
    for name in names | {"calls"}:
        got = hostile.get(f"/contests/nz-labour-2011/charts/{name}.svg?as_of={DAY}")
        assert got.status_code == 200
        assert b"<script" not in got.content
        assert b"<img" not in got.content
    rows = hostile.get(suffixed(f"/contests/nz-labour-2011/evidence?as_of={DAY}", "csv"))
    assert not [line for line in rows.text.splitlines() if re.match(r"[=+@]", line)]
