"""What was made once is kept, in bounds; who asks at once waits for one computation; what changed is made anew."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from whipcount.desk import Settings
from whipcount.desk.adapt import relinked, scales, unstyled
from whipcount.desk.caching import Answers, Flights, Things, answer
from whipcount.desk.sheets import as_csv
from whipcount.desk.views import data_link, link

ONE = "/contests/nz-labour-2011/evidence?as_of=2011-11-30"


def test_a_browser_that_has_a_page_is_told_so(desk) -> None:
    first = desk.get(ONE)
    again = desk.get(ONE, headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert not again.content
    assert "default-src" in again.headers["content-security-policy"]


def test_a_page_is_packed_for_who_can_unpack_it(desk) -> None:
    packed = desk.get(ONE, headers={"accept-encoding": "gzip"})
    plain = desk.get(ONE, headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text


def test_a_head_has_the_headers_and_no_body(desk) -> None:
    got = desk.head(ONE)
    assert got.status_code == 200
    assert not got.content


def test_what_changed_is_made_anew(desk, monkeypatch) -> None:
    inner = desk.app.state.desk
    before = desk.get(ONE).headers["etag"]
    made = []
    real = type(inner).seen
    monkeypatch.setattr(type(inner), "seen", lambda self, *a: made.append(a) or real(self, *a))
    assert desk.get(ONE).headers["etag"] == before
    assert not made
    monkeypatch.setattr(inner.shelf, "version", lambda _: "another")
    inner.changed("nz-labour-2011")
    assert desk.get(ONE).status_code == 200
    assert made
    monkeypatch.undo()
    inner.changed("nz-labour-2011")


def test_answers_are_kept_up_to_so_many_bytes() -> None:
    kept = Answers(3_000)
    for i in range(20):
        kept.put(i, answer(bytes([i]) * 500, "image/png"))
    assert [i for i in range(20) if kept.get(i)] == [14, 15, 16, 17, 18, 19]
    kept.put(19, answer(b"x" * 100, "image/png"))
    kept.put("large", answer(b"y" * 5_000, "image/png"))
    assert kept.get("large") is None


def test_things_are_kept_up_to_so_many_and_the_least_used_go() -> None:
    kept = Things(2)
    kept.put("a", 1)
    kept.put("b", 2)
    assert kept.peek("a") == 1
    kept.put("c", 3)
    assert kept.peek("b") is None
    assert kept.peek("a") == 1


def test_who_asks_at_once_waits_for_one() -> None:
    kept, made, gate = Things(5), [], threading.Event()

    def make() -> int:
        made.append(1)
        gate.wait(5)
        return 7

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(kept.get, "k", make) for _ in range(8)]
        gate.set()
        assert [a.result() for a in asked] == [7] * 8
    assert made == [1]


def test_what_is_raised_is_raised_to_all_and_not_kept() -> None:
    flights = Flights()

    def wrong() -> int:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        flights.once("k", wrong)
    assert flights.once("k", lambda: 3) == 3


def test_styles_become_classes_and_attributes() -> None:
    made = unstyled(
        '<i class="pos" style="--p:40.3%;--t:var(--o1)"></i><circle r="2" style="fill:url(#h);stroke:var(--o2)"/>'
    )
    assert made == '<i class="pos p-81 t-o1"></i><circle r="2" fill="url(#h)" stroke="var(--o2)"/>'
    assert unstyled('<td style="--p:45">') == '<td class="n-45">'
    assert unstyled('<i style="--p:0.0004">') == '<i class="f-1">'
    assert unstyled("<p>style=&#34;--p:9%&#34;</p>") == "<p>style=&#34;--p:9%&#34;</p>"
    assert ".p-81{--p:40.5%}" in scales()


def test_anchors_elsewhere_become_addresses() -> None:
    assert (
        relinked('<a href="#a">x</a><a href="#b">', {"a": "/x?y=1&z=2"})
        == '<a href="/x?y=1&amp;z=2">x</a><a href="#b">'
    )


def test_an_address_is_made_of_escaped_parts() -> None:
    assert link("contests", "a/b", drop=["X Y", ""], rules=None, for_="z") == "/contests/a%2Fb?drop=X+Y&for=z"
    assert data_link("/contests/x?as_of=2011-01-01", "csv") == "/contests/x.csv?as_of=2011-01-01"


def test_a_cell_that_a_spreadsheet_would_run_is_quoted() -> None:
    text = as_csv([{"a": "=1+1", "b": ["x", "y"]}, {"a": -1, "c": 2}])
    assert text == "a,b,c\n'=1+1,x; y,\n-1,,2\n"


def test_what_fails_in_the_background_is_told_to_who_looks_again_and_then_tried_anew() -> None:
    from whipcount.desk.shelf import open_shelf
    from whipcount.desk.working import Desk, StillWorking
    from whipcount.errors import UsageError

    settings = Settings(demo=True)
    desk = Desk(settings, open_shelf(settings))
    go_on, tried = threading.Event(), []

    def make() -> str:
        tried.append(1)
        assert go_on.wait(30)
        if len(tried) == 1:
            raise UsageError("it cannot be")
        return "made"

    with pytest.raises(StillWorking):
        desk.soon("key", "it", make, patience=0.01)
    go_on.set()
    with pytest.raises(UsageError, match="it cannot be"):
        desk.soon("key", "it", make, patience=30)
    assert desk.soon("key", "it", make, patience=30) == "made"
    assert desk.soon("key", "it", make, patience=30) == "made"
    assert len(tried) == 2
    desk.close()
    desk.shelf.close()


def test_other_draws_are_kept_apart_from_the_usual() -> None:
    from whipcount.desk.shelf import open_shelf
    from whipcount.desk.working import Desk

    settings = Settings(demo=True)
    desk = Desk(settings, open_shelf(settings))
    other = desk.drawn(7, 2_000)
    assert (other.settings.seed, other.settings.draws, other.run) == (7, 2_000, {"seed": 7, "draws": 2_000})
    assert (desk.settings.seed, desk.run) == (1, {})
    assert desk.drawn(None, None) is desk
    made = [
        one.kept("thing", "nz-labour-2011", "rest", lambda one=one: one.settings.seed)
        for one in (desk, other, desk, other)
    ]
    assert made == [1, 7, 1, 7]
    desk.close()
    desk.shelf.close()
