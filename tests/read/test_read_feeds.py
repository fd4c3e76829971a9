"""Feeds into documents: RSS of three ages and Atom, in any encoding, and what strangers put into them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whipcount.errors import InputError
from whipcount.read import entries
from whipcount.read.feeds import day_of, untag

DAY = date(2031, 3, 18)
RSS2 = """<?xml version="1.0" encoding="{}"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>The Pöst</title>
<item><title>Quill &amp;amp; Moss</title><link>/news/1</link><dc:creator>Ada Veck</dc:creator><description>Short.</description>
<content:encoded><![CDATA[<p>Quill has the numbers.</p><script>x("<p>never</p>")</script><p>Möss has not.</p>]]></content:encoded>
<pubDate>Tue, 18 Mar 2031 10:00:00 +1300</pubDate></item><item><title>Empty</title><description> </description></item>
<item><description>No link, one thought.</description></item></channel></rss>"""
RSS1 = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Post</title></channel><item><title>T</title>
<link>https://post.example/1</link><description>Quill leads.</description><dc:date>2031-03-18T01:00:00Z</dc:date></item></rdf:RDF>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Post</title><entry><title>T</title><author><name>Ada Veck</name></author>
<link rel="self" href="https://post.example/self"/><link href="https://post.example/1"/><updated>2031-03-18T01:00:00Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Quill <b>leads</b>.</p><p>Moss follows.</p></div></content></entry></feed>"""


@pytest.mark.parametrize("codec", ["utf-8", "iso-8859-1", "windows-1252", "utf-16"])
def test_rss_2_in_the_encoding_that_it_declares(codec):
    first, third = entries(RSS2.format(codec).encode(codec), "https://post.example/feed")
    assert first.text == "Quill has the numbers.\n\nMöss has not."
    assert (first.title, first.author, first.outlet, first.date) == ("Quill & Moss", "Ada Veck", "The Pöst", DAY)
    assert first.source == "https://post.example/news/1"
    assert third.source == "https://post.example/feed#3"


def test_rss_1_and_atom():
    (one,) = entries(RSS1.encode())
    assert (one.text, one.outlet, one.date, one.source) == ("Quill leads.", "Post", DAY, "https://post.example/1")
    (two,) = entries(ATOM.encode())
    assert two.text == "Quill leads.\n\nMoss follows."
    assert (two.author, two.date, two.source) == ("Ada Veck", DAY, "https://post.example/1")


@pytest.mark.parametrize(
    "link", ["javascript:steal()", "/etc/passwd", "file:///etc/passwd", "http://[::1", "data:text/html,x"]
)
def test_a_link_is_of_the_web_or_none(link):
    (entry,) = entries(
        f"<rss><item><link>{link}</link><description>Words.</description></item></rss>".encode(), "a.rss"
    )
    assert entry.source == "a.rss#1"


@pytest.mark.parametrize(
    "raw",
    [
        b"<!DOCTYPE r [<!ENTITY a 'b'>]><rss/>",
        b"<!--" + b" " * 9000 + b"--><!DOCTYPE r [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><rss><item><description>&a;</description></item></rss>",
        "\ufeff<!DOCTYPE r [<!ENTITY a 'b'>]><rss>words</rss>".encode("utf-16"),
        b"<rss><item>words",
        b"<rss>" * 100 + b"words",
        b"\0\1\2binary",
    ],
)  # fmt: skip
def test_hostile_feeds_are_refused_with_one_message(raw):
    with pytest.raises(InputError) as caught:
        entries(raw)
    assert len(caught.value.problems) == 1


@given(st.text(alphabet="<>/abp sript&;\n", max_size=300))
def test_no_tag_survives(markup):
    text = untag(markup)
    assert text == text.strip()
    assert "\n\n\n" not in text


def test_scripts_and_half_tags_are_gone_in_linear_time():
    assert untag("<p>a</p><SCRIPT>b</p><p></SCRIPT ><style>c</style><p>d &lt;e&gt;") == "a\n\nd <e>"
    assert untag("<" * 200_000) == "<" * 200_000
    assert untag("<script" * 50_000 + "a") is not None
    assert untag("<script>" + "<script>" * 50_000 + "a") == ""


@pytest.mark.parametrize("stamp", ["", "soon", "2031-02-30", "0000-00-00", "Tue, 99 Mar 2031 10:00:00", "9" * 400])
def test_dates_that_are_none(stamp):
    assert day_of(stamp) is None
