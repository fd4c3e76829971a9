"""Reading YAML and CSV that strangers wrote: limits, line numbers, one clear message for each thing that is wrong.

In: a path. Out: plain Python data and the line of every key (`Lines`), or an `InputError`. Nothing in a
file is ever run: only the core YAML types are built, aliases and tags are refused.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from whipcount.errors import InputError, Problem

MAX_BYTES = 20_000_000
MAX_NODES = 400_000
MAX_DEPTH = 40

type_names = {
    "dict": "a mapping",
    "list": "a list",
    "str": "text",
    "int": "a whole number",
    "float": "a number",
}
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Lines:
    """Where each key of a YAML file stands: path of keys and positions -> line, counted from 1."""

    file: str
    at: Mapping[tuple[str | int, ...], int] = field(default_factory=dict)

    def line(self, path: tuple[str | int, ...]) -> int:
        """The line of the deepest part of `path` that the file has (0 for an empty file).

        Parts that the file does not have (pydantic puts the kind of a clause in its paths) are passed over.
        """
        here: tuple[str | int, ...] = ()
        found = self.at.get((), 0)
        for part in path:
            if (*here, part) in self.at:
                here = (*here, part)
                found = self.at[here]
        return found


def read_text(path: Path, error: type[InputError] = InputError) -> str:
    """The text of a UTF-8 file (a byte order mark is dropped).

    Raises `error` for a file that is missing, too large, not UTF-8 (with the line and what to do) or binary.
    """
    name = path.name
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise error(Problem(name, 0, f"the file has {size:,} bytes; at most {MAX_BYTES:,} are read", "Split it."))
        raw = path.read_bytes()
    except FileNotFoundError:
        raise error(Problem(str(path), 0, "there is no such file", "Check the path.")) from None
    except OSError as why:
        raise error(
            Problem(str(path), 0, f"cannot be read ({why.strerror})", "Check the path and its permissions.")
        ) from None
    if b"\0" in raw:
        mend = "Save it as CSV or YAML in UTF-8 (in a spreadsheet: 'CSV UTF-8')."
        raise error(Problem(name, raw[: raw.index(b"\0")].count(b"\n") + 1, "is not a text file in UTF-8", mend))
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as why:
        line = raw[: why.start].count(b"\n") + 1
        bad = raw[why.start : why.start + 1].hex()
        raise error(
            Problem(
                name,
                line,
                f"is not in UTF-8: byte 0x{bad} is no character",
                "Save it as 'CSV UTF-8' or 'UTF-8'.",
            )
        ) from None


class _Loader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):  # type: ignore[misc]
    """The core schema without timestamps: dates stay text until a model reads them."""


_Loader.yaml_implicit_resolvers = {
    key: [(tag, exp) for tag, exp in pairs if tag != "tag:yaml.org,2002:timestamp"]
    for key, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class _Builder:
    """Turns composed nodes into plain data, noting lines, within limits."""

    def __init__(self, file: str, error: type[InputError]) -> None:
        self.file, self.error, self.nodes = file, error, 0
        self.at: dict[tuple[str | int, ...], int] = {}
        self.scalars = yaml.SafeLoader("")

    def fail(self, line: int, what: str, mend: str) -> InputError:
        return self.error(Problem(self.file, line, what, mend))

    def build(self, node: yaml.Node, path: tuple[str | int, ...]) -> Any:
        line = node.start_mark.line + 1
        self.at.setdefault(path, line)
        self.nodes += 1
        if self.nodes > MAX_NODES or len(path) > MAX_DEPTH:
            raise self.fail(line, "holds too much or is nested too deeply", "Split it, and use no YAML aliases.")
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*path, i)) for i, item in enumerate(node.value)]
        return self.scalar(node, line)

    def scalar(self, node: yaml.Node, line: int) -> Any:
        kind = node.tag.rpartition(":")[2]
        if kind not in {"str", "int", "float", "bool", "null"}:
            raise self.fail(line, f"has a tag '{node.tag}' that is not plain data", "Write the plain value.")
        try:
            return self.scalars.construct_object(node)
        except (yaml.YAMLError, ValueError):
            raise self.fail(line, f"'{node.value}' is no {kind}", "Put quotes round it if it is text.") from None

    def mapping(self, node: yaml.MappingNode, path: tuple[str | int, ...]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key_node, value in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise self.fail(line, "has a key that is not plain text", "Use a word as the key.")
            key = str(key_node.value)
            if key in out:
                raise self.fail(line, f"'{key}' stands twice in one mapping", "Remove or rename one of the two.")
            self.at[(*path, key)] = line
            out[key] = self.build(value, (*path, key))
        return out


def parse_yaml(text: str, file: str, error: type[InputError] = InputError) -> tuple[Any, Lines]:
    """Plain data and the line of every key of a YAML text; raises `error` with the line of what is wrong."""
    try:
        node = yaml.compose(text, Loader=_Loader)
        if node is None:
            raise error(Problem(file, 1, "is empty", "See `whipcount new` for a commented example."))
        builder = _Builder(file, error)
        return builder.build(node, ()), Lines(file, builder.at)
    except yaml.MarkedYAMLError as why:
        line = why.problem_mark.line + 1 if why.problem_mark else 1
        what = f"is not YAML: {why.problem or why.context or 'cannot be parsed'}"
        raise error(
            Problem(file, line, what, "Check the indentation, colons and quotes on and above this line.")
        ) from None
    except yaml.YAMLError as why:
        raise error(Problem(file, 1, f"is not YAML: {why}", "Save it as plain text.")) from None
    except RecursionError:
        raise error(Problem(file, 1, "is nested too deeply", "Write it flatter.")) from None


def read_yaml(path: Path, error: type[InputError] = InputError) -> tuple[Any, Lines]:
    """`parse_yaml` of a file."""
    return parse_yaml(read_text(path, error), path.name, error)


def problems_of(why: ValidationError, lines: Lines) -> list[Problem]:
    """What a model found wrong, each with its line in the file and in words for people."""
    return [_problem(dict(item), lines) for item in why.errors(include_url=False)]


def _problem(item: dict[str, Any], lines: Lines) -> Problem:
    loc: tuple[str | int, ...] = item["loc"]
    key = str(loc[-1]) if loc else "the file"
    where = lines.line(loc)
    kind, message, value = item["type"], item["msg"], item.get("input")
    if kind == "missing":
        return Problem(lines.file, where, f"'{key}' is missing here", f"Add a line '{key}: ...'.")
    if kind == "extra_forbidden":
        return Problem(lines.file, where, f"'{key}' means nothing here", "Check its spelling, or remove it.")
    if kind in {"union_tag_invalid", "literal_error", "enum"}:
        expected = item.get("ctx", {}).get("expected_tags") or item.get("ctx", {}).get("expected", "")
        said = value.get("kind") if isinstance(value, dict) else value
        return Problem(
            lines.file,
            where,
            f"'{said}' is not one of the words allowed for '{key}'",
            f"Use one of: {expected}.",
        )
    if kind == "union_tag_not_found":
        return Problem(lines.file, where, "says no 'kind'", "Add a line 'kind: ...'.")
    what, _, mend = message.removeprefix("Value error, ").partition(" -> ")
    shown = f" (it says {value!r})" if isinstance(value, str | int | float) and str(value) not in what else ""
    return Problem(lines.file, where, f"'{key}': {what}{shown}", mend)


def validate(model: type[M], data: Any, lines: Lines, error: type[InputError] = InputError) -> M:
    """`data` as a `model`; raises `error` with every problem and its line."""
    if not isinstance(data, dict):
        kind = type_names.get(type(data).__name__, "nothing")
        raise error(
            Problem(
                lines.file,
                1,
                f"should be a mapping of keys to values, but is {kind}",
                "Write 'key: value' lines.",
            )
        )
    try:
        return model.model_validate(data)
    except ValidationError as why:
        raise error(problems_of(why, lines)) from None


@dataclass(frozen=True)
class Row:
    """One row of a CSV file: its values by column name (blank cells left out) and its line."""

    file: str
    line: int
    cells: Mapping[str, str]


def read_csv(
    path: Path, required: tuple[str, ...], known: tuple[str, ...], error: type[InputError] = InputError
) -> Iterator[Row]:
    """The rows of a CSV file with a header. Blank lines and lines that start with '#' are passed over.

    Raises `error` for a missing or unknown column, or a row longer than its header.
    """
    text = read_text(path, error)
    reader = csv.reader(io.StringIO(text), strict=True)
    header: list[str] | None = None
    start = 1
    try:
        for cells in reader:
            line, start = start, reader.line_num + 1
            if not any(cell.strip() for cell in cells) or cells[0].startswith("#"):
                continue
            if header is None:
                header = _header(cells, path.name, line, required, known, error)
                continue
            if len(cells) > len(header):
                what = f"the row has {len(cells)} cells but the header has {len(header)} columns"
                raise error(
                    Problem(path.name, line, what, 'Put double quotes round a text that holds a comma ("a, b").')
                )
            yield Row(path.name, line, {k: c.strip() for k, c in zip(header, cells, strict=False) if c.strip()})
    except csv.Error as why:
        raise error(
            Problem(path.name, reader.line_num, f"is not CSV: {why}", "Check the double quotes on this line.")
        ) from None
    if header is None:
        raise error(Problem(path.name, 1, "has no header row", f"Begin with: {','.join(known)}"))


def _header(
    cells: list[str],
    file: str,
    line: int,
    required: tuple[str, ...],
    known: tuple[str, ...],
    error: type[InputError],
) -> list[str]:
    header = [cell.strip() for cell in cells]
    problems = [
        Problem(file, line, f"the column '{name}' is missing", f"The header may hold: {','.join(known)}")
        for name in required
        if name not in header
    ]
    for name in header:
        if name not in known:
            what = f"there is no column '{name}' in this file's format"
            problems.append(Problem(file, line, what, f"The columns are: {','.join(known)}"))
    problems += [
        Problem(file, line, f"the column '{n}' stands twice", "Remove one.") for n in set(header) if header.count(n) > 1
    ]
    if problems:
        raise error(problems)
    return header
