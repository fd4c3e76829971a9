"""What changed, and for whom: nothing between a version and itself, and something for every change of a rule."""

from __future__ import annotations

import copy
from itertools import pairwise
from typing import Any

import pytest
from rulebook_trees import CLAUSES, version

from whipcount.errors import NotFound
from whipcount.rules import Version, difference, find, load, names


def of(tree: dict[str, Any]) -> Version:
    return Version.model_validate(tree)


@pytest.mark.parametrize("name", names())
def test_nothing_differs_from_itself(name: str) -> None:
    versions = load(name).versions
    for each in versions:
        assert difference(each, each).changes == ()
    for old, new in pairwise(versions):
        found = difference(old, new)
        assert found.changes
        for change in found.changes:
            assert change.was is not None or change.now is not None
            assert change.was is None or change.sources_was
            assert change.now is None or change.sources_now


def test_renamed_clauses_and_bodies_are_no_change() -> None:
    tree = version()
    renamed = copy.deepcopy(tree)
    for clause in renamed["clauses"]:
        if clause["kind"] in {"candidate", "electorate"}:
            clause["id"] = f"new-{clause['id']}"
        clause["note"] = "put otherwise"
        clause["source"] = ["https://example.org/elsewhere"]
    assert difference(of(tree), of(renamed)).changes == ()


@pytest.mark.parametrize(
    ("kind", "path", "value", "topic"),
    [
        ("keeps", ("keeps", "share"), "2/3", "removing the leader"),
        ("keeps", ("keeps", "plus"), 0, "removing the leader"),
        ("keeps", ("secret",), False, "removing the leader"),
        ("keeps", ("moved_by", "share"), "1/3", "removing the leader"),
        ("keeps", ("immunity_months",), 6, "removing the leader"),
        ("petition", ("needs", "share"), "1/4", "forcing a contest"),
        ("nomination", ("needs", "all", 0, "needs", "share"), "1/5", "getting on the paper"),
        ("nomination", ("incumbent",), "may not stand", "getting on the paper"),
        ("candidate", ("must_be",), "a member", "getting on the paper"),
        ("field", ("rounds", "floors", 0, "needs", "share"), "1/10", "how it is counted"),
        ("field", ("ties",), ["lot"], "how it is counted"),
        ("college", ("paper",), "single", "how it is counted"),
        ("electorate", ("joined_months_before",), 3, "who may vote"),
        ("points", ("units", "cap"), None, "how it is counted"),
    ],
)
def test_a_changed_rule_is_told_under_its_topic(kind: str, path: tuple[Any, ...], value: Any, topic: str) -> None:
    tree = version()
    changed = copy.deepcopy(tree)
    here = changed["clauses"][list(CLAUSES).index(kind)]
    for part in path[:-1]:
        here = here[part]
    here[path[-1]] = value
    found = difference(of(tree), of(changed)).changes
    assert [change.topic for change in found] == [topic]
    assert found[0].was != found[0].now
    back = difference(of(changed), of(tree)).changes
    assert [(c.was, c.now) for c in back] == [(c.now, c.was) for c in found]


def test_weights_are_told_as_who_chooses() -> None:
    tree = version()
    changed = copy.deepcopy(tree)
    changed["clauses"][list(CLAUSES).index("college")]["sections"] = [{"body": "members", "weight": "1"}]
    (who, *_) = difference(of(tree), of(changed)).changes
    assert who.topic == "who chooses"
    assert "the caucus, who no longer have the last word" in who.matters_for
    assert "the members of the party, whose weight rises from 60 per cent to the whole" in who.matters_for


def test_what_the_conference_of_2012_did() -> None:
    old, new = find("nz-labour@2012-11-01").version, find("nz-labour@2012-12-01").version
    found = difference(old, new, {"caucus": 34})
    first, worth = found.about("who chooses")
    assert first.was == "the caucus alone"
    assert "the caucus (40 per cent)" in (first.now or "")
    assert "the members of the party, who get a vote" in first.matters_for
    assert "the affiliated unions, who get a vote" in first.matters_for
    assert (worth.was or "").startswith("2.94 per cent")
    assert (worth.now or "").startswith("1.18 per cent")
    sixty = found.about("removing the leader")[0]
    assert "of 34: 18 to keep the leader, 17 to remove" in (sixty.was or "")
    assert "of 34: 22 to keep the leader, 13 to remove" in (sixty.now or "")
    assert "by other readings 21 and 14" in (sixty.now or "")
    assert "the leader, who needs more" in sixty.matters_for
    assert any("minority" in who for who in sixty.matters_for)
    topics = [change.topic for change in found.changes]
    assert topics[0] == "who chooses"
    assert topics == sorted(topics, key=topics.index)


def test_in_words_where_no_number_is_given() -> None:
    found = difference(find("nz-labour@2012-11-01").version, find("nz-labour@2012-12-01").version)
    told = " ".join(f"{c.was} {c.now}" for c in found.changes)
    assert "at least three fifths plus one of the whole caucus" in told
    assert "of 34" not in told


def test_a_bare_number_is_of_the_body_known_by_name_on_both_sides() -> None:
    bare = difference(find("nz-labour@2012-11-01").version, find("nz-labour@2012-12-01").version, 34)
    named = difference(find("nz-labour@2012-11-01").version, find("nz-labour@2012-12-01").version, {"caucus": 34})
    assert bare == named


def test_an_unknown_body_is_named() -> None:
    with pytest.raises(NotFound, match="caucas"):
        difference(find("av").version, find("plurality").version, {"caucas": 3})


def test_two_rulebooks_of_different_parties() -> None:
    found = difference(find("uk-conservatives@2005-10-01").version, find("uk-labour@2010-06-01").version)
    assert found.about("who chooses")
    assert found.to_json()["changes"]


def test_a_stage_put_before_the_others_is_told() -> None:
    (who, *_) = difference(find("nz-labour@2013-01-01").version, find("nz-labour@2022-01-01").version).changes
    assert "the caucus, who now have the first say" in who.matters_for
