"""Whatever a rulebook holds is said: each field of each kind of clause is changed, and the explanation must change."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, get_args

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError
from rulebook_trees import CLAUSES, version

from whipcount.rules import Version, explain, find, load, names
from whipcount.rules import language as lang
from whipcount.rules.clauses import AnyClause, Body
from whipcount.rules.explain import explain_clause
from whipcount.rules.words import names_of

ADAPTER: TypeAdapter[Any] = TypeAdapter(AnyClause)
KINDS = get_args(get_args(AnyClause)[0])
PIECES = (lang.Threshold, lang.Reading, lang.Route, lang.Section, lang.Units, lang.Floor, lang.Rounds, lang.Marks)


def literals(annotation: Any) -> Iterator[Any]:
    for part in get_args(annotation):
        if isinstance(part, str | int):
            yield part
        else:
            yield from literals(part)


WORDS = {w for model in (*KINDS, *PIECES, Body) for f in model.model_fields.values() for w in literals(f.annotation)}
POOL: list[Any] = [
    *sorted(map(str, WORDS)),
    "zzz",
    "members",
    "college",
    1,
    2,
    7,
    "1/7",
    True,
    False,
    None,
    ["zzz"],
    [],
    ["lot"],
]


def leaves(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        yield from leaves(value, (*path, key))


def put(tree: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(tree)
    here = changed
    for part in path[:-1]:
        here = here[part]
    here[path[-1]] = value
    return changed


def owner(model: Any, path: tuple[Any, ...]) -> tuple[type[BaseModel], str] | None:
    """The model and the field that the last part of a path is of."""
    for part in path[:-1]:
        model = (
            model[part]
            if isinstance(part, int) or isinstance(model, dict)
            else getattr(model, "since" if part == "from" else part)
        )
    return (type(model), path[-1]) if isinstance(model, BaseModel) else None


def said(clause: Any) -> Any:
    return explain_clause(clause, names_of(Version.model_validate(version())))


def changes(tree: Any, adapter: TypeAdapter[Any]) -> Iterator[tuple[Any, tuple[Any, ...], Any]]:
    """(original, path, changed) for every change of one value that is still valid and means something else."""
    whole = adapter.validate_python(tree)
    for path in leaves(tree):
        for value in POOL:
            try:
                other = adapter.validate_python(put(tree, path, value))
            except ValidationError:
                continue
            if other != whole:
                yield whole, path, other


@pytest.mark.parametrize("key", CLAUSES)
def test_every_change_of_a_clause_is_said(key: str) -> None:
    for whole, path, other in changes(CLAUSES[key], ADAPTER):
        # The id tells clauses apart; the heading carries it beside the text.
        assert said(whole) != said(other), (key, path, other)
        if path != ("id",) and path[0] not in {"source", "confidence"} and path[-1] not in {"source"}:
            a, b = said(whole), said(other)
            assert (a.heading, a.text) != (b.heading, b.text), (key, path)


def test_weights_are_said() -> None:
    halves = {
        **CLAUSES["college"],
        "sections": [{"body": "caucus", "weight": "1/2"}, {"body": "members", "weight": "1/2"}],
    }
    assert said(ADAPTER.validate_python(halves)) != said(ADAPTER.validate_python(CLAUSES["college"]))


CONTAINERS = {"sections", "wins", "rounds", "floors", "marks", "needs", "readings", "keeps", "removes", "all", "any"}
"""Fields that hold further records; what is in them is changed."""


def test_that_no_field_was_left_out() -> None:
    changed = {owner(whole, path) for tree in CLAUSES.values() for whole, path, _ in changes(tree, ADAPTER)}
    assert {
        (model, name) for model in (*KINDS, *PIECES) for name in model.model_fields if name not in CONTAINERS
    } - changed == {
        # Weights sum to one, so that one alone can't change (tested above); `kind` picks the model.
        (lang.Section, "weight"),
        *((model, "kind") for model in KINDS),
        # A count, where a share could be, is in a threshold of another tree; a reading is a threshold.
        (lang.Reading, "count"),
    }


def test_every_change_of_a_version_is_said() -> None:
    adapter = TypeAdapter(Version)
    base = version()
    for path, value in [
        (("from",), None),
        (("from",), "2013-01-01"),
        (("label",), "other"),
        (("summary",), "Other."),
        (("governed",), []),
        (("note",), None),
        (("bodies", "caucus", "name"), "the party room"),
        (("bodies", "caucus", "known"), "by poll"),
    ]:
        a, b = adapter.validate_python(base), adapter.validate_python(put(base, path, value))
        assert explain(a)[0] != explain(b)[0], path
    assert set(Version.model_fields) == {
        "since",
        "label",
        "summary",
        "bodies",
        "clauses",
        "governed",
        "note",
    }


@pytest.mark.parametrize("name", names())
def test_shipped_rulebooks_are_explained_in_clean_sentences(name: str) -> None:
    for each in load(name).versions:
        paragraphs = explain(each)
        assert [p.clause for p in paragraphs[1:]] == [c.id for c in each.clauses]
        for paragraph in paragraphs:
            assert paragraph.text
            assert paragraph.text[-1] in ".!?)'"
            for fault in ("  ", " ,", "..", "None", "Fraction", " the the ", " of of "):
                assert fault not in paragraph.text.replace("...", ""), (paragraph.clause, fault, paragraph.text)


def test_an_explanation_reads_as_one_would_write_it() -> None:
    told = {p.clause: p.text for p in explain(find("nz-labour@2012-12-01").version)}
    assert told["sixty-percent"].startswith(
        "A vote of confidence in the leader is put to the caucus within three months after each general election"
    )
    assert "To win it, the leader needs at least three fifths plus one of the whole caucus." in told["sixty-percent"]
    assert "the caucus for 40 per cent of the result, the members of the party for 40 per cent and" in told["college"]
    assert "It is carried by more than half of the whole caucus." in told["caucus-majority"]


def test_shares_and_dates_in_words() -> None:
    from whipcount.rules import words

    assert [words.share(Fraction(x)) for x in ("1/2", "3/5", "1/3", "1/8", "3/20", "5/13", "1", "1/10")] == [
        *("half", "three fifths", "a third", "12.5 per cent", "15 per cent", "5/13", "all", "a tenth")
    ]
    assert [words.ordinal(n) for n in (1, 2, 11, 21, 112)] == ["first", "second", "11th", "21st", "112th"]
    assert words.day(dt.date(2012, 11, 17)) == "17 November 2012"
    assert words.listed(["a"]) == "a"
    assert words.listed(["a", "b", "c"], "or") == "a, b or c"
    assert words.with_article("caucus") == "the caucus"
    assert words.with_article("members of the party") == "members of the party"
    assert words.some(1, "Labour MPs") == "one of the Labour MPs"
