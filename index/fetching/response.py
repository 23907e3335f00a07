"""The response to a fetch, and gzip within limits. No HTTP library is imported here."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from sourcebook.index.errors import FetchFailed


@dataclass(frozen=True, slots=True)
class FetchResponse:
    """The response to a fetch. ``url`` was requested, ``final_url`` is the end of its redirects.

    ``etag`` and ``last_modified`` are the server's names for this version, for the next ``fetch``.
    Where ``is_unchanged``, the version at hand is still the newest and there is no ``data``.
    """

    url: str
    final_url: str
    data: bytes
    media_type: str
    charset: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    is_unchanged: bool = False


def is_url(source: str) -> bool:
    """Whether a source is a URL: it has a scheme and two slashes."""
    scheme, separator, _ = source.partition("://")
    return (
        bool(separator) and scheme.isascii() and scheme.replace("+", "").replace("-", "").isalnum()
    )


def gunzip(data: bytes, limit: int) -> bytes:
    """Unpack a gzip file. Raises FetchFailed if it is broken or larger than ``limit`` bytes."""
    unpack = Gunzip()
    out = unpack(data, limit + 1)
    if len(out) > limit:
        raise FetchFailed(f"larger than the limit of {limit / 1e6:.0f} MB when unpacked")
    if not unpack.is_complete:
        raise FetchFailed("it ended before it was whole")
    return out


class Gunzip:
    """Unpacks a gzip file of one or more members piece by piece (RFC 1952, 2.2)."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(16 + zlib.MAX_WBITS)

    @property
    def is_complete(self) -> bool:
        return self._member.eof

    def __call__(self, chunk: bytes, limit: int) -> bytes:
        """Unpack ``chunk``; bytes over ``limit`` (at least 1) are lost."""
        out = bytearray()
        try:
            while chunk and len(out) < limit:
                if self._member.eof:
                    if not chunk.strip(b"\0"):  # padding
                        break
                    self._member = zlib.decompressobj(16 + zlib.MAX_WBITS)
                out += self._member.decompress(chunk, limit - len(out))
                chunk = self._member.unused_data
        except zlib.error as error:
            raise FetchFailed(f"it was packed wrongly ({error})") from None
        return bytes(out)
