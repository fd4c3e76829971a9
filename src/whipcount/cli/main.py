"""The root of the command line: the list of commands, and how errors are told.

Exit status: 0 fine, 1 a check failed or an input is wrong, 2 the command was called wrongly.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from whipcount import __version__
from whipcount.errors import InputError, UsageError, WhipcountError

COMMANDS: dict[str, tuple[str, str]] = {
    "report": ("report", "Who has the numbers in a contest, what the rules need, what happens next, and why."),
    "headcount": ("headcount", "How a section divides: named, claimed and inferred support."),
    "why": ("why", "How far each piece of evidence moves the number."),
    "calls": ("calls", "Whom to ring next, by how much the answer would tell."),
    "path": ("path", "The cheapest electors whose change would carry or block it."),
    "power": ("power", "Which camps can win together, block, and decide."),
    "record": ("record", "The headcount held to votes of the past, beside simpler methods."),
    "what-if": ("what_if", "Two camps join, somebody drops out, other rules, another poll: before and after."),
    "replay": ("replay", "The outlook on every day of a contest, and what moved it."),
    "opens": (
        "opens",
        "Whether a contest for the leadership opens at all, and when, from base rates and the headcount.",
    ),
    "backtest": ("backtest", "Forecasts of past contests with no hindsight, against the obvious guesses."),
    "read": ("read", "Read commentary into claims, each tied to the words that make it."),
    "score": ("score", "Who called it: commentators, bookmakers, polls and whipcount itself, held to what happened."),
    "predict": ("predict", "whipcount's own predictions; --publish puts them on record."),
    "serve": ("serve", "The desk: pages for a browser, on this machine or for others."),
    "accounts": ("accounts", "Who may log in to a desk that is served to others."),
    "rules": ("rules", "Rulebooks: list, show, check, what they need, how they differ."),
    "count": ("count", "Count a file of ballots under a rulebook, round by round."),
    "verify": ("verify", "Count a record of a count again, and compare."),
    "ballots": ("ballots", "What is in a ballot file; convert it to another format."),
    "store": ("store", "Contests in a database that several people share: import, export, journal, undo, backup."),
    "check": ("check", "Check a contest folder; each problem with its file, line and how to mend it."),
    "contests": ("contests", "List the contests that ship."),
    "new": ("new", "Make a commented skeleton of a contest folder."),
    "convert": ("convert", "Turn past contests' YAML files into contest folders."),
}
"""Name -> (module under `whipcount.cli`, one line of help). The module holds a click command called `command`."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for; their one-line helps are known without."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands, in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported; None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        found = import_module(f"whipcount.cli.{COMMANDS[cmd_name][0]}").command
        return found if isinstance(found, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands with their one-line helps, none of them imported."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the nearest command names in the message for an unknown one."""
        from difflib import get_close_matches

        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            near = get_close_matches(args[0], COMMANDS, n=2, cutoff=0.5)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            ctx.fail(f"There is no command '{args[0]}'.{hint}")
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="whipcount")
def cli() -> None:
    """whipcount: who has the numbers in a leadership contest, what the rules need, and why."""


def main() -> None:
    """Run the command line; tell errors in one message on standard error, never with a traceback."""
    try:
        # With click's own handling off, an early exit comes back as its status.
        status = cli.main(standalone_mode=False)
        if isinstance(status, int):
            sys.exit(status)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(2)
    except WhipcountError as wrong:
        _tell(wrong)
        sys.exit(2 if isinstance(wrong, UsageError) else 1)
    except BrokenPipeError:
        # The reader of a pipe (head, less) has gone; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell(wrong: WhipcountError) -> None:
    if isinstance(wrong, InputError):
        count = len(wrong.problems)
        for problem in wrong.problems[:50]:
            click.echo(str(problem), err=True)
        if count > 50:
            click.echo(f"... and {count - 50} more.", err=True)
        if count > 1:
            click.echo(f"{count} problems.", err=True)
    else:
        click.echo(f"Error: {wrong}", err=True)
