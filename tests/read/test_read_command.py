"""`whipcount read` as a user meets it: every kind of input, every kind of output, and what nobody should have handed in."""

import csv
import io
import json
import random
import re
import shutil
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest
from click.testing import CliRunner

from whipcount.cli.main import main
from whipcount.cli.read import command
from whipcount.contest import load, locate
from whipcount.errors import UsageError
from whipcount.read import FIELDS, read_file

STORY = "Tom Hale is backing Ada Quill. Joan Moss has ruled herself out. Ada Quill has 12 of the 30 votes in caucus.\n"


def run(*args, stdin=None, status=0):
    result = CliRunner().invoke(command, [str(a) for a in args], input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == status, result.output
    return result


def rows(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def pdf(text):
    stream = b"BT /F1 12 Tf 40 700 Td (" + text.encode("ascii") + b") Tj ET" if text else b""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for n, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, body)
    table = b"".join(b"%010d 00000 n \n" % p for p in places)
    return (
        out
        + b"xref\n0 6\n0000000000 65535 f \n"
        + table
        + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(out)
    )


def inputs(folder: Path):
    """The same story in every form that is read."""
    page = f"<html><head><title>Quill leads</title></head><body><nav>Home</nav><article><h1>Quill leads</h1><p>{STORY}</p><p>{STORY}</p><p>{STORY}</p></article><script>steal()</script></body></html>"
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["Date"] = "Numbers", "desk@post.example", "Tue, 18 Mar 2031 10:00:00 +0000"
    mail.set_content(STORY)
    item = f"<item><title>Quill leads</title><link>https://post.example/1</link><description>&lt;p&gt;{STORY}&lt;/p&gt;</description><pubDate>Tue, 18 Mar 2031 10:00:00 GMT</pubDate></item>"
    entry = f"<entry><title>Quill leads</title><link href='/2'/><content type='html'>{STORY}</content><updated>2031-03-18T10:00:00Z</updated></entry>"
    forms = {
        "a.txt": STORY,
        "b.md": f"# Quill leads\n\n{STORY}",
        "c.html": page,
        "d.pdf": pdf(STORY.strip()),
        "e.eml": bytes(mail),
        "f.rss": f"<?xml version='1.0'?><rss><channel><title>Post</title>{item}</channel></rss>",
        "g.atom": f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Post</title>{entry}</feed>",
        "h.jpg": b"\xff\xd8 no commentary",
    }
    folder.mkdir()
    for name, body in forms.items():
        (folder / name).write_bytes(body if isinstance(body, bytes) else body.encode())
    return folder


def test_every_form_gives_the_same_claims(tmp_path):
    found = rows(run(inputs(tmp_path / "in"), "--jsonl"))
    by = {}
    for row in found:
        by.setdefault(row["document"].rsplit("/", 1)[-1], set()).add(
            (row["kind"], row.get("holder"), row.get("of"), row.get("person"))
        )
    assert set(by) == {"a.txt", "b.md", "c.html", "d.pdf", "e.eml", "1", "g.atom#1"}
    assert len(by["a.txt"]) == 3
    for name, claims in by.items():
        assert claims == by["a.txt"], name


def test_offsets_refer_to_the_text_as_given(tmp_path):
    text = "\u201cI?have?been told\u201d \u2013 the bakers\u2019 so\u00adcialist club.\r\n\r\n**Tom Hale** is back\u00ading Ada Quill. Ada?Quill has the num\u00adbers.\r\n"
    (tmp_path / "a.txt").write_bytes(text.encode())
    found = rows(run(tmp_path / "a.txt", "--jsonl", "--threshold", "0"))
    assert found
    for row in found:
        assert text[row["start"] : row["end"]] == row["quote"]
    for path in inputs(tmp_path / "in").iterdir():
        if path.suffix != ".jpg":
            texts = [d.text for d in read_file(path)]
            for row in rows(run(path, "--jsonl")):
                assert texts[0][row["start"] : row["end"]] == row["quote"], path


def test_standard_input_json_lines_and_csv():
    found = rows(run("-", "--jsonl", stdin=STORY))
    assert {r["document"] for r in found} == {"standard input"}
    for row in found:
        assert set(row) == {
            "document",
            "kind",
            "start",
            "end",
            "quote",
            "speaker",
            "modality",
            "confidence",
            "rule",
            *FIELDS[row["kind"]],
        }
        assert 0 <= row["confidence"] <= 1
    table = list(csv.DictReader(io.StringIO(run("-", "--csv", stdin=STORY).stdout)))
    assert [(r["kind"], int(r["start"]), r["quote"]) for r in table] == [
        (r["kind"], r["start"], r["quote"]) for r in found
    ]
    assert set(table[0]) >= {f for fields in FIELDS.values() for f in fields}


def test_the_terminal_shows_the_text_and_a_table():
    shown = run("-", stdin=STORY).stdout
    assert STORY.split(".", maxsplit=1)[0] in shown
    assert "Tom Hale supports Ada Quill" in shown
    hostile = run("-", stdin="\x1b]0;own\x07Tom Hale is backing Ada Quill\u202e. \x1b[2J").stdout
    assert not set(hostile) & {"\x1b", "\x07", "\u202e"}
    assert "No claims were found" in run("-", stdin="The weather was fine in the harbour.").stdout


def test_the_page_shows_the_text_as_text(tmp_path):
    nasty = (
        STORY
        + "<script>steal()</script> <img src=x onerror=steal()> &lt;b&gt; \u202egnorw\u202c {{ 7*7 }} </article>\n"
    )
    (tmp_path / "a.txt").write_text(nasty, "utf-8")
    told = run(tmp_path / "a.txt", "--html", tmp_path / "out.html")
    page = (tmp_path / "out.html").read_text("utf-8")
    assert told.stdout == ""
    assert "claims in 1 documents" in told.stderr or "claims in 1 document" in told.stderr
    assert "Content-Security-Policy" in page
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;steal()" in page
    assert "{{ 7*7 }}" in page
    assert "\u202e" not in page
    assert "Tom Hale supports Ada Quill" in page
    assert "Name another file" in told_of(tmp_path / "a.txt", "--html", tmp_path / "no" / "out.html")


def told_of(*args, stdin=None):
    """The message of a wrong call."""
    with pytest.raises(UsageError) as caught:
        run(*args, stdin=stdin)
    return str(caught.value)


def test_date_and_country_tell_when(tmp_path):
    text = "Ada Quill will be leader by spring 2032. Colin Veck will be leader by Christmas."
    when = {}
    for country in ("New Zealand", "Canada"):
        found = rows(run("-", "--jsonl", "--threshold", "0", "--date", "2031-03-18", "--country", country, stdin=text))
        when[country] = {r["by"] for r in found if r["kind"] == "prediction"}
    assert when == {"Canada": {"2032-03/2032-05", "2031-12-25"}, "New Zealand": {"2032-09/2032-11", "2031-12-25"}}


def bad_inputs(folder: Path):
    """name -> (bytes, words of the one message)."""
    return {
        "binary.txt": (bytes(range(256)) * 50, "binary file"),
        "elf.txt": (b"\x7fELF\x02\x01" + b"\0" * 500, "binary file"),
        "empty.txt": (b"", "empty"),
        "blank.txt": (b" \n\t\n", "empty"),
        "line.txt": (b"word " * 10_000_000, "50 MB"),
        "line2.txt": (b"word " * 400_000, "one line has more than 1,000,000"),
        "scripts.html": (b"<html><head><script>" + b"steal();" * 500 + b"</script></head><body onload=x()></body></html>", "no article"),
        "scan.pdf": (pdf(""), "no text"),
        "broken.pdf": (b"%PDF-1.7\n" + bytes(200), "can't be read"),
        "latin.txt": ("Señor Quill: où ça, Moß?".encode("latin-1"), "not in UTF-8"),
        "klingon.html": (b"<html><meta charset=klingon><p>Hello", "encoding that it declares"),
        "bomb.rss": (b"<!DOCTYPE r [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><rss><channel><item><description>&b;</description></item></channel></rss>", "entities"),
        "utf16.rss": ("\ufeff<!DOCTYPE r [<!ENTITY a 'ha'>]><rss><channel></channel></rss>".encode("utf-16-le"), "entities"),
        "cut.rss": (b"<rss><channel><item><description>Quill", "well-formed"),
        "none.rss": (b"<rss><channel><title>x</title></channel></rss>", "no entry"),
        "figures.txt": (b"1 2 3\n4 5 6\n", "no words"),
        "charset.eml": (b"From: a@b.example\nContent-Type: text/plain; charset=klingon\n\nHello there", ""),
    }  # fmt: skip


def test_each_bad_input_gets_one_clear_message_and_the_rest_go_on(tmp_path):
    bad = bad_inputs(tmp_path)
    for name, (body, _) in bad.items():
        (tmp_path / name).write_bytes(body)
    (tmp_path / "zz-good.txt").write_text(STORY, "utf-8")
    result = run(tmp_path, "--jsonl", status=1)
    assert {Path(r["document"]).name for r in rows(result)} >= {"zz-good.txt"}
    assert "Traceback" not in result.stderr
    told = [line for line in result.stderr.splitlines() if not line.startswith("    ->")]
    for name, (_, words) in bad.items():
        mine = [line for line in told if f"/{name}:" in line]
        assert len(mine) <= 1 if not words else len(mine) == 1, (name, mine)
        assert all(words in line for line in mine), (name, mine)
    assert len(told) == sum(1 for line in told if re.search(r"/[\w-]+\.\w+:", line)), "noise"


def test_names_that_are_no_files():
    result = run("/nowhere/at/all.txt", "https://post.example/1", "--jsonl", status=1)
    assert "No such file" in result.stderr
    assert "--fetch" in result.stderr
    result = run("--fetch", "http://127.0.0.1:1/", "file:///etc/passwd", "--jsonl", status=1)
    assert "private or reserved" in result.stderr
    assert "only http and https" in result.stderr


@pytest.mark.parametrize("name", ["c.html", "d.pdf", "e.eml", "f.rss", "g.atom", "a.txt"])
def test_a_file_that_was_damaged_on_its_way_is_read_or_told(tmp_path, name):
    whole = (inputs(tmp_path / "in") / name).read_bytes()
    rng = random.Random(name)
    folder = tmp_path / "damaged"
    folder.mkdir()
    for n in range(25):
        raw = bytearray(whole[: rng.randrange(len(whole))] if n % 3 == 0 else whole)
        for _ in range(rng.randrange(1, 12) if raw else 0):
            raw[rng.randrange(len(raw))] = rng.randrange(256)
        (folder / f"{n:02}{Path(name).suffix}").write_bytes(raw)
    result = CliRunner().invoke(command, [str(folder), "--jsonl"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code in {0, 1}


def test_wrong_calls_are_told():
    assert "--contest" in told_of("-", "--accept", "all", stdin=STORY)
    assert "between 0 and 1" in told_of("-", "--accept", "most", "--contest", "nz-labour-2011", stdin=STORY)
    assert "between 0 and 1" in told_of("-", "--accept", "7", "--contest", "nz-labour-2011", stdin=STORY)
    assert "--llm-url" in told_of("-", "--reader", "llm", stdin=STORY)
    assert "JSON lines" in told_of("-", "--journal", "j.db", "--csv", stdin=STORY)
    assert "Did you mean" in told_of("-", "--contest", "nz-labour-2012x", stdin=STORY)


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(locate("nz-labour-2011"), tmp_path / "contest"))


@pytest.fixture
def column(folder, tmp_path):
    """A column about people of the contest, by their places on its roster."""
    contest = load(folder)
    leader = next(q.leader for q in contest.identity.questions if q.leader)
    others = [e.name for e in contest.roll("caucus", date(2011, 9, 30)) if e.name != leader]
    path = tmp_path / "column.txt"
    path.write_text(
        f"{others[0]} opposes {leader}. {others[1]} is backing {leader}. A majority of caucus wants {leader} gone. "
        f"{contest.candidates[0].name} will be leader by Christmas.\n",
        "utf-8",
    )
    return path


def lengths(folder):
    contest = load(folder)
    return len(contest.evidence), len(contest.predictions)


def accept(column, folder, how, stdin=None, **kwargs):
    args = (column, "--contest", folder, "--date", "2011-09-30", "--threshold", "0.4", "--accept", how, "--jsonl")
    return run(*args, stdin=stdin, **kwargs)


def test_accepting_writes_each_kind_once(folder, column):
    before = lengths(folder)
    told = accept(column, folder, "all").stderr
    after = lengths(folder)
    assert after[0] >= before[0] + 3
    assert after[1] >= before[1] + 1
    files = {p.name: p.read_bytes() for p in folder.iterdir()}
    again = accept(column, folder, "all").stderr
    assert lengths(folder) == after
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == files
    assert "0 rows of evidence and 0 predictions written" in again
    assert re.search(r"(\d+) rows of evidence and (\d+) predictions", told).groups() == (
        str(after[0] - before[0]),
        str(after[1] - before[1]),
    )
    new = [e for e in load(folder).evidence if str(column) in e.source]
    assert {e.kind for e in new} >= {"report", "total"}
    assert all(e.quote and e.quote in column.read_text("utf-8") and e.known == date(2011, 9, 30) for e in new)


def test_accepting_above_a_confidence(folder, column):
    sure = [r for r in rows(accept(column, folder, "1")) if r["confidence"] >= 0.5]
    before = lengths(folder)
    accept(column, folder, "0.5")
    assert sum(lengths(folder)) - sum(before) <= len(sure)


def test_a_day_that_is_not_known_is_asked_for(folder, column):
    before = lengths(folder)
    assert "--date" in told_of(column, "--contest", folder, "--accept", "all", "--jsonl")
    assert lengths(folder) == before


def test_one_by_one_with_keys(folder, column):
    before = sum(lengths(folder))
    waiting = int(re.search(r"(\d+) claims to decide", accept(column, folder, "ask", stdin="q").stderr)[1])
    assert sum(lengths(folder)) == before
    told = accept(column, folder, "ask", stdin="nx?yq").stderr
    assert sum(lengths(folder)) == before + 1
    assert "opposes" in told
    assert (
        told.count("y yes, n no, a yes to all that are left, e edit, q stop here") == 3
    )  # once at the start, and for each key that is none
    again = accept(column, folder, "ask", stdin="q").stderr
    assert f"{waiting - 1} claims to decide" in again, "what was written is not asked again"


def test_a_claim_can_be_put_right_before_it_is_written(folder, column):
    contest = load(folder)
    (first,) = [r for r in rows(accept(column, folder, "1")) if r["kind"] == "position"][:1]
    other = next(e for e in contest.roll("caucus", date(2011, 9, 30)) if e.name not in first.values())
    place = [r["kind"] for r in rows(accept(column, folder, "1"))].index("position")
    keys = "n" * place + f"e{other.name}\nadores\n\n" + f"{other.name}\nopposes\n\n" + "q"
    told = accept(column, folder, "ask", stdin=keys).stderr
    assert "stance is one of: supports, opposes" in told
    (row,) = [e for e in load(folder).evidence if str(column) in e.source]
    assert (row.elector, row.stance, row.quote) == (other.id, "opposes", first["quote"])
    assert "put right by hand" in row.note


def test_the_end_of_the_input_leaves_what_was_accepted(folder, column):
    before = sum(lengths(folder))
    told = accept(column, folder, "ask", stdin="y", status=1).stderr
    assert sum(lengths(folder)) == before + 1
    assert re.search(r"1 rows of evidence and 0 predictions|0 rows of evidence and 1 predictions", told)


def test_yes_to_all_that_are_left(folder, column):
    before = sum(lengths(folder))
    accept(column, folder, "ask", stdin="a")
    some = sum(lengths(folder)) - before
    assert some >= 4
    # What is left to decide is what can't be written as it is.
    assert "0 rows of evidence and 0 predictions written" in accept(column, folder, "ask", stdin="a").stderr
    accept(column, folder, "all")
    assert sum(lengths(folder)) == before + some


def test_errors_of_the_command_line_are_one_message(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["whipcount", "read", "/nowhere.txt", "--accept", "all"])
    with pytest.raises(SystemExit) as done:
        main()
    assert done.value.code == 2
    assert capsys.readouterr().err.startswith("Error: --accept needs --contest")
