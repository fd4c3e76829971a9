"""Candidacies: who stands, might, will not, has withdrawn, or is wanted by others."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from whipcount.read.grammar import (
    Token,
    actor,
    children,
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
from whipcount.read.speech import reporting_verb

_SELF = frozenset({"himself", "herself", "themselves", "myself", "themself"})
_MAYBE = frozenset({"may", "might", "could"})
_DESIRE = frozenset({"want", "intend", "plan", "decide", "hope", "expect", "confirm", "say"})


def _nobody(_: Token) -> bool:
    return False


def _is_entry(verb: Token, leads: Callable[[Token], bool] = _nobody) -> bool:  # noqa: PLR0912 (one branch a class of verbs)
    """Whether a verb phrase means entering a contest: "stand", "run for leader", "throw her hat in", "enter the race"."""
    lemma, tail = verb.lemma_.lower(), particle(verb)
    thing = next(iter(children(verb, "dobj")), None)
    if tail in {"down", "aside", "back", "out", "off", "over"} or any(
        c.lower_ in {"down", "aside", "by", "out"}
        for c in verb.children
        if c.dep_ in {"advmod", "prep"} and not list(c.children)
    ):
        return False
    if lemma in words("candidacy.stand_alone"):
        if lemma == "run" and thing is not None and thing.lemma_ == "campaign":
            return not any(c.dep_ == "poss" and c.lower_ not in {"his", "her", "their", "my"} for c in thing.children)
        if thing is not None and thing.lower_ not in _SELF:
            return False
        preps = list(prepositional(verb))
        about = [n for p, n in preps if p.lower_ in {"for", "as", "against", "in", "at"}]
        if any(n.lemma_.lower() in {"deputy", "seat", "parliament", "council", "congress", "mate"} for n in about):
            return False
        if lemma == "stand" and verb.i + 1 < len(verb.doc) and verb.nbor().lower_ == "in":
            return False
        barred = {"behind", "by", "with", "to", "into", "around", "over", "on", "through"}
        return not any(p.lower_ in barred for p, _ in preps) or any(
            n.lemma_.lower() in words("candidacy.for") for n in about
        )
    if lemma == "enter" and thing is None:
        return not list(prepositional(verb)) and not children(verb, "ccomp")
    if lemma in {"enter", "contest", "join", "fight"}:
        return thing is not None and thing.lemma_.lower() in words("candidacy.for") | {"lists"}
    if lemma in {
        "throw",
        "put",
        "launch",
        "submit",
        "lodge",
        "file",
        "announce",
        "declare",
        "mount",
        "hand",
        "toss",
        "offer",
        "confirm",
        "make",
    }:
        others = thing is not None and thing.lemma_ in {"name", "paper"} and not children(thing, "poss")
        return (
            thing is not None
            and not others
            and thing.lemma_.lower() in (words("candidacy.bids") - {"intention"}) | _SELF
        )
    if lemma in {"declare", "announce"} and thing is None and not children(verb, "ccomp", "xcomp"):
        return not any(
            p.lower_ in {"for", "against"}
            for p, n in prepositional(verb)
            if n.lemma_.lower() not in words("candidacy.for")
        )
    if lemma in {"take", "seek", "want", "covet", "pursue"}:
        return thing is not None and thing.lemma_.lower() in {
            "leadership",
            "plunge",
            "nomination",
            "crown",
            "job",
            "chair",
            "premiership",
            "presidency",
            "chairmanship",
        }
    if lemma in {"vie", "bid", "compete", "jostle"}:
        return any(n.lemma_.lower() in words("candidacy.for") for _, n in prepositional(verb, "for", "in")) or any(
            c.lemma_ in {"become", "lead", "succeed", "replace"} for c in children(verb, "xcomp", "advcl")
        )
    if lemma == "challenge" and passive(verb):
        return False
    if lemma == "challenge":
        aimed = thing is not None and thing.dep_ == "dobj" and thing.pos_ in {"PROPN", "PRON", "NOUN"}
        contest = any(n.lemma_.lower() in words("candidacy.for") for _, n in prepositional(verb, "for"))
        ahead = verb.tag_ == "VB"  # "will challenge X" is standing; "has challenged X by ..." may be any quarrel
        return thing is None or contest or (aimed and ahead and leads(thing))
    if lemma in {"be", "become", "remain"}:
        attr = next(iter(children(verb, "attr")), None)
        return (
            attr is not None
            and attr.lemma_.lower() in {"candidate", "contender", "starter", "runner", "challenger"}
            and not (attr.lemma_ == "runner" and attr.i and attr.nbor(-1).text == "-")
            and all(n.lemma_.lower() in words("candidacy.for") for _, n in prepositional(attr, "for"))
            and not any(
                c.dep_ in {"amod"} and c.lower_ in {"strong", "good", "weak", "compromise", "dream", "ideal"}
                for c in attr.children
            )
        )
    return False


def _bears_on_entry(adjective: Token) -> bool:
    """Whether "ready", "interested", "tempted" is about entering: alone, or with a verb or a noun of entering after it."""
    verbs = children(adjective, "xcomp", "ccomp")
    about = [n for _, n in prepositional(adjective)] + [
        c for p in children(adjective, "prep") for c in children(p, "pcomp")
    ]
    if not verbs and not about:
        return True
    entering = words("candidacy.for") | words("candidacy.bids") | words("candidacy.stand_alone")
    return any(_is_entry(v) for v in verbs) or any(n.lemma_.lower() in entering for n in about)


class Candidacies:
    """Makes drafts of this kind from a scene."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def all(self) -> Iterator[Draft]:
        """Every draft."""
        for token in self.scene.tokens:
            if token.pos_ in {"VERB", "AUX"}:
                yield from self.entry(token)
                yield from self.excluding(token)
                yield from self.withdrawing(token)
                yield from self.wanted(token)
                yield from self.interest(token)
            elif token.pos_ in {"NOUN", "ADJ"}:
                yield from self.noun(token)

    def make(
        self,
        rule: str,
        head: Token,
        who: Token | None,
        status: str,
        hints: tuple[str, ...] = (),
        *,
        denied: bool = False,
    ) -> Iterator[Draft]:
        """Candidacies of those whom a noun phrase names."""
        told = reporting_verb(head)
        if told is not None and told.lemma_ in words("speech.denies") and status in {"standing", "considering"}:
            status = "not standing"
        first, last = covering(head, [who if who is not None and abs(who.i - head.i) < 30 else None])
        for ref in self.scene.refs(who):
            if ref.kind == "person" or (ref.kind == "author" and status != "wanted" and head.i in self.scene.quoted):
                more = ("leader",) if (lead := self.scene.leader()) and lead.name == ref.name else ()
                yield Draft(
                    "candidacy",
                    f"candidacy.{rule}",
                    head.i,
                    first,
                    last,
                    {"person": ref.name, "status": status},
                    denied,
                    ref.sure,
                    (*hints, *more, "word:" + head.lemma_.lower()),
                )

    def entry(self, verb: Token) -> Iterator[Draft]:
        """Verbs of entering."""
        if not _is_entry(verb, self._leads) or (
            verb.dep_ in {"xcomp", "ccomp"} and verb.head.lower_ in words("headcount.enough")
        ):
            return
        status, rule = self._status(verb)
        if status != "wanted":
            yield from self.make(f"entry.{rule}", verb, grammatical_subject(verb), status)

    def _leads(self, token: Token) -> bool:
        leader, ref = self.scene.leader(), self.scene.one(token)
        return leader is not None and ref is not None and ref.name == leader.name

    def _status(self, verb: Token) -> tuple[str, str]:  # noqa: PLR0912 (one branch a construction)
        """What the words around an entry make of it."""
        up = verb.head
        while verb.dep_ in {"conj"} and up.dep_ == "conj":
            up = up.head
        governed = verb.dep_ in {"xcomp", "ccomp", "pcomp", "acl", "prep", "advcl"}
        if verb.dep_ == "pcomp":
            up = up.head
        over = up.lemma_.lower() if governed else ""
        not_so = negated(verb)
        if (
            over in words("candidacy.asks")
            and verb.dep_ in {"xcomp", "ccomp", "advcl"}
            and (children(up, "dobj") or passive(up))
        ):
            return "wanted", "asked"
        if (over in words("candidacy.wants") | words("candidacy.asks") and children(verb, "nsubj")) or any(
            c.lower_ == "for" and c.dep_ == "mark" for c in verb.children
        ):
            return "wanted", "wanted"
        if verb.dep_ == "pcomp" and verb.head.lower_ == "against" and up.lemma_ in {"decide", "choose", "opt"}:
            return "not standing", "decided.against"
        whether = any(c.lower_ in {"whether", "if"} and c.dep_ == "mark" for c in verb.children)
        if whether and (negated(up) or up.head.lemma_ in {"refuse", "decline"}):
            return "considering", "would.not.say"
        if over in {"prepare", "plan", "plot", "gear", "ready"} and not not_so:
            return "considering", "prepares"
        if over in {"refuse", "decline"} or not_so:
            return "not standing", "refuses" if over in {"refuse", "decline"} else "negated"
        if over in words("candidacy.considers") | words("candidacy.willing") or up.lower_ in words("candidacy.willing"):
            return "considering", "considers"
        if over in words("candidacy.excludes") | {"out"}:
            return ("considering" if negated(up) else "not standing"), "excluded"
        if any(c.dep_ == "aux" and c.lower_ in _MAYBE for c in verb.children):
            return "considering", "might"
        auxes = {c.lower_ for c in verb.children if c.dep_ == "aux"}
        if "should" in auxes or "must" in auxes:
            return "wanted", "ought"
        if "would" in auxes or "'d" in auxes:
            return "standing", "would"
        if auxes & {"will", "'ll", "shall"}:
            return "standing", "will"
        return "standing", (
            "progressive" if verb.tag_ == "VBG" else "infinitive" if verb.tag_ == "VB" else "plain"
        ) + "." + (over if over in _DESIRE else "")

    def excluding(self, verb: Token) -> Iterator[Draft]:
        """ "ruled herself out", "ruled out a bid", "has not ruled it out"."""
        lemma = verb.lemma_.lower()
        if lemma in {"rule", "count"} and (particle(verb) == "out" or any(c.lower_ == "out" for c in verb.children)):
            thing = next(iter(children(verb, "dobj", "pcomp", "ccomp", "xcomp")), None)
            fits = (
                thing is None
                or thing.lower_ in _SELF | {"it"}
                or thing.lemma_.lower()
                in words("candidacy.bids") | words("candidacy.stand_alone") | {"challenge", "that"}
                or thing.pos_ == "VERB"
            )
            refusing = verb.dep_ == "xcomp" and verb.head.lemma_ in {"refuse", "decline"}
            if fits and not passive(verb):
                status = "considering" if negated(verb) or refusing else "not standing"
                yield from self.make("excludes", verb, grammatical_subject(verb), status)
        if lemma == "say" and any(
            c.lower_ == "no" and c.dep_ in {"intj", "dobj", "advmod", "ccomp"} and not list(c.children)
            for c in verb.children
        ):
            yield from self.make("says.no", verb, grammatical_subject(verb), "not standing")
        thing = next(iter(children(verb, "dobj")), None)
        if (
            lemma in words("candidacy.refuses") | {"reject", "dismiss", "exclude"}
            and thing is not None
            and thing.lemma_.lower() in words("candidacy.bids") | {"nomination", "crown"}
        ):
            yield from self.make(
                "declines", verb, grammatical_subject(verb), "considering" if negated(verb) else "not standing"
            )
        if (
            lemma in words("candidacy.considers")
            and thing is not None
            and not (thing.lemma_ == "position" and children(thing, "poss"))
            and thing.lemma_.lower() in words("candidacy.bids") | words("candidacy.for") | {"option"}
        ):
            yield from self.make(
                "considers", verb, grammatical_subject(verb), "not standing" if negated(verb) else "considering"
            )

    def withdrawing(self, verb: Token) -> Iterator[Draft]:
        """ "dropped out", "withdrew from the race"."""
        lemma, tail = (
            verb.lemma_.lower(),
            particle(verb) or next((c.lower_ for c in verb.children if c.lower_ in {"out", "aside"}), ""),
        )
        thing = next((n for _, n in prepositional(verb, "from")), None) or next(iter(children(verb, "dobj")), None)
        race = thing is not None and thing.lemma_.lower() in words("candidacy.for") | words("candidacy.bids") | {
            "contest"
        }
        if (lemma in {"drop", "pull", "bow"} and tail == "out" and (thing is None or race)) or (
            lemma in {"withdraw", "scratch", "quit", "exit", "abandon", "leave"}
            and (race or (lemma == "withdraw" and thing is None))
        ):
            status = "withdrawn" if not negated(verb) else "standing"
            yield from self.make("withdraws", verb, grammatical_subject(verb), status, denied=False)

    def wanted(self, verb: Token) -> Iterator[Draft]:
        """Asked, begged, mooted, courted by others."""
        lemma = verb.lemma_.lower()
        if lemma in words("candidacy.asks") | words("candidacy.wants"):
            for pred in children(verb, "xcomp", "ccomp", "advcl", "prep"):
                core = next(iter(children(pred, "pcomp")), pred) if pred.dep_ == "prep" else pred
                if any(
                    t.tag_ in {"WP", "WDT", "WRB"} or t.lower_ in {"if", "whether"}
                    for t in pred.subtree
                    if t.i < core.i
                ):
                    continue  # a question that was put, and no request
                who = next(iter(children(core, "nsubj")), None) or undergoer(verb)
                serving = core.lemma_.lower() in {"lead", "take", "do", "return", "become"} and lemma in words(
                    "candidacy.asks"
                )
                if who is not None and core.i > verb.i and (_is_entry(core) or serving) and not negated(verb):
                    mine = grammatical_subject(verb)
                    if mine is None or self.scene.one(mine) != self.scene.one(who):
                        yield from self.make(
                            "wanted.asks" if lemma in words("candidacy.asks") else "wanted.wants",
                            verb,
                            who,
                            "wanted",
                            ("entry",) if _is_entry(core) else (),
                        )
        role = [n for _, n in prepositional(verb, "as", "for")]
        if lemma in words("candidacy.floats") | {"love-bomb", "beg", "urge"} and passive(verb):
            hint = (
                ("role",)
                if any(
                    n.lemma_.lower()
                    in words("candidacy.bids")
                    | words("candidacy.for")
                    | {"candidate", "compromise", "successor", "pick", "alternative", "leader"}
                    for n in role
                )
                else ()
            )
            other_post = [n for n in role if n.lemma_ == "minister" and not children(n, "compound", "amod")]
            potential = [
                n
                for n in role
                if n.lemma_ == "minister"
                and any(c.lower_ != "prime" for c in n.lefts if c.dep_ in {"amod", "compound"})
            ]
            outcome = lemma == "tip" and bool(children(verb, "xcomp"))
            if not (other_post or potential or outcome):
                yield from self.make("wanted.floated", verb, grammatical_subject(verb), "wanted", hint)
        elif lemma in {"float", "moot", "tout", "draft", "court"} and actor(verb) is not None:
            yield from self.make("wanted.floats", verb, undergoer(verb), "wanted")
        if lemma in {"have", "do"} and any(c.dep_ == "aux" and c.lower_ in {"should", "must"} for c in verb.children):
            return

    def interest(self, verb: Token) -> Iterator[Draft]:
        """ "has no interest", "is ready to run", "is in", "is out"."""
        thing = next(iter(children(verb, "dobj", "attr")), None)
        if (
            verb.lemma_ in {"have", "harbour", "harbor", "hold"}
            and thing is not None
            and thing.lemma_.lower() in words("candidacy.interest")
        ):
            yield from self.make(
                "interest", verb, grammatical_subject(verb), "not standing" if negated(verb) else "considering"
            )
        adjective = next(iter(children(verb, "acomp")), None)
        if adjective is not None and adjective.lower_ in words("candidacy.willing") and _bears_on_entry(adjective):
            yield from self.make(
                "willing",
                verb,
                grammatical_subject(verb),
                "not standing" if negated(verb) else "considering",
                ("adj:" + adjective.lower_,),
            )
        if verb.lemma_ == "be":
            tail = next(
                (
                    c
                    for c in verb.children
                    if c.lower_ in {"in", "out", "running"}
                    and not list(c.children)
                    and not any(p.dep_ == "prep" and p.i > c.i and p.lower_ not in {"of", "for"} for p in verb.children)
                    and c.dep_ in {"prep", "advmod", "acomp", "prt"}
                ),
                None,
            )
            if tail is not None:
                yield from self.make(
                    "in" if tail.lower_ in {"in", "running"} else "out",
                    verb,
                    grammatical_subject(verb),
                    "standing" if tail.lower_ in {"in", "running"} else "not standing",
                )

    def noun(self, noun: Token) -> Iterator[Draft]:
        """ "candidates A, B and C", "X's candidacy", "A, a candidate"."""
        lemma = noun.lemma_.lower()
        if any(
            c.lower_ in {"former", "ex", "past", "last", "potential", "possible", "would", "likely"}
            for c in noun.children
        ):
            return
        if lemma in {
            "candidate",
            "contender",
            "challenger",
            "runner",
            "hopeful",
            "nominee",
            "rival",
            "opponent",
        } and noun.pos_ in {"NOUN", "ADJ"}:
            front = noun.lemma_ == "runner" and noun.i > 0 and noun.nbor(-1).text == "-"
            if noun.dep_ == "appos" or (
                noun.dep_ in {"compound", "amod", "nmod"} and not front and noun.head.i in self.scene.cast.at
            ):
                yield from self.make("noun.apposed", noun, noun.head, "standing")
            for child in children(noun, "appos"):
                yield from self.make("noun.listed", noun, child, "standing")
            if noun.dep_ in {"nsubj"} and noun.head.lemma_ == "be":
                for attr in children(noun.head, "attr"):
                    yield from self.make("noun.are", noun.head, attr, "standing")
        if lemma in {"candidacy", "candidature", "bid", "campaign"}:
            owner = next((c for c in children(noun, "poss") if self.scene.one(c)), None)
            verb = noun.head
            if (
                owner is not None
                and noun.dep_ == "dobj"
                and verb.lemma_ in {"launch", "announce", "confirm", "declare", "unveil", "open", "begin", "start"}
            ):
                yield from self.make("noun.launched", verb, owner, "standing")


def candidacies(scene: Scene) -> Iterator[Draft]:
    """Every candidate candidacy in a scene."""
    return Candidacies(scene).all()
