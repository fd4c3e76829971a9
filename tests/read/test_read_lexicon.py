"""No rule names a person, a party, or a phrase of one document."""

import re
from pathlib import Path

import whipcount.read
from whipcount.read.corpus import load
from whipcount.read.lexicon import lexicon

ROOM = Path(whipcount.read.__file__).parent
SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
PARTIES = {
    "labour",
    "labor",
    "tory",
    "tories",
    "conservatives",
    "democrats",
    "republicans",
    "greens",
    "liberals",
    "snp",
    "ukip",
}
COMMON = {
    "dean",
    "mp",
    "left",
    "right",
    "house",
    "green",
    "young",
    "wells",
    "long",
    "broad",
    "marr",
    "old",
    "lord",
    "lady",
    "north",
    "king",
    "will",
    "hale",
    "moss",
}


def entries(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from entries(inner)
    elif isinstance(value, frozenset):
        yield from value
    else:
        yield value


def texts():
    """The texts that writers of rules looked at."""
    return [one.document.text.lower() for one in load() if one.looked_at] + [
        p.read_text("utf-8").lower() for p in sorted(SEEDS.glob("*.txt"))
    ]


def test_the_word_lists_name_nobody():
    names = {w.lower() for one in load() for p in one.roster for w in re.findall(r"[^\W\d_]{4,}", p.name)} - COMMON
    # Surnames that are also English words of the lists are told apart by being written small in the texts.
    small = {w for text in [one.document.text for one in load()] for w in re.findall(r"\b[a-z]{4,}\b", text)}
    for entry in map(str, entries(lexicon())):
        assert not (set(entry.lower().split()) & (names - small)), entry


def test_the_rules_name_no_party_and_nobody():
    seeds = {"goff", "cunliffe", "mallard", "parker", "miliband", "balls", "cruddas", "harman", "mandelson", "shearer"}
    data = [ROOM / "data" / "lexicon.yaml", ROOM / "data" / "thesaurus.txt"]
    for path in [*ROOM.glob("*.py"), *(ROOM / "rules").glob("*.py"), *(ROOM / "learned").glob("*.py"), *data]:
        words = set(re.findall(r"[a-z]+", path.read_text("utf-8").lower()))
        # The scoring of the guide itself leaves one party's name out of account.
        allowed = {"labour"} if path.name == "score.py" else set()
        assert not words & (PARTIES | seeds) - allowed, (path.name, words & (PARTIES | seeds))


def test_no_phrase_of_the_rules_stands_in_one_document_only():
    every = texts()
    phrases = {str(e).lower() for e in entries(lexicon()) if len(str(e).split()) >= 3}
    for path in (ROOM / "rules").glob("*.py"):
        strings = re.findall(
            r"(?<!\")\"((?:[a-z']+ ){2,}[a-z']+)\"(?!\")", re.sub(r'"""(?s:.*?)"""', "", path.read_text("utf-8"))
        )
        phrases |= set(strings)
    for phrase in phrases:
        assert sum(bool(re.search(rf"\b{re.escape(phrase)}\b", t)) for t in every) != 1, phrase
