"""A URL is fetched from the public internet alone, within limits, as the site asks."""

from __future__ import annotations

import gzip
import ipaddress
import itertools
import socket
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_server import Reply, Site, serving

from sourcebook.index.errors import (
    AddressRefused,
    FetchFailed,
    Offline,
    PageGone,
    ReadError,
    RobotsRefused,
)
from sourcebook.index.fetching.fetcher import Fetcher
from sourcebook.index.fetching.public_addresses import is_public
from sourcebook.index.fetching.response import gunzip, is_url

PUBLIC = "93.184.216.34"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as opened:
        yield opened


class Network:
    """Stands where the socket connects: writes down to where, and lets only ``real`` through.

    ``names`` is what the resolver answers for a name, one list of addresses a time it is asked.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.connected: list[str] = []
        self.names: dict[str, Iterator[list[str]]] = {}
        self.real: tuple[str, int] | None = None
        connect, getaddrinfo = socket.socket.connect, socket.getaddrinfo

        def recorder(sock: socket.socket, address: Any) -> None:
            if self.real and tuple(address[:2]) == self.real:
                connect(sock, address)
                return
            self.connected.append(str(address[0]))
            raise ConnectionRefusedError("recorded")

        def resolver(host: Any, port: Any, *args: Any, **named: Any) -> Any:
            try:
                return getaddrinfo(host, port, *args, **{**named, "flags": socket.AI_NUMERICHOST})
            except (socket.gaierror, UnicodeError):
                name = host.decode() if isinstance(host, bytes) else str(host)
                if name.rstrip(".") not in self.names:
                    raise
                kind = (socket.SOCK_STREAM, 6, "")
                return [
                    (socket.AF_INET6, *kind, (a, port, 0, 0))
                    if ":" in a
                    else (socket.AF_INET, *kind, (a, port))
                    for a in next(self.names[name.rstrip(".")])
                ]

        monkeypatch.setattr(socket.socket, "connect", recorder)
        monkeypatch.setattr(socket, "getaddrinfo", resolver)

    def name(self, host: str, *answers: list[str]) -> None:
        """The last answer is given for ever."""
        self.names[host] = itertools.chain(answers, itertools.repeat(answers[-1]))


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    return Network(monkeypatch)


# --- what is not the public internet ---

CLOSED_V4 = (
    *("127.0.0.1", "127.1.2.3", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1"),
    *("10.255.255.255", "100.64.0.1", "100.100.100.200", "169.254.169.254", "169.254.170.2"),
    *("172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.255.255", "192.0.0.192"),
    *("192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1"),
    *("239.255.255.250", "240.0.0.1", "255.255.255.255", "168.63.129.16"),
)
CLOSED_V6 = (
    *("::1", "::", "fe80::1", "febf::1", "fec0::1", "fc00::1", "fd00:ec2::254", "fd20:ce::254"),
    *("ff02::1", "ff05::1:3", "2001:db8::1", "3fff::1", "2001::1", "2001:10::1", "100::1"),
    *("5f00::1", "4000::1", "64:ff9b:1::1", "2001:470:0:1:0:5efe:7f00:1"),
)


def notations(address: str) -> Iterator[str]:
    """The ways in which a program or a person writes an IPv4 address in a URL."""
    a, b, c, d = (int(part) for part in address.split("."))
    number = (a << 24) | (b << 16) | (c << 8) | d
    yield address
    yield str(number)
    yield hex(number)
    yield f"0{number:o}"
    yield f"0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}"
    yield f"0{a:o}.0{b:o}.0{c:o}.0{d:o}"
    yield f"{a}.{b}.{(c << 8) | d}"
    yield f"{a}.{(b << 16) | (c << 8) | d}"
    yield f"{address}."
    yield address.replace(".", "\u3002")  # an ideographic full stop is a dot to IDNA
    yield f"[::ffff:{address}]"
    yield f"[::{a:02x}{b:02x}:{c:02x}{d:02x}]"
    yield f"[64:ff9b::{a:02x}{b:02x}:{c:02x}{d:02x}]"
    yield f"[2002:{a:02x}{b:02x}:{c:02x}{d:02x}::1]"
    yield f"[::ffff:0:{a:02x}{b:02x}:{c:02x}{d:02x}]"


TRICKS = (
    *("file:///etc/passwd", "ftp://example.com/", "gopher://127.0.0.1:6379/_INFO", "dict://x/"),
    *("data:text/html,<p>x", "javascript:alert(1)", "jar:http://127.0.0.1!/", "ldap://x/"),
    *("http://user:pw@example.com/", "http://example.com@127.0.0.1/", "http://127.0.0.1#@x.com/"),
    *("http://127.0.0.1\\@example.com/", "http://example.com\\@127.0.0.1/", "http:127.0.0.1/"),
    *("http:///127.0.0.1/", "http://127.0.0.1%00.example.com/", "http://127.0.0.1%2eexample.com/"),
    *("http://127.0.0.1\t/", "http://127.0.0.1\r\nHost: x/", "http:// 127.0.0.1/", "//127.0.0.1/"),
    *("http://[::1%25lo]/", "http://[fe80::1%25eth0]/", "http://[::1/", "http://::1/"),
    *("http://127.0.0.1:22/", "http://127.0.0.1:25/", "http://example.com:6/", "http://x:99999/"),
    *("http://x:0/", "http://x:-1/", "http://１２７.0.0.1/", "http://127.1/", "http://0/"),
    *("http://127.0.0.1:80:80/", "http://①②⑦.⓪.⓪.①/", "http://[0:0:0:0:0:ffff:7f00:1]/"),
    *("HTTP://LOCALHOST/", "http://localhost./", "http://localhost:8080/", "https://localhost/"),
    "http://" + "a" * 5000 + ".com/",
)
FORMS = (
    *(f"http://{host}/x" for address in CLOSED_V4 for host in notations(address)),
    *(f"https://[{address}]/x" for address in CLOSED_V6),
    *TRICKS,
)
HOSTS = ("localhost", "metadata.internal", "router.lan")


def test_there_are_300_forms_or_more() -> None:
    assert len(set(FORMS)) >= 300


@pytest.mark.slow
def test_no_form_of_a_closed_address_is_ever_connected_to(network: Network) -> None:
    network.name("localhost", ["127.0.0.1", "::1"])
    for url in FORMS:
        with pytest.raises(ReadError) as caught:
            Fetcher(pause=0, max_seconds=5).fetch(url)
        assert "\n" not in str(caught.value), url
        assert isinstance(caught.value, AddressRefused | FetchFailed), url
    assert network.connected == []


@pytest.mark.slow
def test_no_redirect_leads_to_a_closed_address(site: Site, network: Network) -> None:
    network.real = site.address
    network.name("localhost", ["127.0.0.1", "::1"])
    # Without a scheme it is a path of the same site, which may be read.
    forms = [url for url in FORMS if ":" in url and url.isprintable() and url.isascii()]
    forms = [url for url in forms if not url.startswith(("//", "http:127", "http:///"))]
    assert len(forms) >= 300
    for number, url in enumerate(forms):
        site.pages[f"/{number}"] = Reply(status=302, headers={"Location": url})
        with pytest.raises(ReadError):
            site.fetcher(max_seconds=5).fetch(site.url(f"/{number}"))
    assert network.connected == []


@pytest.mark.parametrize("address", [*CLOSED_V4, *CLOSED_V6])
def test_a_name_for_a_closed_address_is_refused(network: Network, address: str) -> None:
    network.name("news.example", [address])
    with pytest.raises(AddressRefused, match="public"):
        Fetcher(pause=0).fetch("https://news.example/")
    assert network.connected == []


def test_one_closed_address_among_many_is_enough_to_refuse(network: Network) -> None:
    network.name("news.example", [PUBLIC, "10.0.0.1"])
    with pytest.raises(AddressRefused):
        Fetcher(pause=0).fetch("http://news.example/")
    assert network.connected == []


def test_a_name_that_changes_its_address_in_between_changes_nothing(network: Network) -> None:
    network.name("news.example", [PUBLIC], ["127.0.0.1"])
    with pytest.raises(FetchFailed):
        Fetcher(pause=0).fetch("http://news.example/")
    assert network.connected == [PUBLIC]


def test_addresses_of_this_machine_are_not_public(monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_public(PUBLIC)
    own = frozenset({ipaddress.ip_address(PUBLIC)})
    monkeypatch.setattr(
        "sourcebook.index.fetching.public_addresses.interface_addresses", lambda: own
    )
    assert not is_public(PUBLIC)


@pytest.mark.parametrize("address", [PUBLIC, "1.1.1.1", "2606:4700::1111", "64:ff9b::101:101"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_what_python_calls_not_global_is_never_public(address: ipaddress.IPv4Address) -> None:
    assert address.is_global or not is_public(str(address))
    assert not is_public(f"::ffff:{address}")
    assert not is_public(f"2002:{int(address) >> 16:x}:{int(address) & 0xFFFF:x}::1")


@given(st.text(max_size=60))
def test_any_words_are_refused_in_one_line_and_never_connected_to(words: str) -> None:
    with pytest.raises(ReadError) as caught:
        Fetcher(pause=0, offline="://" not in words, max_seconds=0.0).fetch(f"ftp://{words}")
    assert "\n" not in str(caught.value)


# --- what a server gives ---


def test_a_page_comes_as_it_is_with_what_the_server_says_of_it(site: Site) -> None:
    site.pages["/a"] = Reply("Größe".encode("latin-1"), "Text/HTML; Charset=ISO-8859-1")
    site.pages["/b"] = Reply(status=301, headers={"Location": "/a#part"})
    fetched = site.fetcher().fetch(site.url("/b"))
    assert (fetched.data, fetched.media_type, fetched.charset) == (
        *("Größe".encode("latin-1"), "text/html"),
        "iso-8859-1",
    )
    assert (fetched.url, fetched.final_url) == (site.url("/b"), site.url("/a"))
    (agent,) = site.agents
    assert agent.startswith("Sourcebook/")


def test_nothing_is_fetched_offline(site: Site) -> None:
    with pytest.raises(Offline):
        site.fetcher(offline=True).fetch(site.url("/"))
    assert site.requested_paths == []


def test_a_version_we_have_is_not_sent_again(site: Site) -> None:
    site.pages["/a"] = Reply(b"words", headers={"ETag": '"1"'})
    first = site.fetcher().fetch(site.url("/a"))
    again = site.fetcher().fetch(site.url("/a"), etag=first.etag)
    assert again.is_unchanged
    assert again.data == b""
    assert not site.fetcher().fetch(site.url("/a"), etag='"0"').is_unchanged


@pytest.mark.parametrize("status", [401, 403, 404, 410, 429, 500, 503, 204, 304])
def test_what_the_server_does_not_give_is_said(site: Site, status: int) -> None:
    site.pages["/a"] = Reply(status=status)
    with pytest.raises(FetchFailed, match=str(status)) as caught:
        site.fetcher().fetch(site.url("/a"))
    assert isinstance(caught.value, PageGone) == (status in (404, 410))


def test_redirects_have_an_end(site: Site) -> None:
    for number in range(9):
        site.pages[f"/{number}"] = Reply(status=302, headers={"Location": f"/{number + 1}"})
    site.pages["/9"] = Reply(b"words")
    assert site.fetcher().fetch(site.url("/4")).data == b"words"  # five redirects
    with pytest.raises(FetchFailed, match="more than 5 redirects"):
        site.fetcher().fetch(site.url("/3"))


def test_size_has_a_limit_as_sent_and_as_unpacked(site: Site) -> None:
    site.pages["/big"] = Reply(b"x" * 2001)
    site.pages["/fits"] = Reply(b"x" * 2000)
    bomb = gzip.compress(b"\0" * 50_000_000)
    site.pages["/bomb"] = Reply(bomb[:2000], headers={"Content-Encoding": "gzip"})
    fetcher = site.fetcher(max_bytes=2000)
    assert len(fetcher.fetch(site.url("/fits")).data) == 2000
    for path in ("/big", "/bomb"):
        with pytest.raises(FetchFailed, match="larger than the limit"):
            fetcher.fetch(site.url(path))
    with pytest.raises(FetchFailed, match="larger than the limit"):
        gunzip(bomb, 1_000_000)


def test_packed_pages_are_unpacked_whole_or_refused(site: Site) -> None:
    packed = gzip.compress(b"one ") + gzip.compress(b"two")
    as_gzip = {"Content-Encoding": "gzip"}
    site.pages["/two"] = Reply(packed, headers=as_gzip)
    site.pages["/cut"] = Reply(packed[:-9], headers=as_gzip)
    site.pages["/wrong"] = Reply(b"not packed", headers=as_gzip)
    site.pages["/br"] = Reply(b"x", headers={"Content-Encoding": "br"})
    assert site.fetcher().fetch(site.url("/two")).data == b"one two"
    for path in ("/cut", "/wrong", "/br"):
        with pytest.raises(FetchFailed):
            site.fetcher().fetch(site.url(path))


def test_a_server_that_dribbles_is_left_at_the_deadline(site: Site) -> None:
    def dribble(handler: BaseHTTPRequestHandler) -> None:
        try:
            for letter in b"HTTP/1.1 200 OK\r\nX: " + b"a" * 400:
                handler.wfile.write(bytes([letter]))
                time.sleep(0.05)
        except OSError:
            pass

    site.pages["/slow"] = dribble
    site.pages["/robots.txt"] = Reply(b"", "text/plain")
    started = time.monotonic()
    with pytest.raises(FetchFailed, match="in time"):
        site.fetcher(max_seconds=0.5).fetch(site.url("/slow"))
    assert time.monotonic() - started < 3


def test_a_server_that_breaks_off_is_said(site: Site) -> None:
    site.pages["/short"] = Reply(b"x", headers={"Content-Length": "100"})

    def junk(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"\0\1\2 no http\r\n\r\n")

    site.pages["/junk"] = junk
    for path in ("/short", "/junk"):
        with pytest.raises(FetchFailed, match="broke off or answered wrongly"):
            site.fetcher(max_seconds=5).fetch(site.url(path))


def test_a_certificate_that_nobody_vouches_for_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pem = Path(__file__).resolve().parents[2] / "data" / "self_signed.pem"
    with serving(pem) as site:
        site.pages["/a"] = Reply(b"words")
        with pytest.raises(FetchFailed, match="cannot prove who it is"):
            site.fetcher().fetch(site.url("/a"))
        assert site.requested_paths == []
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))  # now somebody does
        assert site.fetcher().fetch(site.url("/a")).data == b"words"


# --- robots.txt ---

ROBOTS = b"""User-agent: *
Disallow: /private/
Allow: /private/press$
Disallow: /*.pdf$

User-agent: sourcebook
Crawl-delay: 0.2
Disallow: /ours/
"""


def test_a_site_may_ask_us_not_to_read_a_page(site: Site) -> None:
    site.pages["/robots.txt"] = Reply(ROBOTS, "text/plain")
    site.pages["/ours/a"] = site.pages["/private/a"] = Reply(b"words")
    fetcher = site.fetcher()
    with pytest.raises(RobotsRefused, match=r"robots\.txt"):
        fetcher.fetch(site.url("/ours/a"))
    assert site.requested_paths == ["/robots.txt"]
    started = time.monotonic()
    for _ in range(3):  # the group for us is the one that counts, its delay between each two
        assert fetcher.fetch(site.url("/private/a")).data == b"words"
    assert time.monotonic() - started >= 0.4
    assert site.requested_paths.count("/robots.txt") == 1


def test_a_redirect_is_asked_of_robots_too(site: Site) -> None:
    site.pages["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /no", "text/plain")
    site.pages["/yes"] = Reply(status=302, headers={"Location": "/no"})
    site.pages["/no"] = Reply(b"words")
    with pytest.raises(RobotsRefused):
        site.fetcher().fetch(site.url("/yes"))
    assert "/no" not in site.requested_paths


@pytest.mark.parametrize(("status", "read"), [(404, True), (403, True), (500, False), (503, False)])
def test_a_robots_txt_that_is_not_there_allows_all_and_a_broken_one_nothing(
    site: Site, status: int, read: bool
) -> None:
    site.pages["/robots.txt"] = Reply(status=status)
    site.pages["/a"] = Reply(b"words")
    if read:
        assert site.fetcher().fetch(site.url("/a")).data == b"words"
    else:
        with pytest.raises(RobotsRefused):
            site.fetcher().fetch(site.url("/a"))


@pytest.mark.parametrize(
    ("source", "url"),
    [
        *(("https://a.example/x", True), ("ftp://a", True), ("file:///x", True)),
        *(("articles/a.txt", False), ("C:\\articles", False), ("a:b", False), ("", False)),
    ],
)
def test_a_source_with_a_scheme_is_a_url(source: str, url: bool) -> None:
    assert is_url(source) == url
