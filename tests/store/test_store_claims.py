"""The inbox: documents, claims, and what is decided on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from store_making import ARTICLE, CLAIMS, bytes_of

from whipcount.errors import InputError, NotFound, UsageError
from whipcount.store import Conflict, Store, StoredClaim

DAY = date(2024, 3, 5)


@pytest.fixture
def claims(store: Store, folder: Path) -> list[StoredClaim]:
    store.import_folder(folder, "ada")
    document = store.add_document(
        ARTICLE, who="ada", source="https://example.org/a", outlet="The Gazette", published=DAY, contest_id="small"
    )
    return store.add_claims(document.id, CLAIMS, "reader")


def test_one_text_is_one_document(store: Store, folder: Path) -> None:
    store.import_folder(folder, "ada")
    first = store.add_document(ARTICLE, who="ada", contest_id="small")
    again = store.add_document(ARTICLE, who="ben", source="elsewhere", contest_id="small")
    assert (first.already, again.already) == (False, True)
    assert again.id == first.id
    assert store.add_document(ARTICLE, who="ben").id != first.id
    assert [d.id for d in store.documents("small", "new")] == [first.id]
    assert store.document(first.id).document.text == ARTICLE


def test_bytes_are_read_and_kept(store: Store) -> None:
    page = b"<html><body><p>" + ARTICLE.replace("\n", " ").encode() + b"</p></body></html>"
    document = store.add_document(page, who="ada", source="a.html", published=DAY)
    assert "Ben Rook said" in document.document.text
    assert "<p>" not in document.document.text
    assert document.document.date == DAY


@pytest.mark.parametrize("text", ["", " \n", "a\0b", "\ud800"])
def test_what_is_no_text_is_refused(store: Store, text: str) -> None:
    with pytest.raises(InputError):
        store.add_document(text, who="ada")
    with pytest.raises(NotFound):
        store.add_document("text", who="ada", contest_id="none")
    with pytest.raises(UsageError, match="say who"):
        store.add_document("text", who=" ")


def test_a_quote_that_is_not_there_is_refused(store: Store, claims: list[StoredClaim]) -> None:
    wrong = replace(CLAIMS[0], quote="Ben Rook said nothing")
    with pytest.raises(InputError, match="does not stand in the document"):
        store.add_claims(claims[0].document_id, [wrong], "reader")
    assert store.add_claims(claims[0].document_id, CLAIMS, "reader") == claims


def test_accepting_writes_a_row_once_and_undo_takes_both_back(
    store: Store, folder: Path, claims: list[StoredClaim]
) -> None:
    first = store.decide(claims[0].id, "accepted", claims[0].version, "ada")
    row = store.row(first.row_id or 0)
    assert row.values["elector"] == "ben-rook"
    assert row.values["stance"] == "supports"
    assert row.values["quote"] == CLAIMS[0].quote
    assert [e.quote for e in store.contest("small").evidence][-1] == CLAIMS[0].quote
    with pytest.raises(Conflict) as why:
        store.decide(claims[0].id, "rejected", claims[0].version, "ben")
    assert why.value.theirs == first
    accepted = store.events("small")[0]
    assert {c.entity for c in accepted.changes} >= {"claim", "line"}
    store.undo(accepted.id, "ben")
    assert store.claim(first.id).status == "open"
    assert store.claim(first.id).row_id is None
    assert store.files("small") == bytes_of(folder)
    again = store.decide(first.id, "accepted", store.claim(first.id).version, "ada")
    assert len(store.rows("small", "evidence.csv")) == 3
    back = store.decide(first.id, "rejected", again.version, "ada")
    assert back.row_id is None
    assert len(store.rows("small", "evidence.csv")) == 2
    assert store.check().sound


def test_what_has_no_row_is_accepted_and_says_why(store: Store, claims: list[StoredClaim]) -> None:
    event = store.decide(claims[3].id, "accepted", claims[3].version, "ada")
    assert (event.status, event.row_id) == ("accepted", None)
    assert "no row for a claim of kind event" in event.note


def test_a_mended_claim_says_what_it_was_mended_to(store: Store, claims: list[StoredClaim]) -> None:
    mended = store.decide(
        claims[2].id, "mended", claims[2].version, "ada", {"holder": "Eve Umber", "modality": "hedged"}
    )
    assert mended.status == "mended"
    row = store.row(mended.row_id or 0).values
    assert (row["elector"], row["firmness"]) == ("eve-umber", "leaning")
    before = store.events("small")[0].changes
    assert any(c.entity == "claim" and c.before and '"holder":"Dee Tarn"' in c.before["own"] for c in before)
    with pytest.raises(NotFound, match="colour"):
        store.decide(claims[1].id, "mended", claims[1].version, "ada", {"colour": "red"})
    with pytest.raises(InputError):
        store.decide(claims[1].id, "mended", claims[1].version, "ada", {"modality": "perhaps"})
    shorter = store.decide(claims[1].id, "mended", claims[1].version, "ada", {"end": claims[1].claim.end - 4})
    assert shorter.claim.quote == "Cy Stone is against"
    assert store.check().sound


def test_a_document_is_done_when_its_claims_are(store: Store, claims: list[StoredClaim]) -> None:
    document = store.document(claims[0].document_id)
    assert document.status == "read"
    for one in claims:
        store.decide(one.id, "rejected", one.version, "ada")
    assert store.document(document.id).status == "done"
    assert store.claims(contest_id="small", status="open") == []
    one = store.claim(claims[0].id)
    store.decide(one.id, "open", one.version, "ada")
    assert store.document(document.id).status == "read"


def test_a_row_that_is_removed_lets_go_of_its_claim(store: Store, claims: list[StoredClaim]) -> None:
    done = store.decide(claims[0].id, "accepted", claims[0].version, "ada")
    accepted = store.events("small")[0].id
    row = store.row(done.row_id or 0)
    store.remove_row(row.id, row.version, "ben")
    assert store.claim(done.id).row_id is None
    with pytest.raises(Conflict, match="later changes"):
        store.undo(accepted, "ada")
    store.undo(store.events("small")[0].id, "ada")
    assert store.claim(done.id).row_id == row.id
    assert store.check().sound


def test_a_document_needs_a_contest_and_a_day_before_it_counts(store: Store, folder: Path) -> None:
    store.import_folder(folder, "ada")
    document = store.add_document(ARTICLE, who="ada")
    claim = store.add_claims(document.id, CLAIMS, "reader")[0]
    with pytest.raises(UsageError, match="no contest"):
        store.decide(claim.id, "accepted", claim.version, "ada")
    document = store.document(document.id)
    document = store.change_document(document.id, document.version, "ada", contest_id="small")
    with pytest.raises(UsageError, match="day"):
        store.decide(claim.id, "accepted", claim.version, "ada")
    with pytest.raises(Conflict):
        store.change_document(document.id, document.version - 1, "ben", published=DAY)
    store.change_document(document.id, document.version, "ada", published=DAY)
    assert store.decide(claim.id, "accepted", claim.version, "ada").row_id
    assert store.check().sound
