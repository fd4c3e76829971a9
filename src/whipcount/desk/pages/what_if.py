"""What if: two camps join, somebody drops out, other rules, another poll: before and after, side by side.

All that is supposed is in the address, so that a link reproduces it; the form works without a script.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BeforeValidator
from starlette.responses import Response

from whipcount.contest import Contest
from whipcount.desk.asked import AsOf, Draws, Seed, Short, Wrong, blank
from whipcount.desk.drawing import bars_figure
from whipcount.desk.pages.charts import IMAGES, Form, drawn, image
from whipcount.desk.pages.contest import around
from whipcount.desk.rulebooks import listed
from whipcount.desk.sheets import Sheet, sheet
from whipcount.desk.supposing import FIELDS, Taken, Typed, taken, typed
from whipcount.desk.views import link
from whipcount.desk.working import Desk

router = APIRouter(tags=["what-if"])


def _several(description: str) -> Any:
    return Query(description=description, max_length=40)


Join = Annotated[list[str], _several("Camps that vote as one, for the first: `A,B`; or several single names.")]
Drop = Annotated[list[str], _several("No longer a candidate.")]
Add = Annotated[list[str], _several("A candidate too.")]
Rules = Annotated[Short | None, BeforeValidator(blank), Query(description="Under another rulebook: `ID@DATE`.")]
Weights = Annotated[str, Query(description="Weights in the electoral college: `BODY=1/3,BODY=2/3`.", max_length=500)]
Electorate = Annotated[list[str], _several("`SECTION=N`: with N electors; 0 leaves the section out.")]
Poll = Annotated[list[str], _several("`SECTION:A=52,B=48`: if such a poll came out.")]
Assume = Annotated[list[str], _several("`X backs Y`: if an elector or candidate declared for Y.")]


@sheet(
    router,
    "/contests/{contest}/what-if",
    "The outlook before and after a supposition, and the difference with its simulation error.",
)
def what_if(  # noqa: PLR0917 - a field of the form each
    request: Request, contest: str, as_of: AsOf = None, join: Join = [], drop: Drop = [], add: Add = [], rules: Rules = None,  # noqa: B006
    weights: Weights = "", electorate: Electorate = [], poll: Poll = [], assume: Assume = [], seed: Seed = None,  # noqa: B006
    draws: Draws = None,
) -> Sheet:  # fmt: skip
    """The form with what was typed, and under it what it changes."""
    desk: Desk = request.app.state.desk.drawn(seed, draws)
    seen = desk.seen(contest, as_of)
    assert seen.seen_on is not None
    fields = (join, drop, add, [rules or ""], [weights], electorate, poll, assume)
    said = typed(dict(zip(FIELDS, fields, strict=True)))
    read = taken(seen, said)
    made = None if said.nothing or read.wrong else _made(desk, seen, read)
    around_ = around(desk, seen, seen.seen_on, "what-if")
    asked = {"as_of": seen.seen_on, **said.asked(), **desk.run}
    shown = {
        "asked_": asked,
        "said": said,
        "wrong": read.wrong,
        "made": made,
        "choices": choices(seen),
        "part": "hx-request" in request.headers,
    }
    here = link("contests", contest, "what-if", **asked)
    if made is None:
        data: Any = {"contest": contest, "as_of": seen.seen_on.isoformat(), "changes": [], "fields": read.wrong}
        return Sheet("what_if.html", shown | around_, data, [], here, status=422 if read.wrong else 200)
    return Sheet("what_if.html", shown | around_, made.to_json(), made.table(), here)


@router.get(
    "/contests/{contest}/what-if.{form}",
    summary="Before and after, drawn.",
    response_class=Response,
    responses=IMAGES,
)
async def what_if_chart(  # noqa: PLR0917 - a field of the form each
    request: Request, contest: str, form: Form, as_of: AsOf = None, join: Join = [], drop: Drop = [], add: Add = [],  # noqa: B006
    rules: Rules = None, weights: Weights = "", electorate: Electorate = [], poll: Poll = [], assume: Assume = [],  # noqa: B006
    seed: Seed = None, draws: Draws = None,
) -> Response:  # fmt: skip
    """The comparison as a picture."""
    fields = (join, drop, add, [rules or ""], [weights], electorate, poll, assume)
    said = typed(dict(zip(FIELDS, fields, strict=True)))

    def make() -> Any:
        desk: Desk = request.app.state.desk.drawn(seed, draws)
        seen = desk.seen(contest, as_of)
        read = taken(seen, said)
        for name, why in read.wrong.items():
            raise Wrong(name or "assume", why)
        if said.nothing:
            raise Wrong("assume", "Nothing is supposed. Say what is to be different.")
        return drawn(str(bars_figure(_made(desk, seen, read).chart())), form)

    return await image(request, make)


def _made(desk: Desk, seen: Contest, read: Taken) -> Any:
    from whipcount.forecast import what_if as compared

    s = desk.settings
    key = (seen.seen_on, read.suppose)
    return desk.kept("what-if", seen.id, key, lambda: compared(seen, read.suppose, seed=s.seed, draws=s.draws))


def choices(seen: Contest) -> dict[str, Any]:
    """What the form offers: candidates and camps, sections known by polls, bodies with weights, rulebooks, electors."""
    from whipcount.forecast.outlook import rules_for
    from whipcount.forecast.suppose import candidates_of

    day = seen.seen_on
    assert day is not None
    elections = [q for q in seen.identity.questions if q.kind == "election"]
    ballots = [b for q in elections[:1] for b in rules_for(seen, q, day).version.path(q.clause) if b.weighted]
    return {
        "candidates": candidates_of(seen),
        "elections": bool(elections),
        "weights": ",".join(f"{s.body}={s.weight}" for s in ballots[0].sections) if ballots else "",
        "polled": {n: s.name for n, s in seen.identity.sections.items() if s.by == "poll"},
        "sections": {n: s.name for n, s in seen.identity.sections.items()},
        "rulebooks": listed(),
        "electors": sorted({e.name for e in seen.electors}),
    }


__all__ = ["Typed", "router"]
