"""Broken and hostile rulebooks: one clear message for each fault, on its line, and never anything but `RulebookError`."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rulebook_trees import CLAUSES, dump, rulebook, version

from whipcount.errors import RulebookError
from whipcount.plaintext import parse_yaml, validate
from whipcount.rules import Rulebook, difference, explain, load_file, needs


def read(text: str) -> Rulebook:
    data, lines = parse_yaml(text, "x.yaml", RulebookError)
    return validate(Rulebook, data, lines, RulebookError)


def problems(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(RulebookError) as caught:
        read(text)
    return [(p.line, p.what, p.mend) for p in caught.value.problems]


def broken(key: str, **changed: Any) -> str:
    """The whole tree with one clause changed, as YAML."""
    clauses = {**CLAUSES, key: {**CLAUSES[key], **changed}}
    members = {**CLAUSES["electorate"], "id": "member-electors", "body": "members"}
    return dump(rulebook(versions=[version(clauses=[*clauses.values(), members])]))


def line_of(text: str, clause: str, start: str) -> int:
    """The line of a key of a clause."""
    lines = text.splitlines()
    first = next(i for i, line in enumerate(lines) if line.strip() == f"- id: {clause}")
    return next(
        i for i, line in enumerate(lines[first:], first + 1) if line.removeprefix("  ").strip("- ").startswith(start)
    )


def test_the_tree_is_a_rulebook() -> None:
    assert read(dump(rulebook())).id == "everything"


@pytest.mark.parametrize(
    ("kind", "changed", "at", "says"),
    [
        (
            "college",
            {"paper": "folded"},
            "paper: folded",
            "ballot clause 'college': 'paper' is 'folded', which is not one",
        ),
        ("college", {"titel": "x"}, "titel: x", "ballot clause 'college': 'titel' means nothing here"),
        ("college", {"leaves": "two"}, "leaves: two", "'leaves' should be a whole number, but is not (it says 'two')"),
        ("college", {"leaves": 0}, "leaves: 0", "'leaves' is below 1, the least that makes sense (it says '0')"),
        ("college", {"title": False}, "title: false", "'title' should be text, but is yes or no"),
        ("college", {"title": None}, "title: null", "'title' should be text, but is nothing"),
        ("college", {"wins": 3}, "wins: 3", "'wins' should be a list, but is a whole number"),
        ("college", {"rounds": [1]}, "rounds:", "'rounds' should be a mapping, but is a list"),
        ("keeps", {"secret": 9}, "secret: 9", "confidence clause 'keeps': 'secret' should be yes or no"),
        ("keeps", {"confidence": "sure"}, "confidence: sure", "confidence clause 'keeps': 'confidence' is 'sure'"),
        ("keeps", {"keeps": {"share": "seven"}}, "share: seven", "'share' is no share (it says 'seven')"),
        ("keeps", {"keeps": {"share": "1/0"}}, "share: 1/0", "'share' is no share"),
        ("keeps", {"keeps": {"share": "140%"}}, "share: 140%", "'share' is a share above one"),
        ("keeps", {"keeps": {}}, "keeps: {}", "'keeps': a threshold has either a 'share' or a 'count'"),
        ("keeps", {"body": "cacus"}, "id: keeps", "confidence clause 'keeps': names a body 'cacus'"),
        ("vacancy", {"then": ["colege"]}, "then:", "vacancy clause 'vacancy': 'then' names 'colege'"),
        ("petition", {"calls": "nothing"}, "calls: nothing", "petition clause 'petition': 'calls' names 'nothing'"),
        (
            "nomination",
            {"opening": ["nowhere"]},
            "opening:",
            "nomination clause 'nomination': 'opening' names 'nowhere'",
        ),
        ("nomination", {"needs": {"all": []}}, "needs:", "'needs': a route is a 'body' with 'needs'"),
        ("text", {"id": "A B"}, "id: A B", "text clause 'A B': 'id' has a form that is not allowed"),
        ("text", {"kind": "txt"}, "kind: txt", "'kind' is 'txt', which is not one of the words allowed there"),
    ],
)
def test_a_fault_is_named_once_with_its_clause_and_line(kind: str, changed: dict[str, Any], at: str, says: str) -> None:
    text = broken(kind, **changed)
    found = problems(text)
    assert len(found) == 1, found
    line, what, mend = found[0]
    assert says in what
    assert what.startswith("version '2012-11-17', ")
    assert mend
    assert line == line_of(text, changed.get("id", kind), at)
    for phrase in ("Input should", "Value error", "pydantic", "Tuple", "validation"):
        assert phrase not in what + mend


def test_all_faults_of_a_version_are_told_at_once() -> None:
    text = (
        broken("vacancy", then=["colege"])
        .replace("body: branches", "body: branhces")
        .replace("calls: removes", "calls: remove")
    )
    assert len(problems(text)) == 3


def test_missing_clauses_are_asked_for() -> None:
    found = [what for _, what, _ in problems(dump(rulebook(versions=[version(clauses=[])])))]
    assert len(found) == 3
    assert all("is missing" in what for what in found)


def test_weights_that_do_not_sum_to_one() -> None:
    (found,) = problems(
        broken("college", sections=[{"body": "caucus", "weight": "2/5"}, {"body": "members", "weight": "2/5"}])
    )
    assert "sum to 4/5, not 1 (caucus 2/5 + members 2/5)" in found[1]


def test_versions_out_of_order() -> None:
    tree = rulebook(versions=[version(), version(**{"from": "2010-01-01"})])
    (found,) = problems(dump(tree))
    assert found[1] == "version '2010-01-01': is not later than the version before it (2012-11-17)"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("# only a comment\n", "is empty"),
        ("- a\n- b\n", "should be a mapping"),
        ("just text", "should be a mapping"),
        ("id: [", "is not YAML"),
        ("id: x\n\tname: y", "is not YAML"),
        ("a: b\n---\nc: d", "is not YAML"),
        ("a: &x [1]\nb: *x\n", "uses a YAML alias (*x)"),
        ("&a [*a]", "uses a YAML alias"),
        ("!!python/object/apply:os.system ['true']", "has a tag"),
        ("a: !!python/name:os.system x", "has a tag"),
        ("a: !!binary aGk=", "has a tag"),
        ("a: !mine 3", "has a tag"),
        ("a: !!set {x}", "has a tag"),
        ("a: 1\na: 2", "'a' stands twice"),
        ("? [a, b]\n: c", "has a key that is not plain text"),
        ("<<: {a: 1}", "means nothing here"),
        ('a: "\\e[31mred"', "holds a control character (U+001B)"),
        ('"\\e[31mred": a', "holds a control character"),
        ('a: "\\u202Egnp"', "holds a control character (U+202E)"),
        ("a: " + "9" * 5000, "cannot be read as a whole number"),
        ("a: 0x" + "f" * 5000, "cannot be read as a whole number"),
        ("a: !!int x", "cannot be read as a whole number"),
        ("a: !!bool x", "cannot be read as yes or no"),
        ("[" * 100_000, "is nested more than 40 deep"),
        ("{a: " * 100_000, "is nested more than 40 deep"),
        ("- " * 100_000, "is nested more than 40 deep"),
        ("? " * 100_000, "is nested more than 40 deep"),
        ("[" + "a," * 450_000 + "]", "holds more than 400,000 values"),
    ],
)
def test_hostile_yaml(text: str, says: str) -> None:
    found = problems(text)
    assert any(says in what for _, what, _ in found), found[:3]
    assert all(len(what) < 400 for _, what, _ in found)


def test_an_alias_bomb_is_refused_at_its_first_alias() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    (found,) = problems("\n".join(lines))
    assert found[0] == 2


@pytest.mark.parametrize(
    ("raw", "says", "line"),
    [
        (b"id: x\nname: caf\xe9\n", "is not in UTF-8: byte 0xe9", 2),
        (b"\x89PNG\r\n\x1a\n\0\0", "is not a text file in UTF-8", 3),
        (b"id: x\n\x1b[2J", "holds a control character (U+001B)", 2),
        (b"\xff\xfei\0d\0", "is not a text file in UTF-8", 1),
    ],
)
def test_files_that_are_no_text(tmp_path: Path, raw: bytes, says: str, line: int) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(raw)
    with pytest.raises(RulebookError) as caught:
        load_file(path)
    assert says in caught.value.problems[0].what
    assert caught.value.problems[0].line == line


def test_files_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (tmp_path, tmp_path / "none.yaml", Path("a\0b.yaml")):
        with pytest.raises(RulebookError):
            load_file(path)
    monkeypatch.setattr("whipcount.plaintext.MAX_BYTES", 100)
    (tmp_path / "big.yaml").write_text("a" * 101)
    with pytest.raises(RulebookError, match="too large"):
        load_file(tmp_path / "big.yaml")


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-10, 10**12)
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(
        ["caucus", "college", "1/2", "150%", "1/0", "more than", "2012-13-01", "2020-01-01", "vacancy", "ballot"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["body", "needs", "share", "any", "x"]), inner, max_size=3)
    ),
    max_leaves=4,
)


@st.composite
def mutants(draw: st.DrawFn) -> Any:
    """The whole tree with up to three places changed, dropped, doubled, or moved elsewhere."""
    tree: Any = rulebook()
    for _ in range(draw(st.integers(1, 3))):
        tree = copy.deepcopy(tree)
        places = [place for place in _places(tree) if place]
        place = draw(st.sampled_from(places))
        here = tree
        for part in place[:-1]:
            here = here[part]
        match draw(st.sampled_from(["set", "drop", "double", "copy"])):
            case "set":
                here[place[-1]] = draw(values)
            case "drop":
                del here[place[-1]]
            case "double" if isinstance(here, list):
                here.append(copy.deepcopy(here[place[-1]]))
            case _:
                other: Any = tree
                for part in draw(st.sampled_from(places)):
                    other = other[part]
                here[place[-1]] = copy.deepcopy(other)
        if not isinstance(tree, dict) or not tree:
            break
    return tree


def _places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [path, *(place for key, value in items for place in _places(value, (*path, key)))]


def attempt(text: str) -> tuple[Rulebook | None, str]:
    """The rulebook, or what is wrong; anything but a `RulebookError` gets through and fails the test."""
    try:
        return read(text), ""
    except RulebookError as wrong:
        return None, str(wrong)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(mutants())
def test_a_changed_tree_is_refused_or_works_in_full(tree: Any) -> None:
    book, wrong = attempt(dump(tree))
    if book is None:
        assert wrong
        for phrase in ("Input should", "Value error", "Tuple should"):
            assert phrase not in wrong
        return
    for each in book.versions:
        assert explain(each)
        assert needs(each).rows is not None
        assert needs(each, dict.fromkeys(each.bodies, 1)).rows is not None
        assert difference(each, each).changes == ()
    first, last = book.versions[0], book.versions[-1]
    difference(first, last)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda b: b.decode("latin-1")))
def test_any_text_is_refused_politely(text: str) -> None:
    book, wrong = attempt(text)
    assert (book is None) == bool(wrong)
