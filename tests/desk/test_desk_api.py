"""What is asked of the desk at random, by its own description and in its own forms: never a fault of the server's."""

from __future__ import annotations

import re
import string
from html.parser import HTMLParser

import pytest
from desk_client import TestClient
from desk_server import served
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from whipcount.contest import locate
from whipcount.desk import Settings, create_app

schemathesis = pytest.importorskip("schemathesis")
CONTEST = "nz-labour-2012"
KNOWN = {"contest": [CONTEST, "nz-labour-2014"], "elector": ["maryan-street"], "ref": ["uk-labour@2010-09-25"]}


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    made = create_app(Settings(store=str(tmp_path_factory.mktemp("api") / "w.db"), draws=200))
    for name in ("nz-labour-2012", "nz-labour-2014"):
        made.state.desk.store.import_folder(locate(name), "test")
    # One application, many visits: nothing may be closed between them.
    shut = made.state.desk.shelf.close
    made.state.desk.shelf.close = lambda: None
    made.state.doors.writes.take = lambda key: 0.0
    with TestClient(made, raise_server_exceptions=False, follow_redirects=False):
        yield made
    shut()


@pytest.fixture
def client(app):
    return TestClient(app, raise_server_exceptions=False, follow_redirects=False)


# -- by its own description ---------------------------------------------------------------------------------------------


def asked_at_random(description, ask, examples):
    """Ask every operation of an OpenAPI description with what schemathesis makes up; half of it about what there is."""
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

    checks = (not_a_server_error, status_code_conformance, content_type_conformance)
    asked = 0
    for found in schemathesis.openapi.from_dict(description).get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy(), known=st.booleans(), pick=st.integers(0, 1))
        @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
        def one(case, known, pick):
            nonlocal asked
            for name in case.path_parameters or {}:
                if known and name in KNOWN:
                    case.path_parameters[name] = KNOWN[name][pick % len(KNOWN[name])]
            asked += 1
            case.validate_response(ask(case), checks=checks)

        one()
    return asked


def test_no_question_by_the_description_is_a_fault(app, client):
    def ask(case):
        return client.request(
            case.method, case.formatted_path, params=case.query, headers={"accept": "application/json"}
        )

    assert asked_at_random(app.openapi(), ask, examples=5) >= 100


@pytest.mark.long
def test_no_question_by_the_description_is_a_fault_of_a_desk_that_is_served(tmp_path):
    import httpx

    with (
        served("--demo", "--draws", "500", log=tmp_path / "log") as address,
        httpx.Client(base_url=address, timeout=120) as asker,
    ):
        description = asker.get("/api/openapi.json").json()

        def ask(case):
            return asker.request(case.method, case.formatted_path, params=case.query)

        assert asked_at_random(description, ask, examples=60) >= 1_000
    assert "Traceback" not in (tmp_path / "log").read_text()


# -- by its own forms ---------------------------------------------------------------------------------------------------

FORMS = (
    "/inbox", f"/contests/{CONTEST}/evidence/new", f"/contests/{CONTEST}/tables/evidence.csv", f"/contests/{CONTEST}/tables/polls.csv",
    "/rows/first", "/feeds", "/jobs", "/count", "/accounts", "/new", "/inbox/1", "/claims/1/mend",
)  # fmt: skip
HOSTILE = ("<b>&\"'", "2012-13-45", "-1", "9" * 30, "=1+1", "http://10.0.0.1/x", "file:///etc/passwd", "{{ 7*7 }}", "\u202e", "\0", "a\nb", "../..", "%00")  # fmt: skip
TEXT = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), min_size=1, max_size=40), st.just(""))  # fmt: skip


class Form(HTMLParser):
    """The last form of a page that sends something and has fields of its own: where to, and its fields by name."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[tuple[dict[str, str], dict[str, str], dict[str, str]]] = []
        self.inside, self.choosing = False, ""
        self.feed(page)
        sent = [
            one for one in self.forms if one[0].get("method") == "post" and any(k != "hidden" for k in one[2].values())
        ]
        self.about, self.values, self.kinds = max(sent, key=lambda one: len(one[2]))

    def handle_starttag(self, tag, attrs):
        given_ = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given_, {}, {}))
            self.inside = True
        elif self.inside and tag in ("input", "textarea", "select") and given_.get("name"):
            _, values, kinds = self.forms[-1]
            values.setdefault(given_["name"], given_.get("value", ""))
            kinds[given_["name"]] = given_.get("type", "text") if tag == "input" else tag
            self.choosing = given_["name"] if tag == "select" else ""
        elif tag == "option" and self.inside and self.choosing and "selected" in given_:
            self.forms[-1][1][self.choosing] = given_.get("value", "")
        elif (
            tag == "button"
            and self.inside
            and given_.get("value") in ("mend", "accept", "endorsement|supports|David Shearer")
        ):
            self.forms[-1][1].setdefault(given_["name"], given_["value"])

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False


@pytest.fixture(scope="module")
def filled(app):
    """A desk with a document in its inbox."""
    client = TestClient(app, raise_server_exceptions=False, follow_redirects=False)
    text = "Maryan Street supports David Shearer. Clare Curran supports David Shearer."
    form = Form(client.get("/inbox").text)
    answer = client.post("/inbox", data=form.values | {"text": text, "contest": CONTEST, "published": "2012-11-19"})
    assert answer.headers["location"] == "/inbox/1"
    return client


@pytest.mark.parametrize("path", FORMS)
def test_wrong_input_is_told_beside_its_field_with_what_was_typed_kept(filled, path):
    refused = 0
    if path == "/rows/first":
        path = re.search(r"/rows/\d+", filled.get(f"/contests/{CONTEST}/tables/evidence.csv").text).group()

    @given(data=st.data())
    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    def one(data):
        nonlocal refused
        form = Form(filled.get(path).text)
        typed = dict(form.values)
        names = [name for name, kind in form.kinds.items() if kind not in ("hidden", "file", "password")]
        for name in data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)) if names else []:
            typed[name] = data.draw(TEXT)
        files = {n: ("x.csv", data.draw(st.binary(max_size=60))) for n, kind in form.kinds.items() if kind == "file" and data.draw(st.booleans())}  # fmt: skip
        answer = filled.post(form.about["action"], data=typed, files=files or None)
        assert answer.status_code in (200, 303, 409, 413, 422), (typed, answer.status_code)
        if answer.status_code == 422:
            refused += 1
            assert 'class="message' in answer.text or 'role="alert"' in answer.text
            kept_as_typed(answer.text, form, typed)

    one()
    assert refused > 0 or path.startswith("/rows/") or path == "/inbox/1"


def kept_as_typed(page, form, typed):
    """Every line that was typed stands in the form again."""
    shown = Form(page)
    for name, kind in form.kinds.items():
        told = typed[name].strip()
        if kind in ("text", "url", "date") and set(told) <= set(string.printable):
            assert shown.values[name].strip() == told, (name, told)


@pytest.mark.parametrize(
    "path", ["/journal/{}/undo", "/jobs/{}/cancel", "/rows/{}", "/claims/{}", "/feeds/{}", "/inbox/{}"]
)
@pytest.mark.parametrize("key", ["0", "-1", "999999", "9" * 25, "x", "%00", "1e3"])
def test_what_is_not_there_is_not_a_fault(filled, path, key):
    token = re.search(r'name="_token" value="([0-9a-f]{64})"', filled.get("/inbox").text).group(1)
    for answer in (filled.post(path.format(key), data={"_token": token, "version": "1"}), filled.get(path.format(key))):
        assert answer.status_code in (404, 405, 422), (path, key, answer.status_code)
