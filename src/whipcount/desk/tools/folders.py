"""A contest's folder: checked without being taken in, and made from a past contest's YAML."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from whipcount.desk.ballots import Upload
from whipcount.desk.tools.answers import TOLD, FolderSeen
from whipcount.desk.tools.places import blame, held, zipped
from whipcount.desk.tools.unpacking import folder_of
from whipcount.errors import ContestError


def checked(files: Sequence[Upload]) -> FolderSeen:
    """Everything that is wrong with a folder, or what is in it."""
    from whipcount.contest import TABLES, load

    with placed("contest", folder_of(files)) as folder:
        try:
            contest = load(folder)
        except ContestError as why:
            return FolderSeen(tuple(why.problems[:TOLD]))
    rows = {file: len(getattr(contest, field)) for file, (field, _) in TABLES.items()}
    asked = tuple(question.asks for question in contest.identity.questions)
    return FolderSeen((), contest.id, contest.identity.title, rows, asked)


def past(file: Upload) -> tuple[str, bytes]:
    """The folder that a past contest's YAML makes, as a ZIP: its name, and its bytes."""
    from whipcount.forecast import write_folder

    with held([file]) as (path,):
        made = Path("made") / "folder"
        blame("file", lambda: write_folder(path, made))
        name = path.name.partition(".")[0]
        return f"{name}.zip", zipped(name, {one.name: one.read_bytes() for one in made.iterdir()})


@contextmanager
def placed(name: str, files: Mapping[str, bytes]) -> Iterator[Path]:
    """Files in a folder of this name, for as long as they are read."""
    with tempfile.TemporaryDirectory(prefix="whipcount-tool-") as place:
        folder = Path(place) / name
        folder.mkdir()
        for file, data in files.items():
            (folder / file).write_bytes(data)
        yield folder
