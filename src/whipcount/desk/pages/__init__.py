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
    held,
    replay,
    rulebooks,
    scoreboard,
    what_if,
    why,
)

PAGES = (
    contests,
    electors,
    evidence,
    why,
    camps,
    calls,
    replay,
    what_if,
    charts,
    held,
    contest,
    rulebooks,
    scoreboard,
    count,
)
ROUTERS = (*(page.router for page in PAGES), count.forms)

__all__ = ["ROUTERS"]
