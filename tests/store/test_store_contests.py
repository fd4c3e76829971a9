"""Contests in and out of the store, and changes of their rows."""

from __future__ import annotations

from pathlib import Path

import pytest
from store_making import CONTEST, EVIDENCE, bytes_of, make_folder, row_of

from whipcount.contest import load, locate, names
from whipcount.errors import ContestError, NotFound, UsageError
from whipcount.store import Conflict, Store, open_store


@pytest.mark.parametrize("name", names())
def test_shipped_contests_round_trip_byte_for_byte(store: Store, name: str, tmp_path: Path) -> None:
    stored = store.import_folder(locate(name), "ada")
    store.export_folder(name, tmp_path / "out")
    assert bytes_of(tmp_path / "out") == bytes_of(locate(name))
    assert store.contest(name) == load(name)
    assert stored.rows["evidence.csv"] == len(load(name).evidence)
    assert store.check().found == ()


def test_untouched_rows_keep_their_bytes(store: Store, folder: Path) -> None:
    store.import_folder(folder, "ada")
    first, second = store.rows("small", "evidence.csv")
    changed = store.change_row(first.id, {"note": 'he said "yes", twice'}, first.version, "ada")
    assert changed.version == first.version + 1
    expected = EVIDENCE.replace(
        "https://example.org/1,high,\n", 'https://example.org/1,high,"he said ""yes"", twice"\n'
    )
    assert store.files("small")["evidence.csv"].decode() == expected
    assert store.row(second.id) == second
    store.remove_row(second.id, second.version, "ada")
    assert store.files("small")["evidence.csv"].decode() == expected[: expected.index("e2,")]
    assert store.check().sound


def test_a_change_is_seen_at_once_and_versions_rise(store: Store, folder: Path) -> None:
    store.import_folder(folder, "ada")
    versions = [store.version("small")]
    before = store.contest("small")
    row = store.add_row("small", "evidence.csv", row_of("e3", "dee-tarn"), "ada")
    versions.append(store.version("small"))
    assert [e.id for e in store.contest("small").evidence] == ["e1", "e2", "e3"]
    assert store.contest("small") is store.contest("small")
    store.remove_row(row.id, row.version, "ada")
    versions.append(store.version("small"))
    assert versions == sorted(set(versions))
    assert store.contest("small") == before
    assert store.files("small") == bytes_of(folder)


def test_edits_on_an_old_version_are_shown_both(store: Store, folder: Path) -> None:
    store.import_folder(folder, "ada")
    row = store.rows("small", "evidence.csv")[0]
    theirs = store.change_row(row.id, {"note": "mine"}, row.version, "ada")
    with pytest.raises(Conflict) as why:
        store.change_row(row.id, {"note": "yours"}, row.version, "ben")
    assert why.value.yours == {"note": "yours"}
    assert why.value.theirs == theirs
    with pytest.raises(Conflict):
        store.remove_row(row.id, row.version, "ben")
    store.remove_row(row.id, theirs.version, "ada")
    with pytest.raises(Conflict) as why:
        store.change_row(row.id, {"note": "yours"}, theirs.version, "ben")
    assert why.value.theirs is None
    with pytest.raises(NotFound):
        store.change_row(10**6, {"note": "yours"}, 1, "ben")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"elector": "nobody"}, "there is no elector 'nobody'"),
        ({"stance": "maybe"}, "'stance'"),
        ({"known": "soon"}, "'known'"),
        ({"id": "e2"}, "entered twice"),
        ({"colour": "red"}, "no column 'colour'"),
        ({"id": "#e1"}, "comment"),
        ({"note": "a\x00b"}, "no text can hold"),
        ({"note": "\ud800"}, "no text can hold"),
        ({"note": "a\x1bb"}, "control character"),
        ({"known": "2999-01-01"}, "future"),
    ],
)
def test_what_would_make_the_folder_invalid_does_not_stand(
    store: Store, folder: Path, values: dict[str, str], said: str
) -> None:
    store.import_folder(folder, "ada")
    row = store.rows("small", "evidence.csv")[0]
    version = store.version("small")
    with pytest.raises(ContestError, match=said) as why:
        store.change_row(row.id, values, row.version, "ada")
    assert all(p.mend for p in why.value.problems)
    with pytest.raises(ContestError):
        store.add_row("small", "evidence.csv", row_of("e9", "dee-tarn") | values, "ada")
    assert store.files("small") == bytes_of(folder)
    assert store.version("small") == version
    assert store.check().sound


def test_a_row_may_bring_a_column_or_a_table(store: Store, folder: Path) -> None:
    store.import_folder(folder, "ada")
    store.add_row("small", "evidence.csv", row_of("e3", "dee-tarn", quote="I am with her"), "ada")
    lines = store.files("small")["evidence.csv"].decode().splitlines()
    assert lines[0].endswith(",note,quote")
    assert lines[1:3] == EVIDENCE.splitlines()[1:3]
    added = store.add_row(
        "small", "facts.csv", {"topic": "room", "fact": "upstairs", "source": "recall", "confidence": "low"}, "a"
    )
    assert added.values["topic"] == "room"
    assert store.contest("small").facts[0].fact == "upstairs"
    assert store.check().sound
    for event in store.events()[:2]:
        store.undo(event.id, "ben")
    assert store.files("small") == bytes_of(folder)


def test_a_folder_that_differs_is_not_written_over_unasked(store: Store, folder: Path, tmp_path: Path) -> None:
    store.import_folder(folder, "ada")
    version = store.version("small")
    assert store.import_folder(folder, "ben").version == version
    rows = {r.values["id"]: r for r in store.rows("small", "evidence.csv")}
    other = make_folder(
        tmp_path / "b" / "small",
        evidence_csv=EVIDENCE.replace(
            "e2,", "e0,2024-03-02,vote,caucus,declaration,Eve Umber,own words,eve-umber,supports,Ada Quill,x,high,\ne2,"
        ),
    )
    (other / "notes.txt").write_bytes(b"\xff\x00 any bytes")
    with pytest.raises(UsageError, match=r"evidence\.csv, notes\.txt"):
        store.import_folder(other, "ben")
    store.import_folder(other, "ben", replace=True)
    assert store.files("small") == bytes_of(other)
    kept = {r.values["id"]: r for r in store.rows("small", "evidence.csv")}
    assert kept["e1"] == rows["e1"]
    assert kept["e2"] == rows["e2"]
    assert store.check().sound
    store.undo(store.events()[0].id, "ada")
    assert store.files("small") == bytes_of(folder)
    assert store.check().sound


def test_files_are_edited_with_their_version(store: Store, folder: Path) -> None:
    store.import_folder(folder, "ada")
    mine = next(f for f in store.file_list("small") if f.name == "contest.yaml")
    text = CONTEST.format(id="small").replace("our party", "your party")
    done = store.put_file("small", "contest.yaml", text.encode(), "ada", version=mine.version)
    assert store.stored_contest("small").name == "The leadership of your party"
    with pytest.raises(Conflict) as why:
        store.put_file("small", "contest.yaml", b"id: x", "ben", version=mine.version)
    assert why.value.theirs == done
    with pytest.raises(ContestError, match="is called 'small' here"):
        store.put_file(
            "small", "contest.yaml", text.replace("id: small", "id: other").encode(), "ada", version=done.version
        )
    with pytest.raises(ContestError):
        store.put_file("small", "polls.csv", b'poll,"known\nx', "ada")
    with pytest.raises(ContestError):
        store.put_file("small", "polls.csv", b"\xff\xfe", "ada")
    for name in ("../x", "/etc/x", "a/../../x", "", "a\\b", "a\0b"):
        with pytest.raises(UsageError):
            store.put_file("small", name, b"x", "ada")
    assert store.check().sound


def test_export_writes_over_nothing_unasked(lite: Store, folder: Path) -> None:
    lite.import_folder(folder, "ada")
    with pytest.raises(UsageError, match="not empty"):
        lite.export_folder("small", folder)
    lite.export_folder("small", folder, over=True)
    with pytest.raises(NotFound, match="smal"):
        lite.export_folder("smal", folder)


def test_a_store_is_opened_again_as_it_was(where: str, folder: Path) -> None:
    with open_store(where) as store:
        store.import_folder(folder, "ada")
        row = store.rows("small", "evidence.csv")[0]
        store.change_row(row.id, {"note": "x"}, row.version, "ada")
        files, events = store.files("small"), store.events()
    with open_store(where) as store:
        assert store.files("small") == files
        assert store.events() == events
        assert store.check().sound


@pytest.mark.parametrize(
    "address", ["mysql://h/d", "sqlite://", "sqlite:///:memory:", "http://", "no/such/folder/x.db"]
)
def test_an_address_that_no_store_can_have(address: str) -> None:
    with pytest.raises(UsageError):
        open_store(address)
