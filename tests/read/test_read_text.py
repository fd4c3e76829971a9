"""Documents in: mending, dates, formats, and input that nobody should have handed in."""

import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whipcount.errors import InputError
from whipcount.read import documents, read_bytes, read_file
from whipcount.read.calendar_words import easter, resolve
from whipcount.read.mend import mend

DAY = date(2031, 3, 18)  # a Tuesday


@given(st.text(alphabet=st.sampled_from("ab \u00ad\u200b\u2019\u201c?é*\n\ufeffÃ©â€™"), max_size=60))
def test_mended_offsets_lead_back_to_the_text_as_given(given_text):
    mended = mend(given_text)
    spots = [mended.given(i) for i in range(len(mended.text))]
    assert spots == sorted(spots)
    assert all(0 <= s < max(len(given_text), 1) for s in spots)
    for i, s in enumerate(spots):
        if mended.text[i] in "ab":
            assert given_text[s] == mended.text[i]


def test_lost_spaces_and_mojibake_are_mended():
    assert mend("I?have?been. Who?").text == "I have been. Who?"
    assert mend("the leader\u00e2\u0080\u0099s friends").text == "the leader's friends"
    assert mend("sol\u00adid").text == "solid"


@pytest.mark.parametrize(
    ("words", "when"),
    [
        ("next Tuesday", "2031-03-25"),
        ("on Friday", "2031-03-21"),
        ("by Easter", "2031-04-13"),
        ("on 4 April", "2031-04-04"),
        ("April the 4th, 2033", "2033-04-04"),
        ("by spring 2031", "2031-03/2031-05"),
        ("late spring 2031", "2031-05"),
        ("in mid-August", "2031-08"),
        ("before Christmas", "2031-12-25"),
        ("tomorrow", "2031-03-19"),
        ("on the 21st", "2031-03-21"),
        ("soon", None),
    ],
)
def test_dates_in_words(words, when):
    assert resolve(words, DAY) == when


def test_seasons_turn_with_the_hemisphere_and_the_past_lies_behind():
    assert resolve("by spring 2031", DAY, south=True) == "2031-09/2031-11"
    assert resolve("last winter", None) is None
    assert resolve("on Friday", DAY, past=True) == "2031-03-14"


def test_easter_of_known_years():
    assert (easter(2024), easter(2025), easter(1991)) == (date(2024, 3, 31), date(2025, 4, 20), date(1991, 3, 31))


def message(raw, name="x.txt"):
    with pytest.raises(InputError) as caught:
        read_bytes(raw, name)
    assert len(caught.value.problems) == 1
    return str(caught.value)


def blank_pdf():
    from pypdf import PdfWriter

    out = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(out)
    return out.getvalue()


def test_each_bad_input_gets_one_clear_message():
    assert "empty" in message(b" \n")
    assert "binary" in message(b"\x7fELF\x00\x01\x02" * 40)
    assert "one line" in message(b"word " * 300_000)
    assert "MB" in message(b"a" * 50_000_000)
    assert "UTF-8" in message("Señor Quill a dit: où ça?".encode("latin-1"))
    assert "PDF has no text" in message(blank_pdf(), "x.pdf")
    assert "can't be read" in message(b"%PDF-1.7 nothing", "x.pdf")
    assert "no article" in message(b"<html><body><script>alert(1)</script></body></html>", "x.html")
    assert "entities" in message(
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><rss><channel></channel></rss>', "x.xml"
    )
    assert "encoding that it declares" in message(b'<html><meta charset="klingon"><p>Hello', "x.html")


def test_the_article_is_found_and_scripts_are_gone():
    story = "<p>The dockers are backing Ada Quill, and so are the bakers of the old town.</p>" * 4
    page = f"<html><head><title>Quill leads</title></head><body><nav>Home Sport</nav><article>{story}</article><script>steal()</script></body></html>"
    (document,) = read_bytes(page.encode(), "x.html")
    assert "dockers are backing" in document.text
    assert "steal" not in document.text


def test_mail_and_feeds():
    (mail,) = read_bytes(
        b"From: a@b.example\nSubject: Numbers\nDate: Tue, 18 Mar 2031 10:00:00 +0000\n\nQuill has 12 votes.\n", "m.eml"
    )
    assert (mail.title, mail.date) == ("Numbers", DAY)
    feed = "<rss><channel><title>Post</title><item><title>T</title><description>&lt;p&gt;Quill has the numbers.&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;</description><pubDate>Tue, 18 Mar 2031 10:00:00 GMT</pubDate></item></channel></rss>"
    (entry,) = read_bytes(feed.encode(), "f.rss")
    assert (entry.outlet, entry.date, entry.text) == ("Post", DAY, "Quill has the numbers.")


def test_a_bad_file_is_told_and_the_rest_go_on(tmp_path: Path):
    (tmp_path / "a.txt").write_bytes(b"\0\0\0")
    (tmp_path / "b.txt").write_text("Quill has the numbers.", "utf-8")
    (tmp_path / "c.jpg").write_bytes(b"\xff\xd8")
    wrong = []
    found = list(documents([str(tmp_path), str(tmp_path / "none.txt"), "https://example.org/x"], wrong.append))
    assert [Path(d.source).name for d in found] == ["b.txt"]
    assert len(wrong) == 3
    assert read_file(tmp_path / "b.txt")[0].text == "Quill has the numbers."
