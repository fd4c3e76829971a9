"""A ballot file of any known format into a profile."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from whipcount.ballots import abif, blt, cef, cvr_json, cvr_xml, delimited, parquet, preflib, scottish
from whipcount.ballots.detect import detect_format
from whipcount.ballots.draft import OVERVOTE, WRITE_IN, Draft, Options, of_everyone
from whipcount.ballots.faults import Faults
from whipcount.ballots.limits import Limits
from whipcount.ballots.profile import Profile
from whipcount.ballots.source import Source, open_source
from whipcount.errors import NotFound, UsageError

_READERS: dict[str, Callable[[Source, Options], Draft]] = {
    "abif": abif.read,
    "blt": blt.read,
    "cef": cef.read,
    "csv": delimited.read,
    "cvr-json": cvr_json.read,
    "cvr-xml": cvr_xml.read,
    "parquet": parquet.read,
    "preflib": preflib.read,
    "scottish": scottish.read,
}
FORMATS = tuple(_READERS)
"""The names of all formats that can be read, as `format` takes them."""

_ALSO = {"soc": "preflib", "soi": "preflib", "toc": "preflib", "toi": "preflib", "cvotes": "cef"}


def read_ballots(
    path: str | Path,
    format: str | None = None,
    *,
    skip_bad: str | Path | None = None,
    limits: Limits | None = None,
    candidates: Sequence[str] | None = None,
    aliases: Mapping[str, str] | None = None,
    contest: str | None = None,
) -> Profile:
    """Read a file of ballots.

    `format` is one of FORMATS; without it the content decides. `candidates` are the only names allowed, and
    their order; `aliases` maps spellings in the file to names; `contest` chooses one by name or identifier
    in a file with several. With `skip_bad` lines that cannot be read go to that file with the reasons, and
    `Profile.rejected` counts them; without it they raise BallotError and nothing is read.

    Raises BallotError for a bad file, NotFound for an unknown format, MissingExtra where a library is missing.
    """
    path = Path(path)
    faults = Faults(str(path), patient=skip_bad is not None)
    source = open_source(path, limits)
    with ThreadPoolExecutor(1) as beside:
        digest = beside.submit(source.sha256)
        options = make_options(source, faults, candidates, aliases, contest)
        profile, _ = read_source(source, options, format_of(source, format))
        if skip_bad is not None:
            faults.write(Path(skip_bad))
        else:
            faults.check()
        if not len(profile.weight):
            faults.stop(0, "no ballot can be read in the file", "Check that it is whole, and its format.")
        return replace(profile, rejected=faults.rejected, sha256=digest.result(), source=path.name)


def make_options(
    source: Source,
    faults: Faults,
    candidates: Sequence[str] | None = None,
    aliases: Mapping[str, str] | None = None,
    contest: str | None = None,
) -> Options:
    """The caller's wishes as the readers take them. Raises UsageError for candidates with one name."""
    names = tuple(candidates) if candidates is not None else None
    if names is not None and len(set(names)) < len(names):
        raise UsageError("A name stands twice in the list of candidates.")
    return Options(faults, source.limits, names, aliases or {}, contest)


def detect(path: str | Path) -> str:
    """The format of a file by its content, one of FORMATS. Raises BallotError where it cannot be opened."""
    return detect_format(open_source(Path(path)))


def format_of(source: Source, format: str | None) -> str:
    """The format asked for, or else the one that the content shows. Raises NotFound."""
    if format is None:
        return detect_format(source)
    name = _ALSO.get(format.casefold(), format.casefold())
    if name not in _READERS:
        raise NotFound("ballot format", format, [*FORMATS, *_ALSO])
    return name


def read_source(source: Source, options: Options, format: str) -> tuple[Profile, Draft]:
    """Read an open file; bad lines are left in `options.faults`. Raises BallotError."""
    try:
        draft = _READERS[format](source, options)
        return _named(draft.profile(), options), draft
    except UsageError as error:
        options.faults.stop(0, str(error), "Correct the file.")


def _named(profile: Profile, options: Options) -> Profile:
    """Apply aliases and the list of candidates."""
    renamed = {old: new for old, new in options.aliases.items() if old in profile.candidates}
    if renamed:
        profile = profile.relabel(renamed)
    if options.candidates is None:
        return of_everyone(profile)
    strange = sorted(set(profile.candidates) - set(options.candidates) - {WRITE_IN, OVERVOTE})
    if strange:
        mend = "Correct the file, or give an alias for each."
        options.faults.stop(0, f"not among the candidates: {', '.join(strange)[:400]}", mend)
    extra = [name for name in profile.candidates if name not in options.candidates]
    return of_everyone(profile.reorder([*options.candidates, *extra]))
