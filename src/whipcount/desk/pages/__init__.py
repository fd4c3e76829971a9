"""The pages that only read, a module and a router for each kind."""

from whipcount.desk.pages import contest, contests

ROUTERS = (contests.router, contest.router)

__all__ = ["ROUTERS"]
