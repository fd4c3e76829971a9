"""One pure function over many items comes out the same wherever it runs, and whatever goes wrong is told with its item."""

from __future__ import annotations

import math
import operator
import os
import random
import sys
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from whipcount.contest import load
from whipcount.errors import MissingExtra, UsageError, WhipcountError
from whipcount.spread import AT_MOST, ENGINES, Engine, spread


def drawn(seed: int) -> float:
    return random.Random(seed).random()


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """A cluster of two workers in processes of their own, found by its address."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=50
    ) as cluster:
        yield cluster.scheduler_address


@pytest.mark.parametrize("engine", ENGINES)
def test_results_are_in_order_and_the_same_wherever_it_runs(engine: Engine) -> None:
    if engine == "dask":
        pytest.importorskip("distributed")
    assert list(spread(math.sqrt, range(60), what="roots", engine=engine)) == [math.sqrt(n) for n in range(60)]


def test_a_cluster_at_an_address_gives_the_same(scheduler: str) -> None:
    given = [-5, 7, 2**70, 3]
    there = list(spread(operator.neg, given, what="negation", engine="dask", scheduler=scheduler))
    assert there == list(spread(operator.neg, given, what="negation"))


def test_few_items_are_under_way_at_once(scheduler: str) -> None:
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        while True:
            taken += 1
            yield taken

    results = spread(math.sqrt, items(), what="roots", engine="dask", scheduler=scheduler)
    assert next(results) == 1.0
    assert taken <= AT_MOST
    assert next(results) == math.sqrt(2)
    results.close()  # type: ignore[attr-defined]
    assert taken <= AT_MOST + 1


@pytest.mark.parametrize("engine", ENGINES)
def test_an_error_of_ours_is_told_with_its_item(engine: Engine, request: pytest.FixtureRequest) -> None:
    more = {"scheduler": request.getfixturevalue("scheduler")} if engine == "dask" else {}
    with pytest.raises(UsageError, match="no-such-contest: There is no contest called 'no-such-contest'"):
        list(spread(load, ["no-such-contest"], what="loading", engine=engine, **more))


@pytest.mark.parametrize("engine", ENGINES)
def test_the_first_item_that_breaks_is_named(engine: Engine, request: pytest.FixtureRequest) -> None:
    more = {"scheduler": request.getfixturevalue("scheduler")} if engine == "dask" else {}
    made = spread(
        partial(operator.truediv, 1), [1, 2, 0, 0], what="division", engine=engine, name=lambda n: f"item {n}", **more
    )
    assert [next(made), next(made)] == [1.0, 0.5]
    with pytest.raises(WhipcountError, match=r"item 0: division broke down \(ZeroDivisionError") as told:
        next(made)
    assert not isinstance(told.value, UsageError)
    assert "Traceback" in told.value.__notes__[0]


def test_a_worker_that_dies_is_no_traceback() -> None:
    with pytest.raises(WhipcountError, match="3: leaving broke down"):
        list(spread(os._exit, [3], what="leaving", engine="processes", workers=1))


def test_what_cannot_be_sent_back_is_told() -> None:
    with pytest.raises(WhipcountError, match="broke down"):
        list(spread(partial(getattr, sys), ["stdout"], what="sending", engine="processes", workers=1))


def test_a_scheduler_goes_with_dask_alone() -> None:
    with pytest.raises(UsageError, match="goes with --engine dask"):
        spread(drawn, [1], what="draws", engine="processes", scheduler="tcp://127.0.0.1:1")
    with pytest.raises(UsageError, match="no engine 'there'"):
        spread(drawn, [1], what="draws", engine="there")  # type: ignore[arg-type]


def test_a_scheduler_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("whipcount.spread.WAIT", 0.5)
    with pytest.raises(UsageError, match=r"No Dask scheduler answers at 'tcp://127.0.0.1:1'"):
        list(spread(math.sqrt, [1], what="roots", engine="dask", scheduler="tcp://127.0.0.1:1"))
    with pytest.raises(UsageError, match=r"No Dask scheduler answers at 'nonsense::'"):
        list(spread(math.sqrt, [1], what="roots", engine="dask", scheduler="nonsense::"))


def test_without_dask_it_says_which_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtra, match=r"whipcount\[cluster\]"):
        list(spread(math.sqrt, [1], what="roots", engine="dask"))


def test_progress_is_told_on_standard_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[Any]
) -> None:
    monkeypatch.setattr("whipcount.spread._QUIET", -1.0)
    assert len(list(spread(drawn, [1, 2, 3], what="draws"))) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert "whipcount: draws: 1 of 3" in told.err


def test_nothing_is_started_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whipcount.spread._cluster", None)
    assert list(spread(drawn, [], what="draws", engine="dask")) == []
