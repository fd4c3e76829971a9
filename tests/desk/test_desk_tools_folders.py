"""The tools for folders: checked, made of a past contest's YAML, and begun out of a form, as by the command line."""

from __future__ import annotations

import io
import json
import re
import zipfile
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner
from test_desk_tools import beside, text_of

from whipcount.cli.main import cli
from whipcount.contest import load, locate, make_skeleton
from whipcount.rules import names


@pytest.fixture(autouse=True)
def _many(desk, monkeypatch) -> None:
    """More forms than one person sends in so short a time."""
    monkeypatch.setattr(desk.app.state.doors.writes, "take", lambda key: 0.0)


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
