"""What becomes of a claim in a contest's tables: its row, or the reason why there is none.

A story's id is `read-` and its sketch (see `story`), the same for its copies. The headcount counts rows of one story once on
an elector or a sum; statements that one story makes beside each other (small, and pivotal; for one, and against another) are
therefore told apart by a *strand* after the id.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from whipcount.contest import Contest, parse_amount
from whipcount.contest.records import Evidence, Question
from whipcount.contest.sense import options_named
from whipcount.errors import UsageError
from whipcount.read.claim import Claim
from whipcount.read.document import Document
from whipcount.read.story import Stories

Row = dict[str, str]
_PLACES = frozenset({"ahead", "behind", "favourite"})


def strand(question: Question, row: Row) -> str:
    """What tells the statements of one story apart that do not exclude each other; empty for the plain ones."""
    if row["kind"] == "total":
        amount = row["amount"]
        return "-pivotal" if amount == "pivotal" else "-place" if amount in _PLACES else ""
    if row.get("stance") == "opposes" and question.kind != "confidence":
        return "-against-" + _plain(row["option"]).replace(" ", "-")
    return ""


class Maker:
    """Rows for one contest. `evidence` and `predictions` are new ones, `left` what could not be written and why."""

    def __init__(self, contest: Contest) -> None:
        self.contest = contest
        self.evidence: list[Row] = []
        self.predictions: list[Row] = []
        self.left: list[tuple[Claim, str]] = []
        self.already = 0
        self.electors = {e.name: e for e in contest.electors}
        self.field = {c.name for c in contest.candidates} | {q.leader for q in contest.identity.questions if q.leader}
        self.camps = {_plain(o): o for q in contest.identity.questions if q.kind == "camps" for o in q.options}
        self.known = {r.id for r in contest.evidence} | {r.id for r in contest.predictions}
        self.stories = Stories(r.story for r in contest.evidence if r.story)
        self._story: dict[str, str] = {}
        self.makers: dict[str, Callable[[Document, Claim, date], Row | str]] = {
            "position": self._position,
            "headcount": self._headcount,
            "membership": self._membership,
            "prediction": self._prediction,
        }

    def key(self, document: Document, claim: Claim) -> str:
        """The id of a claim's row: the same document, words and fields give the same one."""
        return "c" + claim.fingerprint(document.fingerprint)

    def add(self, document: Document, claim: Claim) -> None:
        """Turn one claim into a row, or say why it can't be one. Raises `UsageError` where the document's day is not known."""
        key = self.key(document, claim)
        if key in self.known:
            self.already += 1
            return
        row = self.row(document, claim)
        if isinstance(row, str):
            self.left.append((claim, row))
            return
        self.known.add(key)
        (self.predictions if claim.kind == "prediction" else self.evidence).append({"id": key} | row)

    def row(self, document: Document, claim: Claim) -> Row | str:
        """The row of a claim but for its id, or why there is none."""
        if document.date is None:
            raise UsageError(
                f"The day of '{document.source}' is not known, and evidence needs it. Give --date YYYY-MM-DD."
            )
        if claim.modality in {"denied", "hypothetical"} and claim.kind != "prediction":
            return f"it is {claim.modality}, which is no statement that something is so"
        if claim.kind not in self.makers:
            return f"the tables have no row for a claim of kind {claim.kind}"
        made = self.makers[claim.kind](document, claim, document.date)
        if isinstance(made, str):
            return made
        aside = made.pop("aside", "")
        return made | {
            "known": document.date.isoformat(),
            "source": document.source,
            "confidence": "high" if claim.confidence >= 0.8 else "medium" if claim.confidence >= 0.5 else "low",
            "note": f"read from the text by {claim.by}, {claim.modality}, at {claim.confidence:.2f}{aside}",
        }

    def _story_of(self, document: Document) -> str:
        key = document.fingerprint
        if key not in self._story:
            self._story[key] = self.stories.of(document.text)
        return self._story[key]

    def _question(self, day: date, about: Sequence[str]) -> Question | str:
        """The question that a claim bears on: of confidence if it is about the leader, else the election open that day."""
        live = [q for q in self.contest.identity.questions if q.decided is None or q.decided >= day]
        trust = [q for q in live if q.kind == "confidence" and q.leader in about]
        camps = [q for q in live if q.kind == "camps" and set(about) <= set(q.options)]
        ballots = [q for q in live if q.kind == "election" and set(about) <= self.field]
        ordered = [*trust, *ballots, *camps]
        found = next((q for q in ordered if q.opens <= day), None) or next(iter(ordered), None)
        return found or f"no question of the contest is about {' and '.join(about) or 'this'} on that day"

    def _section(self, question: Question) -> str | None:
        named = [s for s, info in self.contest.identity.sections.items() if info.by == "name"]
        return question.section or (named[0] if named else None)

    def _by(self, document: Document, claim: Claim) -> tuple[str, str]:
        """Who says it, and of what kind that source is."""
        if claim.speaker == "author":
            return document.author or document.outlet or Path(document.source).name, "commentator"
        if claim.speaker in self.electors or claim.speaker in self.field:
            return claim.speaker, "own words" if claim.own.get("holder") == claim.speaker else "named report"
        low = claim.speaker.lower()
        if claim.speaker.startswith("camp:"):
            return claim.speaker.removeprefix("camp:") + "'s camp", "camp"
        for words, kind in (
            (("bookm", "bookie", "odds", "betting"), "bookmaker"),
            (("poll", "survey"), "pollster"),
            (("source", "friend", "ally", "insider"), "anonymous ally"),
        ):
            if any(w in low for w in words):
                return claim.speaker, kind
        return claim.speaker, "named report"

    def _base(self, document: Document, claim: Claim, question: Question) -> Row | str:
        section = self._section(question)
        if section is None:
            return "the contest has no section known by name"
        by, kind = self._by(document, claim)
        return {
            "question": question.id,
            "section": section,
            "by": by,
            "source_kind": kind,
            "quote": " ".join(claim.quote.split()),
            "story": self._story_of(document),
        }

    def _whole(self, base: Row | str, question: Question, own: Row) -> Row | str:
        """A row of what every row has and its own; told apart from what else its story says."""
        if isinstance(base, str):
            return base
        row = base | own
        allowed = options_named(self.contest, question)
        if strange := [name for name in row["option"].split(" + ") if name not in allowed]:
            return f"'{strange[0]}' is no option of the question '{question.id}'"
        return row | {"story": row["story"] + strand(question, row)}

    def _position(self, document: Document, claim: Claim, day: date) -> Row | str:
        holder, target = str(claim.own["holder"]), str(claim.own["target"])
        elector = self.electors.get(holder)
        if elector is None:
            return f"'{holder}' is not on the roster"
        question = self._question(day, [target])
        if isinstance(question, str):
            return question
        base = self._base(document, claim, question)
        own = {
            "section": elector.section,
            "kind": "declaration" if claim.speaker == holder else "report",
            "elector": elector.id,
            "stance": str(claim.own["stance"]),
            "option": target,
            "firmness": "leaning" if claim.modality == "hedged" else "firm",
        }
        return self._whole(base, question, own)

    def _headcount(self, document: Document, claim: Claim, day: date) -> Row | str:
        amount = str(claim.own["amount"])
        try:
            parse_amount(amount)
        except ValueError:
            return f"'{amount}' is no amount that the tables know"
        named = [self._side(part) for part in str(claim.own["of"]).split(" + ")]
        aside = ""
        if unknown := [name for _, name in named if name not in self.field and name not in self.camps.values()]:
            camp = None if any(against for against, _ in named) else self._camp_of([n for _, n in named], day)
            if camp is None:
                return f"'{unknown[0]}' is nobody in the field of the contest"
            aside = f"; said of {' and '.join(n for _, n in named)}, whose camp it is"
            named = [("", camp)]
        question = self._question(day, [name for _, name in named])
        if isinstance(question, str):
            return question
        base = self._base(document, claim, question)
        option = " + ".join(against + name for against, name in named)
        return self._whole(base, question, {"kind": "total", "option": option, "amount": amount, "aside": aside})

    def _side(self, part: str) -> tuple[str, str]:
        """("against " or "", the name as the contest writes it)."""
        against = "against " if part.startswith("against ") else ""
        name = part.removeprefix("against ").removeprefix("camp:").strip()
        return against, name if name in self.field else self.camps.get(_plain(name), name)

    def _camp_of(self, people: Sequence[str], day: date) -> str | None:
        """The one camp that all of these belong to, by what is in evidence on a day or was read just now."""
        ids = {self.electors[name].id if name in self.electors else "" for name in people}
        found = {(r.elector, r.option[0]) for r in self.contest.evidence if _belongs(r) and r.known <= day}
        found |= {(r["elector"], r["option"]) for r in self.evidence if r["kind"] == "membership"}
        camps = [{camp for who, camp in found if who == one} for one in ids]
        return camps[0].pop() if camps and all(c == camps[0] and len(c) == 1 for c in camps) else None

    def _membership(self, document: Document, claim: Claim, _day: date) -> Row | str:
        elector = self.electors.get(str(claim.own["member"]))
        if elector is None:
            return f"'{claim.own['member']}' is not on the roster"
        camp = str(claim.own["camp"]).removeprefix("camp:")
        for question in self.contest.identity.questions:
            named = next((o for o in question.options if _plain(o) == _plain(camp)), None)
            if named is not None:
                own = {"kind": "membership", "elector": elector.id, "option": named, "section": elector.section}
                return self._whole(self._base(document, claim, question), question, own)
        return f"'{camp}' is no camp of the contest"

    def _prediction(self, document: Document, claim: Claim, _day: date) -> Row | str:
        subject, outcome, by = str(claim.own["subject"]), str(claim.own["outcome"]), claim.own.get("by")
        if subject not in self.field and subject not in self.electors:
            return f"'{subject}' is nobody in the contest"
        speaker, _ = self._by(document, claim)
        row = {
            "by": speaker,
            "says": f'{subject}: {outcome} ("{" ".join(claim.quote.split())}")',
            "outlet": document.outlet or "",
            "kind": outcome.split(":", maxsplit=1)[0],
            "option": subject,
            "condition": "as in the quote" if claim.modality == "hypothetical" else "",
        }
        if by:
            first, _, last = by.partition("/")
            row |= {"not_before": first if last else "", "not_after": last or first}
        return row


def _belongs(row: Evidence) -> bool:
    return row.kind == "membership" and row.stance in {None, "supports"} and len(row.option) == 1


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", name.lower()).strip()
