"""The flow of papers from round to round, as an inline SVG that we draw ourselves.

In: a `BallotTally`. Out: SVG text, in two shapes: `wide` has the rounds side by side, `tall` one below the other, for a phone. A bar's
length is a tally; a ribbon is a `Link`, as broad at each end as it is worth in that round. Floats here only place ink.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from whipcount.count.counter import CAUSE_WORDS
from whipcount.count.standing import Measure
from whipcount.count.tally import BallotTally, RoundTally
from whipcount.count.words import number

COLOURS = (
    "#3b76c4", "#d1682b", "#3a9a6a", "#b0569b", "#c0a02b", "#6a6fc9", "#2f9aa8", "#c4525a", "#7f9a35", "#9a7150",
    "#5f8f9c", "#a86fc4",
)  # fmt: skip
INACTIVE = "no longer counting"
"""The node of papers that have become inactive, for whatever cause."""


@dataclass(frozen=True)
class Node:
    """A bar: who, in which column, from where to where across, and what it stands for."""

    name: str
    column: int
    start: float
    end: float
    label: str


@dataclass(frozen=True)
class Ribbon:
    """A flow between two columns: from where to where across, at its beginning and at its end."""

    source: str
    target: str
    column: int
    begin: tuple[float, float]
    end: tuple[float, float]
    label: str


@dataclass(frozen=True)
class Layout:
    """Everything that is drawn, in units across; the two shapes differ in which way is across."""

    nodes: tuple[Node, ...]
    ribbons: tuple[Ribbon, ...]
    columns: int
    across: float


def colours(ballot: BallotTally) -> dict[str, str]:
    """A colour for each candidate, by the order of those who stayed longest."""
    from whipcount.count.terminal import order

    found = {name: COLOURS[i % len(COLOURS)] for i, name in enumerate(order(ballot))}
    return {**found, INACTIVE: "#8a8a8a"}


def lay_out(ballot: BallotTally, across: float, gap: float) -> Layout:
    """Place bars and ribbons so that the longest column is `across` long."""
    columns = [_values(ballot, i) for i in range(len(ballot.rounds))]
    room = across - gap * max(len(c) for c in columns)
    scale = room / max(max((sum(c.values()) for c in columns), default=1.0), 1e-9)
    nodes: list[Node] = []
    for i, values in enumerate(columns):
        at = 0.0
        for name, value in values.items():
            nodes.append(Node(name, i, at, at + value * scale, _label(ballot, i, name)))
            at += value * scale + gap
    return Layout(tuple(nodes), tuple(_ribbons(ballot, nodes, scale)), len(columns), across)


def _values(ballot: BallotTally, i: int) -> dict[str, float]:
    """The bars of a column, the longest first, the inactive last."""
    one = ballot.rounds[i]
    values = {n: float(t) for n, t in sorted(one.totals.items(), key=lambda item: -item[1])}
    if inactive := _inactive(ballot, i):
        values[INACTIVE] = inactive
    return values


def _inactive(ballot: BallotTally, i: int) -> float:
    """Papers that no longer count: all of them where tallies are votes, otherwise those new since the round before."""
    if ballot.measure == "votes":
        return float(sum(ballot.rounds[i].inactive_in_all.values()))
    if i == 0:
        return 0.0
    causes = set(CAUSE_WORDS.values())
    return float(sum(x.after for x in ballot.rounds[i - 1].links if x.target in causes))


def _label(ballot: BallotTally, i: int, name: str) -> str:
    one = ballot.rounds[i]
    if name == INACTIVE:
        return number(sum(one.inactive_in_all.values(), start=one.bases.continuing * 0))
    return number(one.totals[name], ballot.measure)


def _ribbons(ballot: BallotTally, nodes: Sequence[Node], scale: float) -> list[Ribbon]:
    at = {(node.name, node.column): node for node in nodes}
    drawn: list[Ribbon] = []
    for i, one in enumerate(ballot.rounds[:-1]):
        out = {node.name: node.start for node in nodes if node.column == i}
        into = {node.name: node.start for node in nodes if node.column == i + 1}
        for source, target, before, after, label in _flows(ballot, i, one, at):
            begin = (out[source], out[source] + before * scale)
            end = (into[target], into[target] + after * scale)
            out[source], into[target] = begin[1], end[1]
            drawn.append(Ribbon(source, target, i, begin, end, label))
    return drawn


def _flows(
    ballot: BallotTally, i: int, one: RoundTally, at: Mapping[tuple[str, int], Node]
) -> list[tuple[str, str, float, float, str]]:
    """(from, to, breadth at the beginning, breadth at the end, in words), in an order that crosses little."""
    merged: dict[tuple[str, str], list[float]] = {}
    for link in one.links:
        target = INACTIVE if link.target in CAUSE_WORDS.values() else link.target
        entry = merged.setdefault((link.source, target), [0.0, 0.0, 0.0])
        for k, value in enumerate((link.before, link.after, link.papers)):
            entry[k] += float(value)
    carried = _inactive(ballot, i) if ballot.measure == "votes" and one.links else 0.0
    if carried and (INACTIVE, i + 1) in at:
        merged[INACTIVE, INACTIVE] = [carried, carried, carried]
    known = [(s, t, v) for (s, t), v in merged.items() if (s, i) in at and (t, i + 1) in at]
    known.sort(key=lambda item: (at[item[0], i].start, at[item[1], i + 1].start))
    return [(s, t, v[0], v[1], f"{s} to {t}: {v[2]:,.0f}" if s != t else f"{s}: {v[2]:,.0f} stay") for s, t, v in known]


def wide(ballot: BallotTally) -> str:
    """Rounds side by side, for a screen of 700 pixels and more."""
    names = max((len(n) for n in ballot.candidates), default=4)
    most = max(len(one.totals) for one in ballot.rounds)
    height = max(300.0, 26.0 * most + 240.0)
    step = max(150.0, min(300.0, 900.0 / max(len(ballot.rounds), 1)))
    layout = lay_out(ballot, height - 40, 22)
    height = max(node.end for node in layout.nodes) + 44
    width = step * (layout.columns - 1) + 14 + 16 + 7.2 * (names + 9)
    body = [_wide_ribbon(r, step, colours(ballot)) for r in layout.ribbons]
    body += [_wide_node(n, step, ballot) for n in layout.nodes]
    body += [
        f'<text class="round" x="{step * i:.1f}" y="14">round {one.number}</text>'
        for i, one in enumerate(ballot.rounds)
    ]
    return _svg("wide", width, height, ballot, body)


def _wide_ribbon(ribbon: Ribbon, step: float, paint: Mapping[str, str]) -> str:
    x0, x1 = step * ribbon.column + 14, step * (ribbon.column + 1)
    path = _path((x0, x1), ribbon, 30.0, upright=False)
    return _ribbon(path, paint[ribbon.source], ribbon)


def _wide_node(node: Node, step: float, ballot: BallotTally) -> str:
    x, y, height = step * node.column, node.start + 30, max(node.end - node.start, 1.5)
    paint = colours(ballot)[node.name]
    said = _said(node, step, ballot)
    text = f'<text x="{x + 19:.1f}" y="{y + height / 2 + 4:.1f}">{escape(said)}</text>'
    bar = f'<rect x="{x:.1f}" y="{y:.1f}" width="14" height="{height:.1f}" fill="{paint}"/>'
    return f"<g><title>{escape(f'{node.name}: {node.label}')}</title>{bar}{text}</g>"


def _said(node: Node, step: float, ballot: BallotTally) -> str:
    """The name where a candidate begins or ends, cut to the room there is, and always the tally."""
    last = max((r.number for r in ballot.rounds if node.name in r.totals), default=len(ballot.rounds)) - 1
    if len(ballot.rounds) > 6 and 0 < node.column < last:
        return node.label
    room = int((step - 30) / 7.2) - len(node.label)
    end = node.column == len(ballot.rounds) - 1
    name = node.name if end or len(node.name) <= room else f"{node.name[: max(room - 1, 3)]}…"
    return f"{name} {node.label}"


def tall(ballot: BallotTally) -> str:
    """Rounds one below the other, for a phone."""
    step = 118.0
    layout = lay_out(ballot, 340, 3)
    height = step * (layout.columns - 1) + 62
    paint = colours(ballot)
    body = [_tall_ribbon(r, step, paint) for r in layout.ribbons]
    body += [_tall_node(n, step, paint) for n in layout.nodes]
    body += [
        f'<text class="round" x="0" y="{step * i + 12:.1f}">round {one.number}{escape(_fate(one))}</text>'
        for i, one in enumerate(ballot.rounds)
    ]
    return _svg("tall", 340, height, ballot, body)


def _fate(one: RoundTally) -> str:
    if one.elected:
        return f": {one.elected} is elected"
    gone = (*one.eliminated, *one.withdrew)
    listed = ", ".join(gone[:2]) + (f" and {len(gone) - 2} more" if len(gone) > 2 else "")
    return f": {listed} out" if gone else ""


def _tall_ribbon(ribbon: Ribbon, step: float, paint: Mapping[str, str]) -> str:
    y0, y1 = step * ribbon.column + 38, step * (ribbon.column + 1) + 18
    return _ribbon(_path((y0, y1), ribbon, 0.0, upright=True), paint[ribbon.source], ribbon)


def _tall_node(node: Node, step: float, paint: Mapping[str, str]) -> str:
    x, y, width = node.start, step * node.column + 18, max(node.end - node.start, 1.5)
    bar = f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="20" fill="{paint[node.name]}"/>'
    fits = width > 7.4 * len(node.label) + 6
    text = f'<text class="in" x="{x + 4:.1f}" y="{y + 14:.1f}">{escape(node.label)}</text>' if fits else ""
    return f"<g><title>{escape(f'{node.name}: {node.label}')}</title>{bar}{text}</g>"


def _path(along: tuple[float, float], ribbon: Ribbon, shift: float, *, upright: bool) -> str:
    """The outline of a ribbon: two curves and two short sides."""
    a0, a1 = along
    middle = (a0 + a1) / 2

    def point(main: float, cross: float) -> str:
        return f"{cross + shift:.1f} {main:.1f}" if upright else f"{main:.1f} {cross + shift:.1f}"

    (b0, b1), (e0, e1) = ribbon.begin, ribbon.end
    there = f"M{point(a0, b0)}C{point(middle, b0)} {point(middle, e0)} {point(a1, e0)}"
    back = f"L{point(a1, e1)}C{point(middle, e1)} {point(middle, b1)} {point(a0, b1)}Z"
    return there + back


def _ribbon(path: str, paint: str, ribbon: Ribbon) -> str:
    kind = "stay" if ribbon.source == ribbon.target else "move"
    return f'<path class="{kind}" fill="{paint}" d="{path}"><title>{escape(ribbon.label)}</title></path>'


def _svg(kind: str, width: float, height: float, ballot: BallotTally, body: Sequence[str]) -> str:
    told = escape(f"The flow of papers from round to round: {ballot.title}")
    head = f'<svg class="flow {kind}" viewBox="0 0 {width:.0f} {height:.0f}" style="--w:{width:.0f}px" role="img" aria-label="{told}"'
    return f'{head} xmlns="http://www.w3.org/2000/svg">{"".join(body)}</svg>'


def measure_words(measure: Measure) -> str:
    """What tallies are, for a caption."""
    return {"votes": "votes", "points": "points", "share": "percent of the whole"}[measure]
