"""What happens between rounds, from the counts in `library/past`: `python -m whipcount.forecast.rounds_fit` writes `library/models/rounds.yaml`.

A *step* is two rounds on end of one ballot of one body, of which the second lacks somebody. With v the votes before of those who stay,
v' after, and P what they gain together, the votes expected are

    e_c = v_c + P * v_c^slope / sum v^slope,      r_c = log(v'_c / e_c) - mean

In ballots that are held again, `slope` above that of ranked papers would be a bandwagon; r is what electors who were not set free do
(and who was persuaded), with variance step^2 for each candidate who is gone; and `momentum` is how far r follows the r of the step before.
In counts of ranked papers nobody else moves, and gains g_c = v'_c - v_c tell how the voters of those out (i) take to c:

    log g_c = slope * log v_c + u_c + a_ic,    u_c ~ N(0, general^2), a_ic ~ N(0, affinity^2)

u, the same for all whose candidate is out, shows in pairs of candidates who gain in two steps of one count; a shows in the rest. Few
steps exist, and all numbers are held by priors worth `WORTH` observations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from whipcount.contest.result import BallotResult, Result, Round
from whipcount.plaintext import read_yaml, validate
from whipcount.rules import Ballot, find

Floats = NDArray[np.float64]
SLOPE, SLOPE_SPREAD = 0.7, 0.3
STEP, MOMENTUM_SPREAD, AFFINITY, GENERAL, WORTH = 0.12, 0.2, 0.4, 0.4, 10


@dataclass(frozen=True)
class Step:
    """Votes of those who stay, before and after; `gone` how many left; `of` the contest, ballot and body, `number` the step."""

    of: tuple[str, str, str]
    number: int
    paper: str
    names: tuple[str, ...]
    before: Floats
    after: Floats
    gone: int
    freed: float

    @property
    def gains(self) -> Floats:
        """What each gained."""
        return np.asarray(self.after - self.before)


def shipped_results() -> list[Result]:
    """The results in `library/past`."""
    folder = Path(str(files("whipcount.library") / "past"))
    made = []
    for path in sorted(folder.glob("*.yaml")):
        data, lines = read_yaml(path)
        made.append(validate(Result, data, lines))
    return made


def steps(results: Sequence[Result]) -> list[Step]:
    """All steps of all counts, in the order of the rounds."""
    return [s for r in results for b in r.ballots for s in _of_ballot(r, b)]


def _of_ballot(result: Result, ballot: BallotResult) -> Iterator[Step]:
    clause = find(result.rules).version.clause(ballot.ballot)
    if not isinstance(clause, Ballot):
        return
    for number, (one, two) in enumerate(pairwise(ballot.rounds)):
        for body in sorted(set(one.votes) & set(two.votes)):
            found = _step((result.id, ballot.ballot, body), number, clause.paper, one, two)
            if found is not None:
                yield found


def _step(of: tuple[str, str, str], number: int, paper: str, one: Round, two: Round) -> Step | None:
    old, new = ({n: float(v) for n, v in r.votes[of[2]].items()} for r in (one, two))
    names = tuple(sorted(set(old) & set(new)))
    lost = sum(v for n, v in old.items() if n not in new)
    before, after = (np.array([x[n] for n in names]) for x in (old, new))
    gained = float((after - before).sum())
    fits = (
        len(names) > 1
        and not set(new) - set(old)
        and 0 < gained <= 1.1 * lost
        and (after > 0).all()
        and (before > 0).all()
    )
    return Step(of, number, paper, names, before, after, len(old) - len(names), lost) if fits else None


def surprises(step: Step, slope: float) -> Floats:
    """r of a step."""
    pool = step.gains.sum()
    weight = step.before**slope
    r = np.log(step.after / (step.before + pool * weight / weight.sum()))
    return np.asarray(r - r.mean())


def fit_repeated(found: Sequence[Step]) -> dict[str, float]:
    """`slope`, `step` and `momentum` of ballots that are held again."""
    mine = [s for s in found if s.paper == "single"]
    grid = np.linspace(0, 2, 201)
    scale = STEP**2

    def misfit(slope: float) -> float:
        off = sum(float((surprises(s, slope) ** 2).sum()) / (s.gone * scale) for s in mine)
        return off + ((slope - SLOPE) / SLOPE_SPREAD) ** 2

    slope = float(grid[int(np.argmin([misfit(s) for s in grid]))])
    each = [surprises(s, slope) ** 2 / s.gone for s in mine]
    free = sum(len(e) - 1 for e in each)
    step = float(np.sqrt((sum(float(e.sum()) for e in each) + WORTH * STEP**2) / (free + WORTH)))
    return {"slope": round(slope, 3), "step": round(step, 3), "momentum": round(_momentum(mine, slope, step), 3)}


def _momentum(found: Sequence[Step], slope: float, step: float) -> float:
    """The ridge regression of a surprise on that of the step before, of the same candidate in the same ballot."""
    xs, ys = [0.0], [0.0]
    for one, two in pairwise(found):
        if one.of == two.of and two.number == one.number + 1:
            x, y = (dict(zip(s.names, surprises(s, slope), strict=True)) for s in (one, two))
            xs += [x[n] for n in two.names]
            ys += [y[n] for n in two.names]
    a, b = np.array(xs), np.array(ys)
    return float(a @ b / (a @ a + (step / MOMENTUM_SPREAD) ** 2))


def fit_affinity(found: Sequence[Step], slope: float) -> dict[str, float]:
    """`general` and `affinity`, from counts of ranked papers in which everybody left gains."""
    ranked = [s for s in found if s.paper == "ranked" and (s.gains > 0).all()]
    errors = [dict(zip(s.names, np.log(s.gains) - slope * np.log(s.before), strict=True)) for s in ranked]
    same = [(e[j] - e[k]) ** 2 / 2 for e in errors for j, k in combinations(sorted(e), 2)]
    across = [
        (e[j] - e[k]) * (f[j] - f[k]) / 2
        for (s, e), (t, f) in combinations(zip(ranked, errors, strict=True), 2) if s.of == t.of
        for j, k in combinations(sorted(set(e) & set(f)), 2)
    ]  # fmt: skip
    general2 = (sum(across) + WORTH * GENERAL**2) / (len(across) + WORTH)
    whole2 = (sum(same) + WORTH * (GENERAL**2 + AFFINITY**2)) / (len(same) + WORTH)
    return {
        "general": round(float(np.sqrt(max(general2, 0.01))), 3),
        "affinity": round(float(np.sqrt(max(whole2 - general2, 0.01))), 3),
    }


_HEAD = """\
# What happens between rounds (docs/forecast.md has the model). Written by `python -m whipcount.forecast.rounds_fit` from {single} steps of repeated
# ballots and {ranked} of ranked papers in library/past, whose files have the source of every count; priors stand in that module.
# `deal` is a judgement: by how much, in log odds, voters turn to the candidate whom their own names. In the one convention on record where
# two named another (Canadian Liberals, 2006, third ballot) it was about 1.5; promises were also made that nobody followed.
"""


def fit_both(found: Sequence[Step]) -> dict[str, float]:
    """All numbers that are fitted."""
    from whipcount.forecast.settings import links

    return fit_repeated(found) | fit_affinity(found, links().transfer_slope)


def _flow(values: Mapping[str, float]) -> str:
    return "{" + ", ".join(f"{k}: {v:g}" for k, v in values.items()) + "}"


def write(path: Path) -> dict[str, float]:
    """Fit, on all and without each contest in turn, and write the file."""
    found = steps(shipped_results())
    values = fit_both(found) | {"deal": 1.0}
    without = {name: fit_both([s for s in found if s.of[0] != name]) for name in sorted({s.of[0] for s in found})}
    head = _HEAD.format(single=sum(s.paper == "single" for s in found), ranked=sum(s.paper == "ranked" for s in found))
    path.write_text(
        head + f"fitted: {_flow(values)}\nleft_out:\n" + "".join(f"  {n}: {_flow(v)}\n" for n, v in without.items()),
        encoding="utf-8",
    )
    return values


if __name__ == "__main__":
    print(write(Path(str(files("whipcount.library") / "models" / "rounds.yaml"))))
