"""Games of any make-up as decision diagrams: layer by layer, the states that the players still to come can tell apart.

Layer i decides whether player i joins; node 0 has lost and node 1 has won whatever the rest do. One weighted game is built
by the interval method: each node holds for an interval of sums so far (Bolus 2011, "Power indices of simple games and
vector-weighted majority games by means of binary decision diagrams"). Games joined by AND and OR are the product of their
diagrams, with every state that is decided, or equal to another from there on, merged.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from whipcount.errors import UsageError

LOST, WON = 0, 1
NODE_LIMIT = 200_000


@dataclass(frozen=True)
class Diagram:
    """stay[i][u] and come[i][u]: the node of layer i + 1 that node u of layer i leads to; 0 and 1 lead to themselves."""

    stay: list[list[int]]
    come: list[list[int]]
    root: int

    @property
    def players(self) -> int:
        """How many players are asked, one a layer."""
        return len(self.stay)


def refuse(what: str, limit: int) -> UsageError:
    """The error for a game that is too large: which limit was hit, and what can be done."""
    return UsageError(
        f"This game is too large to be worked out exactly: it needs more than {limit:,} {what}. "
        "Divide the weights by a common unit, merge players who always vote together, or ask for fewer players."
    )


class _Intervals:
    """One weighted game under construction: per layer the intervals of sums so far, sorted, and the node of each."""

    def __init__(self, weights: Sequence[int], quota: int) -> None:
        self.weights, self.quota = weights, quota
        rest = [0]
        for weight in reversed(weights):
            rest.append(rest[-1] + weight)
        # Of a layer: where each interval starts, where it ends, its node. Between the two decided ones it fills up.
        self.starts: list[list[float]] = [[-inf, quota] for _ in rest]
        self.ends: list[list[float]] = [[quota - left - 1, inf] for left in reversed(rest)]
        self.nodes: list[list[int]] = [[LOST, WON] for _ in rest]
        self.stay: list[list[int]] = [[0, 1] for _ in weights]
        self.come: list[list[int]] = [[0, 1] for _ in weights]

    def find(self, layer: int, total: int) -> int | None:
        """The place of the interval of `layer` that holds `total`, if it is known yet."""
        at = bisect_right(self.starts[layer], total) - 1
        return at if total <= self.ends[layer][at] else None

    def add(self, layer: int, total: int, stay: int, come: int) -> None:
        """The node for `total` from those of its two successors; it holds where both of them hold."""
        below, weight = layer + 1, self.weights[layer]
        start = max(self.starts[below][stay], self.starts[below][come] - weight)
        end = min(self.ends[below][stay], self.ends[below][come] - weight)
        at = bisect_right(self.starts[layer], total)
        self.starts[layer].insert(at, start)
        self.ends[layer].insert(at, end)
        self.nodes[layer].insert(at, len(self.stay[layer]))
        self.stay[layer].append(self.nodes[below][stay])
        self.come[layer].append(self.nodes[below][come])


def weighted(weights: Sequence[int], quota: int, limit: int = NODE_LIMIT) -> Diagram:
    """The diagram of one weighted game; raises UsageError beyond `limit` nodes."""
    known = _Intervals(weights, quota)
    waiting, made = [(0, 0)], 0
    while waiting:
        layer, total = waiting[-1]
        if known.find(layer, total) is not None:
            waiting.pop()
            continue
        stay, come = known.find(layer + 1, total), known.find(layer + 1, total + weights[layer])
        if stay is None:
            waiting.append((layer + 1, total))
        elif come is None:
            waiting.append((layer + 1, total + weights[layer]))
        else:
            known.add(layer, total, stay, come)
            made += 1
            if made > limit:
                raise refuse("nodes of its decision diagram", limit)
    root = known.find(0, 0)
    return Diagram(known.stay, known.come, known.nodes[0][root or 0])


@dataclass(frozen=True)
class Join:
    """How games are joined: the place of a game in a list, or `every` (AND) or any (OR) of some parts."""

    every: bool
    parts: tuple[Join | int, ...]

    def decide(self, state: Sequence[int]) -> int | None:
        """LOST or WON if the nodes of the games in `state` settle it, else None."""
        stops = LOST if self.every else WON
        verdicts = [_verdict(part, state) for part in self.parts]
        if stops in verdicts:
            return stops
        return None if None in verdicts else WON - stops


def _verdict(part: Join | int, state: Sequence[int]) -> int | None:
    if isinstance(part, Join):
        return part.decide(state)
    return state[part] if state[part] in (LOST, WON) else None


def joined(diagrams: Sequence[Diagram], join: Join, limit: int = NODE_LIMIT) -> Diagram:
    """The diagram of several games over the same players in the same order, joined by AND and OR."""
    root = tuple(diagram.root for diagram in diagrams)
    decided = join.decide(root)
    if decided is not None:
        raise UsageError("This combination of games is decided before anybody has voted.")
    layer: dict[tuple[int, ...], int] = {root: 2}
    stay: list[list[int]] = []
    come: list[list[int]] = []
    made = 0
    for at in range(diagrams[0].players):
        below: dict[tuple[int, ...], int] = {}
        for steps, side in ((stay, [d.stay[at] for d in diagrams]), (come, [d.come[at] for d in diagrams])):
            steps.append([LOST, WON, *(_step(state, side, join, below) for state in layer)])
        made += len(layer)
        if made > limit:
            raise refuse("nodes of its decision diagram", limit)
        layer = below
    return _merged(Diagram(stay, come, 2))


def _step(state: tuple[int, ...], side: list[list[int]], join: Join, below: dict[tuple[int, ...], int]) -> int:
    after = tuple([steps[node] for steps, node in zip(side, state, strict=True)])
    decided = join.decide(after)
    return below.setdefault(after, len(below) + 2) if decided is None else decided


def _merged(diagram: Diagram) -> Diagram:
    """The same diagram with one node for all that lead to the same two; a node with equal ends settled is settled."""
    rename = [LOST, WON]
    stay: list[list[int]] = []
    come: list[list[int]] = []
    for stays, comes in zip(reversed(diagram.stay), reversed(diagram.come), strict=True):
        seen = {(LOST, LOST): LOST, (WON, WON): WON}
        pairs = [(rename[left], rename[right]) for left, right in zip(stays, comes, strict=True)]
        rename = [seen.setdefault(pair, len(seen)) for pair in pairs]
        stay.append([left for left, _ in seen])
        come.append([right for _, right in seen])
    return Diagram(stay[::-1], come[::-1], rename[diagram.root])


def winning(diagram: Diagram, bits: int) -> list[list[int]]:
    """Per layer and node, the coalitions of the players still to come that win from there.

    With `bits` > 0 they are told apart by size: size s is counted in the bits from s * bits on. With 0 all are added up.
    """
    layers = [[0, 1]]
    for stay, come in zip(reversed(diagram.stay), reversed(diagram.come), strict=True):
        after = layers[-1]
        layers.append([after[left] + (after[right] << bits) for left, right in zip(stay, come, strict=True)])
    return layers[::-1]


def swings(diagram: Diagram, bits: int) -> list[int]:
    """For the player of every layer, the coalitions of the others that he turns; by size as in `winning`."""
    wins = winning(diagram, bits)
    ways = {diagram.root: 1}  # into each node of this layer
    counts = []
    for layer, (stay, come) in enumerate(zip(diagram.stay, diagram.come, strict=True)):
        after = wins[layer + 1]
        counts.append(sum(way * (after[come[node]] - after[stay[node]]) for node, way in ways.items()))
        below: dict[int, int] = {}
        for node, way in ways.items():
            below[stay[node]] = below.get(stay[node], 0) + way
            below[come[node]] = below.get(come[node], 0) + (way << bits)
        ways = below
    return counts


def unpack(packed: int, bits: int, sizes: int) -> list[int]:
    """The counts by size that `packed` holds."""
    mask = (1 << bits) - 1
    return [packed >> (bits * size) & mask for size in range(sizes)]
