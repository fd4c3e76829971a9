"""Reading YAML and CSV that strangers wrote: limits, line numbers, one clear message for each thing that is wrong.

In: a path. Out: plain Python data and the line of every key (`Lines`), or an `InputError`. Nothing in a
file is ever run: only the core YAML types are built, aliases and tags are refused.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from whipcount.errors import InputError, Problem
from whipcount.problems import Lines, problems_of, shorten, type_names

__all__ = ["Lines", "Row", "parse_yaml", "problems_of", "read_csv", "read_text", "read_yaml", "validate"]

MAX_BYTES = 20_000_000
MAX_NODES = 400_000
MAX_DEPTH = 40
MAX_DIGITS = 60

_PLAIN = {"str": "text", "int": "a whole number", "float": "a number", "bool": "yes or no", "null": "nothing"}

M = TypeVar("M", bound=BaseModel)


def read_text(path: Path, error: type[InputError] = InputError) -> str:
    """The text of a UTF-8 file (a byte order mark is dropped).

    Raises `error` for a file that is missing, too large, not UTF-8 (with the line and what to do) or binary.
    """
    name = path.name
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise error(Problem(str(path), 0, "there is no such file", "Check the path.")) from None
    except (OSError, ValueError) as why:
        reason = getattr(why, "strerror", None) or why
        raise error(
            Problem(str(path), 0, f"cannot be read ({reason})", "Check the path and its permissions.")
        ) from None
    if len(raw) > MAX_BYTES:
        raise error(Problem(name, 0, f"the file is too large: at most {MAX_BYTES:,} bytes are read", "Split it."))
    if b"\0" in raw:
        mend = "Save it as CSV or YAML in UTF-8 (in a spreadsheet: 'CSV UTF-8')."
        raise error(Problem(name, raw[: raw.index(b"\0")].count(b"\n") + 1, "is not a text file in UTF-8", mend))
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
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
    control = _CONTROL.search(text)
    if control:
        what = f"holds a control character (U+{ord(control[0]):04X})"
        raise error(Problem(name, text[: control.start()].count("\n") + 1, what, "Remove it."))
    return text


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
"""Characters that steer a terminal or turn the direction of text about; no file of ours has a use for them."""


class _Loader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):  # type: ignore[misc]
    """The core schema without timestamps: dates stay text until a model reads them."""


_Loader.yaml_implicit_resolvers = {
    key: [(tag, exp) for tag, exp in pairs if tag != "tag:yaml.org,2002:timestamp"]
    for key, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


_COLLECTIONS = {"tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}


def _scan(text: str, file: str, error: type[InputError]) -> None:
    """Refuse what must not reach the composer, which follows nesting on the machine's own stack and would crash."""
    depth = 0
    for nodes, event in enumerate(yaml.parse(text, Loader=_Loader)):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.AliasEvent):
            raise error(
                Problem(file, line, f"uses a YAML alias (*{shorten(event.anchor)})", "Write the value out again.")
            )
        if depth > MAX_DEPTH:
            raise error(Problem(file, line, f"is nested more than {MAX_DEPTH} deep", "Write it flatter."))
        if nodes > MAX_NODES:
            raise error(Problem(file, line, f"holds more than {MAX_NODES:,} values", "Split it."))


class _Builder:
    """Turns composed nodes into plain data, noting lines."""

    def __init__(self, file: str, error: type[InputError]) -> None:
        self.file, self.error = file, error
        self.at: dict[tuple[str | int, ...], int] = {}
        self.scalars = yaml.SafeLoader("")

    def fail(self, line: int, what: str, mend: str) -> InputError:
        return self.error(Problem(self.file, line, what, mend))

    def build(self, node: yaml.Node, path: tuple[str | int, ...]) -> Any:
        line = node.start_mark.line + 1
        self.at.setdefault(path, line)
        if isinstance(node, yaml.MappingNode | yaml.SequenceNode) and node.tag not in _COLLECTIONS:
            raise self.fail(line, f"has a tag '{shorten(node.tag)}' that is not plain data", "Write the plain value.")
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*path, i)) for i, item in enumerate(node.value)]
        return self.scalar(node, line)

    def scalar(self, node: yaml.Node, line: int) -> Any:
        kind = node.tag.removeprefix("tag:yaml.org,2002:")
        if kind not in _PLAIN:
            raise self.fail(line, f"has a tag '{shorten(node.tag)}' that is not plain data", "Write the plain value.")
        value = self.text(node.value, line)
        if kind == "str":
            return value
        try:
            if len(value) > MAX_DIGITS:
                raise ValueError
            return self.scalars.construct_object(node)
        except (yaml.YAMLError, ValueError, KeyError, IndexError):
            what = f"'{shorten(value)}' cannot be read as {_PLAIN[kind]}"
            raise self.fail(line, what, "Put quotes round it if it is text.") from None

    def text(self, value: str, line: int) -> str:
        found = _CONTROL.search(value)
        if found:
            raise self.fail(line, f"holds a control character (U+{ord(found[0]):04X})", "Remove it.")
        return value

    def mapping(self, node: yaml.MappingNode, path: tuple[str | int, ...]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key_node, value in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise self.fail(line, "has a key that is not plain text", "Use a word as the key.")
            key = self.text(str(key_node.value), line)
            if key in out:
                raise self.fail(
                    line, f"'{shorten(key)}' stands twice in one mapping", "Remove or rename one of the two."
                )
            self.at[(*path, key)] = line
            out[key] = self.build(value, (*path, key))
        return out


def parse_yaml(text: str, file: str, error: type[InputError] = InputError) -> tuple[Any, Lines]:
    """Plain data and the line of every key of a YAML text; raises `error` with the line of what is wrong."""
    try:
        _scan(text, file, error)
        node = yaml.compose(text, Loader=_Loader)
        if node is None:
            raise error(Problem(file, 1, "is empty", "Start from a file that ships with whipcount."))
        builder = _Builder(file, error)
        data = builder.build(node, ())
        return data, Lines(file, builder.at, data)
    except yaml.MarkedYAMLError as why:
        line = why.problem_mark.line + 1 if why.problem_mark else 1
        what = f"is not YAML: {' '.join(p for p in (why.context, why.problem) if p) or 'cannot be parsed'}"
        raise error(
            Problem(file, line, what, "Check the indentation, colons and quotes on and above this line.")
        ) from None
    except yaml.YAMLError as why:
        raise error(Problem(file, 1, f"is not YAML: {shorten(why, 200)}", "Save it as plain text.")) from None


def read_yaml(path: Path, error: type[InputError] = InputError) -> tuple[Any, Lines]:
    """`parse_yaml` of a file."""
    return parse_yaml(read_text(path, error), path.name, error)


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
