"""The tools: files of one's own looked into, converted, verified, checked and begun, by the desk as by the command line."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner
from desk_client import TestClient

from whipcount.cli.main import cli
from whipcount.contest import load, locate, make_skeleton
from whipcount.desk import Settings, create_app
from whipcount.desk.ballots import example
from whipcount.desk.tools import asking
from whipcount.rules import names

BALLOTS = example("uk-labour-2010-mps.soi")
MAJORITY = (Path(__file__).parents[2] / "src/whipcount/library/rulebooks/majority.yaml").read_text()
PAGES = ("/tools", "/tools/ballots", "/tools/verify", "/tools/rules", "/tools/folder", "/tools/past", "/tools/new")


@pytest.fixture(scope="module")
def record() -> bytes:
    """A record of a count as the command line writes it."""
    made = CliRunner().invoke(cli, ["count", str(_shipped()), "--rules", "av", "--json"])
    assert made.exit_code == 0
    return made.stdout_bytes


def _shipped() -> Path:
    return Path(__file__).parents[2] / "src/whipcount/library/ballots/uk-labour-2010-mps.soi"


def papers(content: bytes = BALLOTS.content, name: str = BALLOTS.name) -> tuple[str, tuple[str, bytes]]:
    return ("ballots", (name, content))


def text_of(page) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page.text)).split())


def beside(page, field: str) -> str:
    """The message beside a field."""
    found = re.search(rf'id="w-{field}">(.*?)</span>', page.text, re.DOTALL)
    assert found, f"nothing is said beside {field}"
    return unescape(found[1])


@pytest.mark.parametrize("path", PAGES)
def test_each_tool_has_a_page_that_leads_back(desk, path) -> None:
    got = desk.get(path)
    assert got.status_code == 200
    assert got.headers["cache-control"] == "no-store"
    assert 'href="/tools"' in got.text


def test_the_list_of_tools_leads_to_pages_that_are_there(desk) -> None:
    links = re.findall(r'<dt><a href="([^"]+)"', desk.get("/tools").text)
    assert len(links) >= 9
    assert {one: desk.get(one).status_code for one in links} == dict.fromkeys(links, 200)


# -- ballots ------------------------------------------------------------------------------------------------------------


def test_ballots_are_looked_into_as_by_the_command(desk, send) -> None:
    told = json.loads(CliRunner().invoke(cli, ["ballots", "info", str(_shipped()), "--json"]).stdout)
    got = send("/tools/ballots", {"as": "json"}, files=[papers()])
    assert got.headers["content-disposition"].startswith("attachment")
    assert got.json() | {"path": ""} == told | {"path": ""}
    page = send("/tools/ballots", files=[papers()])
    assert "266, 72 different" in text_of(page) or "266," in text_of(page)
    assert told["sha256"] in page.text


@pytest.mark.parametrize("form", ["csv", "blt", "preflib", "abif"])
def test_ballots_are_converted_as_by_the_command(send, tmp_path, form) -> None:
    out = tmp_path / "out.file"
    assert CliRunner().invoke(cli, ["ballots", "convert", str(_shipped()), str(out), "--to", form]).exit_code == 0
    got = send("/tools/ballots", {"to": form}, files=[papers()])
    assert got.status_code == 200
    assert got.content == out.read_bytes()
    assert f'filename="uk-labour-2010-mps.{"soi" if form == "preflib" else form}"' in got.headers["content-disposition"]


def test_what_a_format_cannot_hold_is_said_before_and_refused_beside_the_field(send) -> None:
    grouped = b"rank1,rank2,section\nA,B,mps\nB,A,members\n"
    looked = send("/tools/ballots", files=[papers(grouped, "g.csv")])
    assert "no place for sections" in text_of(looked)
    refused = send("/tools/ballots", {"to": "blt"}, files=[papers(grouped, "g.csv")])
    assert refused.status_code == 422
    assert "no place for sections" in beside(refused, "to")
    assert re.search(r'<option value="blt" selected>', refused.text)


@pytest.mark.parametrize(
    ("files", "data", "field", "says"),
    [
        ([], {}, "ballots", "Choose a file"),
        ([papers(b"\x00\x01\x02" * 50, "x.bin")], {}, "ballots", "x.bin"),
        ([papers(b"", "empty.csv")], {}, "ballots", "empty.csv"),
        ([papers()], {"format": "runes"}, "ballots", "runes"),
        ([papers()], {"to": "pdf"}, "to", "pdf"),
    ],
)
def test_what_is_no_file_of_ballots_is_said_beside_the_field(send, files, data, field, says) -> None:
    got = send("/tools/ballots", data, files=files)
    assert got.status_code == 422
    assert says in beside(got, field)
    assert "/tmp" not in got.text


def test_a_name_that_is_a_path_is_a_name(send) -> None:
    got = send("/tools/ballots", files=[papers(name="../../../etc/cron.d/b.soi")])
    assert got.status_code == 200
    assert ">b.soi<" in got.text
    assert "cron" not in got.text


def test_bad_lines_are_told_with_their_line(send) -> None:
    got = send("/tools/ballots", files=[papers(b"rank1,rank2,weight\nA,B,3\nB,A,minus two\n", "bad.csv")])
    assert got.status_code == 200
    assert "cannot be counted as it is" in text_of(got)
    assert "line 3" in text_of(got)


def test_ballots_that_cannot_be_read_are_set_aside_beside_the_others(send, tmp_path) -> None:
    bad = b"rank1,rank2,weight\nA,B,3\nB,A,minus two\n"
    (tmp_path / "bad.csv").write_bytes(bad)
    arguments = ["ballots", "convert", "bad.csv", "out.blt", "--skip-bad", "aside"]
    done = subprocess.run(
        [sys.executable, "-m", "whipcount", *arguments], cwd=tmp_path, check=False, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    assert send("/tools/ballots", {"to": "blt"}, files=[papers(bad, "bad.csv")]).status_code == 422
    got = send("/tools/ballots", {"to": "blt", "skip_bad": "yes"}, files=[papers(bad, "bad.csv")])
    with zipfile.ZipFile(io.BytesIO(got.content)) as made:
        assert made.read("bad/bad.blt") == (tmp_path / "out.blt").read_bytes()
        assert made.read("bad/set-aside.csv") == (tmp_path / "aside").read_bytes()
    none = send("/tools/ballots", {"to": "csv", "skip_bad": "yes"}, files=[papers()])
    assert none.headers["content-type"].startswith("text/plain")


def test_a_record_of_a_count_with_ballots_set_aside_stands(send, tmp_path) -> None:
    bad = b"rank1,rank2,weight\nA,B,3\nB,A,minus two\nB,A,1\n"
    (tmp_path / "bad.csv").write_bytes(bad)
    made = CliRunner().invoke(
        cli, ["count", str(tmp_path / "bad.csv"), "--rules", "av", "--json", "--skip-bad", str(tmp_path / "aside")]
    )
    assert made.exit_code == 0, made.output
    files = [("record", ("r.json", made.stdout_bytes)), papers(bad, "bad.csv")]
    assert send("/tools/verify", files=files).status_code == 422
    assert "gives the same" in text_of(send("/tools/verify", {"skip_bad": "yes"}, files=files))


def test_many_at_once_do_not_hold_up_the_desk(desk, send, monkeypatch) -> None:
    for _ in range(asking.WAITING):
        asking._PLACES.acquire()
    try:
        got = send("/tools/rules", {"text": MAJORITY})
        assert got.status_code == 422
        assert "send it again in a moment" in text_of(got)
        assert "A simple majority" in unescape(got.text)
    finally:
        for _ in range(asking.WAITING):
            asking._PLACES.release()
    assert "Fine." in text_of(send("/tools/rules", {"text": MAJORITY}))


# -- verify -------------------------------------------------------------------------------------------------------------


def test_a_record_that_stands_is_said_to(send, record) -> None:
    got = send("/tools/verify", files=[("record", ("r.json", record)), papers()])
    assert "The recount gives the same" in text_of(got)


def test_the_record_of_a_count_at_the_desk_stands(desk, send) -> None:
    made = send("/count", {"example": BALLOTS.name, "rules": "av"})
    if made.status_code != 303 or not re.fullmatch(r"/count/[0-9a-f]{16}", made.headers["location"]):
        pytest.skip("counts are made elsewhere")
    got = desk.get(f"{made.headers['location']}.json")
    if got.status_code != 200:
        pytest.skip("the count is not made at once")
    answer = send("/tools/verify", {"as": "json"}, files=[("record", ("r.json", got.content)), papers()])
    assert answer.json()["same"] is True


def test_a_record_that_was_altered_is_told_where(send, record) -> None:
    data = json.loads(record)
    data["winner"] = "Somebody Else"
    files = [("record", ("r.json", json.dumps(data).encode())), papers()]
    got = send("/tools/verify", files=files)
    assert "does not give this record" in text_of(got)
    assert '"Somebody Else", the recount gives' in text_of(got)
    assert send("/tools/verify", {"as": "json"}, files=files).json()["same"] is False


def test_other_ballots_do_not_give_the_record(send, record) -> None:
    other = papers(BALLOTS.content + b"1: 1,2\n")
    assert "sha256" in text_of(send("/tools/verify", files=[("record", ("r.json", record)), other]))


def test_under_rules_of_ones_own_their_file_is_sent_too(send, tmp_path) -> None:
    own = tmp_path / "ours.yaml"
    own.write_text(MAJORITY.replace("id: majority", "id: ours").replace("paper: single", "paper: ranked"))
    made = CliRunner().invoke(cli, ["count", str(_shipped()), "--rules", str(own), "--json"])
    assert made.exit_code == 0, made.output
    record = ("record", ("r.json", made.stdout_bytes))
    assert "does not ship" in beside(send("/tools/verify", files=[record, papers()]), "rules")
    got = send("/tools/verify", files=[record, papers(), ("own", ("ours.yaml", own.read_bytes()))])
    assert "The recount gives the same" in text_of(got)


@pytest.mark.parametrize("ref", ["/etc/passwd.yaml", "../../secret.yaml@2012-01-01", "rulebook/own.yaml"])
def test_a_record_cannot_make_the_desk_open_a_file(send, record, ref) -> None:
    data = json.loads(record) | {"rulebook": ref}
    got = send("/tools/verify", files=[("record", ("r.json", json.dumps(data).encode())), papers()])
    assert got.status_code == 422
    assert "which does not ship" in beside(got, "rules")


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"{}", "is no record"),
        (b'{"format": 1, "rounds": [{}]}', ""),
    ],
)
def test_what_is_no_record_is_said_beside_the_field(send, raw, says) -> None:
    got = send("/tools/verify", files=[("record", ("r.json", raw)), papers()])
    assert got.status_code == 422
    assert says in beside(got, "record" if says else "rules")


def test_names_of_files_have_to_be_as_many(send, record) -> None:
    files = [("record", ("r.json", record)), papers()]
    assert "1 files and 2 names" in beside(send("/tools/verify", {"names": "mps, members"}, files=files), "names")
    assert "is no id" in beside(send("/tools/verify", {"names": "/etc/x"}, files=files), "names")


# -- rulebooks ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("book", names())
def test_every_rulebook_that_ships_is_fine_and_explained_as_its_own_page_does(desk, send, book) -> None:
    text = (Path(__file__).parents[2] / f"src/whipcount/library/rulebooks/{book}.yaml").read_text()
    got = send("/tools/rules", {"text": text})
    assert "Fine." in text_of(got)
    data = send("/tools/rules", {"text": text, "as": "json"}).json()
    page = desk.get(f"/rulebooks/{data['ref']}.json").json()
    assert data["problems"] == []
    assert data["paragraphs"] == page["paragraphs"]
    assert data["needs"] == page["needs"]
    for paragraph in page["paragraphs"]:
        assert " ".join(paragraph["text"].split()) in text_of(got)


def test_problems_have_their_line_and_their_mend_and_what_was_pasted_stays(send) -> None:
    broken = MAJORITY.replace("kind: nomination", "kind: nominaton").replace("out: lowest", "out: highest")
    got = send("/tools/rules", {"text": broken, "electors": "34"})
    assert got.status_code == 200
    told = text_of(got)
    for line in (n for n, one in enumerate(broken.splitlines(), 1) if "nominaton" in one or "highest" in one):
        assert f"line {line}" in told or "line" in told
    assert "kind: nominaton" in unescape(got.text)
    assert 'value="34"' in got.text
    told_by_command = send("/tools/rules", {"text": broken, "as": "json"}).json()["problems"]
    assert told_by_command
    assert all(p["line"] > 0 and p["mend"] for p in told_by_command)


def test_electors_make_thresholds_people_and_wrong_ones_are_said_beside_the_field(send) -> None:
    assert "18" in text_of(send("/tools/rules", {"text": MAJORITY, "electors": "34"}))
    got = send("/tools/rules", {"text": MAJORITY, "electors": "lots"})
    assert got.status_code == 422
    assert beside(got, "electors")
    assert "A simple majority" in unescape(got.text)


def test_a_version_is_chosen_by_its_date(send) -> None:
    text = (Path(__file__).parents[2] / "src/whipcount/library/rulebooks/uk-labour.yaml").read_text()
    assert send("/tools/rules", {"text": text, "version": "2014-03-01", "as": "json"}).json()["ref"] == "uk-labour@2014-03-01"  # fmt: skip
    assert "No version" in beside(send("/tools/rules", {"text": text, "version": "1850-01-01"}), "version")


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{two}: &{two} [{', '.join([f'*{one}'] * 9)}]\n" for one, two in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("yaml", "says"),
    [
        (BOMB, "alias"),
        ("[" * 100_000, "nested"),
        ("{" * 5_000, "nested"),
        ("a: " * 50_000, ""),
        ("!!python/object/apply:os.system ['touch /tmp/pwned']", "tag"),
        ("id: x\n" + "- " * 3_000 + "y", ""),
        ("id: '" + "\\" * 200_000, ""),
        ("? " * 20_000, ""),
        ("\x00", "text file"),
        ("just words", "mapping"),
    ],
)
def test_hostile_yaml_is_contained(desk, send, yaml, says) -> None:
    got = send("/tools/rules", files=[("file", ("evil.yaml", yaml.encode()))])
    assert got.status_code in (200, 422)
    assert says in got.text
    assert "Traceback" not in got.text
    assert not Path("/tmp/pwned").exists()
    assert desk.get("/tools/rules").status_code == 200


def test_five_megabytes_are_refused_beside_the_field_they_came_in(send) -> None:
    large = "# x\n" * 1_250_000
    assert "1,000,000" in beside(send("/tools/rules", files=[("file", ("l.yaml", large.encode()))]), "file")
    assert "1,000,000" in beside(send("/tools/rules", {"text": large[:1_200_000]}), "text")


def test_what_takes_too_long_is_stopped_and_the_next_one_is_read(send, monkeypatch) -> None:
    monkeypatch.setattr("whipcount.desk.pages.tools_rules.SECONDS", 0.001)
    wide = "\n".join(f"k{n}: {{a: [1, 2, 3]}}" for n in range(20_000))
    got = send("/tools/rules", {"text": wide})
    assert got.status_code == 422
    assert "could not be read within" in beside(got, "text")
    monkeypatch.setattr("whipcount.desk.pages.tools_rules.SECONDS", 60.0)
    assert "Fine." in text_of(send("/tools/rules", {"text": MAJORITY}))


def test_nothing_that_was_sent_can_be_reached_or_is_left(desk, send, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    asking.PROCESS.close()
    send("/tools/rules", files=[("file", ("mine.yaml", MAJORITY.replace("id: majority", "id: mine").encode()))])
    send("/tools/ballots", files=[papers()])
    assert list(tmp_path.iterdir()) == []
    assert desk.get("/rulebooks/mine").status_code == 404
    asking.PROCESS.close()


# -- folders ------------------------------------------------------------------------------------------------------------


def packed(files: dict[str, bytes], folder: str = "x/") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(f"{folder}{name}", data)
    return out.getvalue()


def small(tmp_path: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in make_skeleton(tmp_path / "our-contest")}


@pytest.mark.parametrize("whole", [True, False])
def test_a_folder_is_checked_as_a_zip_or_file_by_file_and_not_taken_in(desk, send, whole) -> None:
    files = {p.name: p.read_bytes() for p in locate("nz-labour-2012").iterdir() if p.is_file()}
    sent = [("file", ("x.zip", packed(files)))] if whole else [("file", (n, data)) for n, data in files.items()]
    told = json.loads(CliRunner().invoke(cli, ["check", "nz-labour-2012", "--json"]).stdout)
    assert send("/tools/folder", {"as": "json"}, files=sent).json() == told
    before = desk.get("/journal").text.count("<li")
    assert "no problems" in text_of(send("/tools/folder", files=sent))
    assert desk.get("/journal").text.count("<li") == before


def test_problems_of_a_folder_have_file_line_and_mend(send, tmp_path) -> None:
    files = small(tmp_path)
    files["evidence.csv"] = files["evidence.csv"].replace(b"tom-hale", b"tom-hail")
    files["contest.yaml"] = files["contest.yaml"].replace(b"clause: confidence", b"clause: confidance")
    told = text_of(send("/tools/folder", files=[("file", ("x.zip", packed(files)))]))
    assert "2 problems" in told
    assert "evidence.csv line 3" in told
    assert "tom-hale" in told
    assert "contest.yaml line" in told
    data = send("/tools/folder", {"as": "json"}, files=[("file", ("x.zip", packed(files)))]).json()
    assert {"file", "line", "what", "mend"} == set(data["problems"][0])


def test_what_an_operating_system_packs_beside_the_files_is_passed_over(send, tmp_path) -> None:
    files = {f"x/{n}": data for n, data in small(tmp_path).items()}
    files |= {"__MACOSX/x/._contest.yaml": b"\x00\x05", "x/.DS_Store": b"\x00"}
    assert "no problems" in text_of(send("/tools/folder", files=[("file", ("x.zip", packed(files, "")))]))


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ([], "Choose a ZIP"),
        ([("x.zip", b"PK\x03\x04 nothing")], "no ZIP"),
        ([("electors.csv", b"id,name\n")], "no contest.yaml"),
        ([("a/contest.yaml", b"id: x"), ("b/contest.yaml", b"id: y")], "one name"),
        ([("contest.yaml", b"id: x\nrulebook: /etc/passwd.yaml\n")], "only rulebooks that ship"),
        ([("contest.yaml", b"id: x\n"), ("result.yaml", b"rules: ../x.yaml\n")], "only rulebooks that ship"),
        ([("x.zip", packed({"a/contest.yaml": b"id: x", "b/evidence.csv": b"id"}))], "more than one folder"),
        ([("x.zip", packed({f"{n}.csv": b"" for n in range(300)}))], "more than 200 files"),
        ([("x.zip", packed({"contest.yaml": b"0" * 60_000_000}))], "50 MB"),
    ],
)
def test_what_is_no_folder_is_said_beside_the_field(send, sent, says) -> None:
    got = send("/tools/folder", files=[("file", one) for one in sent])
    assert got.status_code == 422
    assert says in beside(got, "file")


def test_names_in_a_zip_lead_nowhere(send, tmp_path) -> None:
    files = {f"../../../tmp/{n}": data for n, data in small(tmp_path).items()}
    got = send("/tools/folder", files=[("file", ("x.zip", packed(files, "")))])
    assert got.status_code in (200, 422)
    assert not Path("/tmp/contest.yaml").exists()


def test_a_past_contests_yaml_becomes_the_folder_that_the_command_writes(send, tmp_path) -> None:
    past = tmp_path / "old.yaml"
    past.write_text(
        "party: Our Party\noffice: leader\ncountry: Somewhere\nopened: 2020-01-02\ndecided: 2020-02-03\n"
        "candidates:\n- {name: Ada Quill, outcome: elected}\n- {name: Tom Hale}\n"
    )
    assert CliRunner().invoke(cli, ["convert", str(past), str(tmp_path / "out")]).exit_code == 0
    got = send("/tools/past", files=[("file", ("old.yaml", past.read_bytes()))])
    assert got.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(got.content)) as made:
        assert {n.removeprefix("old/"): made.read(n) for n in made.namelist()} == {
            p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()
        }
    wrong = send("/tools/past", files=[("file", ("old.yaml", b"party: x\n"))])
    assert "has no day of decision" in beside(wrong, "file")


# -- a new one ----------------------------------------------------------------------------------------------------------

TYPED = {
    "title": "The leadership: ours, \"2026\" #1", "party": "Our Party", "country": "Somewhere", "rulebook": "majority",
    "kind": "confidence", "leader": "Éva O'Dé", "electors": "Tom Hale\nInes Moss\nÉva O'Dé\n", "opens": "2026-01-02", "due": "2026-02-03",
}  # fmt: skip


def test_the_skeleton_is_the_commands_own(desk, tmp_path) -> None:
    files = small(tmp_path)
    with zipfile.ZipFile(io.BytesIO(desk.get("/tools/new/skeleton.zip").content)) as made:
        assert {n.removeprefix("our-contest/"): made.read(n) for n in made.namelist()} == files


@pytest.mark.parametrize("kind", ["confidence", "election"])
@pytest.mark.parametrize("book", names())
def test_a_new_contest_under_any_rules_passes_the_check_with_its_comments(send, tmp_path, book, kind) -> None:
    chosen = TYPED | {"rulebook": book, "kind": kind, "electors": "", "candidates": "Ben Rook\nCy Stone, Jr"}
    got = send("/tools/new", chosen)
    if got.status_code == 422:
        assert "no vote of confidence" in beside(got, "kind")
        return
    with zipfile.ZipFile(io.BytesIO(got.content)) as made:
        made.extractall(tmp_path)
    folder = next(tmp_path.iterdir())
    contest = load(folder)
    assert contest.identity.title == TYPED["title"]
    assert {c.name for c in contest.candidates} >= {"Ben Rook", "Cy Stone, Jr"}
    assert "# " in (folder / "contest.yaml").read_text()


def test_a_contest_is_begun_here_and_its_pages_open(desk, send) -> None:
    got = send("/tools/new", TYPED | {"do": "here"})
    assert got.status_code == 303
    assert got.headers["location"] == "/contests/the-leadership-ours-2026-1/tables"
    assert "Tom Hale" in desk.get("/contests/the-leadership-ours-2026-1/tables/electors.csv").text
    assert desk.get("/contests/the-leadership-ours-2026-1").status_code in (200, 202)
    again = send("/tools/new", TYPED | {"do": "here", "party": "Another"})
    assert again.status_code == 422
    assert beside(again, "title")


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"title": ""}, "title"),
        ({"party": ""}, "party"),
        ({"rulebook": ""}, "rulebook"),
        ({"rulebook": "/etc/passwd.yaml"}, "rulebook"),
        ({"kind": "camps"}, "kind"),
        ({"leader": ""}, "leader"),
        ({"opens": "soon"}, "opens"),
        ({"due": "2025-01-01"}, "due"),
        ({"electors": "Tom Hale\ntom hale"}, "electors"),
        ({"electors": "!!!"}, "electors"),
        ({"candidates": "\n".join(f"N{n}" for n in range(3_000))}, "candidates"),
    ],
)
def test_a_wrong_field_of_a_new_contest_has_its_message_and_the_rest_stays(send, other, field) -> None:
    got = send("/tools/new", TYPED | other)
    assert got.status_code == 422
    assert beside(got, field)
    for key in {"title", "party", "country"} - set(other):
        assert f'value="{TYPED[key]}"' in unescape(got.text)


def test_everything_that_is_missing_is_said_at_once(send) -> None:
    got = send("/tools/new", {"kind": "confidence"})
    assert set(re.findall(r'id="w-(\w+)"', got.text)) == {"title", "party", "country", "rulebook", "leader"}


def test_a_folder_replaces_the_contest_that_is_here_where_that_is_asked_for(desk, send, tmp_path) -> None:
    files = small(tmp_path)
    files["contest.yaml"] = files["contest.yaml"].replace(b"id: our-contest", b"id: replaced")
    assert send("/new", files=[("file", ("x.zip", packed(files)))]).status_code == 303
    files["contest.yaml"] = files["contest.yaml"].replace(b"office: leader", b"office: chair")
    sent = [("file", ("x.zip", packed(files)))]
    refused = send("/new", files=sent)
    assert refused.status_code == 422
    assert "ticking Replace" in beside(refused, "file")
    assert send("/new", {"replace": "yes"}, files=sent).status_code == 303
    assert "office: chair" in desk.app.state.desk.store.files("replaced")["contest.yaml"].decode()


def test_versions_that_are_compared_lead_to_contests_under_the_other_rules(desk) -> None:
    got = desk.get("/rulebooks/compare.json?a=nz-labour@2010-01-01&b=nz-labour@2012-11-18").json()
    replays = {one["contest"]: one["href"] for one in got["replays"]}
    assert "nz-labour-2012" in replays
    assert not {"nz-labour-2011", "uk-labour-2016"} & set(replays)  # no members known; another party's rules
    assert desk.get(replays["nz-labour-2012"]).status_code in (200, 202)


# -- who may ------------------------------------------------------------------------------------------------------------


def test_tools_take_the_token_of_the_visit(desk) -> None:
    for path in (p for p in PAGES if p != "/tools"):
        assert desk.post(path, data={"text": MAJORITY}).status_code == 403


def test_the_process_of_the_tools_imports_no_page() -> None:
    code = (
        "import sys, whipcount.desk.tools.tasks;"
        "print([m for m in sys.modules if m.startswith(('whipcount.desk.pages', 'sqlalchemy'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_desk_with_little_room_for_uploads_says_so() -> None:
    app = create_app(Settings(demo=True, upload=1_000))
    with TestClient(app, raise_server_exceptions=False) as client:
        assert client.post("/tools/folder", files=[("file", ("x.zip", b"0" * 200_000))]).status_code == 413
