"""Laws: CSV text comes back to the letter; whatever is done, the store is what a plain model says."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from store_making import ELECTORS, EVIDENCE, bytes_of, make_folder, new_database, row_of

from whipcount.contest import load
from whipcount.errors import ContestError
from whipcount.plaintext import read_csv
from whipcount.store import Conflict, Row, Store, open_store
from whipcount.store.csvtext import join, split, values_of

CELL = st.text(st.sampled_from('ab,"\n\r #é😀\u2028\x85'), max_size=6)


@given(
    st.lists(st.lists(CELL, min_size=1, max_size=4), max_size=6),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
    st.booleans(),
)
def test_any_csv_is_joined_as_it_was_split(rows: list[list[str]], ending: str, bom: bool, whole: bool) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=ending).writerows(rows)
    text = ("\ufeff" if bom else "") + (out.getvalue() if whole else out.getvalue().removesuffix(ending))
    made = split(text)
    assert join((line.raw, line.ending) for line in made) == text
    assert sum(line.kind == "header" for line in made) == min(1, sum(line.kind != "other" for line in made))


@given(st.text(st.sampled_from('a,"\n\r#b \ufeff'), max_size=30))
def test_any_text_is_joined_as_it_was_split_or_refused(text: str) -> None:
    try:
        made = split(text)
    except csv.Error:
        return
    assert join((line.raw, line.ending) for line in made) == text


@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=6), st.sampled_from(["\n", "\r\n", "\r"]))
def test_rows_are_those_that_a_folder_is_read_to_have(rows: list[tuple[str, str, str]], ending: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=ending).writerows([("one", "two", "three"), *rows])
    made = split(out.getvalue())
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "x.csv"
        path.write_bytes(out.getvalue().encode())
        read = [dict(row.cells) for row in read_csv(path, (), ("one", "two", "three"))]
    ours = [values_of(made[0].raw, line.raw) for line in made if line.kind == "row"]
    assert [{k: v for k, v in row.items() if v} for row in ours] == read


ODD = {
    "crlf": EVIDENCE.replace("\n", "\r\n"),
    "no final newline": EVIDENCE.rstrip("\n"),
    "quotes everywhere": "".join(
        ",".join('"' + c.replace('"', '""') + '"' for c in row) + "\n" for row in csv.reader(io.StringIO(EVIDENCE))
    ),
    "byte order mark": "\ufeff" + EVIDENCE,
    "comments and blank lines": "# first\n\n"
    + EVIDENCE.replace("e2,", '\n# between, "them\n  \ne2,').replace(', "them', "")
    + "\n\n",
    "blank columns": EVIDENCE.replace(",note\n", ",note,amount,firmness\n").replace(",high,\n", ",high,,,\n"),
    "short and quoted rows": EVIDENCE.replace(",high,\n", ",high\n").replace("Ben Rook,own", '"Ben Rook",own'),
    "line breaks in cells": EVIDENCE.replace('"so, they say"', '"so,\r\nthey ""say"""'),
    "mixed line ends": EVIDENCE.replace("\ne2", "\r\ne2"),
    "old mac": EVIDENCE.replace("\n", "\r"),
    "blanks round cells": EVIDENCE.replace(",vote,", ", vote ,"),
}


@pytest.mark.parametrize("odd", ODD)
def test_odd_tables_round_trip_also_after_an_edit(lite: Store, tmp_path: Path, odd: str) -> None:
    folder = make_folder(tmp_path / "small", evidence_csv=ODD[odd])
    lite.import_folder(folder, "ada")
    assert lite.files("small") == bytes_of(folder)
    row = lite.rows("small", "evidence.csv")[1]
    lite.change_row(row.id, {"by": 'A "new", source'}, row.version, "ada")
    added = lite.add_row("small", "evidence.csv", row_of("e3", "dee-tarn", note="two\nlines"), "ada")
    lines, before = (split(text) for text in (lite.files("small")["evidence.csv"].decode(), ODD[odd]))
    untouched = [
        (a, b)
        for a, b in zip(lines, before, strict=False)
        if b.kind != "row" or b.raw.startswith("e1") or '"e1"' in b.raw
    ]
    assert all(a.raw == b.raw for a, b in untouched)
    assert [e.id for e in lite.contest("small").evidence] == ["e1", "e2", "e3"]
    assert lite.contest("small").evidence[1].by == 'A "new", source'
    assert lite.contest("small").evidence[2].note == "two\nlines"
    lite.export_folder("small", tmp_path / "out")
    assert load(tmp_path / "out") == lite.contest("small")
    assert lite.check().found == ()
    lite.remove_row(added.id, added.version, "ada")
    for event in lite.events()[:3]:
        if event.action == "change":
            lite.undo(event.id, "ada")
    assert lite.files("small") == bytes_of(folder)


NOTE = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc"], exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    ),
    max_size=8,
)


class Model(RuleBasedStateMachine):
    """Adds, changes, removals, undos and edits on old versions, against a list of rows that is kept by hand."""

    address: str | None = None

    @initialize()
    def open(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="wc-model-"))
        self.store = open_store(self.address or self.home / "m.db")
        self.contest = f"m{self.home.name.rpartition('-')[2].lower().replace('_', 'u')}"
        self.store.import_folder(make_folder(self.home / self.contest), "model")
        self.rows = {r.id: (r.version, dict(r.values)) for r in self.listed()}
        self.order = [r.id for r in self.listed()]
        self.past: list[tuple[int, dict[int, tuple[int, dict[str, str]]], list[int]]] = []
        self.seen = dict(self.rows)
        self.number = 0

    def listed(self) -> list[Row]:
        return self.store.rows(self.contest, "evidence.csv")

    def remember(self) -> None:
        self.past.append((self.store.events(limit=1)[0].id, self.rows, self.order))
        self.rows, self.order = dict(self.rows), list(self.order)

    @rule(note=NOTE, who=st.sampled_from(["dee-tarn", "eve-umber", "nobody"]))
    def add(self, note: str, who: str) -> None:
        self.number += 1
        values = row_of(f"n{self.number}", who, note=note)
        if who == "nobody":
            with pytest.raises(ContestError):
                self.store.add_row(self.contest, "evidence.csv", values, "model")
            return
        row = self.store.add_row(self.contest, "evidence.csv", values, "model")
        self.remember()
        self.rows[row.id] = (1, {k: v.strip() for k, v in values.items()})
        self.order.append(row.id)
        self.seen[row.id] = self.rows[row.id]

    @rule(data=st.data(), note=NOTE, fresh=st.booleans())
    def change(self, data: st.DataObject, note: str, fresh: bool) -> None:
        key = data.draw(st.sampled_from(sorted(self.seen)))
        version = self.rows[key][0] if fresh and key in self.rows else self.seen[key][0]
        if key not in self.rows or version != self.rows[key][0]:
            with pytest.raises(Conflict) as why:
                self.store.change_row(key, {"note": note}, version, "model")
            assert (why.value.theirs is None) == (key not in self.rows)
            return
        before = self.rows[key]
        row = self.store.change_row(key, {"note": note}, version, "model")
        if row.version == before[0]:
            assert note.strip() == before[1].get("note", "")
            return
        self.remember()
        self.rows[key] = (row.version, before[1] | {"note": note.strip()})

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        if not self.rows:
            return
        key = data.draw(st.sampled_from(sorted(self.rows)))
        self.store.remove_row(key, self.rows[key][0], "model")
        self.remember()
        del self.rows[key]
        self.order.remove(key)

    @rule()
    def undo_the_last(self) -> None:
        if not self.past:
            return
        event, rows, order = self.past.pop()
        self.store.undo(event, "model")
        now = {r.id: r.version for r in self.listed()}
        self.rows = {key: (now[key], values) for key, (_, values) in rows.items()}
        self.order = order

    @invariant()
    def it_is_as_the_model_says(self) -> None:
        if not hasattr(self, "store"):
            return
        plain = [(r.id, r.version, {k: v for k, v in r.values.items() if v}) for r in self.listed()]
        assert plain == [(k, self.rows[k][0], {n: v for n, v in self.rows[k][1].items() if v}) for k in self.order]

    def teardown(self) -> None:
        if hasattr(self, "store"):
            found = self.store.check()
            ids = [e.id for e in self.store.contest(self.contest).evidence]
            names = [self.rows[k][1]["id"] for k in self.order]
            self.store.close()
            shutil.rmtree(self.home)
            assert found.sound, found.found
            assert ids == names


def run(address: str | None, examples: int, steps: int) -> None:
    class Here(Model):
        pass

    Here.address = address
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        Here,
        settings=settings(max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=quiet),
    )


def test_the_store_is_what_a_plain_model_says() -> None:
    run(None, 4, 10)


@pytest.mark.long
def test_the_store_is_what_a_plain_model_says_at_length(server: str) -> None:
    run(None, 40, 30)
    run(new_database(server), 20, 20)


def test_ten_edit_at_once(store: Store, folder: Path) -> None:
    """Each of ten edits one row of all, and adds rows of its own: nothing is lost, nothing stands twice."""
    ten_edit(store, folder, 2)


@pytest.mark.long
def test_ten_edit_at_once_at_length(store: Store, folder: Path) -> None:
    ten_edit(store, folder, 12)


def ten_edit(store: Store, folder: Path, each: int) -> None:
    store.import_folder(folder, "ada")
    shared = store.rows("small", "evidence.csv")[0].id
    made: list[str] = []
    wrong: list[BaseException] = []
    start = threading.Barrier(10)

    def work(name: str) -> None:
        try:
            start.wait()
            for turn in range(each):
                store.add_row("small", "evidence.csv", row_of(f"{name}-{turn}", "dee-tarn"), name)
                while not appended(store, shared, f"{name}.{turn}", name):
                    pass
                made.append(f"{name}-{turn}")
        except BaseException as why:  # whatever it is, it is shown below
            wrong.append(why)

    threads = [threading.Thread(target=work, args=(f"t{n}",)) for n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    ids = [r.values["id"] for r in store.rows("small", "evidence.csv")]
    assert sorted(ids) == sorted(["e1", "e2", *made])
    noted = store.row(shared).values["note"].split()
    assert sorted(noted) == sorted(m.replace("-", ".") for m in made)
    assert store.row(shared).version == 1 + len(made)
    numbers = [e.id for e in store.events(limit=1000, with_changes=False)]
    assert numbers == list(range(1 + 2 * len(made), 0, -1))
    assert store.check().sound
    assert ELECTORS.count("caucus") == 5


def appended(store: Store, row_id: int, word: str, who: str) -> bool:
    """Put a word at the end of the note of a row, from what it is now; False if somebody else was first."""
    row = store.row(row_id)
    try:
        store.change_row(row_id, {"note": f"{row.values['note']} {word}"}, row.version, who)
    except Conflict:
        return False
    return True
