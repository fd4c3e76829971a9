"""NIST cast vote records in XML.

Document types are refused outright, so no entity can be declared, expanded or fetched.
"""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

from whipcount.ballots import cvr
from whipcount.ballots.draft import Draft, Options
from whipcount.ballots.source import Source

_DEEPEST = 64


class _Refused(Exception):
    """The document has something that no cast vote record needs."""


def read(source: Source, options: Options) -> Draft:
    """Read one contest of an XML document of cast vote records. Raises BallotError."""
    return cvr.draft_of(tree(source, options), options)


def tree(source: Source, options: Options) -> dict[str, Any]:
    """The document as a tree, elements by name. Raises BallotError."""
    builder = _Builder()
    parser = builder.parser()
    size = 0
    try:
        for chunk in source.chunks():
            size += len(chunk)
            if size > options.limits.document:
                options.faults.stop(0, f"the document is larger than {options.limits.document:,} bytes", "Split it up.")
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        options.faults.stop(error.lineno, f"this is not XML: {expat.ErrorString(error.code)}", "Check the file.")
    except (_Refused, ValueError, LookupError) as error:
        options.faults.stop(parser.CurrentLineNumber, str(error), "Remove it, if the file is to be trusted.")
    return builder.root


class _Builder:
    """Turns elements into dictionaries: children by local name, a list where there are several."""

    def __init__(self) -> None:
        self.root: dict[str, Any] = {}
        self._open: list[tuple[str, dict[str, Any], list[str]]] = []
        self._parser: Any = None

    def parser(self) -> Any:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.buffer_text = True
        self._parser = parser
        return parser

    def _refuse(self, *_: object) -> None:
        raise _Refused("the document declares a document type or entities, which are refused")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= _DEEPEST:
            raise _Refused(f"elements are nested more than {_DEEPEST} deep")
        node: dict[str, Any] = {}
        if "ObjectId" in attributes:
            node["@id"] = attributes["ObjectId"]
        local = name.rpartition(":")[2]
        if local == "CVR":
            node["@line"] = self._parser.CurrentLineNumber
        self._open.append((local, node, []))

    def _characters(self, text: str) -> None:
        if self._open:
            self._open[-1][2].append(text)

    def _end(self, _: str) -> None:
        name, node, texts = self._open.pop()
        text = "".join(texts).strip()
        value: Any = node
        if text or not node:
            value = text if not node else {**node, "#": text}
        if not self._open:
            self.root = node
            return
        parent = self._open[-1][1]
        if name not in parent:
            parent[name] = value
        elif isinstance(parent[name], list):
            parent[name].append(value)
        else:
            parent[name] = [parent[name], value]
