"""Pages that only read: each answers, in each of its forms, and says the same in all of them."""

from __future__ import annotations

import re

import pytest

CONTEST = "/contests/nz-labour-2012?as_of=2012-11-20"


@pytest.mark.parametrize("path", ["/contests", "/contests?as_of=2012-11-20", CONTEST, "/api"])
def test_a_page_answers_and_carries_nothing_inline(desk, path) -> None:
    got = desk.get(path)
    assert got.status_code == 200, got.text[:300]
    assert got.headers["content-type"].startswith("text/html")
    assert not re.search(r"<[^>]* style=|<[^>]* on\w+=|<script>|javascript:", got.text)
    assert "default-src 'self'" in got.headers["content-security-policy"]
