"""A commented skeleton of a contest folder, which passes the check and can be reported on as it is."""

from __future__ import annotations

from pathlib import Path

from whipcount.contest.folder import TABLES, columns
from whipcount.errors import UsageError

CONTEST = """\
# A contest: one decision about a leader. Change every value; `whipcount check` says what is wrong, with its line.
id: {id}
title: The leadership of our party
party: Our Party
country: Somewhere
office: leader
# `whipcount rules list` names the rulebooks that ship; a path to a file of your own works too.
rulebook: majority
sections:
  # Electors who are followed together. `by: name` has a roster in electors.csv, `by: poll` is known from polls.
  caucus:
    name: the caucus
    body: body            # the body of the rulebook in which they vote
    by: name
questions:
# kind: confidence (does the leader keep a section's support), election (who is elected), camps (who is with whom)
- id: vote
  asks: Does Ada Quill keep the support of her caucus?
  kind: confidence
  section: caucus
  leader: Ada Quill
  clause: confidence      # the clause of the rulebook, see `whipcount rules show majority`
  opens: 2024-03-01       # evidence counts from here
  due: 2024-03-12
  due_known: 2024-03-04
  # decided: 2024-03-12
  # outcome: what happened, in a sentence
"""
EXAMPLES = {
    "electors.csv": [
        {"id": "ada-quill", "name": "Ada Quill", "section": "caucus", "aliases": "Quill;the leader", "seat": "Harbour"},
        {"id": "tom-hale", "name": "Tom Hale", "section": "caucus", "aliases": "Hale", "seat": "Rose Street"},
        {"id": "ines-moss", "name": "Ines Moss", "section": "caucus", "aliases": "Moss", "seat": "Mill Lane"},
    ],
    "candidates.csv": [{"name": "Ada Quill", "known": "2024-03-01", "status": "standing"}],
    "evidence.csv": [
        {"id": "e001", "known": "2024-03-04", "question": "vote", "section": "caucus", "kind": "declaration"}
        | {
            "by": "Tom Hale",
            "source_kind": "own words",
            "elector": "tom-hale",
            "stance": "opposes",
            "option": "Ada Quill",
        },
        {"id": "e002", "known": "2024-03-05", "question": "vote", "section": "caucus", "kind": "total"}
        | {
            "by": "a friend of the leader",
            "source_kind": "anonymous ally",
            "option": "Ada Quill",
            "amount": "majority",
        },
    ],
}
CITED = {"source": "an invented example", "confidence": "high"}
NOTES = {
    "electors.csv": "One row for each elector of a section that is known by name. Aliases are parted by semicolons.",
    "groups.csv": "Who belongs to which faction or group.",
    "candidates.csv": "What became known about a candidate's own entry; status: mooted, considering, standing, on the ballot, ...",
    "evidence.csv": "One row for each thing that somebody says. known: the day it became public. kind: declaration, nomination, "
    "report, canvass, total, past vote, membership.",
    "polls.csv": "One row for each option of a poll. link: electors (of a section), nominations, supporters, public, self-selected.",
    "odds.csv": "Prices as quoted: 7/4, 1.57 or 12%.",
    "events.csv": "What happened or was scheduled.",
    "predictions.csv": "What somebody said would happen, and what became of it.",
    "facts.csv": "Any other fact, with its source.",
    "disagreements.csv": "Sources that do not agree; both stand.",
}


def make(folder: Path) -> tuple[Path, ...]:
    """Write a skeleton into a new or empty folder; returns the files written.

    Raises `UsageError` if the folder holds anything.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"'{folder}' is not empty. Name a new folder, so that nothing is written over.")
    folder.mkdir(parents=True, exist_ok=True)
    slug = "".join(c if c.isalnum() else "-" for c in folder.name.lower()).strip("-") or "our-contest"
    written = [folder / "contest.yaml"]
    written[0].write_text(CONTEST.format(id=slug), encoding="utf-8")
    for file, (_, record) in TABLES.items():
        names = columns(record)[1]
        lines = [f"# {NOTES[file]}", ",".join(names)]
        for row in EXAMPLES.get(file, []):
            cells = {**row, **CITED}
            lines.append(",".join(cells.get(name, "") for name in names))
        written.append(folder / file)
        written[-1].write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tuple(written)
