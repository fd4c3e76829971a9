"""Processes apart, and the one in which the inbox opens and reads what strangers send: as the command line's."""

from whipcount.apart import Apart, main, tell
from whipcount.read.apart import claims_of, opened

__all__ = ["Apart", "claims_of", "main", "opened", "tell"]
