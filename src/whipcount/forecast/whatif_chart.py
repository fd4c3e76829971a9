"""Charts of what-ifs: before and after of one, and the combinations of a grid as a heat map with its numbers.

In: a `WhatIf` or a `Grid`. Out: an Altair chart. The chance is told by how strong the colour is and by its number; words and numbers
keep a contrast of 4.5 to 1 on the strongest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whipcount.errors import MissingExtra

if TYPE_CHECKING:
    from whipcount.forecast.whatif import Change, WhatIf
    from whipcount.forecast.whatif_grid import Grid

COLOUR, BEFORE, RULE = "#0072b2", "#767676", "#9aa3ab"
FAINTEST, STRONGEST = 0.05, 0.5
"""How strong the colour is at a chance of 0 and of 1."""
LABEL = 200
"""Pixels of a label, at the most."""
NEGLIGIBLE = 0.005


def _altair() -> Any:
    try:
        import altair
    except ImportError:
        raise MissingExtra("A chart", "charts") from None
    return altair


def grid_chart(grid: Grid, question: str | None = None) -> Any:
    """The likeliest events of a question (by default the first) under every combination.

    With one axis the events are side by side. With several there is a map for each event, the last axis across.
    """
    alt = _altair()
    asked = question or grid.questions[0]
    shown = grid.events(asked)
    rows = [
        {"event": event, "down": down, "across": across, "p": c.after, "says": _says(c)}
        for cell in grid.cells
        for down, across in [grid.place(cell)]
        for event, c in grid.changes_of(cell, asked).items()
        if event in shown
    ]
    title = alt.TitleParams(
        f"{grid.contest}: {asked}", anchor="start",
        subtitle=f"as of {grid.as_of}; in brackets the difference, in points, from the contest as it is",
    )  # fmt: skip
    if len(grid.axes) == 1:
        return _map(alt, rows, "event", list(shown), grid.columns[0], None).properties(title=title)
    across = list(dict.fromkeys(str(r["across"]) for r in rows))
    down, top = ", ".join(grid.columns[:-1]), grid.columns[-1]
    maps = [
        _map(alt, [r for r in rows if r["event"] == e], "across", across, down, top).properties(title=e) for e in shown
    ]
    return alt.vconcat(*maps, spacing=18).properties(title=title)


def _says(change: Change) -> str:
    return f"{100 * change.after:.0f} % ({100 * change.difference:+.0f})".replace("(-0)", "(0)").replace("(+0)", "(0)")


def _map(alt: Any, rows: list[dict[str, Any]], across: str, order: list[str], down: str, top: str | None) -> Any:
    axis = alt.Axis(orient="top", labelAngle=-25 if len(order) > 1 else 0, labelLimit=LABEL, domain=False, ticks=False)
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X(f"{across}:N", sort=order, title=top, axis=axis),
        y=alt.Y("down:N", sort=None, title=down, axis=alt.Axis(labelLimit=LABEL, domain=False, ticks=False)),
    )
    strength = alt.Opacity("p:Q", scale=alt.Scale(domain=[0, 1], range=[FAINTEST, STRONGEST], nice=False), legend=None)
    words = base.mark_text().encode(text="says:N")
    return (base.mark_rect(color=COLOUR).encode(opacity=strength) + words).properties(
        width=alt.Step(96), height=alt.Step(30)
    )


def change_chart(made: WhatIf) -> Any:
    """Each event before (hollow) and after (filled), the questions under one another."""
    alt = _altair()
    kept = [c for c in made.changes if max(c.before, c.after) >= NEGLIGIBLE]
    panels = [
        _before_and_after(alt, [c for c in kept if c.question == q]).properties(title=q)
        for q in dict.fromkeys(c.question for c in kept)
    ]
    title = alt.TitleParams(made.contest, anchor="start", subtitle=f"as of {made.as_of}; hollow: before; filled: after")
    return alt.vconcat(*panels, spacing=18).properties(title=title)


def _before_and_after(alt: Any, found: list[Change]) -> Any:
    rows = [{"event": c.event, "before": c.before, "after": c.after} for c in found]
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y("event:N", sort=None, title=None, axis=alt.Axis(labelLimit=LABEL))
    )
    x = alt.X("before:Q", title="probability", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%"))
    line = base.mark_rule(color=RULE, strokeWidth=2).encode(x=x, x2="after:Q")
    hollow = base.mark_point(color=BEFORE, size=60, opacity=1).encode(x=x)
    filled = base.mark_point(color=COLOUR, filled=True, size=75, opacity=1).encode(x="after:Q")
    return (line + hollow + filled).properties(width=380)
