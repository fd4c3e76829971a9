"""How well the reader reads: the test part of the corpus, and the two real commentaries where they are present.

    python bench/bench_read.py [--part train|test] [--bare]     `make bench-read`

Prints per kind precision, recall and F1 (strict), modality and speaker accuracy, calibration, the confusion that costs
most, and tokens a second as a ratio of bare spaCy's in the same run.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path

from whipcount.read.claim import Claim
from whipcount.read.corpus import Labelled, load, read_labels
from whipcount.read.document import Document
from whipcount.read.engine import pipeline
from whipcount.read.reader import Reader
from whipcount.read.score import Marks, Rate, compare, overlap

SEEDS = Path(__file__).parents[2] / "shared" / "seeds"
REAL = {
    "000_41fe93e821a579f2": (date(2011, 10, 12), "New Zealand"),
    "003_af8674408559da71": (date(2010, 5, 13), "United Kingdom"),
}


def real() -> list[Labelled]:
    out = []
    for path in sorted(SEEDS.glob("*.txt")):
        day, country = REAL.get(path.stem, (None, None))
        document = Document(path.read_bytes().decode("utf-8"), path.stem, date=day, country=country)
        out.append(Labelled(path.stem, document, (), read_labels(path.with_suffix(".claims.jsonl")), "real", "blog"))
    return out


def report(name: str, corpus: list[Labelled], *, roster: bool) -> None:
    total, kinds, modality, speaker = Rate(), {}, 0, 0
    bins: dict[int, list[bool]] = {}
    confusion: Counter[str] = Counter()
    for one in corpus:
        claims = Reader(one.roster if roster else ()).read(one.document)
        marks = compare(one.claims, claims)
        total += marks.strict
        modality += marks.modality
        speaker += marks.speaker
        for kind, rate in marks.kinds.items():
            kinds[kind] = kinds.get(kind, Rate()) + rate
        for right, group in ((True, [p for _, p in marks.matched]), (False, marks.wrong)):
            for claim in group:
                bins.setdefault(int(claim.confidence * 10), []).append(right)
        confusion.update(_confusions(marks, claims))
    print(f"\n{name}: {len(corpus)} commentaries, {'with' if roster else 'without'} a roster")
    print(f"{'kind':12}{'precision':>10}{'recall':>8}{'F1':>7}{'labels':>8}{'read':>6}")
    for kind, rate in [*kinds.items(), ("all", total)]:
        print(f"{kind:12}{rate.precision:10.2f}{rate.recall:8.2f}{rate.f1:7.2f}{rate.gold:8}{rate.read:6}")
    if total.hits:
        print(f"of those matched: modality {modality / total.hits:.2f}, speaker {speaker / total.hits:.2f}")
    print(
        "calibration:", ", ".join(f"{k / 10:.1f}+: {sum(v) / len(v):.2f} of {len(v)}" for k, v in sorted(bins.items()))
    )
    print("costs most:", "; ".join(f"{what} ({n})" for what, n in confusion.most_common(5)))


def _confusions(marks: Marks, claims: list[Claim]) -> list[str]:
    out = []
    for gold in marks.missed:
        near = [p for p in claims if overlap(gold, p) > 0]
        same = [p for p in near if p.kind == gold.kind]
        if same:
            fields = [
                f for f, v in gold.own.items() if f not in {"by", "when", "what", "deed"} and v != same[0].own.get(f)
            ]
            out.append(f"{gold.kind}: other {' and '.join(fields[:1])}")
        else:
            out.append(f"{gold.kind} read as {near[0].kind}" if near else f"{gold.kind} not seen")
    return out


def speed() -> None:
    texts = [one.document for one in load("test")]
    nlp = pipeline()
    list(nlp.pipe([d.text for d in texts[:4]]))
    list(Reader().read_many(texts[:4]))
    start = time.perf_counter()
    tokens = sum(len(doc) for doc in nlp.pipe([d.text for d in texts], batch_size=16))
    bare = time.perf_counter() - start
    start = time.perf_counter()
    sum(len(c) for c in Reader().read_many(texts))
    whole = time.perf_counter() - start
    print(
        f"\nspeed on one core: bare spaCy {tokens / bare:,.0f} tokens/s, the reader {tokens / whole:,.0f}: {bare / whole:.0%}"
    )


def main() -> None:
    part = "train" if "train" in sys.argv else "test"
    every = load(part)
    for name, some in (
        ("the first corpus", [one for one in every if one.looked_at]),
        ("plain ones", [one for one in every if one.plain]),
        ("idiomatic ones", [one for one in every if not one.plain and not one.looked_at]),
    ):
        if any(one.roster for one in some):
            report(f"{part} part, {name}", some, roster=True)
        report(f"{part} part, {name}", some, roster=False)
    if SEEDS.is_dir():
        report("two real commentaries", real(), roster=False)
    if "--no-speed" not in sys.argv:
        speed()


if __name__ == "__main__":
    main()
