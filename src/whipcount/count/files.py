"""Small files that a count may be given: a fixed order, official draws; and withdrawals as they are typed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import Field

from whipcount.count.ties import Draw
from whipcount.errors import BallotError, Problem, UsageError
from whipcount.plaintext import parse_yaml, read_text, validate
from whipcount.rules.language import Model


class _Draw(Model):
    round: int = Field(ge=1)
    order: tuple[str, ...] = Field(min_length=2)
    ballot: str | None = None
    note: str = ""


class _Draws(Model):
    draws: tuple[_Draw, ...] = Field(min_length=1)


def read_order(path: Path) -> tuple[str, ...]:
    """A fixed order from a file: one name a line, the most favoured first; '#' begins a comment."""
    lines = read_text(path, BallotError).split("\n")
    names = tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice or not names:
        what = f"names {', '.join(twice)} twice" if twice else "names nobody"
        raise BallotError(Problem(path.name, 0, what, "Write each candidate's name once, one a line."))
    return names


def read_lots(path: Path) -> tuple[Draw, ...]:
    """Official draws from YAML: `draws: [{round: 2, order: [B, A], note: ...}]`, the most favoured first."""
    data, lines = parse_yaml(read_text(path, BallotError), path.name, BallotError)
    found = validate(_Draws, {"draws": data} if isinstance(data, list) else data, lines, BallotError)
    return tuple(Draw(d.round, d.order, d.ballot, d.note) for d in found.draws)


def parse_withdrawals(typed: Iterable[str]) -> dict[str, dict[int, tuple[str, ...]]]:
    """'R:NAME' or 'BALLOT:R:NAME': who withdrew after round R (0: before the first), by ballot ('' for the first)."""
    found: dict[str, dict[int, tuple[str, ...]]] = {}
    for text in typed:
        head, _, rest = text.partition(":")
        ballot = ""
        if not head.strip().isdigit():
            ballot, (head, _, rest) = head.strip(), rest.partition(":")
        if not head.strip().isdigit() or not rest.strip():
            raise UsageError(f"'{text}' is no withdrawal. Write R:NAME, or BALLOT:R:NAME (R: the round after which).")
        here = found.setdefault(ballot, {})
        here[int(head)] = (*here.get(int(head), ()), rest.strip())
    return found


def parse_numbers(typed: Iterable[str], what: str) -> dict[str, int]:
    """'BODY=N' as numbers by body."""
    found: dict[str, int] = {}
    for text in typed:
        body, _, number = text.rpartition("=")
        if not body.strip() or not number.strip().isdigit():
            raise UsageError(f"'{text}' is no number of {what}. Write BODY=N, such as caucus=34.")
        found[body.strip()] = int(number)
    return found
