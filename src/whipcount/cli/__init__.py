"""The `cli` room: a command line in; calls into the rooms, and their results on standard output.

No logic lives here. Each command is a module of its own, imported only when it is called, so that
`whipcount --help` answers at once.
"""

from whipcount.cli.main import cli, main

__all__ = ["cli", "main"]
