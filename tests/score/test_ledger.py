"""The ledger: append-only, chained, locked; every kind of tampering is named."""

from __future__ import annotations

import json
import multiprocessing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whipcount.errors import InputError, UsageError
from whipcount.score import (
    LedgerError,
    Prediction,
    Resolution,
    append,
    of_ledger,
    overdue,
    parse,
    plain,
    read_entries,
    read_ledger,
    verify,
)
from whipcount.score.chain import MAX_LINE, sealed

CLOCK = datetime(2031, 5, 1, 12, 0, 0, tzinfo=UTC)


def prediction(number: int, **more: object) -> Prediction:
    data = {
        "id": f"p{number}", "by": "A. Writer", "kind": "commentator", "contest": "a-party-2031", "says": f"thing {number} happens",
        "probability": 0.7, "basis": "stated", "made": "2031-04-30", "source": ["https://example.org/1"],
    }  # fmt: skip
    return Prediction.model_validate(data | more)


def resolution(number: int, verdict: str = "came true", **more: object) -> Resolution:
    data = {
        "id": f"r{number}",
        "of": f"p{number}",
        "verdict": verdict,
        "on": "2031-06-01",
        "why": "it did",
        "source": ["x"],
    }
    return Resolution.model_validate(data | more)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.jsonl"
    append(path, [prediction(n) for n in range(1, 6)], clock=lambda: CLOCK)
    return path


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def test_what_is_written_is_read(ledger: Path) -> None:
    append(ledger, [resolution(1), resolution(2, "came false")], clock=lambda: CLOCK)
    found = read_ledger(ledger)
    assert found.predictions == tuple(prediction(n) for n in range(1, 6))
    assert [r.verdict for r in found.resolutions] == ["came true", "came false"]
    assert found.recorded["p1"] == CLOCK
    assert verify(ledger).sound
    assert verify(ledger).head == found.head


def test_the_chain_is_the_documented_one(ledger: Path) -> None:
    """Recomputed here from the description alone."""
    import hashlib

    previous = "0" * 64
    for number, raw in enumerate(lines(ledger), 1):
        data = json.loads(raw)
        stated = data.pop("hash")
        assert (data["n"], data["previous"]) == (number, previous)
        text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        previous = hashlib.sha256(text.encode()).hexdigest()
        assert stated == previous


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_byte_can_be_changed(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.mktemp("l") / "ledger.jsonl"
    append(path, [prediction(n) for n in range(1, 4)], clock=lambda: CLOCK)
    raw = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    number = bytes(path.read_bytes()[:at]).count(b"\n") + 1
    path.write_bytes(raw)
    found = verify(path)
    assert not found.sound
    assert found.entries == number - 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=6))
def test_no_line_can_be_removed_repeated_or_moved(tmp_path_factory: pytest.TempPathFactory, order: list[int]) -> None:
    path = tmp_path_factory.mktemp("l") / "ledger.jsonl"
    append(path, [prediction(n) for n in range(1, 6)], clock=lambda: CLOCK)
    whole, head = lines(path), read_ledger(path).head
    path.write_bytes(b"".join(whole[i] for i in order))
    prefix = order == list(range(len(order)))
    assert verify(path).sound == prefix  # only lines off the end go unseen by the chain itself ...
    assert verify(path, head=head).sound == (order == [0, 1, 2, 3, 4])  # ... and not by a published head


def test_each_kind_of_tampering_is_named(ledger: Path) -> None:
    whole = lines(ledger)

    def after(*parts: bytes) -> tuple[str | None, int]:
        ledger.write_bytes(b"".join(parts))
        found = verify(ledger)
        return found.fault, found.entries + 1

    assert after(*whole[:2], whole[2].replace(b"0.7", b"0.9"), *whole[3:]) == ("changed", 3)
    assert after(*whole[:1], *whole[2:]) == ("removed", 2)
    assert after(*whole[1:]) == ("removed", 1)
    assert after(whole[0], whole[2], whole[1], *whole[3:]) == ("reordered", 2)
    assert after(*whole[:3], whole[1], *whole[3:]) == ("inserted", 4)
    assert after(*whole[:4], whole[4][:-9]) == ("cut short", 5)
    assert after(*whole[:3], b"\n", *whole[3:]) == ("changed", 4)


def test_an_entry_improved_with_a_hash_of_its_own_breaks_the_next(ledger: Path) -> None:
    whole = lines(ledger)
    second = json.loads(whole[1])
    line, _ = sealed(2, second["previous"], second["recorded"], second["entry"] | {"probability": 0.99})
    ledger.write_bytes(b"".join([whole[0], line, *whole[2:]]))
    found = verify(ledger)
    assert found.fault == "changed"
    assert "entry 2 was replaced" in found.what
    with pytest.raises(LedgerError, match="Restore the file"):
        append(ledger, [prediction(9)])


def test_a_ledger_rewritten_whole_shows_against_its_head(ledger: Path, tmp_path: Path) -> None:
    head = verify(ledger).head
    better = tmp_path / "better.jsonl"
    append(better, [prediction(n, probability=0.99) for n in range(1, 6)], clock=lambda: CLOCK)
    assert verify(better).sound
    assert verify(better, head=head).fault == "rewritten"
    append(ledger, [prediction(6)], clock=lambda: CLOCK)
    assert verify(ledger, head=head).sound
    with pytest.raises(UsageError, match="no head"):
        verify(ledger, head="abc")


def _write(path: Path, who: int) -> None:
    for n in range(10):
        append(path, [prediction(100 * who + n)])


def test_writers_take_turns(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    workers = [multiprocessing.get_context("spawn").Process(target=_write, args=(path, who)) for who in (1, 2, 3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [w.exitcode for w in workers] == [0, 0, 0]
    assert len(read_ledger(path).predictions) == 30


def test_all_of_a_batch_or_none(ledger: Path) -> None:
    before = ledger.read_bytes()
    with pytest.raises(LedgerError, match="taken"):
        append(ledger, [prediction(8), prediction(1)])
    with pytest.raises(LedgerError, match="no prediction that was recorded"):
        append(ledger, [prediction(8), resolution(77)])
    assert ledger.read_bytes() == before


def test_a_resolution_says_which_outcome_or_value(ledger: Path) -> None:
    append(ledger, [prediction(7, probability=None, outcomes={"A": 0.6, "B": 0.4})])
    with pytest.raises(LedgerError, match="'outcome' that came about is missing"):
        append(ledger, [resolution(7)])
    append(ledger, [resolution(7, outcome="B")])
    quantiles = [{"level": 0.1, "value": 10}, {"level": 0.9, "value": 20}]
    append(ledger, [prediction(8, probability=None, quantiles=quantiles, unit="per cent")])
    with pytest.raises(LedgerError, match="'value' that came about is missing"):
        append(ledger, [resolution(8)])


def test_a_later_resolution_counts_and_the_earlier_one_stays(ledger: Path) -> None:
    append(ledger, [resolution(1), resolution(1, "came false", id="again", why="it had not")])
    found = read_ledger(ledger)
    assert len(found.resolutions) == 2
    assert [s.verdict for s in of_ledger(found).scored if s.prediction.id == "p1"] == ["came false"]


def test_what_was_recorded_after_the_event_is_marked(ledger: Path) -> None:
    append(ledger, [prediction(6)], clock=lambda: datetime(2031, 7, 1, tzinfo=UTC))
    append(ledger, [resolution(1), resolution(6)])
    late = {s.prediction.id: s.late for s in of_ledger(read_ledger(ledger)).scored}
    assert (late["p1"], late["p6"]) == (False, True)


def test_overdue(ledger: Path) -> None:
    append(ledger, [prediction(6, not_after="2031-05-31"), prediction(7, not_after="2031-05-31")])
    append(ledger, [resolution(7)])
    assert overdue(read_ledger(ledger), date(2031, 5, 31)) == ()
    assert overdue(read_ledger(ledger), date(2031, 6, 1)) == ("p6",)


GOOD = plain(prediction(1))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"probability": 1.5}, "probability"),
        ({"probability": float("nan")}, "probability"),
        ({"probability": None}, "exactly one"),
        ({"outcomes": {"A": 0.5, "B": 0.5}}, "exactly one"),
        ({"probability": None, "outcomes": {"A": 0.5, "B": 0.6}}, "sum to 1.1"),
        ({"probability": None, "quantiles": [{"level": 0.9, "value": 1}, {"level": 0.1, "value": 2}]}, "do not rise"),
        ({"made": 20310430}, "no date"),
        ({"made": "2031-13-01"}, "made"),
        ({"not_before": "2031-06-01", "not_after": "2031-05-01"}, "Swap them"),
        ({"not_after": "2031-01-01"}, "was over when it was made"),
        ({"says": "a\u202eb"}, "control character"),
        ({"says": "\x1b[2J"}, "control character"),
        ({"says": "x" * 3000}, "says"),
        ({"id": "two words"}, "id"),
        ({"source": []}, "source"),
        ({"improved": True}, "improved"),
        ({"entry": "edit"}, "'entry' set to"),
        ({"by": {"a": {"b": {"c": {"d": {"e": {"f": {"g": 1}}}}}}}}, "nested"),
    ],
)
def test_entries_that_make_no_sense(change: dict[str, object], told: str) -> None:
    with pytest.raises(InputError) as wrong:
        parse(GOOD | change)
    assert told in str(wrong.value)


@pytest.mark.parametrize(
    "raw",
    [
        b"{}\n",
        b"[]\n",
        b"null\n",
        b"\xff\xfe\n",
        b"{" * 60_000 + b"\n",
        b'{"n":' + b"9" * 50_000 + b"}\n",
        b"\0\0\n",
        b"NaN\n",
    ],
)
def test_files_that_are_no_ledgers(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "l.jsonl"
    path.write_bytes(raw)
    assert verify(path).fault == "changed"
    with pytest.raises(InputError):
        read_entries(path)
    with pytest.raises(LedgerError):
        append(path, [prediction(1)])
    assert path.read_bytes() == raw


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        verify(tmp_path / "none")
    with pytest.raises(InputError, match="cannot be read"):
        verify(tmp_path)
    with pytest.raises(InputError, match="cannot be written"):
        append(tmp_path / "no" / "folder", [prediction(1)])
    long = tmp_path / "long"
    long.write_bytes(b"x" * (MAX_LINE + 2))
    with pytest.raises(InputError, match="too large"):
        verify(long)


def test_a_sound_chain_of_senseless_entries_is_told(tmp_path: Path) -> None:
    path = tmp_path / "l.jsonl"
    line, _ = sealed(1, "0" * 64, "2031-05-01T12:00:00Z", {"entry": "prediction"})
    path.write_bytes(line)
    assert verify(path).sound
    with pytest.raises(InputError, match=r"l\.jsonl:1"):
        read_ledger(path)


def test_entries_handed_in_as_lines(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(json.dumps(plain(prediction(n))) for n in (1, 2)) + "\n\n")
    assert read_entries(path) == (prediction(1), prediction(2))
