"""The forms of the tools filled at random: never a fault, and what was typed stays."""

from __future__ import annotations

import pytest
from desk_client import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_desk_api import TEXT, Form, kept_as_typed

from whipcount.desk import Settings, create_app

FORMS = ("/tools/ballots", "/tools/verify", "/tools/rules", "/tools/folder", "/tools/past", "/tools/new")
FILES = st.one_of(
    st.binary(max_size=80), st.sampled_from((b"PK\x03\x04", b"id: x\n", b'{"format": 1, "rounds": []}', b"A,B\n1,2\n"))
)


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    made = create_app(Settings(store=str(tmp_path_factory.mktemp("random") / "w.db"), draws=200))
    made.state.doors.writes.take = lambda key: 0.0
    with TestClient(made, raise_server_exceptions=False, follow_redirects=False) as found:
        yield found


@pytest.mark.parametrize("path", FORMS)
def test_whatever_is_typed_or_sent_is_answered(client, path) -> None:
    page = client.get(path).text

    @given(data=st.data())
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    def one(data) -> None:
        form = Form(page)
        typed = dict(form.values)
        names = [name for name, kind in form.kinds.items() if kind not in ("hidden", "file")]
        for name in data.draw(st.lists(st.sampled_from(names), max_size=4, unique=True)) if names else []:
            typed[name] = data.draw(TEXT)
        kinds = [name for name, kind in form.kinds.items() if kind == "file"]
        files = {n: (data.draw(TEXT) or "x", data.draw(FILES)) for n in kinds if data.draw(st.booleans())}
        answer = client.post(form.about["action"], data=typed, files=files or None)
        assert answer.status_code in (200, 400, 413, 422), (typed, files, answer.status_code, answer.text[:400])
        if answer.status_code == 422:
            assert 'class="message' in answer.text or 'role="alert"' in answer.text
            kept_as_typed(answer.text, form, typed)

    one()
