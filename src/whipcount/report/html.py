"""The report as one HTML page that opens without a network and runs nothing.

In: a `Report`. Out: a page whose every number leads by a link to the evidence, and from there to the sources. Contest folders
come from strangers: all text is escaped by the templates, only http and https become links, and the page's own
policy forbids scripts and anything from elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from whipcount import __version__
from whipcount.contest import CandidateRow, Contest, Disagreement, Elector, Evidence, Question
from whipcount.forecast import (
    NOBODY,
    AnyOutlook,
    CampsOutlook,
    Coalition,
    ConfidenceOutlook,
    ElectionOutlook,
    Poll,
    ThresholdOutlook,
)
from whipcount.forecast.polled import polls
from whipcount.forecast.reasons import leading_number
from whipcount.headcount import AGAINST, FOR, UNALIGNED, Headcount
from whipcount.report import charts, palette
from whipcount.report.build import Chance, Part, Reason, Report, describe
from whipcount.report.chamber import Chamber, chamber
from whipcount.report.palette import NEUTRAL, Tone
from whipcount.report.words import day, names, odds, percent, points
from whipcount.rules import Electorate, InForce, Paragraph, explain

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"
REASONS = 10
CHANCES = 8
MODELS = (
    ("where named electors stand", "whipcount.headcount.draw"),
    ("what a statement on one elector says", "whipcount.headcount.statements"),
    ("what a statement about a total says", "whipcount.headcount.totals"),
    ("sections known by polls", "whipcount.forecast.polled"),
    ("ballots under the rulebook", "whipcount.forecast.kernel"),
    ("how far each piece of evidence moves a number", "whipcount.forecast.reasons"),
)
"""What was computed, and the module whose first lines state the model."""
ASIDE = {
    "public": "asked the public, who have no vote here",
    "supporters": "asked the party's voters or supporters, who are not the electors",
    "self-selected": "those who answered chose themselves",
    "nominations": "nominations by a body that is not a section of this ballot",
    "electors": "asked people who are not a polled section of this ballot",
}


@dataclass(frozen=True)
class Bar:
    """A probability to be drawn as a bar: what may happen, how likely, and its tone."""

    says: str
    p: float
    tone: Tone


@dataclass(frozen=True)
class Move:
    """A reason with the length (-1 to 1) of its bar."""

    reason: Reason
    length: float


@dataclass(frozen=True)
class SectionView:
    """A section of named electors on one question: its chamber, its support, what it is called."""

    key: str
    name: str
    chamber: Chamber
    tones: Mapping[str, Tone]
    labels: Mapping[str, str]

    @property
    def count(self) -> Headcount:
        """The headcount behind it."""
        return self.chamber.headcount

    def recorded(self, option: str) -> list[Elector]:
        """Electors on record for an option."""
        return [e for e in self.count.roll if self.count.named.get(e.id) == option]


@dataclass(frozen=True)
class PartView:
    """One question as it is laid out on the page."""

    part: Part
    key: str
    p: float
    strip: tuple[Bar, ...]
    thresholds: tuple[ThresholdOutlook, ...]
    clause: str | None
    sections: tuple[SectionView, ...]
    figures: tuple[charts.Figure, ...]
    chances: tuple[Bar, ...]
    camps: tuple[str, ...]
    coalitions: Mapping[tuple[str, ...], Coalition]
    moves: tuple[Move, ...]
    by_people: bool
    aside: tuple[Poll, ...]

    @property
    def number(self) -> str:
        """What the leading number is about."""
        return self.part.number


@dataclass(frozen=True)
class ElectorView:
    """One elector: where on each question, and the evidence on them."""

    elector: Elector
    section: str
    stands: tuple[tuple[str, str | None, tuple[tuple[str, float], ...]], ...]
    rows: tuple[Evidence, ...]


@dataclass
class Page:
    """All that the template reads."""

    report: Report
    parts: list[PartView]
    tones: Mapping[str, Tone]
    electors: dict[str, list[ElectorView]]
    polls: dict[str, list[Poll]]
    rules: list[tuple[InForce, list[Paragraph]]]
    disagreements: list[Disagreement]
    used: frozenset[str]
    models: Sequence[tuple[str, str]] = MODELS
    version: str = __version__
    known: frozenset[str] = field(default_factory=frozenset)

    def describe(self, row: Evidence) -> str:
        """What a row of evidence says."""
        return describe(self.report.contest.electors, row)

    def entries(self, question: str, name: str) -> list[CandidateRow]:
        """What became known about a candidate's entry, oldest first."""
        rows = [r for r in self.report.contest.candidates if r.name == name and r.question in {None, question}]
        return sorted(rows, key=lambda r: r.known)

    def label(self, question: str, option: str) -> str:
        """An option in words: "with X" where the question is one of confidence."""
        asked = self.report.contest.question(question)
        return _said(asked, option)

    @property
    def note(self) -> str | None:
        """What the folder says about itself, which may look back: only once the contest is settled."""
        return self.report.contest.identity.note if settled(self.report.contest) else None

    def row_anchor(self, key: str) -> str | None:
        """The anchor of a row of evidence, of a poll or of a price with this id; None for an id that is not on the page."""
        if key in self.known:
            return anchor("ev", key)
        if key in self.polls:
            return anchor("poll", key)
        return anchor("odds", key) if any(key == row.id for row in self.report.contest.odds) else None

    @property
    def priced(self) -> bool:
        """Whether a price is among the reasons."""
        prices = {row.id for row in self.report.contest.odds}
        return any(not prices.isdisjoint(reason.ids) for part in self.report.parts for reason in part.reasons)


def page(report: Report) -> str:
    """The report as one HTML page. Raises `MissingExtra` where the `charts` extra is not installed."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    env = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )  # fmt: skip
    dress(env)
    return env.get_template("page.html").render(page=lay_out(report)).lstrip()


def dress(env: Environment) -> None:
    """Give an environment the filters and names that the templates of this room read."""
    env.filters |= {
        "percent": lambda p: tight(percent(p)),
        "tight": tight,
        "odds": odds,
        "day": day,
        "names": names,
        "points": points,
    }
    env.filters |= {"anchor": lambda text, kind: anchor(kind, text), "source": source}
    env.globals |= {"palette": palette, "ASIDE": ASIDE, "NOBODY": NOBODY, "UNALIGNED": UNALIGNED}


def tight(text: str) -> str:
    """A text in which a per cent sign stays on the line of its number."""
    return re.sub(r"(?<=\d) %", "\u00a0%", text)


def anchor(kind: str, text: str) -> str:
    """The id on the page of something of a kind: letters, digits and hyphens; other characters become their numbers."""
    return f"{kind}-" + re.sub(r"[^A-Za-z0-9_-]", lambda m: f".{ord(m[0]):x}.", text)


def source(text: str) -> tuple[str | None, str]:
    """(address to link to, what to show) of a source; no address unless it is a plain http or https one."""
    first, _, rest = text.strip().partition(" ")
    try:
        parts = urlsplit(first)
        host = parts.hostname
    except ValueError:
        return None, text
    if parts.scheme not in {"http", "https"} or not host or re.search(r"[\s\"'<>\\^`{|}\x00-\x1f]", first):
        return None, text
    return first, f"{host.removeprefix('www.')} {rest}".strip()


def lay_out(report: Report) -> Page:
    """Everything that the templates show of a report. Raises `MissingExtra` where the `charts` extra is not installed."""
    contest, tones = report.contest, palette.tones(report.outlook)
    grouped: dict[str, list[Poll]] = {}
    for poll in polls(contest):
        grouped.setdefault(poll.head.poll, []).append(poll)
    counts = [c for part in report.parts for c in part.headcounts]
    return Page(
        report=report,
        parts=[_part(report, part, tones) for part in report.parts],
        tones=tones,
        electors=_electors(contest, counts),
        polls=grouped,
        rules=_rules(report.parts),
        disagreements=disagreements_of(contest),
        used=frozenset(s.row.id for c in counts for s in c.statements) | {t.row.id for c in counts for t in c.totals},
        known=frozenset(row.id for row in contest.evidence),
    )


def _part(report: Report, part: Part, tones: Mapping[str, Tone]) -> PartView:
    one = part.result
    _, holds = leading_number(one)
    p = float(holds.mean())
    bars = one.thresholds if isinstance(one, ConfidenceOutlook) else ()
    by_people = max((abs(r.effect) for r in part.reasons), default=0.0) < 0.005
    return PartView(
        part=part,
        key=one.question.id,
        p=p,
        strip=tuple(_strip(one, part, p, tones)),
        thresholds=bars,
        clause=_clause(one, part.rules),
        sections=tuple(_section(report.contest, one, c, tones) for c in part.headcounts),
        figures=tuple(charts.figures(report.contest, one, tones)),
        chances=tuple(_chances(report, part, tones)),
        camps=tuple(s.option for s in _largest(one.headcount)) if isinstance(one, CampsOutlook) else (),
        coalitions={c.camps: c for c in one.coalitions} if isinstance(one, CampsOutlook) else {},
        moves=tuple(_moves(part.reasons[:REASONS], by_people=by_people)),
        by_people=by_people,
        aside=tuple(x for x in part.set_aside if x.head.link != "electors"),
    )


def _clause(one: AnyOutlook, rules: InForce | None) -> str | None:
    """The anchor of the clause that a question is decided under."""
    if rules is None or one.question.clause is None:
        return None
    return anchor("rule", f"{rules.ref}-{one.question.clause}")


def _strip(one: AnyOutlook, part: Part, p: float, tones: Mapping[str, Tone]) -> Iterator[Bar]:
    """The whole distribution of the answer, as parts of one."""
    if isinstance(one, ElectionOutlook):
        yield from (Bar(name, share, tones.get(name, NEUTRAL)) for name, share in one.p_wins.items())
        return
    yield Bar(part.number, p, palette.SLOTS[0])
    yield Bar("or not", 1 - p, palette.SLOTS[1])


def _largest(count: Headcount) -> list[Any]:
    return sorted((s for s in count.support if s.option != UNALIGNED), key=lambda s: -s.mean)


def _said(question: Question, option: str) -> str:
    if question.kind != "confidence":
        return option
    return {FOR: f"with {question.leader}", AGAINST: f"against {question.leader}"}.get(option, option)


def _section(contest: Contest, one: AnyOutlook, count: Headcount, tones: Mapping[str, Tone]) -> SectionView:
    marks: tuple[int, ...] = ()
    if isinstance(one, ConfidenceOutlook):
        marks = tuple(dict.fromkeys(t.leader_needs for t in one.thresholds))
    elif isinstance(one, CampsOutlook):
        marks = (count.majority,)
    name = contest.identity.sections[count.section].name
    key = f"{one.question.id}-{count.section}"
    return SectionView(key, name, chamber(count, marks), tones, {o: _said(one.question, o) for o in count.options})


def _chances(report: Report, part: Part, tones: Mapping[str, Tone]) -> Iterator[Bar]:
    one, blue = part.result, palette.SLOTS[0]
    chances: Iterable[Chance] = part.chances
    if isinstance(one, CampsOutlook):
        chances = _of_camps(part.chances)
    if isinstance(one, ElectionOutlook):
        chances = [c for c in chances if c.p >= 0.005][:CHANCES]
    for c in chances:
        yield Bar(c.says, c.p, tones.get(c.says.removesuffix(" wins"), blue))
    if part is report.at_hand and len(report.parts) > 1:
        for c in report.after:
            if c.p >= 0.005:
                yield Bar(c.says, c.p, tones.get(c.says.partition(" leads")[0], blue))


def _of_camps(chances: Sequence[Chance]) -> list[Chance]:
    """The likeliest pairs that can win, camps that can win alone, and camps that can block."""
    picked = []
    for joint, ending in ((True, "can win"), (False, "can win"), (False, "can block")):
        these = [c for c in chances if (" + " in c.event) == joint and c.event.endswith(ending)]
        picked += sorted(these, key=lambda c: -c.p)[:3]
    return [c for c in picked if c.p >= 0.005]


def _moves(reasons: Sequence[Reason], *, by_people: bool) -> Iterator[Move]:
    sizes = [(r.people or 0.0) if by_people else r.effect for r in reasons]
    longest = max((abs(s) for s in sizes), default=0.0) or 1.0
    yield from (Move(r, s / longest) for r, s in zip(reasons, sizes, strict=True))


def _electors(contest: Contest, counts: Sequence[Headcount]) -> dict[str, list[ElectorView]]:
    """Section -> its electors on any question, by name."""
    rows: dict[str, list[Evidence]] = {}
    for row in sorted(contest.evidence, key=lambda r: (r.known, r.id)):
        rows.setdefault(row.elector or "", []).append(row)
    people: dict[str, dict[str, tuple[Elector, list[Any]]]] = {}
    for count in counts:
        p = count.probabilities
        for i, elector in enumerate(count.roll):
            chances = tuple((o, float(p[i, k])) for k, o in enumerate(count.options))
            best = tuple(sorted(chances, key=lambda c: -c[1]))[:3]
            entry = people.setdefault(count.section, {}).setdefault(elector.id, (elector, []))
            entry[1].append((count.question.id, count.named.get(elector.id), best))
    return {
        section: [ElectorView(e, section, tuple(stands), tuple(rows.get(e.id, ()))) for e, stands in here.values()]
        for section, here in people.items()
    }


def _rules(parts: Sequence[Part]) -> list[tuple[InForce, list[Paragraph]]]:
    """For each version of rules in use, the clauses that the questions turn on."""
    used: dict[str, tuple[InForce, set[str]]] = {}
    for part in parts:
        if part.rules is not None:
            used.setdefault(part.rules.ref, (part.rules, set()))[1].update(_clauses(part))
    return [(rules, [p for p in explain(rules.version) if p.clause in ids]) for rules, ids in used.values()]


def _clauses(part: Part) -> Iterator[str]:
    """Ids of the clauses that a question turns on: its opening; for an election also nominations, ballots, electorates."""
    assert part.rules is not None
    version, opening = part.rules.version, part.result.question.clause
    if opening is not None:
        yield opening
    if not isinstance(part.result, ElectionOutlook):
        return
    nomination, path = version.nomination(opening), version.path(opening)
    if nomination is not None:
        yield nomination.id
    yield from (ballot.id for ballot in path)
    bodies = {body for ballot in path for body in ballot.bodies}
    yield from (clause.id for clause in version.of(Electorate) if clause.body in bodies)


def disagreements_of(contest: Contest) -> list[Disagreement]:
    """Sources that do not agree, as far as both were known by the date.

    A disagreement has no date of its own: it is shown once both its sources are behind a dated row (a fact's date may be
    earlier than the report of it), and its note, which may say what turned out, once the contest is settled.
    """
    if settled(contest):
        return list(contest.disagreements)
    dated = (contest.evidence, contest.polls, contest.odds, contest.events, contest.candidates)
    seen = {s for rows in dated for row in rows for s in row.source}
    both = [d for d in contest.disagreements if {*d.one_source.split(" ; "), *d.other_source.split(" ; ")} <= seen]
    return [d.model_copy(update={"note": None}) for d in both]


def settled(contest: Contest) -> bool:
    """Whether what was written about the contest as a whole, looking back, may be shown: it is over on its date."""
    return contest.result is not None or all(q.decided is not None for q in contest.identity.questions)
