"""What pages are asked, in the address: a date, a question, a section, an option. A blank field is no answer."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import Query
from pydantic import BeforeValidator, Field

from whipcount.errors import UsageError


class Wrong(UsageError):
    """A field of a form or an address that cannot be taken as it is; `field` names it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def blank(value: Any) -> Any:
    """A field left blank is none."""
    return None if isinstance(value, str) and not value.strip() else value


Short = Annotated[str, Field(max_length=200)]
"""A name or an id, as it may be asked for."""
AsOf = Annotated[
    date | None,
    BeforeValidator(blank),
    Query(
        description="Use only what was known on this date. By default the day on which the contest was settled, or today."
    ),
]
QuestionId = Annotated[Short | None, BeforeValidator(blank), Query(description="The question, if not the one at hand.")]
MOST_DRAWS = 50_000
"""Draws that a page may be asked for: one reader must not take the machine from the others. The command line takes more."""
Seed = Annotated[
    Annotated[int, Field(ge=0, le=2**32 - 1)] | None,
    BeforeValidator(blank),
    Query(description="Seed of the random draws, if not the desk's."),
]
Draws = Annotated[
    Annotated[int, Field(ge=1_000, le=MOST_DRAWS)] | None,
    BeforeValidator(blank),
    Query(description="Random draws behind each number, if not as many as is usual here."),
]
SectionId = Annotated[Short | None, BeforeValidator(blank), Query(description="The section, if there are several.")]
