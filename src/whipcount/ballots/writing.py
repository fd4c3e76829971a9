"""A profile into a file: CSV, BLT, PrefLib, ABIF. What a format cannot hold is refused, never dropped."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

from whipcount.ballots.codes import OVERVOTE_BASE, SKIPPED, Mark
from whipcount.ballots.profile import Profile
from whipcount.ballots.table import SPECIAL_CELLS
from whipcount.errors import NotFound, UsageError


def write_ballots(profile: Profile, path: str | Path, format: str) -> None:
    """Write a profile as "csv", "blt", "preflib" (soc, soi, toc or toi as the ballots allow) or "abif".

    Raises UsageError where the format has no way to say what is in the profile (sections and units outside
    CSV, fractional weights in PrefLib and ABIF, skipped ranks in PrefLib and ABIF, reserved characters), and
    NotFound for another format.
    """
    name = "preflib" if format in ("soc", "soi", "toc", "toi") else format
    if name not in _WRITERS:
        raise NotFound("ballot format to write", format, _WRITERS)
    Path(path).write_text(_WRITERS[name](profile), encoding="utf-8", newline="")


def to_csv(profile: Profile) -> str:
    """Rank columns, weight, and section and unit where there are any; an overvote is names joined by '='."""
    for name in profile.candidates:
        if "=" in name or name.casefold() in SPECIAL_CELLS or name != name.strip() or "\n" in name or "\r" in name:
            raise UsageError(f"The candidate's name '{name}' means something else in a CSV of ballots; rename it.")
    grouped = any(group.section or group.unit for group in profile.groups)
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    width = profile.ranks.shape[1]
    table.writerow([*(f"rank{n + 1}" for n in range(width)), "weight", *(["section", "unit"] if grouped else [])])
    for row in profile.to_rows():
        cells = [_joined(mark, "=") for mark in row.ranking] + [""] * (width - len(row.ranking))
        table.writerow([*cells, row.weight, *([row.section, row.unit] if grouped else [])])
    return out.getvalue()


def to_blt(profile: Profile) -> str:
    """BLT for one seat: `-` for a skipped rank, `=` for an overvote."""
    _ungrouped(profile, "BLT")
    _clean(profile, '"', "BLT")
    number = {name: index + 1 for index, name in enumerate(profile.candidates)}
    lines = [f"{len(profile.candidates)} 1"]
    for row in profile.to_rows():
        marks = [_numbers(mark, number, "=") or "-" for mark in row.ranking]
        lines.append(" ".join([_decimal(row.weight), *marks, "0"]))
    lines += ["0", *(f'"{name}"' for name in profile.candidates), f'"{profile.source}"'.replace('""', '"ballots"')]
    return "\n".join(lines) + "\n"


def to_preflib(profile: Profile) -> str:
    """PrefLib with its full header; DATA TYPE says whether orders are complete and whether they have ties."""
    _flat(profile, "PrefLib")
    number = {name: index + 1 for index, name in enumerate(profile.candidates)}
    head = {
        "TITLE": profile.source,
        "DATA TYPE": preflib_type(profile),
        "NUMBER ALTERNATIVES": len(profile.candidates),
        "NUMBER VOTERS": profile.total(),
        "NUMBER UNIQUE ORDERS": len(profile.weight),
    } | {f"ALTERNATIVE NAME {index}": name for name, index in number.items()}
    lines = [f"# {key}: {value}" for key, value in head.items()]
    for row in profile.to_rows():
        marks = [_numbers(mark, number, ",") for mark in row.ranking]
        order = ",".join(f"{{{mark}}}" if "," in mark else mark for mark in marks)
        lines.append(f"{row.weight}: {order}")
    return "\n".join(lines) + "\n"


def preflib_type(profile: Profile) -> str:
    """ "soc", "soi", "toc" or "toi": strict orders or with ties, complete or incomplete."""
    everyone = set(profile.candidates)
    complete = all({*_each(row.ranking)} == everyone for row in profile.to_rows())
    tied = bool((profile.ranks <= OVERVOTE_BASE).any())
    return ("t" if tied else "s") + "o" + ("c" if complete else "i")


def to_abif(profile: Profile) -> str:
    """ABIF with declared short names c1, c2, ..."""
    _flat(profile, "ABIF")
    _clean(profile, '[]#"', "ABIF")
    short = {name: f"c{index + 1}" for index, name in enumerate(profile.candidates)}
    lines = [f"={key}:[{name}]" for name, key in short.items()]
    for row in profile.to_rows():
        ranks = ["=".join(short[name] for name in _names(mark)) for mark in row.ranking]
        lines.append(f"{row.weight}:{'>'.join(ranks)}")
    return "\n".join(lines) + "\n"


def _each(ranking: tuple[Mark, ...]) -> Iterator[str]:
    for mark in ranking:
        yield from _names(mark)


def _names(mark: Mark) -> list[str]:
    return [] if mark is None else [mark] if isinstance(mark, str) else sorted(mark)


def _joined(mark: Mark, by: str) -> str:
    return by.join(_names(mark))


def _numbers(mark: Mark, number: dict[str, int], by: str) -> str:
    return by.join(str(one) for one in sorted(number[name] for name in _names(mark)))


def _decimal(weight: Fraction) -> str:
    if weight.denominator == 1:
        return str(weight.numerator)
    text = f"{weight.numerator * 10**9 // weight.denominator:010d}"
    if Fraction(int(text), 10**9) != weight:
        raise UsageError(f"The weight {weight} is no decimal number, as BLT needs; write a CSV.")
    return f"{text[:-9]}.{text[-9:].rstrip('0')}"


def _ungrouped(profile: Profile, format: str) -> None:
    if any(group.section or group.unit for group in profile.groups):
        raise UsageError(f"{format} has no place for sections and units; write a CSV, or one file for each.")


def _flat(profile: Profile, format: str) -> None:
    _ungrouped(profile, format)
    if profile.scale != 1:
        raise UsageError(f"{format} has no place for fractional weights; write a CSV.")
    before = profile.ranks[:, :-1] == SKIPPED
    if (before & (profile.ranks[:, 1:] != SKIPPED)).any():
        raise UsageError(f"{format} has no place for skipped ranks; write a CSV or BLT.")
    _clean(profile, "", format)


def _clean(profile: Profile, reserved: str, format: str) -> None:
    for name in profile.candidates:
        if not name or name != name.strip() or any(char in name for char in reserved + "\n\r\0"):
            raise UsageError(f"The candidate's name '{name}' cannot be written in {format}; rename it.")


_WRITERS: dict[str, Callable[[Profile], str]] = {
    "abif": to_abif,
    "blt": to_blt,
    "csv": to_csv,
    "preflib": to_preflib,
}
WRITABLE = tuple(_WRITERS)
"""The formats that `write_ballots` writes."""
