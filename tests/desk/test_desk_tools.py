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
from whipcount.desk import Settings, create_app
from whipcount.desk.ballots import example
from whipcount.desk.tools import asking
from whipcount.rules import names

BALLOTS = example("uk-labour-2010-mps.soi")
MAJORITY = (Path(__file__).parents[2] / "src/whipcount/library/rulebooks/majority.yaml").read_text()
PAGES = ("/tools", "/tools/ballots", "/tools/verify", "/tools/rules", "/tools/folder", "/tools/past", "/tools/new")


@pytest.fixture(autouse=True)
def _many(desk, monkeypatch) -> None:
    """More forms than one person sends in so short a time."""
    monkeypatch.setattr(desk.app.state.doors.writes, "take", lambda key: 0.0)


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
