"""The pages that only read, a module and a router for each kind."""

from whipcount.desk.pages import (
    calls,
    camps,
    charts,
    contest,
    contests,
    count,
    electors,
    evidence,
    headcount,
    held,
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
    contest,
    rulebooks,
    scoreboard,
    count,
)
TOOLS = (tools, tools_ballots, tools_rules, tools_folders, tools_store)
ROUTERS = (*(page.router for page in (*PAGES, *TOOLS)), count.forms)

__all__ = ["ROUTERS"]
