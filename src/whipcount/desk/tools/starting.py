"""A new contest's folder out of a form: a commented contest.yaml with what was chosen, and each table with its header.

In: what was typed (`FIELDS`). Out: the files by name, or `Wrong` with the field at fault. Unlike the skeleton of `whipcount new`
there is nothing made up in it, so that it can be filled at once.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from whipcount.contest import TABLES, columns, load, make_skeleton
from whipcount.contest.skeleton import NOTES
from whipcount.desk.asked import Wrong
from whipcount.desk.rulebooks import known
from whipcount.desk.tools.folders import placed
from whipcount.desk.tools.places import blame
from whipcount.rules import InForce, Version
from whipcount.rules.clauses import Confidence

FIELDS = (
    "title", "party", "country", "office", "rulebook", "kind", "leader", "candidates", "electors", "source", "opens", "due",
)  # fmt: skip
KINDS = (("confidence", "Does the leader keep the support of a body?"), ("election", "Who is elected?"))
NAMES = 2_000
"""The most electors or candidates that a form takes."""


def skeleton() -> dict[str, bytes]:
    """What `whipcount new` writes: a made-up contest, with comments."""
    with placed("outer", {}) as outer:
        return {path.name: path.read_bytes() for path in make_skeleton(outer / "our-contest")}


def started(typed: Mapping[str, str], today: date) -> tuple[str, dict[str, bytes]]:
    """The id of a new contest, and its files, which pass the check. Raises `Wrong`."""
    for field, said in missing(typed).items():
        raise Wrong(field, said)
    opens = _day(typed, "opens") or today
    due = _day(typed, "due")
    if due is not None and due < opens:
        raise Wrong("due", "The decision is due before the contest opens.")
    found = blame("rulebook", lambda: known(f"{typed['rulebook'].partition('@')[0]}@{due or opens}"))
    contest_id = slug(typed["title"]) or "contest"
    text, section = _identity(contest_id, typed, found, opens, due, today)
    files = {"contest.yaml": text, **_tables(typed, section, min(opens, today))}
    data = {name: one.encode() for name, one in files.items()}
    with placed(contest_id, data) as folder:
        blame("", lambda: load(folder, today))
    return contest_id, data


def missing(typed: Mapping[str, str]) -> dict[str, str]:
    """Field -> what is said of it, for each that is needed and was left blank."""
    needed = {
        "title": "a title",
        "party": "a party",
        "country": "a country",
        "rulebook": "a rulebook",
        "kind": "a question",
    }
    found = {field: f"The contest needs {what}." for field, what in needed.items() if not typed.get(field)}
    if typed.get("kind") == "confidence" and not typed.get("leader"):
        found["leader"] = "A vote of confidence needs the name of the leader."
    return found


def slug(name: str) -> str:
    """A name as an id: lower case letters without marks, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")


def _day(typed: Mapping[str, str], field: str) -> date | None:
    try:
        return date.fromisoformat(typed[field]) if typed.get(field) else None
    except ValueError:
        raise Wrong(field, "Write a date as YYYY-MM-DD.") from None


# -- contest.yaml -------------------------------------------------------------------------------------------------------


def _identity(
    contest_id: str, typed: Mapping[str, str], found: InForce, opens: date, due: date | None, today: date
) -> tuple[str, str]:
    """The text of contest.yaml, and the section whose electors are known by name ("" for none)."""
    version, kind = found.version, typed.get("kind")
    if kind not in dict(KINDS):
        raise Wrong("kind", "Choose what is to be decided.")
    vote = _vote(version) if kind == "confidence" else None
    bodies = [vote.body] if vote else list(dict.fromkeys(b for ballot in version.path() for b in ballot.bodies))
    named = [b for b in bodies if vote or version.bodies[b].known == "by name"]
    lines = [
        "# A contest: one decision about a leader. `whipcount check` says what is wrong with this folder, with its line.",
        f"id: {contest_id}",
        *(f"{key}: {_quoted(typed.get(key) or default)}" for key, default in _HEAD),
        f"rulebook: {found.rulebook.id}    # `whipcount rules list` names the others",
        "sections:",
        "  # Electors who are followed together. `by: name` has a roster in electors.csv, `by: poll` is known from polls.",
        *(line for body in bodies for line in _section(version, body, body in named)),
        "questions:",
        "# kind: confidence (does the leader keep a section's support), election (who is elected), camps (who is with whom)",
        *_question(typed, version, vote, opens, due, today),
    ]
    return "\n".join(lines) + "\n", named[0] if named else ""


_HEAD = (("title", ""), ("party", ""), ("country", ""), ("office", "leader"))


def _vote(version: Version) -> Confidence:
    votes = version.of(Confidence)
    if not votes:
        raise Wrong("kind", "These rules have no vote of confidence. Choose an election, or other rules.")
    return votes[0]


def _section(version: Version, body: str, named: bool) -> list[str]:
    by = "name" if named else "poll"
    name = _quoted(version.bodies[body].name)
    return [f"  {body}:", f"    name: {name}", f"    body: {body}    # the body of the rulebook in which they vote", f"    by: {by}"]  # fmt: skip


def _question(
    typed: Mapping[str, str], version: Version, vote: Confidence | None, opens: date, due: date | None, today: date
) -> list[str]:
    if vote is not None:
        leader = typed["leader"]
        asks = f"Does {leader} keep the support of {version.bodies[vote.body].name}?"
        own = [f"  section: {vote.body}", f"  leader: {_quoted(leader)}", f"  clause: {vote.id}    # of the rulebook"]
    else:
        asks, own = f"Who is elected {typed.get('office') or 'leader'}?", []
    dates = [f"  opens: {opens}    # evidence counts from here"]
    dates += [f"  due: {due}", f"  due_known: {min(opens, today)}    # since when the date is public"] if due else []
    return [
        f"- id: {'vote' if vote else 'election'}", f"  asks: {_quoted(asks)}", f"  kind: {'confidence' if vote else 'election'}",
        *own, *dates, "  # decided: 2024-03-12", "  # outcome: what happened, in a sentence",
    ]  # fmt: skip


def _quoted(text: str) -> str:
    """A text as YAML reads it back, whatever is in it."""
    return json.dumps(text, ensure_ascii=False)


# -- tables -------------------------------------------------------------------------------------------------------------


def _tables(typed: Mapping[str, str], section: str, known_on: date) -> dict[str, str]:
    source = typed.get("source") or "recall"
    cited = {"source": source, "confidence": "high" if source.startswith(("https://", "http://")) else "medium"}
    electors, candidates = _names(typed, "electors"), _names(typed, "candidates")
    if electors and not section:
        raise Wrong("electors", "Under these rules nobody is known by name: the electors are followed by polls. Leave this blank.")  # fmt: skip
    leader = typed.get("leader", "") if typed.get("kind") == "confidence" else ""
    standing = dict.fromkeys([*([leader] if leader else []), *candidates])
    rows: dict[str, Sequence[Mapping[str, str]]] = {
        "electors.csv": [{"id": key, "name": name, "section": section} | cited for key, name in _ids(electors)],
        "candidates.csv": [{"name": name, "known": str(known_on), "status": "standing"} | cited for name in standing],
    }
    return {file: _csv(file, columns(record)[1], rows.get(file, ())) for file, (_, record) in TABLES.items()}


def _names(typed: Mapping[str, str], field: str) -> list[str]:
    names = [" ".join(line.split()) for line in typed.get(field, "").splitlines() if line.strip()]
    if len(names) > NAMES:
        raise Wrong(field, f"There are {len(names):,} names; {NAMES:,} are the most here. Send more as a file.")
    for name in names:
        if len(name) > 200 or not slug(name):
            raise Wrong(field, f"'{name[:60]}' is no name that an id can be made of. Write one name on each line.")
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            raise Wrong(field, f"{name} stands there twice.")
        seen.add(name.casefold())
    return names


def _ids(names: Iterable[str]) -> list[tuple[str, str]]:
    """(id, name): an id that is taken gets a number."""
    taken: dict[str, int] = {}
    found = []
    for name in names:
        key = slug(name)
        taken[key] = taken.get(key, 0) + 1
        found.append((key if taken[key] == 1 else f"{key}-{taken[key]}", name))
    return found


def _csv(file: str, header: Sequence[str], rows: Sequence[Mapping[str, str]]) -> str:
    out = io.StringIO()
    out.write(f"# {NOTES[file]}\n")
    table = csv.DictWriter(out, header, lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return out.getvalue()
