"""Pages that change something: every form of the desk that is sent, and what becomes of it.

In: a form from one of the desk's own pages, from somebody whose role allows it. Out: a change in the store under that person's
name, and the page that shows it; or the same form, with what was typed and a message beside the field.
"""

from whipcount.desk.doors.pages import ROUTERS as DOORS
from whipcount.desk.writing import claims, feeds, folders, history, inbox, jobs, publishing, tables

ROUTERS = (
    *DOORS,
    inbox.router,
    claims.router,
    tables.router,
    history.router,
    *folders.ROUTERS,
    feeds.router,
    jobs.router,
    publishing.router,
)

__all__ = ["ROUTERS"]
