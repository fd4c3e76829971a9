"""The `report` room: a contest's outlook in; the terminal's screen, one HTML page, charts and JSON out."""

from whipcount.report.as_json import to_json
from whipcount.report.build import Chance, Need, Part, Reason, Report, build, build_from

__all__ = ["Chance", "Need", "Part", "Reason", "Report", "build", "build_from", "to_json"]
