"""Rows as a data frame or as an HTML table, for results of this room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any


def frame(rows: Sequence[Mapping[str, Any]]) -> Any:
    """The rows as a polars data frame, or as they are where polars is not installed."""
    try:
        import polars
    except ImportError:
        return list(rows)
    return polars.DataFrame(list(rows), infer_schema_length=None)


def html_table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """The rows as an HTML table; every cell is escaped."""
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "".join(
        "<tr>"
        + "".join(f"<td>{escape(str(row.get(c) if row.get(c) is not None else ''))}</td>" for c in columns)
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
