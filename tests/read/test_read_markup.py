"""Labels written into a text: offsets to the letter, and each fault named with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whipcount.errors import InputError
from whipcount.read.markup import main, take_apart

HEAD = "date: 2031-03-18\ncountry: Ireland\n---\n"
GOOD = (
    HEAD
    + "Over.\n\n[[Hale is finished]]{prediction: Ada Hale | falls | - @ moss's people ~ hedged}, [[say [[Moss's people]]"
    + "{membership: moss's people | harbour wing ?}]]{position: camp:Ivan Moss | opposes | Ada Hale}{headcount: Ada Hale | - | 12}.\n"
)


def test_a_marked_text_comes_apart():
    marked = take_apart(GOOD)
    assert marked.heading == {"date": "2031-03-18", "country": "Ireland"}
    assert marked.text == "Over.\n\nHale is finished, say Moss's people.\n"
    first, *rest = marked.claims
    assert (first.kind, first.quote, first.speaker, first.modality) == (
        "prediction",
        "Hale is finished",
        "moss's people",
        "hedged",
    )
    assert dict(first.own) == {"subject": "Ada Hale", "outcome": "falls", "by": None}
    assert [(c.kind, c.quote, c.optional) for c in rest] == [
        ("position", "say Moss's people", False),
        ("headcount", "say Moss's people", False),
        ("membership", "Moss's people", True),
    ]


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ("a [[b", None, "never closed"),
        ("a\nb]]{event: a | b | -}", 4 + 1, "without [["),
        ("[[a]]{rumour: a | b}", 4, "no kind"),
        ("[[a]]{position: a | likes | b}", 4, "stance is 'likes'"),
        ("[[a]]{candidacy: a | b | c}", 4, "3 fields"),
        ("[[a]]{prediction: a | explodes | -}", 4, "outcome is 'explodes'"),
        ("[[a]]{headcount: a | b | -}", 4, "no amount"),
        ("[[a]]{event: a | b | - ~ maybe}", 4, "modality is 'maybe'"),
        ("[[ ]]{event: a | b | -}", 4, "an empty passage"),
        ("a {b} c", None, "stray"),
    ],
)
def test_each_fault_is_named_with_its_line(body, line, said):
    with pytest.raises(InputError) as caught:
        take_apart(HEAD + body, "a.txt")
    problem = next(p for p in caught.value.problems if said in str(p))
    assert line is None or problem.line == line


def test_a_text_without_heading_is_refused():
    with pytest.raises(InputError, match="no heading"):
        take_apart("Only text.")


@given(st.text(alphabet="ab[]{}|:@~?-\n ", max_size=60))
def test_whatever_is_written_is_taken_apart_or_refused(body):
    try:
        marked = take_apart(HEAD + body)
    except InputError:
        return
    for claim in marked.claims:
        assert marked.text[claim.start : claim.end] == claim.quote


def test_the_checker_counts_and_names_faults(tmp_path, capsys):
    (tmp_path / "a.txt").write_text(GOOD, "utf-8")
    (tmp_path / "b.txt").write_text(HEAD + "[[a", "utf-8")
    assert main([str(tmp_path / "a.txt")]) == 0
    assert "1 commentaries, 4 claims" in capsys.readouterr().out
    assert main([str(tmp_path / "a.txt"), str(tmp_path / "b.txt")]) == 1
    assert "b.txt" in capsys.readouterr().err
