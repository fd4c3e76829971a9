"""Predictions: how the document says that the contest or a leadership will go."""

from __future__ import annotations

from collections.abc import Iterator

from whipcount.read.calendar_words import resolve
from whipcount.read.grammar import (
    Token,
    actor,
    children,
    clause_span,
    grammatical_subject,
    negated,
    particle,
    passive,
    prepositional,
    undergoer,
)
from whipcount.read.lexicon import words
from whipcount.read.rules.draft import Draft, covering
from whipcount.read.scene import Scene

_FUTURE = frozenset({"will", "'ll", "wo", "shall", "would", "'d", "could", "can", "ca", "may", "might"})
_OPPOSITE = {
    "wins": "loses",
    "loses": "wins",
    "falls": "survives",
    "survives": "falls",
    "stands": "does not stand",
    "becomes leader": "loses",
}
_OFFICE = frozenset(
    {
        "leader",
        "minister",
        "premier",
        "president",
        "chairman",
        "chair",
        "chancellor",
        "job",
        "leadership",
        "crown",
        "party",
        "office",
        "chairmanship",
        "winner",
        "successor",
        "taoiseach",
    }
)
_ENDED = frozenset(
    {
        "finished",
        "toast",
        "doomed",
        "gone",
        "over",
        "history",
        "done",
        "dead",
        "goner",
        "cooked",
        "terminal",
        "through",
        "out",
        "kaput",
    }
)


class Predictions:
    """Makes drafts of this kind from a scene."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def all(self) -> Iterator[Draft]:
        """Every draft."""
        for verb in self.scene.verbs:
            yield from self.future(verb)
            yield from self.expected(verb)
            yield from self.finished(verb)
            yield from self.over(verb)

    def make(
        self, rule: str, head: Token, who: Token | None, outcome: str, hints: tuple[str, ...] = ()
    ) -> Iterator[Draft]:
        """Predictions about those whom a noun phrase names."""
        first, last = covering(head, [who if who is not None and abs(who.i - head.i) < 30 else None])
        for ref in self.scene.refs(who):
            if ref.kind != "person" and not ref.name.startswith("camp:"):
                continue
            leader = self.scene.leader()
            if outcome in {"falls", "survives"} and leader is not None and leader.name != ref.name:
                hints = (*hints, "not.leader")
            start, end = clause_span(head)
            leads = leader is not None and leader.name == ref.name
            if leads and outcome in {"wins", "becomes leader"} and ("negated" in hints or head.lemma_ == "lead"):
                outcome = "survives"
            elif not leads and leader is not None and outcome == "survives" and head.lemma_ == "be":
                outcome = "wins"
            by = resolve(self.scene.doc[start : end + 1].text, self.scene.today, south=self.scene.source.southern)
            own = {"subject": ref.name.removeprefix("camp:"), "outcome": outcome, "by": by}
            more = ("leader",) if leader is not None and leader.name == ref.name else ()
            yield Draft(
                "prediction",
                f"prediction.{rule}",
                head.i,
                first,
                last,
                own,
                False,
                ref.sure,
                (*hints, *more, "word:" + head.lemma_.lower()),
            )

    def future(self, verb: Token) -> Iterator[Draft]:
        """ "X will win", "X won't survive", "X could lose", "X is going to fall", "X will be leader"."""
        mark = self._mark(verb)
        if not mark:
            return
        found = self.outcome(verb)
        if found is None or (found[0] == "stands" and mark not in {"will", "'ll", "wo", "going"}):
            return
        outcome, who = found
        unlikely = verb.dep_ in {"xcomp", "ccomp"} and verb.head.lower_ == "unlikely"
        if negated(verb) or unlikely:
            outcome = _OPPOSITE[outcome]
        more = ("negated",) if negated(verb) or unlikely else ()
        yield from self.make(f"future.{outcome}", verb, who, outcome, ("mark:" + mark, *more))

    def _mark(self, verb: Token) -> str:
        for child in verb.children:
            if child.dep_ in {"aux"} and child.lower_ in _FUTURE:
                return str(child.lower_)
            if (
                child.lower_ == "should"
                and child.dep_ == "aux"
                and verb.lemma_ in {"win", "prevail", "lose", "survive"}
            ):
                return "should"
        up = verb.head
        if verb.dep_ in {"acl", "relcl"} and up.lemma_ in {"course", "track"}:
            return "going"
        if verb.dep_ in {"xcomp", "ccomp", "advcl"} and (
            up.lower_
            in {
                "going",
                "gonna",
                "set",
                "bound",
                "certain",
                "sure",
                "likely",
                "unlikely",
                "destined",
                "poised",
                "expected",
                "tipped",
                "predicted",
                "doomed",
                "guaranteed",
                "about",
                "due",
            }
        ):
            return "going"
        if verb.dep_ == "conj" and up.pos_ in {"VERB", "AUX"} and not children(verb, "nsubj", "aux"):
            return self._mark(up)
        conditioned = any(
            c.dep_ == "advcl" and any(g.dep_ == "mark" and g.lower_ in {"if", "unless"} for g in c.children)
            for c in verb.children
        )
        return "present.if" if conditioned else ""

    def outcome(self, verb: Token) -> tuple[str, Token | None] | None:  # noqa: PLR0912 (one branch an outcome)
        """The outcome that a verb stands for, and about whom."""
        lemma, tail = verb.lemma_.lower(), particle(verb)
        subject = grammatical_subject(verb)
        thing = next(iter(children(verb, "dobj")), None)
        if passive(verb):
            if lemma in {"beat", "defeat", "rout", "thrash", "trounce", "crush", "outvote"}:
                return "loses", subject
            if lemma in {
                "oust",
                "dump",
                "remove",
                "sack",
                "depose",
                "replace",
                "roll",
                "topple",
                "force",
                "finish",
                "overthrow",
                "unseat",
                "knife",
                "push",
            }:
                return "falls", subject
            if lemma in {"elect", "crown", "confirm", "anoint", "install", "choose", "make", "name", "pick"}:
                return "becomes leader", subject
            return ("survives", subject) if lemma in {"reelect", "re-elect", "return"} else None
        if lemma in {
            "win",
            "prevail",
            "triumph",
            "romp",
            "scrape",
            "squeak",
            "cruise",
            "coast",
            "sweep",
            "walk",
        } and not (
            thing is not None
            and (
                thing.lemma_.lower() in {"seat", "election", "support", "argument", "majority", "back"}
                or thing.lower_ in {"votes", "%", "percent", "cent", "plurality"}
                or any(c.dep_ == "nummod" for c in thing.children)
            )
        ):
            return "wins", subject
        edged = lemma in {"nudge", "edge", "pip", "squeeze", "shade", "catch", "overtake"} and (
            tail in {"out", "past"} or lemma in {"pip", "shade", "catch", "overtake"}
        )
        if (lemma in {"beat", "defeat"} or edged) and thing is not None and self._somebody(thing):
            return "wins", subject
        if lemma == "take" and thing is not None and (thing.lower_ == "it" or thing.lemma_.lower() in _OFFICE):
            return "wins", subject
        if lemma in {"be", "become"}:
            attr = next(iter(children(verb, "attr", "acomp", "advmod", "prep", "prt")), None)
            low = attr.lemma_.lower() if attr is not None else ""
            if low in {
                "leader",
                "minister",
                "premier",
                "president",
                "chairman",
                "chancellor",
                "winner",
                "taoiseach",
                "successor",
            }:
                leader = self.scene.leader()
                ref = self.scene.one(subject) if subject is not None else None
                return (
                    "survives" if leader and ref and leader.name == ref.name and lemma == "be" else "becomes leader"
                ), subject
            if any(
                c.lower_ in _ENDED
                for c in verb.children
                if c.dep_ in {"acomp", "attr", "advmod", "prt", "prep"} and not (c.dep_ == "prep" and list(c.children))
            ):
                return "falls", subject
            return ("survives", subject) if low in {"safe", "secure"} else None
        if (
            lemma in {"lead", "inherit", "succeed", "replace"}
            and thing is not None
            and (thing.lemma_.lower() in _OFFICE or (thing.i in self.scene.cast.at and lemma != "lead"))
        ):
            return "becomes leader", subject
        if lemma == "lose" and (
            thing is None
            or thing.lower_ == "it"
            or thing.lemma_.lower() in _OFFICE | {"vote", "ballot", "contest", "race"}
        ):
            return "loses", subject
        if (
            lemma in {"go", "fall", "resign", "quit", "topple", "depart"}
            and not (
                verb.i + 1 < len(verb.doc) and verb.nbor().lower_ in {"short", "behind", "apart", "down", "up", "in"}
            )
            and not any(n.lemma_.lower() in words("position.posts") for _, n in prepositional(verb, "from", "as"))
            and not children(verb, "dobj", "acomp", "xcomp", "ccomp")
            and not [p for p, _ in prepositional(verb) if p.lower_ in {"to", "for", "into", "behind", "over", "with"}]
        ) or (lemma in {"step", "stand"} and tail in {"down", "aside"}):
            return "falls", subject
        if (
            lemma in {"survive", "stay", "remain", "limp", "stumble", "stagger"}
            or (
                lemma in {"hang", "cling", "hold", "soldier", "carry", "battle"}
                and "on" in {tail, *(c.lower_ for c in verb.children)}
            )
        ) and not (
            children(verb, "acomp", "attr") or (lemma == "remain" and list(prepositional(verb, "on", "at", "with")))
        ):
            return "survives", subject
        if (
            lemma in {"stand", "run", "nominate", "challenge"}
            and not children(verb, "dobj")
            and not list(prepositional(verb, "behind", "by", "with", "to", "into"))
            and not tail
        ):
            return "stands", subject
        return None

    def _somebody(self, token: Token) -> bool:
        ref = self.scene.one(token)
        return ref is not None and ref.kind == "person"

    def expected(self, verb: Token) -> Iterator[Draft]:
        """ "tipped to win", "I see X by double digits", "my tip is X"."""
        for child in children(verb, "xcomp"):
            if passive(verb) and verb.lemma_ in {"expect", "tip", "predict", "fate", "forecast", "favour", "favor"}:
                found = self.outcome(child)
                if found is not None and self._mark(child) != "going":
                    yield from self.make(f"expected.{found[0]}", child, grammatical_subject(verb), found[0])

    def finished(self, verb: Token) -> Iterator[Draft]:
        """ "X is finished", "it is over for X", "X's days are numbered"."""
        if verb.lemma_ != "be" or self._mark(verb):
            if passive(verb) and verb.lemma_ == "number":
                subject = grammatical_subject(verb)
                owner = (
                    next(iter(children(subject, "poss")), None)
                    if subject is not None and subject.lemma_ == "day"
                    else None
                )
                yield from self.make("numbered", verb, owner, "falls")
            return
        word = next(
            (
                c
                for c in verb.children
                if c.lower_ in _ENDED - {"out"}
                and c.dep_ in {"acomp", "attr", "advmod", "prt", "prep"}
                and not (c.dep_ == "prep" and list(c.children))
            ),
            None,
        )
        if word is None:
            return
        subject = grammatical_subject(verb)
        if subject is not None and subject.lemma_.lower() in {"leadership", "premiership", "reign", "career", "time"}:
            subject = next(iter(children(subject, "poss")), subject)
        outcome = "survives" if negated(verb) else "falls"
        if subject is not None and subject.lower_ in {"it", "game", "party", "show"}:
            who = next((n for c in (verb, word) for _, n in prepositional(c, "for")), None)
            yield from self.make("over.for", verb, who, outcome)
        else:
            yield from self.make("finished", verb, subject, outcome, ("word:" + word.lower_,))

    def over(self, verb: Token) -> Iterator[Draft]:
        """An active verb with somebody as its object: "that would finish X", "it will bring X down"."""
        if not self._mark(verb) or passive(verb):
            return
        who = undergoer(verb)
        if (
            verb.lemma_ in {"finish", "sink", "topple", "oust", "kill", "destroy", "unseat", "remove", "dump", "roll"}
            and who is not None
            and actor(verb) is not None
        ):
            yield from self.make("over.falls", verb, who, "survives" if negated(verb) else "falls")


def predictions(scene: Scene) -> Iterator[Draft]:
    """Every candidate prediction in a scene."""
    return Predictions(scene).all()
