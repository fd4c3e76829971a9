"""How much of a stranger's file is read before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes; a file beyond one of them is refused with a message that names the limit.

    line        the longest line of a text format
    document    the largest JSON, XML or Parquet document, which is held in memory whole
    expanded    what a compressed file may expand to
    ratio       how many times larger a compressed file may become, looked at beyond 64 MiB
    cells       the most columns of a table, and the most ranks of one ballot
    """

    line: int = 1 * MIB
    document: int = 512 * MIB
    expanded: int = 64 * GIB
    ratio: int = 250
    cells: int = 4096
