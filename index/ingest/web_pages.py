"""What was fetched becomes documents, each with the URL it was read at."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sourcebook.index.documents.publication import find_publication_date
from sourcebook.index.documents.records import Document, content_hash
from sourcebook.index.errors import EmptyDocument, ReadError
from sourcebook.index.fetching.response import FetchResponse, gunzip
from sourcebook.index.fetching.sitemaps import is_feed
from sourcebook.index.reading.registry import READERS
from sourcebook.index.reports import Skipped

if TYPE_CHECKING:
    from sourcebook.index.fetching.fetcher import Fetcher


TEASER = 800
"""Characters. A feed's entry shorter than this is taken for the beginning of its article."""

MAX_UNPACKED = 50 * 1024 * 1024

_ENDINGS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/markdown": ".md",
    "application/pdf": ".pdf",
    "application/epub+zip": ".epub",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.presentation": ".odp",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "message/rfc822": ".eml",
    "application/zip": ".zip",
    "application/jsonl": ".jsonl",
    "application/x-ndjson": ".jsonl",
    "application/json": ".json",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
}


ReadFile = Callable[[Path], Iterator[Document | Skipped]]
"""Gives the documents of a file and what in it could not be read; raises ReadError."""


@dataclass(frozen=True, slots=True)
class SourceAccess:
    """What reading goes through: ``fetcher`` for URLs, ``read`` for files."""

    fetcher: Fetcher
    read: ReadFile


def page_documents(response: FetchResponse, read: ReadFile) -> Iterator[Document | Skipped]:
    """The documents of what a URL gave: one for a page, one for each entry of a feed.

    Their URL is where they were read. What a page says of its own address is not believed: it
    could take the place of another page's document.

    Raises:
        ReadError: there is nothing that can be read.
    """
    feed = is_feed(response.data)
    urls: set[str] = set()
    with _as_file(response) as path:
        for number, result in enumerate(read(path), 1):
            if isinstance(result, Skipped):
                yield replace(result, location=response.url)
                continue
            url = (result.url if feed else None) or response.final_url
            if url in urls or (feed and not result.url):
                # Two with one place would take each other's.
                url = f"{url}#{result.content_hash[:16] if feed else number}"
            urls.add(url)
            yield with_url(result if feed else _with_url_date(result, url), url)


def entry_documents(entry: Document, access: SourceAccess) -> Iterator[Document | Skipped]:
    """The article of a feed's entry: of the page it links to where the entry is but a teaser.

    Where the page cannot be had, or says less, it is the entry itself.

    Raises:
        ReadError: the entry holds no text, and its page cannot be read.
    """
    page: Document | None = None
    if len(entry.text) < TEASER and entry.url and "#" not in entry.url:
        try:
            response = access.fetcher.fetch(entry.url)
            item = next(iter(list(islice(page_documents(response, access.read), 2))), None)
        except ReadError:
            if not entry.text:
                raise
        else:
            page = item if isinstance(item, Document) else None
    if page is not None and len(page.text) > len(entry.text):
        # What the feed says of its entry goes before what the page says, and that before a guess.
        dated = entry if entry.published_from == "feed" or not page.published else page
        yield replace(
            with_url(page, entry.url or page.url or ""),
            title=entry.title or page.title,
            source=page.source or entry.source,
            author=entry.author or page.author,
            published=dated.published,
            published_from=dated.published_from,
        )
    elif entry.text:
        yield entry
    else:
        raise EmptyDocument("the entry holds no text")


def with_url(document: Document, url: str) -> Document:
    """``document`` as read at ``url``, with the id of that place and its content."""
    identity = content_hash(f"{url}\n{document.content_hash}")[:16]
    return replace(document, id=identity, url=url, path=None)


def _with_url_date(document: Document, url: str) -> Document:
    """``document``, dated by its URL where it does not date itself: its reader knew but a file."""
    if document.published_from not in (None, "file name"):
        return document
    date = find_publication_date(document.text, url=url, locale=document.language)
    if date is None:
        return document
    return replace(document, published=date.moment, published_from=date.origin)


def decompress(response: FetchResponse) -> FetchResponse:
    """The same where a gzip file was fetched, unpacked: a sitemap is often one."""
    if not response.data.startswith(b"\x1f\x8b"):
        return response
    return replace(response, data=gunzip(response.data, MAX_UNPACKED), media_type="")


@contextmanager
def _as_file(response: FetchResponse) -> Iterator[Path]:
    """A file with the ending that its reader goes by."""
    with tempfile.TemporaryDirectory(prefix="sourcebook-") as folder:
        # Where nothing else is a title, the name is.
        stem = PurePosixPath(urlsplit(response.final_url).path).stem
        name = "".join(c if c.isalnum() or c in "-_" else "-" for c in stem)[:80]
        path = Path(folder) / f"{name or 'page'}{_ending(response)}"
        path.write_bytes(_in_utf8(response))
        yield path


def _ending(response: FetchResponse) -> str:
    if is_feed(response.data):
        return ".xml"
    suffix = PurePosixPath(urlsplit(response.final_url).path).suffix.lower()
    ending = _ENDINGS.get(response.media_type)
    if ending:
        return ending
    if response.media_type.startswith("text/") or not response.media_type:
        return suffix if suffix in READERS else ".txt"
    return suffix or f".{response.media_type.rpartition('/')[2]}"


def _in_utf8(response: FetchResponse) -> bytes:
    """Text in the encoding that the server names; a reader would have to guess it."""
    if not response.media_type.startswith("text/") or not response.charset:
        return response.data
    try:
        return response.data.decode(response.charset).encode("utf-8")
    except (LookupError, ValueError):
        return response.data
