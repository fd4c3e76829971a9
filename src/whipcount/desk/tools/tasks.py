"""What is done in the process of the tools; run as a module, this is that process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from whipcount.desk.apart import main
from whipcount.desk.tools import ballots, folders, rulebook
from whipcount.desk.tools.asking import guarded

TASKS: dict[str, Callable[..., Any]] = {
    "ballots": guarded(ballots.seen),
    "convert": guarded(ballots.converted),
    "recount": guarded(ballots.recounted),
    "rulebook": guarded(rulebook.checked),
    "folder": guarded(folders.checked),
    "past": guarded(folders.past),
}

if __name__ == "__main__":
    main(TASKS)
