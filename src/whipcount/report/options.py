"""Which option of a headcount a name stands for, as people write it: a leader's name, a surname, `for`, `against`."""

from __future__ import annotations

from whipcount.errors import NotFound
from whipcount.headcount import AGAINST, FOR, Headcount


def option_of(count: Headcount, wanted: str | None) -> str:
    """The option that a name stands for (a leader's name stands for support); the leading one where none is given.

    Raises `NotFound`.
    """
    if wanted is None:
        return FOR if FOR in count.options else max(count.support, key=lambda s: s.mean).option
    plain = {o.casefold(): o for o in count.options}
    leader = (count.question.leader or "").casefold()
    if FOR in count.options and leader:
        plain |= {leader: FOR, f"against {leader}": AGAINST}
    surnames = {o.split()[-1].casefold(): o for o in plain.values() if " " in o}
    found = plain.get(wanted.casefold()) or surnames.get(wanted.casefold())
    if found is None:
        raise NotFound("option", wanted, plain)
    return found
