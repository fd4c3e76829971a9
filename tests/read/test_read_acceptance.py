"""The column of the issue, end to end: read, looked at, accepted, and named by `why` with its words."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from whipcount.cli.read import command as read
from whipcount.cli.why import command as why
from whipcount.contest import load, locate

COLUMN = Path(__file__).parents[3] / "shared" / "seeds" / "000_41fe93e821a579f2.txt"
SAYS = {
    "a majority of caucus who want nothing more to do with": "majority",
    "big enough to stop the other camps": "pivotal",
    "They have the numbers": "has the numbers",
    "Mallard and King do not": "lacks the numbers",
}


@pytest.mark.skipif(not COLUMN.is_file(), reason="the column is not part of the repository")
def test_the_column_end_to_end(tmp_path):
    folder = Path(shutil.copytree(locate("nz-labour-2011"), tmp_path / "contest"))
    run = CliRunner().invoke
    done = run(
        read,
        [
            str(COLUMN),
            "--contest",
            str(folder),
            "--date",
            "2011-09-30",
            "--html",
            str(tmp_path / "out.html"),
            "--accept",
            "all",
        ],
    )
    assert done.exit_code == 0, done.output
    page = (tmp_path / "out.html").read_text("utf-8")
    new = [e for e in load(folder).evidence if e.quote]
    for words, amount in SAYS.items():
        assert words in page
        assert any(words in e.quote and e.amount is not None and e.amount.word == amount for e in new), words
    questions = load(folder).identity.questions
    trust, camps = questions[0], next(q for q in questions if q.kind == "camps")
    told = ""
    for question, option in ((trust, None), *((camps, o) for o in camps.options)):
        args = [str(folder), "--as-of", "2011-10-15", "--question", question.id, "--draws", "2000", "--csv"]
        shown = run(why, args + (["--for", option] if option else []))
        assert shown.exit_code == 0, shown.output
        told += shown.stdout
    for words in SAYS:
        assert words in told, words
