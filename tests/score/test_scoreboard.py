"""From contest folders to the board: what is gathered, how it is resolved, and that nothing is dropped."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whipcount.contest import load, names
from whipcount.errors import ContestError, UsageError
from whipcount.score import (
    REST,
    Gathered,
    Prediction,
    Resolution,
    answer,
    gather,
    hindcasts,
    offers,
    plain,
    predict,
    scoreboard,
)

VERDICTS = ("came true", "came false", "partly", "void", "unresolved")


def made(number: int, **more: object) -> Prediction:
    data: dict[str, object] = {
        "id": f"p{number}", "by": "A", "kind": "commentator", "contest": "c", "says": "x", "basis": "stated",
        "made": "2031-01-01", "source": ["s"],
    }  # fmt: skip
    return Prediction.model_validate(data | more)


def end(number: int, verdict: str, **more: object) -> Resolution:
    data: dict[str, object] = {"id": f"r{number}", "of": f"p{number}", "verdict": verdict, "why": "w", "source": ["s"]}
    return Resolution.model_validate(data | more)


@pytest.fixture(scope="module")
def everything() -> Gathered:
    found = Gathered()
    for name in names():
        found += gather(load(name))
    return found


def test_every_row_of_every_folder_is_kept(everything: Gathered) -> None:
    board = scoreboard(everything.predictions, everything.resolutions)
    rows = sum(len(load(name).predictions) for name in names())
    claims = [p for p in everything.predictions if p.basis in {"words", "stated"}]
    passed = [p for p in everything.passed_over if "as well" in p]
    assert len(claims) + len(passed) == rows
    counted = sum(sum(row.verdicts.values()) + row.reports for row in board.rows)
    assert counted == len(everything.predictions) == len(everything.resolutions)
    assert all(sum(row.verdicts[v] for row in board.rows) > 0 for v in VERDICTS)


def test_entries_of_folders_are_fit_for_a_ledger(everything: Gathered) -> None:
    from whipcount.score import parse

    ids = [p.id for p in everything.predictions] + [r.id for r in everything.resolutions]
    assert len(ids) == len(set(ids))
    for entry in (*everything.predictions, *everything.resolutions):
        assert parse(json.loads(json.dumps(plain(entry)))) == entry


def test_the_conditional_and_dated_predictions_of_november_2012() -> None:
    found = gather(load("nz-labour-2012"))
    one = next(p for p in found.predictions if p.id.endswith("nbr-2012-11-20-03"))
    assert one.condition is not None
    assert (one.not_before, one.not_after) == (date(2012, 11, 20), date(2013, 5, 31))  # autumn in the south
    verdict = {r.of: r.verdict for r in found.resolutions}
    assert verdict[one.id] == "came false"
    assert verdict["nz-labour-2012/nbr-2012-11-20-05"] == "partly"
    assert verdict["nz-labour-2012/p001"] == "void"


def test_no_price_and_no_poll_from_after_the_decision_is_scored(everything: Gathered) -> None:
    by = {p.id: p for p in everything.predictions}
    for one in everything.resolutions:
        about = by[one.of]
        if about.basis in {"price", "poll"} and one.on is not None:
            assert about.made < one.on


def test_reports_of_what_was_settled_are_not_scored(everything: Gathered) -> None:
    board = scoreboard(everything.predictions, everything.resolutions)
    reports = [s for s in board.scored if not s.prediction.forward]
    assert reports
    assert all(s.loss is None for s in reports)
    event = next(s for s in reports if s.prediction.id == "uk-labour-2010/c01")
    assert event.verdict == "came true"


def test_books_are_on_the_winner_and_sum_to_one(everything: Gathered) -> None:
    books = [p for p in everything.predictions if p.outcomes]
    assert books
    assert all(sum(p.outcomes.values()) == pytest.approx(1) for p in books if p.outcomes)
    assert not any("deputy" in p.says and p.question for p in everything.predictions)


def test_answers() -> None:
    contest = load("nz-labour-2012")
    february = answer(contest, contest.question("february"))
    assert february is not None
    assert february.kept is True
    never = answer(contest, contest.question("contest"))
    assert never is not None
    assert not never.arose
    contest = load("uk-labour-2016")
    lost = answer(contest, contest.question("confidence"))
    assert lost is not None
    assert lost.kept is False  # he stayed, but 40 of 212 is no majority
    won = answer(load("uk-labour-2010"), load("uk-labour-2010").question("leader"))
    assert won is not None
    assert won.winner == "Ed Miliband"


def test_ours_look_at_nothing_later_and_never_claim_the_impossible() -> None:
    contest = load("uk-labour-2010")
    day = date(2010, 9, 20)
    (one,) = predict(contest, day, draws=2_000)
    assert one == predict(contest.as_of(day + timedelta(days=0)), day, draws=2_000)[0]
    assert one.outcomes is not None
    assert min(one.outcomes.values()) > 0
    assert sum(one.outcomes.values()) == pytest.approx(1)
    with pytest.raises(UsageError, match="first evidence"):
        predict(contest, date(1999, 1, 1))


def test_ours_are_conditional_where_the_question_is() -> None:
    found = predict(load("nz-labour-2012"), date(2012, 11, 19), draws=2_000)
    assert [p.condition is not None for p in found] == [False, False, True]


def test_hindcasts_are_marked_and_scored() -> None:
    found = hindcasts(load("uk-labour-2016"), days=(7, 1), draws=2_000)
    board = scoreboard(found.predictions, found.resolutions, late={p.id for p in found.predictions})
    (row,) = board.rows
    assert row.late == row.predictions == 3
    assert row.called == 3
    assert board.calibrations["whipcount"].events == 5


def test_bets_are_at_prices_as_quoted() -> None:
    found = offers(load("uk-labour-2016"), draws=2_000)
    assert found
    assert all(bet.price > 1 and 0 <= bet.p <= 1 for bet in found)
    assert {bet.won for bet in found} == {True, False}


def test_a_row_by_hand() -> None:
    predictions = [
        made(1, probability=0.8),
        made(2, probability=0.6),
        made(3, probability=0.9),
        made(4, probability=0.9, condition="if it rains"),
        made(5, probability=0.5),
        made(6, probability=0.9, forward=False),
        made(7, probability=0.9),
    ]
    ends = [
        end(1, "came true"),
        end(2, "came false"),
        end(3, "partly"),
        end(4, "void"),
        end(5, "came true"),
        end(6, "came true"),
    ]
    (row,) = scoreboard(predictions, ends).rows
    assert [row.verdicts[v] for v in VERDICTS] == [2, 1, 1, 1, 1]
    assert (row.predictions, row.reports, row.scored, row.called) == (6, 1, 3, 1.5)
    assert row.brier is not None
    assert row.brier.value == pytest.approx((0.04 + 0.36 + 0.25) / 3)
    assert row.skill is not None
    assert row.skill.value == pytest.approx(1 - (0.65 / 3) / 0.25)


def test_outcomes_by_hand() -> None:
    one = made(1, outcomes={"A": 0.3, "B": 0.3, REST: 0.4}, question="q")
    (scored,) = scoreboard([one], [end(1, "came true", outcome="C", on="2031-02-01")]).scored
    assert scored.called == 0  # its favourite is the first of those it names
    assert scored.loss is not None
    assert scored.loss.brier == pytest.approx((0.09 + 0.09 + 0.36) / 2)
    (two,) = scoreboard([made(1, outcomes={"A": 0.5, "B": 0.5})], [end(1, "came true", outcome="C")]).scored
    assert two.loss is not None
    assert two.loss.brier == pytest.approx((0.25 + 0.25 + 1) / 2)


def test_numbers_by_hand() -> None:
    one = made(
        1, quantiles=[{"level": 0.1, "value": 40}, {"level": 0.5, "value": 45}, {"level": 0.9, "value": 50}], unit="%"
    )
    (row,) = scoreboard([one], [end(1, "came true", value=53)]).rows
    assert (row.numbers, row.coverage) == (1, 0.0)
    assert row.crps == pytest.approx(2 * (0.1 * 13 + 0.5 * 8 + 0.9 * 3) / 3)


@given(st.floats(0, 1), st.booleans())
def test_an_event_and_its_two_outcomes_score_alike(p: float, came: bool) -> None:
    event = made(1, probability=p)
    pair = made(2, outcomes={"yes": p, "no": 1 - p})
    ends = [end(1, "came true" if came else "came false"), end(2, "came true", outcome="yes" if came else "no")]
    one, two = scoreboard([event, pair], ends).scored
    assert one.loss is not None
    assert two.loss is not None
    assert one.loss.brier == pytest.approx(two.loss.brier)
    assert one.loss.log == pytest.approx(two.loss.log)


def test_only_the_last_word_counts_if_asked_for() -> None:
    early = made(1, probability=0.9, question="q")
    later = made(2, probability=0.2, question="q", made="2031-01-05")
    ends = [end(n, "came true", on="2031-02-01") for n in (1, 2)]
    assert len(scoreboard([early, later], ends).scored) == 2
    (one,) = scoreboard([early, later], ends, last=True).scored
    assert one.prediction.id == "p2"


def test_versus_is_on_common_questions() -> None:
    own = [made(1, by="us", probability=0.9, question="q"), made(2, by="us", probability=0.9, question="other")]
    theirs = [made(3, by="them", kind="poll", probability=0.5, question="q")]
    board = scoreboard([*own, *theirs], [end(n, "came true", on="2031-02-01") for n in (1, 2, 3)])
    (one,) = board.versus("us")
    assert (one.other, one.questions) == ("all polls", 1)
    assert one.difference.value == pytest.approx(0.01 - 0.25)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(UsageError, match="have the id"):
        scoreboard([made(1, probability=0.5), made(1, probability=0.5)], [])
    with pytest.raises(UsageError, match="no prediction here"):
        scoreboard([], [end(1, "void")])


def test_an_unknown_resolution_is_told_with_its_row() -> None:
    from dataclasses import replace

    contest = load("uk-labour-2010")
    row = contest.predictions[0].model_copy(update={"resolution": "sort of"})
    with pytest.raises(ContestError, match=r"predictions.csv:2: .*'sort of' is no resolution"):
        gather(replace(contest, predictions=(row,)))
    price = contest.odds[0].model_copy(update={"price": "=HYPERLINK(1)"})
    with pytest.raises(ContestError, match="is no price"):
        gather(replace(contest, odds=(price,)))


def test_results_show_themselves(everything: Gathered) -> None:
    board = scoreboard(everything.predictions, everything.resolutions)
    assert len(board.table()) == len(board.rows)
    assert board._repr_html_().startswith("<table>")
    json.dumps(board.to_json(), allow_nan=False)
    spec = board.chart().to_dict()
    assert "Brier" in json.dumps(spec)
    assert scoreboard([], []).rows == ()
    with pytest.raises(UsageError, match="nothing to draw"):
        scoreboard([], []).chart()


def test_html_is_escaped() -> None:
    board = scoreboard([made(1, by="<script>", probability=0.5)], [end(1, "came true")])
    assert "<script>" not in board._repr_html_()
