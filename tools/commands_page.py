"""Write `docs/commands.md`: a heading and the help of every command; `tools/regenerate.py` fills it in."""

from __future__ import annotations

from pathlib import Path

import click

from whipcount.cli.main import cli

HEAD = """# Commands

Data goes to standard output, talk to standard error. Exit status: 0 fine, 1 a check failed or an input is wrong, 2 the command was called
wrongly. This page is written by `make docs`.
"""


def sections(group: click.Group, path: str) -> list[str]:
    """One section for each command of a group, those of its groups after them."""
    out = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        full = f"{path} {name}"
        out.append(f"\n## {full}\n\n<!-- run: {full} --help -->\n```text\n```\n<!-- end -->\n")
        if isinstance(command, click.Group):
            out += sections(command, full)
    return out


if __name__ == "__main__":
    page = Path(__file__).resolve().parent.parent / "docs" / "commands.md"
    page.write_text(HEAD + "".join(sections(cli, "whipcount")), encoding="utf-8")
