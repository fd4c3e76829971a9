"""NIST cast vote records in JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from whipcount.ballots import cvr
from whipcount.ballots.draft import Draft, Options
from whipcount.ballots.source import Source


def read(source: Source, options: Options) -> Draft:
    """Read one contest of a JSON document of cast vote records. Raises BallotError."""
    return cvr.draft_of(tree(source, options), options)


def tree(source: Source, options: Options) -> Mapping[str, Any]:
    """The document. Raises BallotError where it is no JSON object."""
    try:
        document = json.loads(source.whole(), parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        options.faults.stop(error.lineno, f"this is not JSON: {error.msg}", "Check that the file is whole.")
    except UnicodeDecodeError:
        options.faults.stop(0, "the document is not UTF-8", "Save it as UTF-8.")
    except (RecursionError, ValueError):
        options.faults.stop(0, "the document is nested too deeply or has a number too long", "Check the file.")
    if not isinstance(document, Mapping):
        options.faults.stop(1, "the document is not an object", "A report starts with '{'.")
    return document
