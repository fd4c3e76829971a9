"""The report on one screen of a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from whipcount.forecast import CampsOutlook, ElectionOutlook, Poll
from whipcount.headcount import Headcount
from whipcount.report.build import Chance, Need, Part, Report
from whipcount.report.words import day, percent, points

BAR = 24
REASONS_SHOWN = 5


def show(report: Report, console: Console) -> None:
    """Print a report."""
    console.print(render(report))


def render(report: Report) -> RenderableType:
    """The report as something that rich can print."""
    part = report.at_hand
    pieces: list[RenderableType] = [_title(report), Text(part.asks, style="bold"), Text(part.answer), Text()]
    pieces += _block("What it takes", _needs(part.needs))
    pieces += [
        r for count in _shown(part) for r in _block(f"Who is with whom: {_section(report, count)}", _headcount(count))
    ]
    pieces += _block("What happens", _chances(part, report))
    pieces += _block(_moved_title(part), _reasons(part))
    pieces += list(_aside(part))
    pieces += list(_further(report))
    pieces += list(_happened(report))
    return Group(*pieces)


def _moved_title(part: Part) -> str:
    bare = f"; with no evidence at all {percent(part.bare)}" if part.bare is not None else ""
    return f"What moved it most ({part.number}{bare})"


def _title(report: Report) -> Text:
    rules = next((p.rules for p in report.parts if p.rules is not None), None)
    ref = f" · rules {rules.ref}" if rules is not None else ""
    identity = report.contest.identity
    return Text.assemble(
        (identity.title, "bold cyan"), (f"\nas of {day(report.as_of)}{ref} · seed {report.outlook.seed}\n", "dim")
    )


def _block(title: str, body: RenderableType | None) -> list[RenderableType]:
    return [] if body is None else [Text(title, style="bold"), Padding(body, (0, 0, 1, 2))]


def _section(report: Report, count: Headcount) -> str:
    return f"{report.contest.identity.sections[count.section].name} ({len(count.roll)})"


def _shown(part: Part) -> tuple[Headcount, ...]:
    return tuple(c for c in part.headcounts if any(s.claimed or s.named for s in c.support))[:1] or part.headcounts[:1]


def _plain(*columns: tuple[str, str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="dim")
    for name, justify in columns:
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    return table


def _needs(needs: tuple[Need, ...]) -> RenderableType | None:
    if not needs:
        return None
    lines: dict[tuple[str, ...], list[str]] = {}
    by_note: dict[str, list[str]] = {}
    for need in needs:
        by_note.setdefault(need.note, []).append(f"{need.who}: {need.number} of {need.of} {need.what}")
    for note, parts in by_note.items():
        lines.setdefault(tuple(parts), []).append(note)
    texts = [
        Text.assemble("; ".join(parts), (f"  ({', '.join(n for n in notes if n)})" if any(notes) else "", "dim"))
        for parts, notes in lines.items()
    ]
    return Group(*texts)


def _headcount(count: Headcount) -> RenderableType:
    table = _plain(
        ("", "left"),
        ("named", "right"),
        ("claimed", "right"),
        ("inferred", "right"),
        ("80 %", "right"),
        (f"≥ {count.majority}", "right"),
    )
    for s in sorted(count.support, key=lambda s: -s.mean)[:8]:
        claimed = "–" if s.claimed is None else str(s.claimed)
        table.add_row(s.option, str(s.named), claimed, f"{s.mean:.1f}", f"{s.low}–{s.high}", percent(s.p_majority))
    return table


def _chances(part: Part, report: Report) -> RenderableType:
    chances = list(part.chances)
    if isinstance(part.result, CampsOutlook):
        chances = _leading_camps(part)
    if isinstance(part.result, ElectionOutlook):
        chances = [c for c in chances if c.p >= 0.005][:6]
    return Group(
        *(_bar(c.says, c.p) for c in [*chances, *(report.after if len(report.parts) > 1 else ())] if c.p >= 0.005)
    )


def _leading_camps(part: Part) -> list[Chance]:
    pairs = sorted((c for c in part.chances if " + " in c.event and c.event.endswith("can win")), key=lambda c: -c.p)
    joined = [c for c in pairs if "quarrel" not in c.says]
    pairs = joined or pairs
    alone = [c for c in part.chances if " + " not in c.event and c.event.endswith("can win")]
    blocks = [c for c in part.chances if " + " not in c.event and c.event.endswith("can block")]
    return pairs[:3] + sorted(alone, key=lambda c: -c.p)[:3] + sorted(blocks, key=lambda c: -c.p)[:3]


def _bar(says: str, p: float) -> Text:
    full = round(p * BAR)
    return Text.assemble(("█" * full, "cyan"), ("░" * (BAR - full), "dim"), f" {percent(p):>9}  {says}")


def _reasons(part: Part) -> RenderableType | None:
    """Two lines for each reason: what it moved and what it says; then who says so, since when, and where."""
    lines: list[RenderableType] = []
    for r in part.reasons[:REASONS_SHOWN]:
        people = "" if r.people is None else f" ({r.people:+.1f} people)"
        more = f" and {len(r.ids) - 1} more" if len(r.ids) > 1 else ""
        lines.append(
            Text.assemble(
                (f"{'~' if r.rough else ''}{points(r.effect)} points{people}".ljust(28) + " ", "cyan"), r.what
            )
        )
        lines.append(Text(f"{r.by} ({r.source_kind}), {r.known}, {site(r.source[0])} [{r.ids[0]}{more}]", style="dim"))
    return Group(*(Padding(line, (0, 0, 0, 4 * (i % 2))) for i, line in enumerate(lines))) if lines else None


def _aside(part: Part) -> Iterator[RenderableType]:
    flagged = [p for p in part.set_aside if p.head.link != "electors"]
    if flagged:
        yield Text("Set aside: not polls of those who vote", style="bold yellow")
        for poll in flagged[-4:]:
            yield Padding(Text(aside_line(poll), style="yellow"), (0, 0, 0, 2))
        if len(flagged) > 4:
            yield Padding(Text(f"and {len(flagged) - 4} earlier", style="dim"), (0, 0, 0, 2))
        yield Text()


def aside_line(poll: Poll) -> str:
    """One line on a poll that is no evidence on the electors, and why."""
    shares = ", ".join(f"{o} {s:g}" for o, s in sorted(poll.shares.items(), key=lambda i: -i[1])[:3])
    return f"{poll.head.pollster}, {poll.head.known}: {shares} (asked: {poll.head.population})"


def _further(report: Report) -> Iterator[RenderableType]:
    if len(report.parts) > 1:
        yield Text("Further questions", style="bold")
        for part in report.parts[1:]:
            yield Padding(Text.assemble((part.asks + " ", "italic"), part.answer), (0, 0, 0, 2))
        yield Text()


def _happened(report: Report) -> Iterator[RenderableType]:
    if report.happened:
        yield Text("What happened", style="bold")
        for line in report.happened:
            yield Padding(Text(line), (0, 0, 0, 2))


def site(source: str) -> str:
    """The host of an address, or the source as it is written, cut short."""
    host = urlsplit(source).hostname or source
    return host.removeprefix("www.")[:34]
