"""What a model finds wrong in data, told to the person who wrote the file.

In: a `ValidationError` and the lines of the file (`Lines`). Out: one `Problem` for each fault, with its line, the
clause (question, version, ...) it is in by name, and plain words for what was expected. Faults that only follow
from another fault are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from whipcount.errors import Problem

Path = tuple[str | int, ...]

type_names = {
    "dict": "a mapping",
    "list": "a list",
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "yes or no",
    "NoneType": "nothing",
}

_EXPECTED = {
    "string": ("text", "Put quotes round it if it is text."),
    "int": ("a whole number", "Write a number such as 12."),
    "float": ("a number", "Write a number such as 12 or 0.5."),
    "finite": ("a number", "Write a number such as 12 or 0.5."),
    "bool": ("yes or no", "Write true or false."),
    "date": ("a date", "Write it as YYYY-MM-DD."),
    "datetime": ("a time", "Write it as YYYY-MM-DDTHH:MM."),
    "tuple": ("a list", "Write [one, two], or a line that begins with '- ' for each."),
    "list": ("a list", "Write [one, two], or a line that begins with '- ' for each."),
    "dict": ("a mapping", "Write 'key: value' lines, or {key: value}."),
    "model": ("a mapping", "Write 'key: value' lines, or {key: value}."),
    "mapping": ("a mapping", "Write 'key: value' lines, or {key: value}."),
}
"""First word of a type error of pydantic -> (what was expected, how to mend it)."""

_BOUNDS = {
    "greater_than_equal": "is below {ge}, the least that makes sense",
    "greater_than": "is not above {gt}",
    "less_than_equal": "is above {le}, the most that makes sense",
    "less_than": "is not below {lt}",
    "too_short": "holds too few: at least {min_length} is needed",
    "string_too_short": "is too short: at least {min_length} characters are needed",
    "too_long": "holds too many: at most {max_length} are allowed",
    "string_too_long": "is too long: at most {max_length} characters are allowed",
}


class Faults(ValueError):
    """Several faults that a validator found in one record, each with its place within that record.

    A validator raises it to report all of them at once and on the line of each.
    """

    def __init__(self, faults: tuple[tuple[Path, str], ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(text for _, text in faults))


@dataclass(frozen=True)
class Lines:
    """Where each key of a YAML file stands: path of keys and positions -> line, counted from 1; and the data itself."""

    file: str
    at: Mapping[Path, int] = field(default_factory=dict)
    data: Any = None

    def real(self, path: Path) -> Path:
        """The parts of `path` that the file has (all of them where its data was not kept, as for a row of a CSV).

        Parts that it does not have (pydantic puts the kind of a clause in its paths) are passed over.
        """
        if self.data is None:
            return path
        here: Path = ()
        record: Any = self.data
        tag: Any = None
        for part in path:
            if part == tag or (*here, part) not in self.at:
                tag = None
                continue
            here, record = (*here, part), record[part]
            # A clause of kind 'confidence' also has a key 'confidence': the kind comes first in pydantic's path.
            tag = record.get("kind") if isinstance(part, int) and isinstance(record, dict) else None
        return here

    def line(self, path: Path) -> int:
        """The line of the deepest part of a path as pydantic gives it (0 for an empty file)."""
        return self.nearest(self.real(path))

    def nearest(self, path: Path) -> int:
        """The line of a path in the file, or of the deepest part of it that the file has."""
        while path and path not in self.at:
            path = path[:-1]
        return self.at.get(path, 0)

    def place(self, path: Path) -> str:
        """The named records that hold `path`, outermost first: "version 2012-11-17, clause 'ballot'"."""
        here, found = self.data, []
        for before, part in zip((None, *path), path, strict=False):
            try:
                here = here[part]
            except (KeyError, IndexError, TypeError):
                break
            if isinstance(part, int) and isinstance(here, dict):
                found.append(_called(str(before), part, here))
        return ", ".join(found)


def _called(key: str, position: int, record: dict[str, Any]) -> str:
    noun = key.removesuffix("s")
    kind = record.get("kind")
    name = record.get("id") or record.get("ballot") or record.get("body")
    if isinstance(name, str) and name:
        sort = f"{kind} " if isinstance(kind, str) and noun == "clause" else ""
        return f"{sort}{noun} '{shorten(name)}'"
    label = record.get("from") or record.get("label")
    return f"{noun} '{shorten(label)}'" if isinstance(label, str) and label else f"entry {position + 1} of '{key}'"


def shorten(value: object, at_most: int = 60) -> str:
    """A value as it may be shown in a message: on one line and not too long."""
    if isinstance(value, int) and value.bit_length() > 200:
        return "a number of very many digits"
    text = " ".join(str(value).split())
    return text if len(text) <= at_most else text[: at_most - 3] + "..."


def problems_of(why: ValidationError, lines: Lines) -> list[Problem]:
    """What a model found wrong, each with its line in the file and in words for people, in the order of the lines.

    Of several faults at one place (a value that fits none of several forms) the first is told; a list that is said to
    be too short only because its entries are faulty is not.
    """
    items: dict[tuple[Path, str], dict[str, Any]] = {}
    for item in why.errors(include_url=False):
        lacks = str(item["loc"][-1]) if item["type"] in {"missing", "extra_forbidden"} else ""
        items.setdefault((lines.real(item["loc"]), lacks), dict(item))
    at_fault = [place for place, _ in items]
    told = [
        (place, item)
        for (place, _), item in items.items()
        if not (item["type"] == "too_short" and any(len(p) > len(place) and p[: len(place)] == place for p in at_fault))
    ]
    return sorted((p for place, item in told for p in _problems(place, item, lines)), key=lambda p: p.line)


def _problems(place: Path, item: dict[str, Any], lines: Lines) -> Iterator[Problem]:
    found = item.get("ctx", {}).get("error")
    if isinstance(found, Faults):
        for inner, text in found.faults:
            what, _, mend = text.partition(" -> ")
            where = lines.place((*place, *inner))
            yield Problem(lines.file, lines.nearest((*place, *inner)), f"{where}: {what}" if where else what, mend)
        return
    what, mend = _words(_key(place, item), item)
    where = lines.place(place)
    at = (*place, "kind") if item["type"] == "union_tag_invalid" else place
    yield Problem(lines.file, lines.nearest(at), f"{where}: {what}" if where else what, mend)


def _key(place: Path, item: dict[str, Any]) -> str:
    """The key at fault, quoted; an entry of a list by its position in the list; "" for a named record itself."""
    if item["type"] in {"missing", "extra_forbidden"}:
        return f"'{shorten(item['loc'][-1])}'"
    if not place:
        return ""
    if isinstance(place[-1], str):
        return f"'{shorten(place[-1])}'"
    if isinstance(item.get("input"), dict):
        return ""
    return f"entry {place[-1] + 1} of '{place[-2]}'" if len(place) > 1 else f"entry {place[-1] + 1}"


def _words(key: str, item: dict[str, Any]) -> tuple[str, str]:
    """What is wrong, and how to mend it."""
    kind, value, ctx = item["type"], item.get("input"), item.get("ctx", {})
    if kind == "missing":
        return f"{key} is missing", f"Add {key.strip(chr(39))}: ..."
    if kind == "extra_forbidden":
        return f"{key} means nothing here", "Check its spelling, or remove it."
    if kind == "union_tag_not_found":
        return "says no 'kind'", "Add a line 'kind: ...'."
    if kind in {"union_tag_invalid", "literal_error", "enum"}:
        return _closed_list(key, item)
    if kind in _BOUNDS:
        return f"{key} {_BOUNDS[kind].format(**ctx)}{_shown(value)}", "Mend the value."
    if kind == "string_pattern_mismatch":
        mend = "Write small letters, digits and hyphens, such as first-ballot."
        return f"{key} has a form that is not allowed{_shown(value)}", mend
    expected = _EXPECTED.get(kind.partition("_")[0])
    if expected and kind not in {"value_error", "assertion_error"}:
        sort = type_names.get(type(value).__name__, "something else")
        said = _shown(value)
        what = f"is {sort}{said}" if sort != expected[0] and not (sort == "text" and said) else f"is not{said}"
        return f"{key} should be {expected[0]}, but {what}".strip(), expected[1]
    return _validator(key, item)


def _closed_list(key: str, item: dict[str, Any]) -> tuple[str, str]:
    value, ctx = item.get("input"), item.get("ctx", {})
    allowed = ctx.get("expected_tags") or ctx.get("expected", "")
    if item["type"] == "union_tag_invalid" and isinstance(value, dict):
        key, value = "'kind'", value.get("kind")
    said = f"'{shorten(value)}'" if isinstance(value, str) else type_names.get(type(value).__name__, "something else")
    return f"{key} is {said}, which is not one of the words allowed there", f"Use one of: {allowed}."


def _validator(key: str, item: dict[str, Any]) -> tuple[str, str]:
    message = str(item["msg"]).removeprefix("Value error, ").removeprefix("Assertion failed, ")
    what, _, mend = message.partition(" -> ")
    said = _shown(item.get("input"), what)
    return (f"{key} {what}{said}" if what.startswith(("is ", "has ")) else f"{key}: {what}{said}").strip(" :"), mend


def _shown(value: object, told: str = "") -> str:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        text = shorten(value)
        if text and text not in told:
            return f" (it says '{text}')"
    if isinstance(value, bool) and not told:
        return f" ({str(value).lower()}: YAML reads yes, no, on and off so)"
    return ""
