"""Labelled commentary as one text with its claims written into it: how the commentaries of the corpus are kept.

A heading of `name: value` lines, a line `---`, then the text. A passage that makes claims stands in double square
brackets, the claims behind it in braces; passages may stand inside one another:

    date: 2031-03-18
    country: Ireland
    register: column
    ---
    [[Hale is finished]]{prediction: Ada Hale | falls | -}, [[say Moss's people]]{…}

A claim is its kind and its own fields in the order of the guide, `-` where the text does not say; then, where they are not
the author's and asserted, `@ speaker` and `~ modality`; a `?` at the end marks a label as optional.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from whipcount.errors import InputError, Problem
from whipcount.read.claim import CHOICES, FIELDS, MODALITIES, Claim, from_row

OUTCOMES = ("becomes leader", "wins", "loses", "falls", "survives", "stands", "does not stand")
_MARK = re.compile(r"\[\[|\]\]((?:\{[^{}]*\})+)")
_TAIL = re.compile(r"^(?P<own>[^@~]*)(?:@(?P<speaker>[^~]*))?(?:~(?P<modality>[^@]*))?$")


@dataclass(frozen=True)
class Marked:
    """A marked-up commentary taken apart: its heading, the text without marks, and the claims with their offsets in that."""

    heading: dict[str, str]
    text: str
    claims: tuple[Claim, ...]


def take_apart(source: str, where: str = "text") -> Marked:
    """The heading, text and claims of a marked-up commentary. Raises `InputError` with every fault and its line."""
    head, cut, body = source.partition("\n---\n")
    if not cut:
        raise InputError(Problem(where, 1, "no heading", "Begin with `name: value` lines, then a line `---`."))
    heading = {k.strip(): v.strip() for k, _, v in (line.partition(":") for line in head.splitlines() if line.strip())}
    above = head.count("\n") + 2
    problems: list[Problem] = []
    text: list[str] = []
    length = last = 0
    opened: list[int] = []
    rows: list[tuple[int, int, str, int]] = []
    body = body.strip("\n") + "\n"
    for mark in _MARK.finditer(body):
        text.append(body[last : mark.start()])
        length += mark.start() - last
        last = mark.end()
        line = above + body.count("\n", 0, mark.start()) + 1
        if mark[1] is None:
            opened.append(length)
        elif not opened:
            problems.append(Problem(where, line, "]] without [[", "Open the passage before it is closed."))
        else:
            start = opened.pop()
            rows += [(start, length, said, line) for said in re.findall(r"\{([^{}]*)\}", mark[1])]
    text.append(body[last:])
    whole = "".join(text)
    if opened:
        problems.append(Problem(where, 0, "[[ that is never closed", "Close each passage with ]]{…}."))
    problems += [Problem(where, 0, f"a stray {m!r} in the text", "Check the marks.") for m in _strays(whole)]
    claims = []
    for start, end, said, line in rows:
        try:
            claims.append(_claim(said, start, end, whole, where, line))
        except InputError as why:
            problems += why.problems
    if problems:
        raise InputError(problems)
    return Marked(heading, whole, tuple(sorted(claims, key=lambda c: (c.start, c.end))))


def _strays(text: str) -> list[str]:
    return [m for m in ("[[", "]]", "{", "}") if m in text]


def _claim(said: str, start: int, end: int, text: str, where: str, line: int) -> Claim:
    """The claim of one pair of braces."""

    def fault(what: str, mend: str) -> InputError:
        return InputError(Problem(where, line, f"{{{said}}}: {what}", mend))

    kind, _, rest = said.partition(":")
    kind, rest = kind.strip(), rest.strip()
    optional = rest.endswith("?")
    tail = _TAIL.match(rest.rstrip("?"))
    if kind not in FIELDS or tail is None:
        raise fault("no kind of the guide", "Write `kind: field | field | field @ speaker ~ modality`.")
    names = FIELDS[kind]
    values = [v.strip() for v in tail["own"].split("|")]
    if len(values) != len(names):
        raise fault(f"{len(values)} fields", f"A {kind} has {len(names)}: {' | '.join(names)}.")
    own = {f: None if v in {"-", ""} else v for f, v in zip(names, values, strict=True)}
    for name, choices in CHOICES.items():
        if name in own and own[name] not in choices:
            raise fault(f"{name} is '{own[name]}'", f"It is one of: {', '.join(choices)}.")
    outcome = own.get("outcome")
    if kind == "prediction" and outcome not in OUTCOMES and not str(outcome).startswith("other: "):
        raise fault(f"outcome is '{outcome}'", f"It is one of: {', '.join(OUTCOMES)}, other: ….")
    if "amount" in own and own["amount"] is None:
        raise fault("no amount", "Give a number, a share, or a word of the guide.")
    modality = (tail["modality"] or "asserted").strip()
    if modality not in MODALITIES:
        raise fault(f"modality is '{modality}'", f"It is one of: {', '.join(MODALITIES)}.")
    speaker = (tail["speaker"] or "author").strip()
    if not text[start:end].strip():
        raise fault("an empty passage", "Mark the words that make the claim.")
    row = {"kind": kind, "start": start, "end": end, "quote": text[start:end], "speaker": speaker, "modality": modality}
    return from_row(row | own | {"optional": optional}, where, line)


def main(paths: list[str]) -> int:
    """Check marked-up files: faults by file and line, else how many claims of which kinds. 1 where there are faults."""
    import sys
    from collections import Counter
    from pathlib import Path

    faults, kinds, count = 0, Counter[str](), 0
    for path in paths:
        try:
            marked = take_apart(Path(path).read_text("utf-8"), path)
        except InputError as why:
            faults += 1
            sys.stderr.write(f"{why}\n")
        else:
            count += 1
            kinds.update(c.kind + (" optional" if c.optional else "") for c in marked.claims)
    sys.stdout.write(f"{count} commentaries, {sum(kinds.values())} claims: {dict(kinds.most_common())}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    import sys

    raise SystemExit(main(sys.argv[1:]))
