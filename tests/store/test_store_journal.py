"""The journal: who, when, before and after; undo; and that nobody can improve the past."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from store_making import ARTICLE, CLAIMS, EVIDENCE, bytes_of, row_of

from whipcount.errors import ContestError, NotFound, UsageError, WhipcountError
from whipcount.store import Conflict, Store, open_store


def test_every_change_says_who_when_before_and_after(store: Store, folder: Path) -> None:
    start = datetime.now(UTC)
    store.import_folder(folder, "ada")
    row = store.rows("small", "evidence.csv")[0]
    store.change_row(row.id, {"note": "new"}, row.version, "ben")
    last, first = store.events("small")
    assert (first.who, first.action, last.who, last.action) == ("ada", "import", "ben", "change")
    assert start <= first.at <= last.at <= datetime.now(UTC)
    (change,) = last.changes
    assert change.before is not None
    assert change.after is not None
    assert change.before["raw"] + "new" == change.after["raw"]
    assert store.events(since=datetime.now(UTC) + timedelta(hours=1)) == []
    assert [e.id for e in store.events(before=last.id)] == [first.id]
    assert store.events(limit=1)[0] == last


def test_undo_of_undo_and_its_refusals(store: Store, folder: Path) -> None:
    store.import_folder(folder, "ada")
    row = store.rows("small", "evidence.csv")[0]
    changed = store.change_row(row.id, {"note": "one"}, row.version, "ada")
    first = store.events()[0].id
    store.change_row(row.id, {"note": "two"}, changed.version, "ben")
    with pytest.raises(Conflict, match="later changes stand"):
        store.undo(first, "ada")
    second = store.events()[0].id
    undone = store.undo(second, "ada")
    assert undone.undoes == second
    assert store.event(second).undone_by == undone.id
    assert store.row(row.id).values["note"] == "one"
    with pytest.raises(Conflict, match="already"):
        store.undo(second, "ada")
    store.undo(undone.id, "ada")
    assert store.row(row.id).values["note"] == "two"
    assert store.row(row.id).version == changed.version + 3
    with pytest.raises(NotFound):
        store.undo(999, "ada")
    assert store.check().sound


def test_undo_of_an_import_takes_the_contest_away_and_brings_it_back(store: Store, folder: Path) -> None:
    store.import_folder(folder, "ada")
    taken = store.undo(1, "ada")
    assert store.contests() == []
    with pytest.raises(NotFound):
        store.files("small")
    assert store.check().sound
    store.undo(taken.id, "ada")
    assert store.files("small") == bytes_of(folder)
    assert store.contest("small").id == "small"
    assert store.stored_contest("small").version == 3
    assert store.check().sound
    document = store.add_document(ARTICLE, who="ada", contest_id="small")
    with pytest.raises(Conflict):
        store.undo(1, "ada")
    with pytest.raises(Conflict):
        store.undo(3, "ada")
    store.add_claims(document.id, CLAIMS, "ada")
    with pytest.raises(Conflict):
        store.undo(4, "ada")
    store.undo(5, "ada")
    store.undo(4, "ada")
    store.undo(3, "ada")
    assert store.contests() == []
    assert store.check().sound


def test_undo_must_leave_a_valid_folder(store: Store, folder: Path) -> None:
    store.import_folder(folder, "ada")
    elector = {"id": "fay-vale", "name": "Fay Vale", "section": "caucus", "source": "recall", "confidence": "high"}
    store.add_row("small", "electors.csv", elector, "ada")
    added = store.events()[0].id
    store.add_row("small", "evidence.csv", row_of("e3", "fay-vale"), "ada")
    with pytest.raises(ContestError, match="there is no elector 'fay-vale'"):
        store.undo(added, "ada")
    assert store.contest("small").electors[-1].id == "fay-vale"
    assert store.check().sound


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("UPDATE journal SET who = 'eve' WHERE id = 2", "journal"),
        ("UPDATE journal_changes SET after = NULL WHERE event_id = 2", "journal"),
        ("DELETE FROM journal_changes WHERE event_id = 2", "journal"),
        ("DELETE FROM journal WHERE id = 1", "journal"),
        ("UPDATE lines SET raw = REPLACE(raw, 'supports', 'opposes') WHERE raw LIKE 'e1,%'", "replay"),
        ("UPDATE lines SET position = position + 9000 WHERE raw LIKE 'e1,%'", "replay"),
        ("DELETE FROM claims", "replay"),
        ("INSERT INTO files (contest_id, name, content, version) VALUES ('small', 'x', NULL, 1)", "replay"),
        ("UPDATE evidence SET stance = 'opposes' WHERE id = 'e1'", "tables"),
        ("DELETE FROM evidence WHERE id = 'e1'", "tables"),
        ("UPDATE texts SET text = 'X' || text", "quotes"),
        ("UPDATE claims SET quote = 'he never said it'", "quotes"),
        ("UPDATE contests SET title = 'Another'", "folders"),
        ("UPDATE lines SET raw = REPLACE(raw, 'ben-rook', 'nobody') WHERE raw LIKE 'e1,%'", "folders"),
        ("UPDATE ledger SET recorded = '2020-01-01T00:00:00Z'", "ledger"),
    ],
)
def test_check_finds_what_was_changed_behind_the_stores_back(
    store: Store, folder: Path, statement: str, check: str
) -> None:
    store.import_folder(folder, "ada")
    document = store.add_document(ARTICLE, who="ada", contest_id="small")
    store.add_claims(document.id, CLAIMS, "ada")
    store.record_predictions([{"entry": "prediction", "id": "p1", "says": "it"}], "ada")
    assert store.check().sound
    if statement.startswith("DELETE FROM journal "):
        store.database.write(lambda c: c.execute(text("DELETE FROM journal_changes WHERE event_id = 1")))
    store.database.write(lambda c: c.execute(text(statement)))
    found = store.check()
    assert not found.sound
    assert check in {f.check for f in found.found}
    assert found.to_json()["sound"] is False


def test_a_damaged_file_is_told(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "a.db"
    with open_store(path) as store:
        store.import_folder(folder, "ada")
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(path.read_bytes())
    at = data.rindex(b"e1,2024-03-02")
    data[at : at + 4] = b"\x00\x01\x02\x03"
    path.write_bytes(data)
    with open_store(path) as store:
        assert not store.check().sound
    path.write_bytes(b"this is no database at all, but a text of some length" * 100)
    with pytest.raises(WhipcountError):
        open_store(path)


def test_backup_while_it_is_in_use(store: Store, folder: Path, tmp_path: Path) -> None:
    store.import_folder(folder, "ada")
    seen = []

    def write_and_back_up(connection: object) -> None:
        seen.append(store.backup(tmp_path / "copy"))

    # Another transaction is open for writing while the copy is made.
    store.database.write(write_and_back_up)
    (made,) = seen
    if store.database.sqlite:
        with open_store(made) as copy:
            assert copy.check().sound
            assert copy.files("small") == store.files("small")
    else:
        assert made.read_bytes().startswith(b"PGDMP")
    with pytest.raises(UsageError, match="there already"):
        store.backup(made)
    assert sorted(p.name for p in tmp_path.iterdir() if "copy" in p.name and not p.name.startswith("copy-")) == ["copy"]


def test_tables_read_well_without_whipcount(store: Store, folder: Path) -> None:
    store.import_folder(folder, "ada")
    query = "SELECT elector_name, stance, known FROM evidence_now WHERE contest_id = 'small' ORDER BY id"
    rows = store.database.read(lambda c: [tuple(r) for r in c.execute(text(query))])
    assert rows == [("Ben Rook", "supports", "2024-03-02"), ("Cy Stone", "opposes", "2024-03-03")]
    for view in ("polls_now", "inbox", "history"):
        store.database.read(lambda c, view=view: c.execute(text(f"SELECT * FROM {view}")).all())
    assert EVIDENCE.count("\n") == 3


def test_an_undo_that_is_refused_shows_what_stands(store: Store, folder: Path) -> None:
    store.import_folder(folder, "ada")
    row = store.rows("small", "evidence.csv")[0]
    row = store.change_row(row.id, {"note": "one"}, row.version, "ada")
    event = store.events()[0].id
    theirs = store.change_row(row.id, {"note": "two"}, row.version, "ben")
    with pytest.raises(Conflict) as why:
        store.undo(event, "ada")
    assert why.value.theirs == theirs
    with pytest.raises(NotFound, match="smal"):
        store.rows("smal", "evidence.csv")
    with pytest.raises(NotFound, match=r"evidence\.csv"):
        store.rows("small", "evidence")
