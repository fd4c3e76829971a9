"""Headcounts of contests: the laws that hold whatever the evidence, what evidence does, and what hostile input gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import whipcount
from whipcount.contest import Contest, Elector, Evidence, Question, load
from whipcount.contest.amounts import parse_amount
from whipcount.errors import UsageError
from whipcount.headcount import headcount, influences, reliability, weights_without
from whipcount.headcount.model import infer
from whipcount.headcount.result import Headcount
from whipcount.headcount.statements import statements
from whipcount.headcount.totals import total_statements

CONTESTS = Path(whipcount.__file__).parent / "library" / "contests"
DAY = date(2020, 6, 1)
NAMES = ("Ann", "Bob", "Cay")
QUESTION = Question(id="leader", asks="Who?", kind="election", section="mps", opens=DAY, due=DAY)


@cache
def contest(name: str, day: str) -> Contest:
    return load(CONTESTS / name).as_of(date.fromisoformat(day))


@cache
def counted(name: str, question: str, section: str, day: str) -> Headcount:
    seen = contest(name, day)
    return headcount(seen, seen.question(question), section, draws=8000)


def says(number: int, who: int, option: str, **more: object) -> Evidence:
    row: dict[str, object] = {
        "id": f"e{number:03}", "known": DAY, "question": "leader", "section": "mps", "kind": "report", "by": f"reporter {number}",
        "source_kind": "named report", "elector": f"m{who}", "stance": "supports", "option": (option,) if option else (),
        "source": ("recall",), "confidence": "low",
    }  # fmt: skip
    return Evidence.model_validate(row | more)


def total(number: int, option: str, amount: str, **more: object) -> Evidence:
    return says(number, 0, option, kind="total", elector=None, stance=None, amount=parse_amount(amount), **more)


def count_of(
    rows: Sequence[Evidence], electors: int = 12, names: tuple[str, ...] = NAMES, *, draws: int = 8000, seed: int = 1
) -> Headcount:
    roll = tuple(Elector.model_construct(id=f"m{i}", name=f"Member {i}", section="mps") for i in range(electors))
    groups: list[tuple[str, ...]] = [()] * electors
    pairs = [(r, 1.0) for r in rows]
    return infer(QUESTION, "mps", DAY, names, roll, pairs, groups, seed=seed, draws=draws, table=reliability())


def chance(count: Headcount, elector: int, option: str) -> float:
    return float(count.probabilities[elector, count.options.index(option)])


def test_more_said_for_an_option_makes_it_no_less_likely_for_that_elector() -> None:
    rows = [says(1, 0, "Ann"), says(2, 1, "Bob"), says(3, 2, "Ann", source_kind="rival")]
    for kind in ("rival", "named report", "own words"):
        more = [*rows, says(9, 2, "Ann", source_kind=kind)]
        assert chance(count_of(more), 2, "Ann") > chance(count_of(rows), 2, "Ann") - 0.02


def test_a_better_source_tells_more_and_a_soft_word_less() -> None:
    own = chance(count_of([says(1, 0, "Cay", source_kind="own words")]), 0, "Cay")
    rival = chance(count_of([says(1, 0, "Cay", source_kind="rival")]), 0, "Cay")
    soft = chance(count_of([says(1, 0, "Cay", source_kind="rival", firmness="leaning")]), 0, "Cay")
    assert own > rival + 0.05 > soft + 0.1


def test_what_is_old_tells_less() -> None:
    old = says(1, 0, "Cay", known=DAY - timedelta(days=400))
    assert chance(count_of([old]), 0, "Cay") < chance(count_of([says(1, 0, "Cay")]), 0, "Cay") - 0.1


def test_names_of_options_do_not_matter() -> None:
    rows = [says(i, i, NAMES[i % 2]) for i in range(5)] + [total(9, "Ann", "at least 6")]
    other = {"Ann": "Bob", "Bob": "Cay", "Cay": "Ann"}
    renamed = [r.model_copy(update={"option": (other[r.option[0]],)}) for r in rows]
    one, two = count_of(rows, draws=20_000), count_of(renamed, draws=20_000)
    for name in NAMES:
        assert one.for_option(name).mean() == pytest.approx(two.for_option(other[name]).mean(), abs=0.25)


def test_nobody_falls_below_what_is_declared_by_much_however_popular_others_are() -> None:
    rows = [says(i, i, "Ann" if i < 12 else "Bob", source_kind="own words") for i in range(14)]
    found = count_of(rows, electors=16)
    assert chance(found, 13, "Bob") > 0.8


def test_a_list_of_one_sides_names_says_little_of_the_others() -> None:
    def others(rows: list[Evidence]) -> float:
        return chance(count_of([*rows, says(20, 10, "Bob"), says(21, 11, "", stance="undecided")]), 11, "Ann")

    listed = others([says(i, i, "Ann", by="one list") for i in range(9)])
    apart = others([says(i, i, "Ann") for i in range(9)])
    assert listed < apart - 0.05


def test_totals_pull_towards_what_they_say() -> None:
    rows = [says(i, i, NAMES[i % 2]) for i in range(4)]
    plain = count_of(rows).for_option("Ann").mean()
    assert count_of([*rows, total(9, "Ann", "10")]).for_option("Ann").mean() > plain + 0.5
    assert count_of([*rows, total(9, "Ann", "fewer than 3")]).for_option("Ann").mean() < plain - 0.5
    assert count_of([*rows, total(9, "against Ann", "majority")]).for_option("Ann").mean() < plain
    assert count_of([*rows, total(9, "Ann", "behind")]).for_option("Ann").mean() < plain


def test_words_about_a_movement_are_set_aside() -> None:
    found = count_of([says(1, 0, "Ann"), total(2, "Ann", "growing")])
    assert [r.id for r in found.set_aside] == ["e002"]


def test_one_voice_counts_once() -> None:
    once = [says(1, 0, "Ann", by="Zed")]
    twice = [*once, says(2, 0, "Ann", by="Zed")]
    story = [says(1, 0, "Ann", story="s"), says(2, 0, "Ann", story="s")]
    for rows in (twice, story):
        assert len(count_of(rows).statements) == 1
    assert (count_of(once).draws.totals == count_of([says(1, 0, "Ann", by="Zed")]).draws.totals).all()


def test_a_later_word_takes_the_place_of_an_earlier_one_and_undecided_ends_it() -> None:
    first = says(1, 0, "Ann", source_kind="own words", known=DAY - timedelta(days=5))
    changed = says(2, 0, "Bob", source_kind="own words")
    open_ = says(3, 0, "", source_kind="own words", stance="undecided")
    assert chance(count_of([first, changed]), 0, "Bob") > 0.75
    undecided = count_of([first, open_])
    assert chance(undecided, 0, "Ann") < chance(count_of([first]), 0, "Ann") - 0.2
    assert undecided.standings[0].p_open > 0.5 > count_of([first]).standings[0].p_open


def test_silence_and_will_not_say_weigh_neither_way() -> None:
    quiet = says(5, 3, "", stance="will not say", source_kind="own words")
    rows = [says(1, 0, "Ann"), says(2, 1, "Bob")]
    assert (count_of(rows).draws.totals == count_of([*rows, quiet]).draws.totals).all()


def test_a_number_that_counts_a_list_counts_once() -> None:
    rows = [(says(i, i, "Ann", story="list"), 1.0) for i in range(3)]
    counted_ = (total(9, "Ann", "3", story="list"), 1.0)
    table = reliability()
    assert total_statements([*rows, counted_], QUESTION, NAMES, 12, DAY, table) == ()
    assert len(statements([r for r in rows], QUESTION, NAMES, count_of([]).roll, DAY, table)) == 3  # noqa: C416


def test_what_becomes_known_later_changes_nothing() -> None:
    whole = load(CONTESTS / "nz-labour-2013")
    day = date(2013, 9, 5)
    early = replace(whole, evidence=tuple(e for e in whole.evidence if e.known <= day), result=None)
    one, two = (headcount(c.as_of(day), c.as_of(day).question("leader"), "caucus", draws=400) for c in (whole, early))
    assert (one.draws.positions == two.draws.positions).all()


def test_every_number_adds_up_to_the_roll() -> None:
    found = counted("nz-labour-2013", "leader", "caucus", "2013-09-10")
    assert (found.draws.totals.sum(axis=1) == 34).all()
    assert np.allclose(found.probabilities.sum(axis=1), 1)
    assert sum(s.mean for s in found.support) == pytest.approx(34, abs=0.01)
    assert found.converged
    assert found.to_json()["electors"] == 34
    assert [row["option"] for row in found.table()] == list(found.options)


def test_many_totals_are_counted_in_one_go() -> None:
    found = counted("uk-labour-2010", "leader", "mps", "2010-09-24")
    assert len(found.totals) >= 10
    assert found.effective > 400
    assert all(c.rhat < 1.02 for c in found.convergence)


def test_support_for_somebody_who_left_goes_to_whom_he_backs() -> None:
    found = counted("nz-labour-2011", "leader", "caucus", "2011-12-12")
    assert found.for_option("David Shearer").mean() > 17
    assert any(r.question.endswith("David Parker") for r, _ in found.basis.rows)


def test_influence_agrees_with_running_again() -> None:
    seen = contest("nz-labour-2012", "2012-11-19")
    question = seen.question("february")
    found = headcount(seen, question, "caucus")
    for one in influences(found, "for", found.for_option("for").astype(float))[:4]:
        rest = replace(seen, evidence=tuple(e for e in seen.evidence if e.id != one.row.id))
        again = headcount(rest, question, "caucus", seed=2)
        true = float(found.for_option("for").mean() - again.for_option("for").mean())
        # A tenth of the effect, and the noise of two runs.
        assert one.rough or abs(one.effect - true) < 0.1 * abs(true) + 0.05
        assert one.table()["id"] == one.row.id


def test_weights_without_cover_every_row_that_was_used() -> None:
    found = counted("nz-labour-2013", "leader", "caucus", "2013-09-10")
    weights = weights_without(found)
    assert set(weights) == {s.row.id for s in found.statements} | {t.row.id for t in found.totals}
    assert all(w.shape == (8000,) and (w > 0).all() for w in weights.values())


@pytest.mark.parametrize(
    ("options", "what"),
    [({"draws": 5}, "too few"), ({"section": "nobody"}, "no electors"), ({"section": None}, "section")],
)
def test_a_question_that_makes_no_sense_gets_a_plain_answer(options: dict[str, object], what: str) -> None:
    seen = contest("nz-labour-2013", "2013-09-10")
    arguments: dict[str, object] = {"section": "caucus"} | options
    with pytest.raises(UsageError, match=what):
        headcount(seen, seen.question("leader"), **arguments)  # type: ignore[arg-type]


def test_a_contest_without_a_date_is_refused() -> None:
    whole = load(CONTESTS / "nz-labour-2013")
    with pytest.raises(UsageError, match="as of a date"):
        headcount(whole, whole.question("leader"), "caucus")


def test_no_evidence_at_all_and_a_single_elector() -> None:
    assert count_of([], draws=400).draws.totals.sum() == 12 * 400
    assert count_of([says(1, 0, "Ann")], electors=1, draws=400).for_option("Ann").mean() > 0.5


def test_evidence_about_strangers_and_other_options_is_set_aside() -> None:
    found = count_of([says(1, 99, "Ann"), says(2, 0, "Zoe"), total(3, "Zoe", "4"), total(4, "Ann + Bob + Cay", "4")])
    assert {r.id for r in found.set_aside} == {"e001", "e002", "e003", "e004"}


def test_impossible_and_contradictory_totals_do_no_harm() -> None:
    rows = [total(i, "Ann", text) for i, text in enumerate(["500", "none", "majority", "minority", "pivotal", "small"])]
    found = count_of([*rows, *(total(20 + i, "Bob", "12", story=str(i)) for i in range(40))])
    assert np.isfinite(found.probabilities).all()
    assert found.for_option("Bob").mean() > 8
