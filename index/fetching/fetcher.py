"""Fetch a URL safely: from public addresses, within limits, as the site's robots.txt allows.

The environment is not used: no proxy, no cookies, no .netrc. Each redirect is a new URL and passes
every check again.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpcore
import httpx

from sourcebook.index.errors import AddressRefused, FetchFailed, Offline, PageGone
from sourcebook.index.machine import package_version

from .connection import CONNECT_SECONDS, READ_SECONDS, AddressAllowlist, PublicBackend
from .response import FetchResponse, Gunzip
from .robots import MAX_ROBOTS_BYTES, ROBOT, Robots

MAX_BYTES = 50 * 1024 * 1024
"""The size limit for a page, both compressed and unpacked."""
MAX_SECONDS = 60.0
"""The time limit for a page with all its redirects."""
MAX_REDIRECTS = 5
MAX_URL = 4096
PAUSE = 0.5
"""Seconds between two requests to one site, unless its robots.txt asks for more."""

_REDIRECTS = {301, 302, 303, 307, 308}
_ACCEPTED_TYPES = "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8"


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    headers: httpx.Headers
    data: bytes


class Fetcher:
    """Fetches URLs, and remembers the robots.txt and the last request of each site.

    Use one for each piece of work. ``offline`` refuses everything. ``allowlist`` holds (address,
    port) pairs that may be reached though they are not public; it is for tests.
    """

    def __init__(
        self,
        *,
        offline: bool = False,
        allowlist: AddressAllowlist = (),
        max_bytes: int = MAX_BYTES,
        max_seconds: float = MAX_SECONDS,
        pause: float = PAUSE,
    ) -> None:
        self.offline = offline
        self._allowlist = allowlist
        self._max_bytes, self._max_seconds, self._pause = max_bytes, max_seconds, pause
        self._robots = Robots(self._get_robots)
        self._request_times: dict[str, float] = {}
        self._tls: ssl.SSLContext | None = None

    def fetch(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> FetchResponse:
        """Fetch ``url`` and unpack the response.

        Args:
            url: An http or https URL.
            etag: The ``etag`` of the version at hand, to fetch only a newer one.
            last_modified: The ``last_modified`` of the version at hand, likewise.

        Raises:
            Offline: fetching is off.
            AddressRefused: the URL is not http(s), has a password, or is not on the public
                internet.
            RobotsRefused: the site asks robots not to read the page.
            PageGone: the server answered 404 or 410.
            FetchFailed: the server or the network failed, or a limit was exceeded.
        """
        if self.offline:
            raise Offline("fetching is off (offline): turn the setting off to read URLs")
        headers = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        parsed_url = check_url(url)
        deadline = time.monotonic() + self._max_seconds
        final_url, reply = self._follow(parsed_url, deadline, headers)
        if reply.status == 304 and (etag or last_modified):
            return FetchResponse(
                url, str(final_url), b"", "", None, etag, last_modified, is_unchanged=True
            )
        if reply.status != 200:
            error_type = PageGone if reply.status in (404, 410) else FetchFailed
            raise error_type(f"the server answered {reply.status}{_status_meaning(reply.status)}")
        media_type, charset = _content_type(reply.headers.get("content-type", ""))
        return FetchResponse(
            url=url,
            final_url=str(final_url),
            data=reply.data,
            media_type=media_type,
            charset=charset,
            etag=reply.headers.get("etag"),
            last_modified=reply.headers.get("last-modified"),
        )

    def _follow(
        self, url: httpx.URL, deadline: float, headers: dict[str, str | None]
    ) -> tuple[httpx.URL, _Reply]:
        for _ in range(MAX_REDIRECTS + 1):
            origin = _origin(url)
            with _as_fetch_errors(url):
                self._robots.check(origin, str(url))
                self._wait(origin, deadline)
                reply = self._request(url, deadline, headers, self._max_bytes)
            if reply.status not in _REDIRECTS or "location" not in reply.headers:
                return url, reply
            url = _redirect_target(url, reply.headers["location"])
        raise FetchFailed(f"more than {MAX_REDIRECTS} redirects")

    def _get_robots(self, robots_url: str) -> tuple[int, bytes]:
        url = check_url(robots_url)
        deadline = time.monotonic() + min(self._max_seconds, READ_SECONDS)
        for _ in range(MAX_REDIRECTS + 1):
            with _as_fetch_errors(url):
                reply = self._request(url, deadline, {}, MAX_ROBOTS_BYTES, cut=True)
            if reply.status not in _REDIRECTS or "location" not in reply.headers:
                return reply.status, reply.data
            url = _redirect_target(url, reply.headers["location"])
        return 404, b""  # RFC 9309, 2.3.1.2: after five redirects it counts as missing

    def _wait(self, origin: str, deadline: float) -> None:
        """Wait until the pause between two requests to a site is over."""
        pause = max(self._pause, self._robots.pause(origin))
        due = self._request_times.get(origin, float("-inf")) + pause
        if due > time.monotonic():
            time.sleep(max(0.0, min(due, deadline) - time.monotonic()))
        self._request_times[origin] = time.monotonic()

    def _request(
        self,
        url: httpx.URL,
        deadline: float,
        headers: dict[str, str | None],
        limit: int,
        *,
        cut: bool = False,
    ) -> _Reply:
        """Send one request, without redirects; with ``cut``, drop bytes over ``limit``."""
        origin = httpcore.Origin(url.raw_scheme, url.raw_host, _port(url))
        backend = PublicBackend(deadline, self._allowlist)
        context = self._context() if url.scheme == "https" else None
        own_headers = {
            "Host": url.netloc.decode("ascii"),
            "User-Agent": user_agent(),
            "Accept": _ACCEPTED_TYPES,
            "Accept-Encoding": "gzip",
            "Connection": "close",
        }
        header_lines = [
            (name, value) for name, value in {**own_headers, **headers}.items() if value
        ]
        target = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=_port(url), target=url.raw_path
        )
        limits = {"connect": CONNECT_SECONDS, "read": READ_SECONDS, "write": READ_SECONDS}
        with (
            httpcore.HTTPConnection(origin, context, network_backend=backend) as connection,
            connection.stream(
                "GET", target, headers=header_lines, extensions={"timeout": limits}
            ) as response,
        ):
            response_headers = httpx.Headers(response.headers)
            if response.status != 200:
                return _Reply(response.status, response_headers, b"")
            chunks = response.iter_stream()
            return _Reply(200, response_headers, _body(chunks, response_headers, limit, cut=cut))

    def _context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = httpx.create_ssl_context()
        return self._tls


def user_agent() -> str:
    """Return the User-Agent header: the product, its version and its purpose."""
    number = package_version("sourcebook") or "0"
    return f"{ROBOT}/{number} (reads articles for one person's own library; +robots.txt respected)"


def check_url(url: str) -> httpx.URL:
    """Parse ``url``, and check all but the addresses of its host.

    Raises:
        AddressRefused: such a URL is never fetched.
    """
    if len(url) > MAX_URL:
        raise AddressRefused(f"the URL is longer than {MAX_URL:,} characters")
    if "\\" in url or any(character <= " " or character == "\x7f" for character in url):
        raise AddressRefused("the URL holds a blank, a backslash or a control character")
    try:
        address = httpx.URL(url)
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise AddressRefused(f"not a URL that can be read ({error})") from None
    if address.scheme not in ("http", "https"):
        raise AddressRefused(f"only http:// and https:// are fetched, not {address.scheme}://")
    if address.userinfo:
        raise AddressRefused("the URL holds a user name or password: give it without")
    if not address.raw_host or b"%" in address.raw_host:
        raise AddressRefused("the URL names no host")
    port = _port(address)
    if not 0 < port < 65_536 or (port < 1024 and port not in (80, 443)):
        raise AddressRefused(f"port {port} is not one of the web")
    return address.copy_with(fragment=None)


def _redirect_target(url: httpx.URL, location: str) -> httpx.URL:
    try:
        target = url.join(location)
    except (httpx.InvalidURL, ValueError) as error:
        raise AddressRefused(f"redirected to what is no URL ({error})") from None
    checked_target = check_url(str(target))
    if url.scheme == "https" and checked_target.scheme == "http":
        raise AddressRefused("redirected from https:// to http://, which could be read or changed")
    return checked_target


def _body(chunks: Iterator[bytes], headers: httpx.Headers, limit: int, *, cut: bool) -> bytes:
    """Return the bytes of a response, unpacked as they arrive and never more than ``limit``.

    Raises FetchFailed over the limit (unless ``cut``) and for unknown or broken compression.
    """
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise FetchFailed(f"the server packs it as {encoding!r}, which was not asked for")
    packed = encoding.endswith("gzip")
    out, size = bytearray(), 0
    unpack = Gunzip() if packed else None
    for chunk in chunks:
        size += len(chunk)
        out += unpack(chunk, limit + 1 - len(out)) if unpack else chunk
        if len(out) > limit or size > limit:
            if cut:
                break
            raise FetchFailed(f"larger than the limit of {limit / 1e6:.0f} MB")
    if unpack and not unpack.is_complete and not cut:
        raise FetchFailed("it ended before it was whole")
    return bytes(out[:limit])


@contextmanager
def _as_fetch_errors(url: httpx.URL) -> Iterator[None]:
    """Turn the errors of httpcore into FetchFailed."""
    try:
        yield
    except httpcore.TimeoutException as error:
        raise FetchFailed(f"{url.host} did not answer in time") from error
    except httpcore.ConnectError as error:
        if "CERTIFICATE" in str(error).upper():
            raise FetchFailed(f"{url.host} cannot prove who it is ({error})") from error
        raise FetchFailed(f"{url.host} cannot be reached ({error})") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        raise FetchFailed(f"{url.host} broke off or answered wrongly ({error})") from error


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def _port(url: httpx.URL) -> int:
    return url.port if url.port is not None else (443 if url.scheme == "https" else 80)


def _content_type(header: str) -> tuple[str, str | None]:
    media_type, *fields = (part.strip() for part in header.split(";"))
    parameters = {
        name.strip().lower(): value for name, _, value in (p.partition("=") for p in fields)
    }
    charset = parameters.get("charset", "").strip("\"' ").lower()
    return media_type.lower(), charset or None


def _status_meaning(status: int) -> str:
    words = {401: "it asks for a password", 403: "it refuses", 404: "no such page", 410: "gone"}
    words[429] = "too many requests; try again later"
    word = words.get(status, "a fault of the server" if status >= 500 else "")
    return f" ({word})" if word else ""
