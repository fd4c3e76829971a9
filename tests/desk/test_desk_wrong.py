"""Wrong addresses and wrong questions: told where they are, with what there is, and never with a traceback."""

from __future__ import annotations

import json

import pytest

ONE = "/contests/nz-labour-2011"
NOT_THERE = [
    "/nope",
    "/contests/nz-labour-2099",
    "/contests/nz-labour-2099/electors",
    "/contests/..%2f..%2fetc%2fpasswd",
    f"{ONE}/electors/nobody",
    f"{ONE}/charts/nothing.svg?as_of=2011-11-30",
    "/rulebooks/nothing",
    "/rulebooks/..%2fx.yaml",
    "/rulebooks/README.yaml",
    "/count/0123456789abcdef",
]
SENSELESS = [
    (f"{ONE}?as_of=yesterday", "as_of", "Write a date"),
    (f"{ONE}?as_of=2011-02-30", "as_of", "Write a date"),
    (f"{ONE}?as_of=2999-01-01", "as_of", "in the future"),
    (f"{ONE}?as_of=1999-01-01", "as_of", "Nothing is known"),
    ("/contests?as_of=2999-01-01", "as_of", "in the future"),
    (f"{ONE}/electors?as_of=2011-11-30&question=weather", "question", "There is no open question"),
    (f"{ONE}/electors?as_of=2011-11-30&section=lords", "section", "There is no section"),
    (f"{ONE}/why?as_of=2011-11-30&for=Nobody%20At%20All", "for", "There is no option"),
    (f"{ONE}/calls?as_of=2011-11-30&need=0", "need", ""),
    (f"{ONE}/calls?as_of=2011-11-30&need=many", "need", ""),
    (f"{ONE}/calls?as_of=2011-11-30&need=5000", "need", "electors"),
    (f"{ONE}/replay?as_of=2011-11-30&every=0", "every", ""),
    ("/rulebooks/nz-labour@2012-12-01?electors=lots", "electors", ""),
    ("/rulebooks/compare?a=nothing&b=av", "a", "There is no rulebook"),
    ("/rulebooks/compare?a=av&b=av@never", "b", "is no date"),
    ("/rulebooks/compare?a=av&b=%2Fetc%2Fpasswd.yaml", "b", "There is no rulebook"),
]
WHAT_IFS = [
    ({"join": "Phil Goff"}, "join"),
    ({"drop": "Nobody"}, "drop"),
    ({"rules": "nothing@2012-01-01"}, "rules"),
    ({"rules": "../../x.yaml"}, "rules"),
    ({"weights": "caucus=lots"}, "weights"),
    ({"electorate": "caucus"}, "electorate"),
    ({"poll": "everybody"}, "poll"),
    ({"assume": "something else"}, "assume"),
]


@pytest.mark.parametrize("page", NOT_THERE)
def test_what_is_not_there_is_told_with_what_is(desk, page) -> None:
    got = desk.get(page)
    assert got.status_code == 404
    assert "Traceback" not in got.text
    assert "default-src" in got.headers["content-security-policy"]
    assert "nz-labour-2011" in got.text


def test_a_file_that_is_not_there_asks_nothing_of_the_store(desk) -> None:
    got = desk.get("/static/nothing.css")
    assert got.status_code == 404
    assert "Traceback" not in got.text
    assert 'href="/contests"' in got.text
    assert "nz-labour-2011" not in got.text


def test_the_nearest_names_are_told(desk) -> None:
    assert "Did you mean" in desk.get("/contests/nz-labour-201").text
    assert "phil-goff" in desk.get(f"{ONE}/electors/phil-gof").text


@pytest.mark.parametrize(("page", "field", "says"), SENSELESS)
def test_a_wrong_question_is_told_beside_its_field_with_what_was_typed(desk, page, field, says) -> None:
    got = desk.get(page)
    assert got.status_code == 422
    assert says in got.text.replace("&#39;", "'")
    assert f'name="{field}"' in got.text
    assert 'aria-invalid="true"' in got.text
    path, _, asked = page.partition("?")
    data = desk.get(f"{path}.json?{asked}")
    assert data.status_code == 422
    assert field in data.json()["fields"]


@pytest.mark.parametrize(
    "page",
    [
        f"{ONE}/what-if?as_of=&join=&drop=&add=&rules=&weights=&electorate=&poll=&assume=",
        f"{ONE}/electors?as_of=&question=&section=",
        f"{ONE}/why?as_of=2011-11-30&question=&section=&for=",
        f"{ONE}/calls?as_of=2011-11-30&question=&section=&for=&need=",
        f"{ONE}/path?as_of=2011-11-30&to=&need=",
        "/rulebooks/compare?a=&b=&electors=",
        "/rulebooks/av?electors=",
    ],
)
def test_a_field_that_is_left_blank_asks_nothing(desk, page) -> None:
    assert desk.get(page).status_code == 200


@pytest.mark.parametrize(("asked", "field"), WHAT_IFS)
def test_a_supposition_that_cannot_be_is_told_beside_its_field(desk, asked, field) -> None:
    got = desk.get(f"{ONE}/what-if", params={"as_of": "2011-11-30"} | asked)
    assert got.status_code == 422
    assert f'id="m-{field}"' in got.text
    assert f'aria-describedby="m-{field}"' in got.text
    data = desk.get(f"{ONE}/what-if.json", params={"as_of": "2011-11-30"} | asked)
    assert list(data.json()["fields"]) == [field]


def test_programs_are_told_as_data(desk) -> None:
    got = desk.get("/contests/nz-labour-2099.json")
    assert got.status_code == 404
    assert "nz-labour-2014" in got.json()["error"]
    assert "nz-labour-2011" in got.json()["contests"]
    got = desk.get("/contests/nz-labour-2099", headers={"accept": "application/json"})
    assert json.loads(got.content)["status"] == 404


def test_a_fault_of_our_own_is_told_without_its_traceback(desk, monkeypatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret things")

    monkeypatch.setattr("whipcount.desk.working.Desk.seen", broken)
    got = desk.get(f"{ONE}/evidence?as_of=2011-10-09")
    assert got.status_code == 500
    assert "secret" not in got.text
    assert "Traceback" not in got.text
    assert "default-src" in got.headers["content-security-policy"]


BALLOTS = b"A,B\nB,A\nA,B\n"


@pytest.mark.parametrize(
    ("files", "data", "field"),
    [
        ({}, {"rules": "av"}, "ballots"),
        ({"ballots": ("x.csv", b"")}, {"rules": "av"}, "ballots"),
        ({"ballots": ("x.blt", b"\x00\xff\x00 nonsense")}, {"rules": "av"}, "ballots"),
        ({}, {"example": "nothing.soi", "rules": "av"}, "example"),
        ({}, {"example": "uk-labour-2010-mps.soi"}, "rules"),
        ({}, {"example": "uk-labour-2010-mps.soi", "rules": "nothing"}, "rules"),
        ({}, {"example": "uk-labour-2010-mps.soi", "rules": "/etc/passwd.yaml"}, "rules"),
        ({}, {"example": "uk-labour-2010-mps.soi", "rules": "av", "ballot": "nothing"}, "ballot"),
        ({}, {"example": "uk-labour-2010-mps.soi", "rules": "av", "opening": "nothing"}, "opening"),
        ({}, {"example": "uk-labour-2010-mps.soi", "rules": "av", "withdraw": "soon"}, "withdraw"),
        ({}, {"example": "uk-labour-2010-mps.soi", "rules": "av", "entitled": "many"}, "entitled"),
        ({"tallies": ("t.yaml", b"- [")}, {"example": "uk-labour-2010-mps.soi", "rules": "av"}, "tallies"),
    ],
)
def test_a_count_that_cannot_be_is_told_beside_its_field(send, files, data, field) -> None:
    got = send("/count", data=data, files=files or None)
    assert got.status_code == 422, got.headers
    assert f'id="w-{field}"' in got.text
    assert "/tmp" not in got.text
    for name, value in data.items():
        kept = f'value="{value}"' in got.text
        assert kept or name == "example", name


def test_a_name_of_a_file_is_no_path(send, desk) -> None:
    from pathlib import Path

    import whipcount

    content = (Path(whipcount.__file__).parent / "library" / "ballots" / "uk-labour-2010-mps.soi").read_bytes()
    got = send("/count", data={"rules": "av"}, files={"ballots": ("../../<b>x</b>.soi", content)})
    assert got.status_code == 303
    page = desk.get(got.headers["location"]).text
    assert "<b>x" not in page
    assert ".." not in page.partition("Ballots:")[2][:80]
