"""Fetching against real servers on this machine: what is refused, what is limited, and what is asked only if it changed."""

import gzip
import socket
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whipcount.errors import InputError
from whipcount.read import Limits, fetch
from whipcount.read.addresses import is_public
from whipcount.read.pages import documents_at

PAGE = (
    b"<html><body><article>"
    + b"<p>The dockers are backing Ada Quill, and the bakers too.</p>" * 5
    + b"</article></html>"
)


@contextmanager
def served(answer):
    """A server of this machine: `answer(handler)` writes the whole reply. Gives (address, its ADDRESS:PORT, paths asked for)."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, dict(self.headers)))
            with suppress(OSError):
                answer(self)

        def log_message(self, *_):
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_port}/", f"127.0.0.1:{http.server_port}", asked
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def reply(body=PAGE, status=200, **headers):
    def answer(handler):
        handler.send_response(status)
        for name, value in ({"Content_Type": "text/html"} | headers).items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def refused(answer, match, path="", **limits):
    with served(answer) as (url, here, asked), pytest.raises(InputError, match=match) as caught:
        fetch(url + path, allow={here}, limits=Limits(**limits))
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].file == url + path
    return asked


def test_a_page_is_fetched_from_a_server_that_is_allowed():
    with served(
        reply(ETag='"a"', Last_Modified="Tue, 18 Mar 2031 10:00:00 GMT", Content_Type="Text/HTML; charset=UTF-8")
    ) as (
        url,
        here,
        asked,
    ):
        found = fetch(url + "a b?q=ü", allow={here})
        assert (found.body, found.etag, found.not_modified) == (PAGE, '"a"', False)
        assert (found.content_type, found.charset) == ("text/html; charset=utf-8", "utf-8")
        assert asked[0][0] == "/a%20b?q=%C3%BC"
        (document,) = documents_at(url, allow={here})
        assert "dockers are backing" in document.text


def test_without_leave_this_machine_is_not_spoken_to():
    with served(reply()) as (url, _, asked), pytest.raises(InputError, match="private or reserved"):
        fetch(url)
    assert asked == []


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "10.0.0.8", "172.16.9.9", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "[::1]", "[::]", "[fe80::1]", "[fc00::1]", "[fec0::1]",
        "[ff02::1]", "[::ffff:127.0.0.1]", "[::ffff:a00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
        "[2001:0:7f00:1::]", "localhost", "2130706433", "0x7f.1", "127.1",
    ],
)  # fmt: skip
def test_no_private_address_in_any_spelling(host):
    with pytest.raises(InputError, match=r"private or reserved|is not known"):
        fetch(f"http://{host}/", limits=Limits(seconds=2))


def test_public_addresses_are_public():
    for address in ("93.184.216.34", "1.1.1.1", "2606:4700:4700::1111", "64:ff9b::101:101", "::ffff:1.1.1.1"):
        assert is_public(address), address


@given(
    st.ip_addresses(network="10.0.0.0/8") | st.ip_addresses(network="127.0.0.0/8") | st.ip_addresses(network="fc00::/7")
)
def test_whole_networks_are_private(address):
    assert not is_public(str(address))
    if address.version == 4:
        for wrapped in (f"::ffff:{address}", f"64:ff9b::{address}", f"::{address}"):
            assert not is_public(wrapped)


def test_a_name_with_one_private_address_among_public_ones_is_refused():
    with pytest.raises(InputError, match=r"192\.168\.1\.1"):
        fetch("http://two-faced.example/", resolver=lambda *_: ["93.184.216.34", "192.168.1.1"])


def test_a_name_can_not_change_its_mind_between_check_and_connection():
    answers = []

    def resolver(host, port):
        answers.append((host, port))
        return ["127.0.0.1"]

    with served(reply()) as (url, here, asked):
        port = url.rsplit(":", 1)[1].strip("/")
        assert fetch(f"http://quill.example:{port}/", allow={here}, resolver=resolver).body == PAGE
        assert len(answers) == 1
        assert asked[0][1]["Host"] == f"quill.example:{port}"


@pytest.mark.parametrize(
    "where",
    [
        "http://10.0.0.1/",
        "http://[::ffff:10.0.0.1]/",
        "//169.254.169.254/latest/meta-data",
        "http://127.0.0.1:1/",
        "http://localhost:1/",
    ],
)
def test_a_redirect_to_a_private_address_is_refused(where):
    assert len(refused(reply(b"", 302, Location=where), "private or reserved")) == 1


def test_a_redirect_away_from_the_web_is_refused():
    refused(reply(b"", 302, Location="file:///etc/passwd"), "only http")
    refused(reply(b"", 302, Location="gopher://x/"), "only http")
    refused(reply(b"", 302, Location="http://[::1/"), "malformed")
    for url in ("file:///etc/passwd", "ftp://example.org/", "http:///x", "http://a:b@example.org/", "http://x:99999/"):
        with pytest.raises(InputError):
            fetch(url)


def test_redirects_are_followed_so_far_and_no_farther():
    def answer(handler):
        n = int(handler.path.strip("/") or 0)
        reply(PAGE)(handler) if n == 3 else reply(b"", 302, Location=f"/{n + 1}")(handler)

    with served(answer) as (url, here, _):
        assert fetch(url, allow={here}).url == url + "3"
        with pytest.raises(InputError, match="more than 2 redirects"):
            fetch(url, allow={here}, limits=Limits(redirects=2))
    assert len(refused(reply(b"", 301, Location="/"), "more than 5 redirects")) == 6


def test_a_large_body_is_broken_off():
    sent = []

    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        while len(sent) < 500:
            handler.wfile.write(b"word " * 20_000)
            sent.append(1)

    refused(endless, "more than 0.5 MB", size=500_000)
    assert len(sent) < 500


def test_a_bomb_is_not_unpacked():
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert len(bomb) < 100_000
    refused(reply(bomb, Content_Encoding="gzip"), "more than 1 MB", size=1_000_000)


def test_compressed_pages_are_unpacked_and_broken_ones_told():
    with served(reply(gzip.compress(PAGE), Content_Encoding="gzip")) as (url, here, _):
        assert fetch(url, allow={here}).body == PAGE
    refused(reply(gzip.compress(PAGE)[:-9], Content_Encoding="gzip"), "could not be fetched")
    refused(reply(b"no gzip", Content_Encoding="gzip"), "could not be fetched")
    refused(reply(PAGE, Content_Encoding="br"), "not asked for")
    refused(reply(PAGE[:50], Content_Length=str(len(PAGE))), "could not be fetched")


@pytest.mark.parametrize("where", ["headers", "body"])
def test_a_server_that_drips_is_given_up(where):
    stop = threading.Event()

    def drip(handler):
        raw = handler.connection
        raw.sendall(b"HTTP/1.1 200 OK\r\n" + (b"Content-Length: 100000\r\n\r\n" if where == "body" else b"X-A: "))
        while not stop.wait(0.05):
            raw.sendall(b"a")

    begun = time.monotonic()
    try:
        refused(drip, "longer than 0.6 seconds", seconds=0.6)
    finally:
        stop.set()
    assert time.monotonic() - begun < 10


def test_a_server_that_says_nothing_or_nonsense():
    with socket.socket() as quiet:
        quiet.bind(("127.0.0.1", 0))
        quiet.listen()
        here = f"127.0.0.1:{quiet.getsockname()[1]}"
        with pytest.raises(InputError, match="longer than"):
            fetch(f"http://{here}/", allow={here}, limits=Limits(seconds=0.5))
        with pytest.raises(InputError, match=r"longer than|could not be fetched"):
            fetch(f"https://{here}/", allow={here}, limits=Limits(seconds=0.5))
    with pytest.raises(InputError, match="could not be fetched"):
        fetch(f"http://{here}/", allow={here})
    refused(lambda h: h.connection.sendall(b"SSH-2.0-nonsense\r\n\r\n"), "could not be fetched")
    refused(
        lambda h: h.connection.sendall(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n"), "could not be fetched"
    )


def test_kinds_of_content_and_failures():
    refused(reply(Content_Type="image/png"), "kind that is not read .image/png")
    refused(reply(Content_Type="application/octet-stream"), "kind that is not read")
    refused(reply(status=404), "answered 404")
    refused(reply(status=206), "answered 206")


def test_what_has_not_changed_is_not_sent_again():
    def answer(handler):
        same = handler.headers.get("If-None-Match") == '"v1"' or handler.headers.get("If-Modified-Since") == "then"
        reply(b"" if same else PAGE, 304 if same else 200, ETag='"v1"')(handler)

    with served(answer) as (url, here, _):
        first = fetch(url, allow={here})
        again = fetch(url, allow={here}, etag=first.etag)
        assert (again.not_modified, again.body, again.etag) == (True, b"", '"v1"')
        later = fetch(url, allow={here}, etag='"v0"', modified="then")
        assert (later.not_modified, later.modified) == (True, "then")


def test_the_server_s_encoding_holds():
    page = PAGE.replace(b"Ada", "Åda".encode("cp1252"))
    with served(reply(page, Content_Type="text/html; charset=windows-1252")) as (url, here, _):
        assert "Åda Quill" in documents_at(url, allow={here})[0].text
