"""`--fetch` against servers of the test, with and without TLS: names that change or hang, handshakes that drip, bombs, wrong words."""

import gzip
import json
import shutil
import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from click.testing import CliRunner

from whipcount.cli.read import command
from whipcount.errors import InputError
from whipcount.read import Limits, addresses, fetch
from whipcount.read.pages import documents_at
from whipcount.read.wire import in_time

STORY = "Tom Hale is backing Ada Quill. Joan Moss has ruled herself out. Ada Quill has 12 of the 30 votes in caucus. "
PAGE = f"<html><head><title>T</title></head><body><article><p>{STORY * 3}</p></article></body></html>".encode()


@contextmanager
def served(answer, context=None):
    """A server of this machine. Gives (its port, the paths asked for)."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            with suppress(OSError):
                answer(self)

        def log_message(self, *_):
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    http.handle_error = lambda *_: None
    if context is not None:
        http.socket = context.wrap_socket(http.socket, server_side=True)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield http.server_port, asked
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


def told(*args):
    """The one message of the command, which read nothing."""
    done = CliRunner().invoke(command, [*args, "--fetch", "--jsonl"])
    assert done.exit_code == 1, done.output
    assert done.stdout == ""
    assert done.stderr.count("->") == 1
    return done.stderr


@pytest.fixture
def outside(monkeypatch):
    """127.0.0.1 counts as a public address, as if the servers of the test stood somewhere else."""
    real = addresses.is_public
    monkeypatch.setattr(addresses, "is_public", lambda address: address == "127.0.0.1" or real(address))


def test_the_command_fetches_reads_and_goes_on(outside, tmp_path):
    (tmp_path / "a.txt").write_text(STORY, "utf-8")
    with served(reply()) as (port, asked):
        url = f"http://127.0.0.1:{port}/column"
        bad = f"http://127.0.0.1:{port}/x\x01"
        done = CliRunner().invoke(
            command, [url, "http://10.0.0.1/", bad, str(tmp_path / "a.txt"), "--fetch", "--jsonl"]
        )
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {r["document"] for r in rows} >= {url, str(tmp_path / "a.txt")}
    assert "http://10.0.0.1/: it leads to a private or reserved address" in done.stderr
    assert done.exit_code == 1
    assert asked[0] == "/column"


def test_the_command_speaks_to_no_private_address(tmp_path):
    with served(reply()) as (port, asked):
        assert "private or reserved address (127.0.0.1)" in told(f"http://127.0.0.1:{port}/")
        assert "private or reserved" in told(f"http://localhost:{port}/")
    assert asked == []


def test_a_redirect_into_the_private_network_is_refused(outside):
    with served(reply(b"", 302, Location="http://169.254.169.254/latest/meta-data")) as (port, asked):
        assert "169.254.169.254" in told(f"http://127.0.0.1:{port}/")
    assert asked == ["/"]


def test_a_name_that_means_something_else_at_the_next_hop_is_refused():
    means = iter([["127.0.0.1"], ["10.0.0.9"], ["127.0.0.1"]])
    with served(reply(b"", 302, Location="/inside")) as (port, asked):
        with pytest.raises(InputError, match=r"private or reserved address \(10\.0\.0\.9\)"):
            fetch(f"http://two.example:{port}/", allow={f"127.0.0.1:{port}"}, resolver=lambda *_: next(means))
        assert asked == ["/"]


def test_a_bomb_and_a_flood_are_told_by_the_command(outside):
    with served(reply(gzip.compress(b"<p>a</p>" * 8_000_000), Content_Encoding="gzip")) as (port, _):
        assert "more than 20 MB" in told(f"http://127.0.0.1:{port}/")
    with served(reply(b"word " * 5_000_000, Content_Type="text/plain")) as (port, _):
        assert "more than 20 MB" in told(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    ("kind", "body", "match"),
    [
        ("text/plain; charset=utf-8", "Señor Quill a dit".encode("latin-1"), "encoding|UTF-8"),
        ("text/html; charset=klingon", PAGE, "encoding that it declares"),
        ("text/html; charset=utf-16", PAGE + b"x", "encoding that it declares|no article|no words"),
        ("text/plain; charset=hex", b"6161", "encoding that it declares"),
        ("text/plain", b"\x7fELF\0\1\2" * 50, "binary"),
        ("text/plain", b"", "empty"),
        ("application/pdf", b"%PDF-1.7 nothing", "PDF can't be read"),
        ("application/rss+xml", b"<rss><item>", "not well-formed"),
        ("text/html", b"<html><script>let page = 1</script></html>", "no article"),
    ],
)
def test_what_a_server_sends_is_told_as_a_file_is(kind, body, match):
    with served(reply(body, Content_Type=kind)) as (port, _), pytest.raises(InputError, match=match) as why:
        documents_at(f"http://127.0.0.1:{port}/", allow={f"127.0.0.1:{port}"})
    assert len(why.value.problems) == 1


# -- time -----------------------------------------------------------------------------------------------------------------


def test_a_name_that_is_looked_up_for_ever_is_given_up():
    never = threading.Event()
    with pytest.raises(InputError, match=r"longer than 0\.3 seconds"):
        fetch("http://slow.example/", limits=Limits(seconds=0.3), resolver=lambda *_: never.wait() and [])
    never.set()


def test_work_in_time_gives_what_it_makes_and_raises_what_it_raises():
    import time

    soon = time.monotonic() + 60
    assert in_time(lambda: 7, soon) == 7
    with pytest.raises(ZeroDivisionError):
        in_time(lambda: 1 / 0, soon)
    hang = threading.Event()
    with pytest.raises(TimeoutError):
        in_time(hang.wait, time.monotonic() - 1)
    hang.set()


def test_a_handshake_that_drips_is_given_up():
    over = threading.Event()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        here = f"127.0.0.1:{listening.getsockname()[1]}"

        def drip():
            caller, _ = listening.accept()
            with caller, suppress(OSError):
                caller.sendall(b"\x16\x03\x03\x40\x00")  # a handshake record of 16 kB, a byte at a time
                while not over.wait(0.05):
                    caller.sendall(b"\x02")

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        try:
            with pytest.raises(InputError, match=r"longer than 0\.8 seconds"):
                fetch(f"https://{here}/", allow={here}, limits=Limits(seconds=0.8))
        finally:
            over.set()
            thread.join()


def test_redirects_that_each_take_a_while_share_the_time():
    over = threading.Event()

    def slowly(handler):
        over.wait(0.2)
        reply(b"", 302, Location=handler.path + "x")(handler)

    with served(slowly) as (port, asked), pytest.raises(InputError, match=r"longer than 0\.5 seconds"):
        fetch(f"http://127.0.0.1:{port}/", allow={f"127.0.0.1:{port}"}, limits=Limits(seconds=0.5, redirects=50))
    over.set()
    assert len(asked) < 5


def test_an_address_that_says_nothing_leaves_time_for_the_next(monkeypatch):
    tried = []
    real = socket.create_connection

    def connect(address, timeout):
        tried.append((address[0], timeout))
        if address[0] == "192.0.2.1":
            raise TimeoutError
        return real(address, timeout)

    monkeypatch.setattr(socket, "create_connection", connect)
    with served(reply()) as (port, _):
        allowed = {f"127.0.0.1:{port}", f"192.0.2.1:{port}"}
        found = fetch(
            f"http://two.example:{port}/",
            allow=allowed,
            resolver=lambda *_: ["192.0.2.1", "127.0.0.1"],
            limits=Limits(seconds=8),
        )
    assert found.body == PAGE
    assert [a for a, _ in tried] == ["192.0.2.1", "127.0.0.1"]
    assert tried[0][1] <= 4


# -- TLS ------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for news.example that nobody vouches for, and its key, made for this run."""
    if shutil.which("openssl") is None:
        pytest.skip("needs the openssl command")
    place = tmp_path_factory.mktemp("tls")
    names = ["-subj", "/CN=news.example", "-addext", "subjectAltName=DNS:news.example"]
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names]
    subprocess.run([*make, "-keyout", place / "key.pem", "-out", place / "cert.pem"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(place / "cert.pem", place / "key.pem")
    return context, place / "cert.pem"


def over_tls(port, name, **kwargs):
    return fetch(f"https://{name}:{port}/", allow={f"127.0.0.1:{port}"}, resolver=lambda *_: ["127.0.0.1"], **kwargs)


def test_a_server_is_believed_by_its_certificate_only(certificate, monkeypatch):
    context, vouched = certificate
    with served(reply(), context) as (port, asked):
        with pytest.raises(InputError, match="certificate does not show that it is who it says"):
            over_tls(port, "news.example")
        monkeypatch.setenv("SSL_CERT_FILE", str(vouched))
        assert over_tls(port, "news.example").body == PAGE
        with pytest.raises(InputError, match="certificate does not show"):
            over_tls(port, "other.example")
        with pytest.raises(InputError, match="could not be fetched"):
            fetch(f"http://127.0.0.1:{port}/", allow={f"127.0.0.1:{port}"})
    assert asked == ["/"]


def test_drips_and_redirects_over_tls(certificate, monkeypatch):
    context, vouched = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(vouched))
    over = threading.Event()

    def drip(handler):
        handler.send_response(200)
        handler.end_headers()
        while not over.wait(0.05):
            handler.wfile.write(b"a")
            handler.wfile.flush()

    with served(drip, context) as (port, _):
        try:
            with pytest.raises(InputError, match=r"longer than 0\.8 seconds"):
                over_tls(port, "news.example", limits=Limits(seconds=0.8))
        finally:
            over.set()
    away = reply(b"", 301, Location="http://192.168.0.1/")
    with served(away, context) as (port, _), pytest.raises(InputError, match=r"192\.168\.0\.1"):
        fetch(
            f"https://news.example:{port}/",
            allow={f"127.0.0.1:{port}"},
            resolver=lambda host, _: ["127.0.0.1"] if host == "news.example" else [host],
        )
