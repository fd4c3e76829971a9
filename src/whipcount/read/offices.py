"""Who holds which office, who leads, and who is "he" or "she", as a document shows it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from whipcount.read.grammar import Token, children, grammatical_subject
from whipcount.read.lexicon import first_names, words


@dataclass(frozen=True)
class Person:
    """Somebody who may be named: full name as it will stand in claims, and what else he or she is called."""

    name: str
    aliases: tuple[str, ...] = ()
    listed: bool = True


def plain(text: str) -> tuple[str, ...]:
    """The words of a name."""
    return tuple(re.findall(r"[^\W_]+(?:['.-][^\W_]+)*", text))


def offices_of(doc: Any, at: dict[int, Person], roster: Sequence[Person]) -> dict[str, Person]:
    """Offices that stand beside a name: before it, or after it between commas; and "X is the ..."."""
    out: dict[str, Person] = {}
    for person in roster:
        for alias in person.aliases:
            office = re.sub(r"^the ", "", alias.lower())
            if office.split() and office.split()[-1] in words("roles"):
                out.setdefault(office, person)
    for token in doc:
        if token.lemma_.lower() not in words("roles") or token.i in at:
            continue
        holder = _holder(token, at)
        if holder is not None:
            out.setdefault(office_words(token, at), holder)
    return out


def _holder(token: Token, at: dict[int, Person]) -> Person | None:
    if token.dep_ in {"compound", "nmod", "appos", "amod", "npadvmod"} and token.head.i in at:
        return at[token.head.i]
    named = next((c for c in children(token, "appos", "compound", "nmod") if c.i in at), None)
    if named is not None:
        return at[named.i]
    after = token.doc[token.i + 1] if token.i + 1 < len(token.doc) else None
    if after is not None and after.i in at and after.text[0].isupper():
        return at[after.i]
    if token.dep_ == "attr" and token.head.lemma_ == "be":
        subject = grammatical_subject(token.head)
        return (
            at.get(subject.i) if subject is not None and not any(c.dep_ == "neg" for c in token.head.children) else None
        )
    return None


def office_words(token: Token, at: dict[int, Person]) -> str:
    """The words that tell an office from others: "senior whip", "member for X", without article and names."""
    before = [
        c for c in token.lefts if c.dep_ in {"compound", "amod", "nmod", "poss"} and c.i not in at and not c.is_punct
    ]
    inner = [g for c in before for g in c.lefts if g.dep_ in {"compound", "amod"} and g.i not in at]
    out = [t.lower_ for t in sorted([*inner, *before], key=lambda t: t.i)] + [token.lower_]
    for prep in children(token, "prep"):
        if (
            prep.lower_ == "of"
            and token.lemma_ in {"leader", "head", "chair", "convenor", "convener"}
            and any(t.lemma_.lower() in words("factions") for t in prep.subtree)
        ):
            out += ["of", *(t.lower_ for t in prep.subtree if t.i > prep.i and t.pos_ in {"PROPN", "NOUN", "ADJ"})][:4]
        if prep.lower_ == "for":
            out += ["for", *(t.lower_ for t in prep.subtree if t.i > prep.i and t.pos_ in {"PROPN", "NOUN"})][:4]
    return " ".join(out)


def leader_of_text(doc: Any, at: dict[int, Person], offices: dict[str, Person]) -> Person | None:
    """Whose place is at stake: who holds an office that leads, and whose leadership, place or removal is spoken of."""
    scores: Counter[str] = Counter()
    for office, holder in offices.items():
        if _leads(office):
            scores[holder.name] += 6 if office.split()[-1] in words("heads") | {"minister"} else 1
    for i, person in at.items():
        token = doc[i]
        if at.get(i + 1) is person:
            continue
        scores[person.name] += 2 * _at_stake(token)
    best = scores.most_common(1)
    named = {p.name: p for p in at.values()} | {p.name: p for p in offices.values()}
    return named[best[0][0]] if best and best[0][1] > 0 else None


def _at_stake(token: Token) -> bool:
    """Whether a mention is of somebody whose place is spoken of: ousted, urged to go, faced with a vote or a contest."""
    head, lemma = token.head, token.head.lemma_.lower()
    if token.dep_ == "poss":
        return lemma in words("places_of_leaders")
    if token.dep_ == "nsubj":
        faced = lemma == "face" and any(c.lemma_.lower() in words("event.calls") for c in children(head, "dobj"))
        return faced or lemma in {"survive", "cling", "resign", "succeed"}
    if token.dep_ == "dobj":
        return lemma in words("unseats")
    if token.dep_ != "pobj":
        return False
    over = head.head.lemma_.lower()
    if head.lower_ in {"in", "of"}:
        return over in {"confidence", "leadership"}
    gone = any(c.lemma_.lower() in {"step", "stand", "quit", "resign", "go"} for c in children(head.head, "xcomp"))
    return (head.lower_ == "against" and over in {"vote", "motion", "coup", "plot", "move"}) or (
        head.lower_ == "on" and gone
    )


def _leads(office: str) -> bool:
    parts = set(re.findall(r"[a-z-]+", office))
    return (
        not parts & words("not_leader")
        and any(office == w or office.endswith(" " + w) for w in words("heads") | {"prime minister", "first minister"})
    ) or office in words("leaders")


def genders_of(doc: Any, at: dict[int, Person]) -> dict[str, str]:
    """Gender as the document shows it: titles, and the pronouns of sentences that name one person only."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for name in {p.name for p in at.values()}:
        first = (plain(name) or ("",))[0].lower()
        if first in first_names() and " " in name:
            votes[name][first_names()[first]] += 4
    for i, person in at.items():
        # The last word of a mention is the surname, also where it spells a title ("King", "Father").
        inside = doc[i].lower_.rstrip(".") if at.get(i + 1) is person else ""
        before = doc[i - 1].lower_.rstrip(".") if i and i - 1 not in at else ""
        for word in (inside, before):
            votes[person.name]["m"] += 5 * (word in words("male"))
            votes[person.name]["f"] += 5 * (word in words("female"))
    for sentence in doc.sents:
        here = {at[t.i].name for t in sentence if t.i in at}
        if len(here) != 1:
            continue
        (name,) = here
        first = min(t.i for t in sentence if t.i in at)
        for t in sentence:
            if t.i > first and t.lower_ in {"he", "him", "his", "himself"}:
                votes[name]["m"] += 1
            elif t.i > first and t.lower_ in {"she", "her", "hers", "herself"}:
                votes[name]["f"] += 1
    return {n: v.most_common(1)[0][0] for n, v in votes.items() if v and v["m"] != v["f"] and max(v.values()) > 0}
