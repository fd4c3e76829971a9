"""The people in play: those of the roster, and those that the document names; and where each is named.

A full name introduces a person; after it the surname, an unambiguous first name, a nickname, an office ("the senior
whip") or "the member for ..." mean the same one. Where two people share a surname, the bare surname is the one named last.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from whipcount.read.grammar import Token, children
from whipcount.read.lexicon import first_names, party_words, words
from whipcount.read.offices import Person, genders_of, leader_of_text, office_words, offices_of, plain

__all__ = ["Cast", "Person", "find_cast", "office_words"]

_LOWER_PARTICLES = frozenset(
    {"de", "van", "von", "der", "den", "la", "le", "del", "di", "da", "bin", "al", "ap", "ua", "ní", "du", "ten", "ter"}
)
_NAMESAKES = 50
"""People of one name that are told apart in a text; a text with more of them would take time by the square of its length."""
_ORGANISED = frozenset({"ORG", "GPE", "NORP", "LOC", "FAC", "DATE", "EVENT", "WORK_OF_ART", "LAW", "TIME"})


@dataclass(frozen=True)
class Cast:
    """Who is named where.

    `at` maps every token of a mention to its person; `gender` gives "m", "f" or nothing; `offices` maps the words of an
    office ("senior whip") to who holds it; `leader` is the one whose place is at stake, where the document says.
    """

    at: dict[int, Person]
    gender: dict[str, str]
    offices: dict[str, Person]
    leader: Person | None

    @cached_property
    def known(self) -> dict[str, str]:
        """How each person of a mention is known: "listed" on the roster, by a "full" name, or by a "single" one."""
        return {p.name: ("listed" if p.listed else "full" if " " in p.name else "single") for p in self.at.values()}

    def mentions(self) -> Counter[str]:
        """How often each is named."""
        return Counter(p.name for i, p in self.at.items() if self.at.get(i - 1) is not p)


def find_cast(doc: Any, roster: Sequence[Person], leader: str | None = None) -> Cast:
    """The people of a parsed document."""
    tokens = list(doc)
    listed = _listed_mentions(tokens, roster)
    found = _introduced(doc, listed, roster)
    people = [*roster, *found]
    at = _all_mentions(tokens, people, listed)
    at = _bare_names(tokens, at)
    offices = offices_of(doc, at, roster)
    gender = genders_of(doc, at)
    who = next((p for p in people if leader and p.name == leader), None) or leader_of_text(doc, at, offices)
    return Cast(at, gender, offices, who)


def _pieces(doc: Any) -> list[tuple[str, int, int]]:
    """Words of the document as a reader sees them (hyphenated ones whole), with first and last token."""
    out: list[tuple[str, int, int]] = []
    i = 0
    while i < len(doc):
        j = i
        text = doc[i].text
        while (
            j + 2 < len(doc)
            and not doc[j].whitespace_
            and doc[j + 1].text == "-"
            and not doc[j + 1].whitespace_
            and doc[j + 2].is_alpha
        ):
            text += "-" + doc[j + 2].text
            j += 2
        out.append((text, i, j))
        i = j + 1
    return out


def _forms(person: Person) -> Iterable[tuple[str, ...]]:
    for alias in (person.name, *person.aliases):
        parts = plain(re.sub(r"(?i)^the ", "", alias))
        if parts:
            yield tuple(p.lower() for p in parts)


def _listed_mentions(doc: Any, roster: Sequence[Person]) -> dict[int, Person]:
    owners: dict[tuple[str, ...], list[Person]] = defaultdict(list)
    for person in roster:
        for form in dict.fromkeys(_forms(person)):
            owners[form].append(person)
    return _match(doc, dict(owners), {})


def _match(doc: Any, forms: dict[tuple[str, ...], list[Person]], at: dict[int, Person]) -> dict[int, Person]:
    """Where the forms stand, longest first; a form of several people means the one that was named last."""
    pieces = _pieces(doc)
    longest = max((len(f) for f in forms), default=0)
    out = dict(at)
    last: dict[str, int] = {}
    k = 0
    while k < len(pieces):
        if pieces[k][1] in at:
            last[at[pieces[k][1]].name] = pieces[k][1]
        for size in range(min(longest, len(pieces) - k), 0, -1):
            run = pieces[k : k + size]
            owners = forms.get(tuple(t.lower() for t, _, _ in run))
            if owners and run[0][1] not in out and _fits(doc, run, owners):
                owner = _named_last(owners, last)
                last[owner.name] = run[0][1]
                out |= dict.fromkeys(range(run[0][1], run[-1][2] + 1), owner)
                k += size - 1
                break
        k += 1
    return out


def _named_last(owners: Sequence[Person], last: dict[str, int]) -> Person:
    """Of those whom one form may mean, the one named last; the first of them where none was."""
    return max(owners[:_NAMESAKES], key=lambda p: last.get(p.name, -1))


def _fits(doc: Any, run: list[tuple[str, int, int]], owners: list[Person]) -> bool:
    """Whether words that spell a form can be a mention here."""
    text, first, last = run[0][0], run[0][1], run[-1][2]
    if len(run) == 1:
        after = doc[last + 1] if last + 1 < len(doc) else None
        if text[0].isupper():
            capital_only = first == 0 or doc[first].is_sent_start
            return not (capital_only and text.lower() in words("not_names")) and not (
                after is not None and after.lower_ in {"street", "road", "institute", "university"}
            )
        return any(text in p.aliases for p in owners) and doc[first].pos_ in {"NOUN", "PROPN"}
    return any(w[0].isupper() for w, _, _ in run) or doc[first].i == 0 or doc[last].pos_ in {"NOUN", "PROPN"}


def _is_name_word(token: Token) -> bool:
    return (
        bool(token.text[:1].isupper())
        and token.text.replace("'", "").replace("’", "").isalpha()
        and token.lower_ not in words("not_names")
        and token.pos_ not in {"DET", "PRON", "AUX", "CCONJ", "SCONJ", "ADP"}
    )


def _runs(doc: Any, taken: dict[int, Person]) -> Iterable[tuple[int, int]]:
    """Maximal runs of capitalised words, with name particles and hyphens inside, that are not mentions yet."""
    i = 0
    while i < len(doc):
        if i in taken or not _is_name_word(doc[i]):
            i += 1
            continue
        j = i
        while j + 1 < len(doc):
            nxt = doc[j + 1]
            if _is_name_word(nxt) and j + 1 not in taken:
                j += 1
            elif (
                nxt.text in {"-", "'"}
                and not doc[j].whitespace_
                and not nxt.whitespace_
                and j + 2 < len(doc)
                and _is_name_word(doc[j + 2])
            ) or (nxt.lower_ in _LOWER_PARTICLES and j + 2 < len(doc) and _is_name_word(doc[j + 2])):
                j += 2
            else:
                break
        yield i, j
        i = j + 1


def _introduced(doc: Any, listed: dict[int, Person], roster: Sequence[Person]) -> list[Person]:
    """People of no roster whom the document introduces by a full name, or by a title and a surname."""
    votes: Counter[str] = Counter()
    spelled: dict[str, tuple[str, ...]] = {}
    known = {part for p in roster for part in (w.lower() for w in plain(p.name))}
    for i, j in _runs(list(doc), listed):
        christened = _christened(doc, i, j)
        if christened is not None:
            span = doc[christened : j + 1]
            votes[span.text] += 3
            spelled[span.text] = tuple(plain(span.text))
            continue
        first = max(
            (k + 1 for k in range(i, j) if doc[k].lower_.rstrip(".") in words("titles") and k + 1 <= j), default=i
        )
        titled = first > i
        if (
            not titled
            and first < j
            and doc[first].is_sent_start
            and doc[first].pos_ in {"ADV", "SCONJ", "VERB", "ADJ", "INTJ"}
        ):
            first += 1
        while first < j and (
            doc[first].lower_.rstrip(".") in words("titles") | words("roles") or doc[first].text == "-"
        ):
            titled = titled or doc[first].lower_.rstrip(".") in words("titles")
            first += 1
        if i > 0 and doc[i - 1].lower_.rstrip(".") in words("titles"):
            titled = True
        if first <= j and doc[first].is_sent_start and doc[first].ent_type_ != "PERSON" and first < j and not titled:
            first += 1 if doc[first + 1].ent_type_ == "PERSON" and doc[first + 1].ent_iob_ == "B" else 0
        span = doc[first : j + 1]
        labels = [t.ent_type_ for t in span]
        score = 1 if "PERSON" in labels else (-1 if any(x in _ORGANISED for x in labels) else 0)
        score += 2 if titled else 0
        score += 1 if score == 0 and len(span) > 1 and _acts(doc[j]) else 0
        if any(t.lower_ in words("groups") | {"house"} for t in span) and not titled:
            score -= 2
        if any(t.lower_ in party_words() for t in span):
            score -= 5
        votes[span.text] += score
        spelled[span.text] = tuple(plain(span.text))
    full = [n for n, parts in spelled.items() if len(parts) >= 2 and votes[n] > 0 and len(parts) <= 4]
    taken = known | {spelled[n][k].lower() for n in full for k in (0, -1)}
    lone = _lone_names(doc, roster)
    single = [
        n
        for n, parts in spelled.items()
        if len(parts) == 1
        and len(n) > 2
        and (votes[n] >= 2 or n in lone)
        and not n.isupper()
        and parts[0].lower() not in taken
    ]
    return [Person(n, listed=False) for n in [*_distinct(full, spelled), *single]]


def _christened(doc: Any, i: int, j: int) -> int | None:
    """Where a person begins in a run of capitalised words: at a common first name with a surname after it."""
    if any(t.lower_ in words("places") for t in doc[i : j + 1]) or doc[j].lower_ in party_words():
        return None
    for k in range(i, j):
        if (
            doc[k].lower_ in first_names()
            and j - k <= 6
            and doc[k + 1].text != "'"
            and doc[j].lower_ not in words("groups")
        ):
            return k
    return None


def _lone_names(doc: Any, roster: Sequence[Person]) -> set[str]:
    """Single capitalised words used as people are: without article, acting or owning, not mostly a place or a party.

    Where there is a roster, a bare surname outside it is rarely somebody in play; none is taken.
    """
    if roster:
        return set()
    score: Counter[str] = Counter()
    doc = list(doc)
    for t in doc:
        if (
            not _is_name_word(t)
            or t.lower_ in party_words()
            or t.lemma_.lower() in words("groups") | words("roles")
            or t.pos_ != "PROPN"
            or (t.i and doc[t.i - 1].text[:1].isupper() and not doc[t.i - 1].is_sent_start)
        ):
            continue
        if t.i + 1 < len(doc) and doc[t.i + 1].text[:1].isupper() and doc[t.i + 1].is_alpha:
            continue
        article = any(c.dep_ == "det" for c in t.children) or t.lower_ in words("groups") or t.dep_ == "compound"
        place = t.ent_type_ in {"GPE", "NORP", "LOC", "DATE", "FAC"}
        preposition = t.dep_ == "pobj" and t.head.lower_ in {"in", "at", "from", "to"}
        score[t.text] += (
            2 * (t.ent_type_ == "PERSON")
            + (t.dep_ in {"nsubj", "nsubjpass", "poss", "dobj", "conj"})
            - 2 * article
            - 2 * place
            - 2 * preposition
        )
    return {n for n, v in score.items() if v >= 2}


def _acts(token: Token) -> bool:
    """Whether a name that the pipeline gave no label does what people do: speaks, or is followed by "who"."""
    speaks = token.dep_ == "nsubj" and token.head.lemma_ in words("speech.says")
    return speaks or any(g.lower_ == "who" for c in children(token, "relcl") for g in c.children)


def _distinct(full: list[str], spelled: dict[str, tuple[str, ...]]) -> list[str]:
    """Full names without those that only add words to another."""
    out: list[str] = []
    there: set[tuple[str, ...]] = set()
    for name in sorted(full, key=len):
        parts = tuple(w.lower() for w in spelled[name])
        if not any(parts[k:] in there for k in range(len(parts))):
            out.append(name)
            there.add(parts)
    return out


def _all_mentions(doc: Any, people: Sequence[Person], listed: dict[int, Person]) -> dict[int, Person]:
    """Full names, aliases and surnames."""
    forms: dict[tuple[str, ...], list[Person]] = defaultdict(list)
    firsts = Counter(plain(p.name)[0].lower() for p in people if plain(p.name))
    for person in people:
        parts = [w.lower() for w in plain(person.name)]
        for form in {*_forms(person), tuple(parts[-1:])}:
            forms[form].append(person)
        if len(parts) > 1 and firsts[parts[0]] == 1 and parts[0] not in words("not_names"):
            forms[(parts[0],)].append(person)
    return _match(doc, dict(forms), listed)


def _bare_names(doc: Any, at: dict[int, Person]) -> dict[int, Person]:
    """A title, or a first name before a surname that was matched alone, belongs to the mention."""
    out = dict(at)
    for i in sorted(at, reverse=True):
        j = i - 1
        while (
            j >= 0
            and j not in out
            and doc[j].lower_.rstrip(".") in words("titles")
            and (doc[j].text[0].isupper() or doc[j].dep_ == "compound")
        ):
            out[j] = at[i]
            j -= 1
    return out
