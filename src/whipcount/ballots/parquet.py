"""Parquet tables of ballots, in the same three shapes as CSV. Needs the `frames` extra."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from whipcount.ballots.delimited import finished, read_long
from whipcount.ballots.draft import Draft, Options
from whipcount.ballots.faults import LineError
from whipcount.ballots.source import Source
from whipcount.ballots.table import RowReader, Shape, shape_of
from whipcount.errors import MissingExtra


def read(source: Source, options: Options) -> Draft:
    """Read a Parquet table. Raises BallotError, or MissingExtra without Polars."""
    try:
        import polars
    except ImportError:
        raise MissingExtra("Reading Parquet", "frames") from None
    data = source.whole()
    try:
        frame = _frame(polars, data, options)
    except (polars.exceptions.PolarsError, polars.exceptions.PanicException, OSError, ValueError) as error:
        first = (str(error).splitlines() or ["unknown"])[0][:200]
        options.faults.stop(0, f"the Parquet file cannot be read: {first}", "Check that it is whole.")
    known = () if options.candidates is None else (*options.candidates, *options.aliases)
    try:
        shape = shape_of([name.strip() for name in frame.columns], known)
    except LineError as error:
        options.faults.stop(0, str(error), error.mend)
    reader = RowReader(shape, options)
    if shape.kind == "long":
        return read_long(_numbered(frame), reader, options)
    return _rows(polars, frame, shape, reader, options)


def _frame(polars: Any, data: bytes, options: Options) -> Any:
    """The table, every cell as text, empty where it is null."""
    table = polars.scan_parquet(io.BytesIO(data))
    columns = table.collect_schema().names()
    rows = table.select(polars.len()).collect().item()
    if len(columns) > options.limits.cells or rows * len(columns) > options.limits.document:
        what = f"the table has {rows:,} rows of {len(columns)} columns, more than is read at once"
        options.faults.stop(0, what, "Split it up.")
    return table.select(polars.all().cast(polars.String).fill_null("")).collect()


def _rows(polars: Any, frame: Any, shape: Shape, reader: RowReader, options: Options) -> Draft:
    draft = Draft()
    if shape.ballot >= 0:
        frame = frame.with_columns(polars.lit("").alias(frame.columns[shape.ballot]))
    grouped = frame.with_row_index("\0row").group_by(frame.columns, maintain_order=True)
    counted = grouped.agg(polars.len().alias("\0times"), polars.col("\0row").min().alias("\0first"))
    for *row, times, first in counted.iter_rows():
        try:
            ballot = reader.ballot(row)
        except LineError as error:
            options.faults.line(first + 1, str(error), error.mend, text=",".join(row), times=times)
        else:
            draft.add(ballot.ranking, ballot.weight * times, ballot.section, ballot.unit)
    return finished(draft, shape, options)


def _numbered(frame: Any) -> Iterator[tuple[int, str, list[str]]]:
    for number, row in enumerate(frame.iter_rows(), 1):
        yield number, ",".join(row), list(row)
