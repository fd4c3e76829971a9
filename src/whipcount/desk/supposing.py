"""What a what-if supposes, out of the fields of its form, and which field is at fault where it cannot be supposed.

In: the fields as they were typed. Out: a `Suppose`, or messages by field. A group of camps is either several ticked boxes or a text
`A, B`; several groups are several texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from whipcount.contest import Contest
from whipcount.desk.rulebooks import known
from whipcount.errors import UsageError
from whipcount.forecast import Suppose
from whipcount.forecast.as_written import written
from whipcount.forecast.suppose import supposed

FIELDS = ("join", "drop", "add", "rules", "weights", "electorate", "poll", "assume")


@dataclass(frozen=True)
class Typed:
    """The fields as they were typed, blank ones left out."""

    join: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    add: tuple[str, ...] = ()
    rules: str | None = None
    weights: str = ""
    electorate: tuple[str, ...] = ()
    poll: tuple[str, ...] = ()
    assume: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether all is blank."""
        return self == Typed()

    def asked(self) -> dict[str, Any]:
        """The fields as an address has them."""
        return {name: getattr(self, name) for name in FIELDS}


@dataclass
class Taken:
    """A supposition, or the messages by field that say why it is none; `''` is about all of it."""

    suppose: Suppose = field(default_factory=Suppose)
    wrong: dict[str, str] = field(default_factory=dict)


def typed(fields: Mapping[str, Sequence[str]]) -> Typed:
    """What was typed, stripped."""
    kept = {k: tuple(x.strip() for x in fields.get(k, ()) if x.strip()) for k in FIELDS}
    return Typed(
        kept["join"], kept["drop"], kept["add"], next(iter(kept["rules"]), None), ", ".join(kept["weights"]),
        kept["electorate"], kept["poll"], kept["assume"],
    )  # fmt: skip


def taken(contest: Contest, said: Typed) -> Taken:
    """The supposition, tried on the contest (cut to a date) without simulating anything."""
    out = Taken()
    whole = Suppose()
    for name, texts in texts_of(said).items():
        field_ = _FIELD.get(name, name)
        try:
            if name == "rules" and texts:
                known(texts[0])
            one = written({name: texts})
            supposed(contest, one)
            whole = replace(whole, **{field_: getattr(one, field_)})
        except UsageError as why:
            out.wrong[name] = str(why)
    if not out.wrong:
        try:
            supposed(contest, whole)
            out.suppose = whole
        except UsageError as why:
            out.wrong[""] = str(why)
    return out


def texts_of(said: Typed) -> dict[str, tuple[str, ...]]:
    """The fields as the command line has them: switch -> texts."""
    ticked = tuple(text for text in said.join if "," not in text)
    groups = ((",".join(ticked),) if ticked else ()) + tuple(text for text in said.join if "," in text)
    rules, weights = ((one,) if one else () for one in (said.rules, said.weights))
    return {
        "join": groups, "drop": said.drop, "add": said.add, "rules": rules, "weights": weights,
        "electorate": said.electorate, "poll": said.poll, "assume": said.assume,
    }  # fmt: skip


_FIELD = {"poll": "polls"}
