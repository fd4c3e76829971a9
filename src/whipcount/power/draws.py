"""Power when the camps' sizes are uncertain: every question answered in each draw, and the answers counted.

What the words mean, in one draw with camp sizes w, a quota q, and W = the sum of the sizes:

    win alone        w_i >= q
    block alone      W - w_i < q: all the others together fall short, whoever they are
    coalition wins   the sizes of its camps add up to q or more; it blocks if W less that sum is below q
    pivotal          at least one set of other camps fails without the camp and wins with it (it is no dummy)
    kingmaker        nobody concerned wins alone, but the camp can lift either of two contenders over the quota. The
                     contenders are those named by the caller; if none are named, the camps at least as large as it.

A camp may be a kingmaker beside others (three equal camps all are); `sole` counts the draws in which it is the only one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from whipcount.errors import NotFound, UsageError
from whipcount.power.draw_indices import indices
from whipcount.rules.output import html_table

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
REST = "unattached"
_Row = TypeVar("_Row")


@dataclass(frozen=True)
class CampPower:
    """One camp over all draws: probabilities, and mean and quantiles of its size and indices."""

    camp: str
    size: float
    size_quantiles: tuple[float, ...]
    wins_alone: float
    blocks_alone: float
    pivotal: float
    kingmaker: float
    sole_kingmaker: float
    shapley_shubik: float
    shapley_shubik_quantiles: tuple[float, ...]
    banzhaf: float
    banzhaf_quantiles: tuple[float, ...]


@dataclass(frozen=True)
class CoalitionPower:
    """One named coalition over all draws: the probabilities that it can win and that it can block."""

    coalition: str
    camps: tuple[str, ...]
    wins: float
    blocks: float


@dataclass(frozen=True)
class DrawnPower:
    """What `power_over_draws` found; `quantiles` are the probabilities of all the `..._quantiles`."""

    draws: int
    quantiles: tuple[float, ...]
    camps: tuple[CampPower, ...]
    coalitions: tuple[CoalitionPower, ...]

    def camp(self, name: str) -> CampPower:
        """One camp's row."""
        return _find({row.camp: row for row in self.camps}, "camp", name)

    def coalition(self, name: str) -> CoalitionPower:
        """One coalition's row."""
        return _find({row.coalition: row for row in self.coalitions}, "coalition", name)

    def rows(self) -> list[dict[str, Any]]:
        """One flat mapping per camp; quantiles are columns such as `banzhaf_q90`."""
        return [_flat(asdict(row), self.quantiles) for row in self.camps]

    def coalition_rows(self) -> list[dict[str, Any]]:
        """One flat mapping per coalition."""
        return [{**asdict(row), "camps": " + ".join(row.camps)} for row in self.coalitions]

    def table(self) -> Any:
        """The camps as a polars data frame where polars is installed, else the same rows as mappings."""
        try:
            import polars
        except ImportError:
            return self.rows()
        return polars.DataFrame(self.rows())

    def to_json(self) -> str:
        """Everything, as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2)

    def chart(self) -> Any:
        """Each camp's Shapley-Shubik index: mean, and the span from the first to the last quantile (Altair)."""
        from whipcount.power.chart import power_chart

        return power_chart(self)

    def _repr_html_(self) -> str:
        rows = [{k: f"{v:.3f}" if isinstance(v, float) else v for k, v in row.items()} for row in self.rows()]
        return html_table(rows, list(rows[0]))


def _find(rows: Mapping[str, _Row], what: str, name: str) -> _Row:
    if name not in rows:
        raise NotFound(what, name, rows)
    return rows[name]


def _flat(row: dict[str, Any], quantiles: Sequence[float]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in row.items():
        if key.endswith("_quantiles"):
            stem = key.removesuffix("_quantiles")
            flat.update({f"{stem}_q{100 * p:g}": part for p, part in zip(quantiles, value, strict=True)})
        else:
            flat[key] = value
    return flat


def power_over_draws(
    draws: npt.ArrayLike,
    quota: npt.ArrayLike,
    *,
    camps: Sequence[str] | None = None,
    coalitions: Mapping[str, Sequence[str]] | None = None,
    contenders: Sequence[str] | None = None,
    electors: int | None = None,
    quantiles: Sequence[float] = (0.1, 0.5, 0.9),
) -> DrawnPower:
    """The power of camps whose sizes are known as draws; see the head of this module for what each word means.

    `draws` are whole numbers, one row a draw and one column a camp; `quota` is one whole number, or one a draw. `camps`
    name the columns (else "camp 1", ...). `coalitions` maps a name to its camps. With `electors`, whatever of them is in
    no camp votes as one more, "unattached"; without, the camps are everybody. `contenders` are the camps that a kingmaker
    chooses between. Raises UsageError for draws, quotas or names that make no sense.
    """
    sizes, names = _read_draws(draws, camps, electors)
    quotas = _read_quotas(quota, sizes)
    columns = {name: at for at, name in enumerate(names)}
    levels = _read_quantiles(quantiles)
    kings = _kingmakers(sizes, quotas, _columns(columns, contenders) if contenders is not None else None)
    rows = _camp_rows(names, sizes, quotas, kings, levels)
    groups = tuple(_group(name, who, columns, sizes, quotas) for name, who in (coalitions or {}).items())
    return DrawnPower(len(sizes), levels, rows, groups)


def _camp_rows(
    names: Sequence[str], sizes: Ints, quotas: Ints, kings: Bools, levels: tuple[float, ...]
) -> tuple[CampPower, ...]:
    shapley, banzhaf = indices(sizes, quotas)
    total = sizes.sum(axis=1, keepdims=True)
    sole = kings & (kings.sum(axis=1, keepdims=True) == 1)
    alone, blocks = sizes >= quotas[:, None], total - sizes < quotas[:, None]
    rows = []
    for i, name in enumerate(names):
        size, mean_shapley, mean_banzhaf = (float(values[:, i].mean()) for values in (sizes, shapley, banzhaf))
        rows.append(
            CampPower(
                camp=name,
                size=size,
                size_quantiles=_span(sizes[:, i], levels),
                wins_alone=float(alone[:, i].mean()),
                blocks_alone=float(blocks[:, i].mean()),
                pivotal=float((banzhaf[:, i] > 0).mean()),
                kingmaker=float(kings[:, i].mean()),
                sole_kingmaker=float(sole[:, i].mean()),
                shapley_shubik=mean_shapley,
                shapley_shubik_quantiles=_span(shapley[:, i], levels),
                banzhaf=mean_banzhaf,
                banzhaf_quantiles=_span(banzhaf[:, i], levels),
            )
        )
    return tuple(rows)


def _span(values: Ints | Floats, levels: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(float(value) for value in np.quantile(values, levels))


def _kingmakers(sizes: Ints, quotas: Ints, contenders: Sequence[int] | None) -> Bools:
    """[draw, camp]: whether the camp can crown either of two contenders, none of whom wins alone, nor does it."""
    wins = sizes >= quotas[:, None]
    kings = np.zeros(sizes.shape, dtype=bool)
    named = list(range(sizes.shape[1])) if contenders is None else list(contenders)
    for i in range(sizes.shape[1]):
        if contenders is not None and i in contenders:
            continue
        can = np.zeros(len(sizes), dtype=np.int64)
        for j in named:
            if i != j:
                lifts = sizes[:, i] + sizes[:, j] >= quotas
                can += lifts & (sizes[:, j] >= sizes[:, i]) if contenders is None else lifts
        kings[:, i] = (can >= 2) & ~wins[:, i] & ~wins[:, [j for j in named if j != i]].any(axis=1)
    return kings


def _group(name: str, camps: Sequence[str], columns: Mapping[str, int], sizes: Ints, quotas: Ints) -> CoalitionPower:
    together = sizes[:, _columns(columns, camps)].sum(axis=1)
    blocks = sizes.sum(axis=1) - together < quotas
    return CoalitionPower(name, tuple(camps), float((together >= quotas).mean()), float(blocks.mean()))


def _columns(columns: Mapping[str, int], names: Sequence[str]) -> list[int]:
    if isinstance(names, str) or len(set(names)) < len(names):
        raise UsageError(f"{names!r} is not a list of different camps.")
    return [_find(columns, "camp", name) for name in names]


def _read_draws(
    draws: npt.ArrayLike, camps: Sequence[str] | None, electors: int | None
) -> tuple[Ints, tuple[str, ...]]:
    given = np.asarray(draws)
    if given.ndim != 2 or 0 in given.shape:
        raise UsageError(
            f"The draws have shape {given.shape}. Give one row a draw and one column a camp, at least one each."
        )
    if given.dtype.kind not in "iu":
        raise UsageError(
            f"The draws are of type {given.dtype}. Sizes of camps are whole numbers: give an integer array."
        )
    if given.min() < 0 or given.max() > 2**40:
        raise UsageError("A camp has fewer than 0 members, or more than 2**40. Sizes of camps count electors.")
    sizes = given.astype(np.int64)
    names = tuple(camps) if camps is not None else tuple(f"camp {i + 1}" for i in range(sizes.shape[1]))
    if len(names) != sizes.shape[1] or len(set(names)) < len(names):
        raise UsageError(
            f"{len(set(names))} different names of camps for {sizes.shape[1]} columns. Name each column once."
        )
    return (sizes, names) if electors is None else _with_rest(sizes, names, electors)


def _with_rest(sizes: Ints, names: tuple[str, ...], electors: int) -> tuple[Ints, tuple[str, ...]]:
    rest = electors - sizes.sum(axis=1)
    if rest.min() < 0:
        raise UsageError(f"In some draws the camps have more members than there are electors ({electors}).")
    if REST in names:
        raise UsageError(
            f"A camp is called '{REST}', the name for the electors in no camp. Rename it or leave out `electors`."
        )
    return np.column_stack([sizes, rest]), (*names, REST)


def _read_quotas(quota: npt.ArrayLike, sizes: Ints) -> Ints:
    given = np.asarray(quota)
    if given.dtype.kind not in "iu" or given.shape not in ((), (len(sizes),)):
        raise UsageError("The quota must be one whole number, or one for every draw.")
    quotas = np.broadcast_to(given.astype(np.int64), (len(sizes),))
    if quotas.min() <= 0:
        raise UsageError("A quota of 0 or below is won by nobody at all. Give a quota above 0.")
    short = int((quotas > sizes.sum(axis=1)).sum())
    if short:
        raise UsageError(
            f"In {short} of {len(sizes)} draws the quota is above everybody together. "
            "If the camps are not everybody, say how many `electors` there are."
        )
    return quotas


def _read_quantiles(quantiles: Sequence[float]) -> tuple[float, ...]:
    levels = tuple(float(level) for level in quantiles)
    if not levels or not all(0 <= level <= 1 for level in levels):
        raise UsageError(f"Quantiles are probabilities from 0 to 1, not {quantiles!r}.")
    return levels
