"""What a rule makes: a claim not yet weighed. The model of the room says how likely it is to be right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from whipcount.read.amounts import Quantity
from whipcount.read.grammar import Token, children, clause_span
from whipcount.read.lexicon import words
from whipcount.read.scene import Ref, Scene


@dataclass(frozen=True)
class Draft:
    """A candidate claim: `first` to `last` are its tokens, `head` the word it rests on, `rule` who made it.

    `denied`: its speaker rejects it. `sure` is how sure the people in it are. `hints` are further marks for the model.
    `score` is the probability that the learned weights give it, 0 where they see nothing in it.
    """

    kind: str
    rule: str
    head: int
    first: int
    last: int
    own: Mapping[str, str | None]
    denied: bool = False
    sure: float = 1.0
    hints: tuple[str, ...] = ()
    score: float = 0.0


def covering(head: Token, others: Iterable[Token | None]) -> tuple[int, int]:
    """The tokens from the first to the last of a clause's core: its predicate, its arguments and what negates it."""
    spots = [head.i]
    for other in others:
        if other is not None:
            spots += [other.left_edge.i if other.pos_ != "VERB" else other.i, other.i]
    clause_first, clause_last = clause_span(head)
    first, last = min(spots), max(spots)
    return max(first, clause_first) if first < clause_first - 25 else first, max(last, min(clause_last, last + 12))


def name_of(ref: Ref) -> str:
    """The name as a claim's field holds it."""
    return "author" if ref.kind == "author" else ref.name


def target_name(ref: Ref) -> str:
    """Whom a stance is about: a camp called after its leader means the leader."""
    return ref.name.removeprefix("camp:")


def quantity_of(noun: Token, numbers: Mapping[int, Quantity]) -> tuple[str, Token | None] | None:  # noqa: PLR0912 (one branch a way of counting)
    """(amount, noun of the body) where a noun phrase counts people: "four of them", "most of the caucus", "11 MPs"."""
    low = noun.lower_
    of = next(
        (n for p in children(noun, "prep") if p.lower_ in {"of", "in", "among"} for n in children(p, "pobj")), None
    )
    if any(c.dep_ == "appos" and c.ent_type_ == "PERSON" for c in noun.children):
        return None
    if (
        noun.i
        and noun.nbor(-1).lower_ in {"not", "no"}
        and (noun.i in numbers or any(c.lower_ == "one" for c in noun.children))
    ):
        return "none", noun if noun.pos_ == "NOUN" else of
    if any(c.lower_ == "one" and c.i and c.nbor(-1).lower_ == "not" for c in noun.children):
        return "none", noun
    if any(c.lower_ == "one" and c.i and c.nbor(-1).lower_ in {"only", "just"} for c in noun.children):
        return "1", noun
    if noun.i in numbers:
        return numbers[noun.i].amount, of
    for child in noun.children:
        if child.i in numbers and child.dep_ in {"nummod", "quantmod", "amod", "det", "predet", "npadvmod", "compound"}:
            return numbers[child.i].amount, noun
    lemma = noun.lemma_.lower()
    if lemma in words("headcount.majority") | words("headcount.minority") and (
        low != "majority" or of is not None or any(c.dep_ in {"relcl", "det", "amod"} for c in noun.children)
    ):
        return ("minority" if lemma == "minority" else "majority"), of
    if low in {"most", "few", "many", "some", "several", "all", "none"} and of is not None:
        return {
            "most": "majority",
            "few": "small",
            "many": "large",
            "some": "small",
            "several": "small",
            "all": "100%",
            "none": "none",
        }[low], of
    for child in noun.children:
        if (
            child.dep_ in {"amod", "det", "predet"}
            and child.lower_ in {"most", "few", "many", "several", "no", "half"}
            and lemma in words("groups") | words("bodies")
        ):
            return {
                "most": "majority",
                "few": "small",
                "many": "large",
                "several": "small",
                "no": "none",
                "half": "half",
            }[child.lower_], noun
    if low in {"handful", "couple", "fistful", "smattering", "sprinkling", "scattering", "trickle"}:
        return "small", of
    if low in {"dozens", "scores", "hundreds", "bulk", "lots", "plenty", "swathes", "thousands"}:
        return ("majority" if low == "bulk" else "large"), of
    if low in {"nobody", "none"} or (low == "one" and noun.i and noun.nbor(-1).lower_ in {"no", "not"}):
        return "none", of
    return None


def body(scene: Scene, noun: Token | None) -> str | None:
    """The name of the body counted; None for a pronoun or a thing."""
    if noun is None or noun.pos_ not in {"NOUN", "PROPN"} or noun.lemma_.lower() not in words("bodies"):
        return None
    if noun.lemma_.lower() == "supporter":  # whoever is counted supports: that names no body
        return None
    return scene.phrase(noun)


def by_token(numbers: Iterable[Quantity]) -> dict[int, Quantity]:
    """Token -> the quantity that it is part of."""
    return {i: q for q in numbers for i in range(q.first, q.last + 1)}


def predicates(scene: Scene) -> Iterator[Token]:
    """Words that can be the predicate of a claim."""
    for token in scene.doc:
        if token.pos_ in {"VERB", "AUX", "ADJ", "NOUN", "ADV", "PROPN", "ADP"} and not token.is_space:
            yield token
