"""The pages that only read, a module and a router for each kind."""

from whipcount.desk.pages import (
    calls,
    camps,
    charts,
    contest,
    contests,
    count,
    counted,
    electors,
    evidence,
    headcount,
    held,
    predictions,
    replay,
    rulebooks,
    scoreboard,
    tools,
    tools_ballots,
    tools_folders,
    tools_rules,
    tools_store,
    what_if,
    what_if_grid,
    why,
)

PAGES = (
    contests,
    headcount,
    electors,
    evidence,
    why,
    camps,
    calls,
    replay,
    what_if_grid,
    what_if,
    charts,
    held,
    predictions,
    contest,
    rulebooks,
    scoreboard,
    counted,
)
TOOLS = (tools, tools_ballots, tools_rules, tools_folders, tools_store)
ROUTERS = (*(page.router for page in (*PAGES, *TOOLS)), count.own, count.forms, counted.forms)

__all__ = ["ROUTERS"]
