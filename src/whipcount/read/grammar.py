"""What the rules ask of a dependency parse: who acts, on whom, how denied, and which words a claim covers.

Tokens are spaCy's. Passive and active, relative clauses, coordination and controlled infinitives are told apart here,
once, so that a rule sees only "actor" and "undergoer".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Token = Any

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass", "expl"})
CLAUSES = frozenset({"ccomp", "advcl", "relcl", "acl", "pcomp", "xcomp", "conj", "ROOT", "parataxis", "csubj"})
RELATIVES = frozenset({"who", "which", "that", "whom"})
_TURNS = frozenset(
    {"refuse", "fail", "decline", "cease", "stop", "no", "never", "hardly", "barely", "scarcely", "neither", "nor"}
)


def children(token: Token, *deps: str) -> list[Token]:
    """The children of a token with one of these relations, in order."""
    return [c for dep, c in kids(token) if dep in deps]


_last: tuple[Any, dict[int, tuple[tuple[str, Token], ...]]] = (None, {})
"""The document asked about last, with the children of its tokens as far as they were asked for.

Every rule asks for the children of every word, and spaCy makes them anew each time; of one document at a time they are kept.
"""


def kids(token: Token) -> tuple[tuple[str, Token], ...]:
    """The children of a token with their relations, in order."""
    global _last  # noqa: PLW0603 (one slot, swapped whole: safe with threads, and no cycle that holds documents)
    slot = _last
    doc = token.doc
    if slot[0] is not doc:
        slot = (doc, {})
        _last = slot
    found = slot[1].get(token.i)
    if found is None:
        found = tuple((c.dep_, c) for c in token.children) if token.n_lefts or token.n_rights else ()
        slot[1][token.i] = found
    return found


def conjuncts(token: Token) -> list[Token]:
    """A token and all coordinated with it, in order."""
    out = [token]
    for each in out:
        out += [c for c in each.children if c.dep_ == "conj" and c.i > each.i]
    return out


def _relative(token: Token, clause: Token) -> Token:
    """The noun that a relative pronoun stands for; any other token is itself."""
    if token.lower_ not in RELATIVES:
        return token
    while clause.dep_ in {"conj", "xcomp", "ccomp"} and clause.head != clause:
        clause = clause.head
    return clause.head if clause.dep_ == "relcl" else token


def passive(verb: Token) -> bool:
    """Whether a verb is in the passive: with its auxiliary, or as a participle after a noun."""
    if children(verb, "auxpass", "nsubjpass"):
        return True
    return verb.tag_ == "VBN" and (
        verb.dep_ == "acl"
        or (verb.dep_ in {"conj", "advcl"} and passive(verb.head) and not children(verb, "nsubj", "aux"))
    )


def grammatical_subject(verb: Token, depth: int = 0) -> Token | None:  # noqa: PLR0912 (one branch a construction)
    """The subject of a verb, its own or the one it shares or is controlled by; None where there is none."""
    own = children(verb, "nsubj", "nsubjpass", "csubj")
    if own:
        return _relative(own[0], verb)
    if depth > 5 or verb.head == verb:
        return None
    head = verb.head
    if verb.dep_ == "conj" and verb.tag_ == "VBZ" and head.dep_ == "ccomp":
        # "A says that B and C are wrong and gives X his backing": the verb is singular, so A's.
        nearer = grammatical_subject(head, depth + 1)
        if nearer is not None and (nearer.tag_ in {"NNS", "NNPS"} or children(nearer, "conj")):
            return grammatical_subject(head.head, depth + 1)
    if verb.dep_ == "acl" and verb.tag_ == "VBG":
        writer = _writer(head, depth)
        if writer is not None:
            return writer
    if verb.dep_ == "acl":
        if verb.tag_ == "VB":
            return _maker(head, depth)
        return head if head.pos_ != "VERB" else grammatical_subject(head, depth + 1)
    if verb.dep_ == "relcl":
        return _maker(head, depth) if verb.tag_ == "VB" and children(verb, "aux") else head
    if verb.dep_ == "xcomp":
        objects = children(head, "dobj")
        return objects[0] if objects else grammatical_subject(head, depth + 1)
    if verb.dep_ == "ccomp" and verb.tag_ in {"VB", "VBP", "VBZ", "VBD"} and children(verb, "aux", "mark"):
        return grammatical_subject(head, depth + 1) if verb.tag_ == "VB" else None
    if verb.dep_ == "pcomp" or head.pos_ == "ADP":
        head = head.head
    if head.pos_ in {"VERB", "AUX", "ADJ", "ADV", "ADP"}:
        return grammatical_subject(head, depth + 1)
    return _maker(head, depth) if verb.dep_ in {"pcomp", "prep"} else None


_WRITINGS = frozenset(
    {"letter", "statement", "note", "petition", "email", "motion", "speech", "message", "article", "tweet"}
)


def _writer(noun: Token, depth: int) -> Token | None:
    """Who says what a participle says: "A wrote to B backing C", "A sent B a letter calling on C to go": A, not B."""
    if noun.dep_ == "pobj" and noun.head.lower_ == "to":
        over = noun.head.head
        if over.pos_ == "VERB" or over.lemma_ in _WRITINGS:
            noun = over
    if noun.lemma_ not in _WRITINGS and not (noun.pos_ == "VERB" and noun.lemma_ in {"write", "speak", "talk", "say"}):
        return None
    owner = children(noun, "poss")
    if owner:
        return owner[0]
    while noun.pos_ not in {"VERB", "AUX"} and noun.head != noun:
        noun = noun.head
    return grammatical_subject(noun, depth + 1) if noun.pos_ in {"VERB", "AUX"} else None


def _maker(noun: Token, depth: int) -> Token | None:
    """Who makes an attempt that a noun names ("their effort at blocking X"): its possessor, or its verb's subject."""
    owner = children(noun, "poss")
    if owner and owner[0].lower_ not in {"their", "his", "her", "its"}:
        return owner[0]
    while noun.pos_ in {"NOUN", "ADP"} and noun.head != noun:
        noun = noun.head
    # "They announced their intention to oust X": the subject says more than the pronoun.
    found = grammatical_subject(noun, depth + 1) if noun.pos_ in {"VERB", "AUX"} else None
    return found if found is not None or not owner else owner[0]


def actor(verb: Token) -> Token | None:
    """Who does it: the subject of an active verb, the agent of a passive one."""
    if passive(verb):
        for agent in children(verb, "agent"):
            for noun in children(agent, "pobj"):
                if noun.ent_type_ not in {"DATE", "TIME"}:
                    return noun
        return next((n for p in children(verb, "prep") if p.lower_ == "by" for n in children(p, "pobj")), None)
    return grammatical_subject(verb)


def undergoer(verb: Token) -> Token | None:
    """To whom it is done: the object of an active verb, the subject of a passive one."""
    if passive(verb):
        return grammatical_subject(verb)
    for noun in children(verb, "dobj", "dative"):
        if noun.dep_ == "dobj":
            return _relative(noun, verb)
    if verb.dep_ == "relcl" and children(verb, "nsubj") and not children(verb, "prep"):
        return verb.head
    shared = verb.head
    if verb.dep_ == "conj" and shared.pos_ == "VERB" and not children(verb, "prep", "ccomp", "xcomp"):
        return next((n for n in children(shared, "dobj") if n.i > verb.i), None)
    return None


def prepositional(verb: Token, *prepositions: str) -> Iterator[tuple[Token, Token]]:
    """(preposition, its noun) for the prepositional phrases that hang on a word, directly or over another preposition."""
    for dep, prep in kids(verb):
        if dep in {"prep", "agent", "prt", "advmod", "dative"} or prep.pos_ == "ADP":
            for noun in children(prep, "pobj"):
                if not prepositions or prep.lower_ in prepositions:
                    yield prep, _relative(noun, verb)
            for inner in children(prep, "prep"):
                for noun in children(inner, "pobj"):
                    if not prepositions or inner.lower_ in prepositions:
                        yield inner, noun
            if (
                dep == "prep"
                and not children(prep, "pobj")
                and verb.dep_ == "relcl"
                and (not prepositions or prep.lower_ in prepositions)
            ):
                yield prep, verb.head


def companions(verb: Token) -> list[Token]:
    """Who does it too: "along with Y", "together with Y", "as well as Y", "alongside Y"."""
    out: list[Token] = []
    for child in verb.children:
        if child.lower_ in {"along", "together", "alongside"} and child.i > verb.i:
            inner = children(child, "prep") if child.lower_ != "alongside" else [child]
            out += [n for p in inner for n in children(p, "pobj")]
        if child.lower_ == "well" and child.i > verb.i:
            out += [n for p in children(child, "prep", "cc") for n in children(p, "pobj")]
    return out


def particle(verb: Token) -> str:
    """The particle of a phrasal verb, or an empty string."""
    return next((c.lower_ for dep, c in kids(verb) if dep == "prt"), "")


def negated(verb: Token) -> bool:
    """Whether a verb or predicate is denied: not, never, no longer, hardly; refuses to; nobody does."""
    for dep, child in kids(verb):
        if dep == "neg" or child.lower_ in {"never", "hardly", "barely", "scarcely", "neither", "nor"}:
            return True
        if dep in {"nsubj", "nsubjpass"} and child.lower_ in {"nobody", "none"}:
            return True
        if dep == "advmod" and any(g.lower_ == "no" for g in child.children):
            return True
        if dep in {"dobj", "attr"} and any(
            g.dep_ in {"det", "neg"} and g.lower_ in {"no", "neither"} for g in child.children
        ):
            return True
    if verb.dep_ in {"xcomp", "pcomp", "advcl"} and verb.head.lemma_ == "rule" and particle(verb.head) == "out":
        return not any(c.dep_ == "neg" for c in verb.head.children)
    if verb.dep_ == "ccomp" and verb.head.lemma_ in {"think", "believe", "suppose", "imagine", "reckon"}:
        # "I do not think that X should go" denies that X should go.
        return any(c.dep_ == "neg" for c in verb.head.children)
    if verb.dep_ in {"xcomp", "conj"} and verb.head.lemma_ in _TURNS:
        return bool(verb.dep_ == "xcomp")
    if verb.dep_ == "conj" and verb.head.pos_ in {"VERB", "AUX"} and not children(verb, "nsubj", "nsubjpass"):
        joined = next((c.lower_ for c in verb.head.children if c.dep_ == "cc" and c.i < verb.i), "")
        return joined in {"or", "nor"} and any(c.dep_ == "neg" for c in verb.head.children)
    return (
        verb.dep_ == "xcomp"
        and verb.head.pos_ in {"VERB", "AUX", "ADJ"}
        and any(c.dep_ == "neg" for c in verb.head.children)
    )


def clause_of(token: Token) -> Token:
    """The verb of the clause that a word stands in."""
    here = token
    while here.head != here and not (here.pos_ in {"VERB", "AUX"} and here.dep_ in CLAUSES):
        here = here.head
    return here


def clause_span(head: Token) -> tuple[int, int]:
    """First and last token of a clause, without subordinate clauses that trail it and without outer punctuation."""
    doc, inside = head.doc, []
    stack = [head]
    while stack:
        token = stack.pop()
        inside.append(token.i)
        for child in token.children:
            apart = child.dep_ in {"advcl", "parataxis", "ccomp"} and token == head and _comma_between(doc, head, child)
            own_clause = child.dep_ == "conj" and token == head and child.pos_ in {"VERB", "AUX"}
            if not (apart or own_clause) and child.dep_ not in {"punct", "cc"} and not child.is_space:
                stack.append(child)
    return min(inside), max(inside)


def _comma_between(doc: Any, head: Token, child: Token) -> bool:
    edge = child.left_edge.i if child.i > head.i else child.right_edge.i + 1
    return 0 < edge < len(doc) and bool(doc[edge - 1 if child.i > head.i else edge].is_punct)
