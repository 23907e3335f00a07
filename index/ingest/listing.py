"""What a person gives to be read, as items: a file, a page, an entry of a feed.

list_source("articles/")                    each file
list_source("https://a.example/page")       the page; each entry of a feed; each page of a
                                            sitemap
list_source("urls.txt")                     each page, where the file holds nothing but URLs
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path

from sourcebook.index.documents.records import Document, content_hash
from sourcebook.index.errors import EmptyDocument, ReadError
from sourcebook.index.fetching.response import FetchResponse, is_url
from sourcebook.index.fetching.sitemaps import (
    MAX_SITEMAPS,
    MAX_URLS,
    SitemapEntry,
    is_feed,
    is_sitemap,
    parse_sitemap,
    parse_url_list,
)
from sourcebook.index.machine import package_version
from sourcebook.index.reading.other_files import OtherFile, group_other_files
from sourcebook.index.reading.registry import list_files
from sourcebook.index.reports import Skipped

from .web_pages import SourceAccess, decompress, entry_documents, page_documents

MAX_LIST_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class OpenedItem:
    """An item, opened. ``signature`` changes when it does; ``unchanged``: it is what was read."""

    documents: Iterator[Document | Skipped]
    signature: str | None
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be read. ``key`` is its path or URL.

    ``signature`` changes when it does, and is None where that cannot be known without opening it.
    ``open`` takes the signature it had when it was read last, and raises ReadError.
    """

    key: str
    open: Callable[[str | None], OpenedItem]
    signature: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The items of one source, ``root``, in order.

    ``kind`` says what it is. ``skipped`` are parts that could not be listed; where ``failed``,
    nothing could, and what was read from it earlier may well be there still. ``others`` are files
    of a folder that no reader takes, a line for each kind. ``oldest`` is the date
    of a feed's oldest entry, where all of them have one.
    """

    root: str
    kind: str
    items: tuple[Item, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    others: tuple[Skipped, ...] = ()
    failed: bool = False
    oldest: datetime | None = None


def list_sources(
    sources: Iterable[str], access: SourceAccess, stop: Callable[[], bool] | None = None
) -> list[Listing]:
    """`list_source` of each, until ``stop`` says so."""
    listings: list[Listing] = []
    for source in sources:
        if stop and stop():
            break
        listings.append(list_source(source, access))
    return listings


def list_source(source: str, access: SourceAccess) -> Listing:
    """The items of a file, folder or URL. What cannot be listed is in ``skipped``, with its reason.

    A URL is fetched here, as only its content says whether it is a page, a feed or a sitemap.
    """
    place = source if is_url(source) else str(Path(source).expanduser().absolute())
    try:
        return _list_url(place, access) if is_url(source) else _list_path(Path(place), access)
    except ReadError as error:
        return Listing(place, "missing", skipped=(to_skipped(place, error),), failed=True)


def to_skipped(place: str | Path, error: ReadError) -> Skipped:
    """What is said of a place that could not be read."""
    return Skipped(str(place), str(error), type(error).__name__)


# --- on this machine ---


def _list_path(place: Path, access: SourceAccess) -> Listing:
    if place.is_file():
        urls = _url_list(place)
        if urls:
            pages = (SitemapEntry(url) for url in urls)
            return Listing(str(place), "list", tuple(_page(page, access) for page in pages))
        return Listing(str(place), "file", (file_item(place, access),))
    skipped: list[Skipped] = []
    other_files: list[OtherFile] = []
    files = list(
        list_files(
            place,
            lambda folder, error: skipped.append(to_skipped(folder, error)),
            other_files.append,
        )
    )
    rest = group_other_files(other_files, str(place))
    if not files and not skipped:
        reason = "the folder holds no file that can be read"
        empty = Skipped(str(place), reason, EmptyDocument.__name__, int(not rest))
        return Listing(str(place), "missing", skipped=(empty,), others=rest, failed=True)
    items = tuple(file_item(path, access) for path in files)
    return Listing(str(place), "folder", items, tuple(skipped), rest)


def file_item(path: Path, access: SourceAccess) -> Item:
    """A file; it is taken for unchanged while its size and its time of change are."""

    def open_item(_: str | None) -> OpenedItem:
        # Taken before it is read: what is written meanwhile is seen the next time.
        return OpenedItem(access.read(path), _file_signature(path))

    return Item(str(path), open_item, _file_signature(path))


def _file_signature(path: Path) -> str | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return f"{_reader()} {status.st_size} {status.st_mtime_ns}"


def _url_list(path: Path) -> list[str]:
    if path.suffix.lower() not in ("", ".txt", ".text", ".urls", ".list"):
        return []
    try:
        with path.open("rb") as file:
            data = file.read(MAX_LIST_BYTES + 1)
    except OSError:
        return []
    return parse_url_list(data.decode("utf-8", "replace")) if len(data) <= MAX_LIST_BYTES else []


# --- on the network ---


def _list_url(url: str, access: SourceAccess) -> Listing:
    response = decompress(access.fetcher.fetch(url))
    if is_sitemap(response.data):
        return _list_sitemap(url, response, access)
    if is_feed(response.data):
        return _list_feed(url, response, access)
    return Listing(url, "page", (_page(SitemapEntry(url), access, response),))


def _list_feed(url: str, response: FetchResponse, access: SourceAccess) -> Listing:
    items: list[Item] = []
    skipped: list[Skipped] = []
    dates: list[datetime | None] = []
    for entry in page_documents(response, access.read):
        if isinstance(entry, Skipped):
            skipped.append(entry)
            continue
        key = entry.url or entry.id
        dates.append(feed_date(entry))
        signature = f"{_reader()} {content_hash(entry.title + entry.content_hash)[:16]}"
        items.append(Item(key, partial(_open_entry, entry, access, signature), signature))
    oldest = min(filter(None, dates), default=None) if None not in dates else None
    return Listing(url, "feed", tuple(items), tuple(skipped), oldest=oldest)


def feed_date(document: Document) -> datetime | None:
    """The date that the feed gave its entry; a date found elsewhere says nothing of the order in
    which a feed lists its entries."""
    return document.published if document.published_from == "feed" else None


def _open_entry(entry: Document, access: SourceAccess, signature: str, _: str | None) -> OpenedItem:
    return OpenedItem(entry_documents(entry, access), signature)


def _list_sitemap(url: str, response: FetchResponse, access: SourceAccess) -> Listing:
    top = parse_sitemap(response.data)
    pages = {page.url: page for page in top.pages}
    skipped: list[Skipped] = []
    for entry in top.sitemaps[:MAX_SITEMAPS]:
        try:
            below = parse_sitemap(decompress(access.fetcher.fetch(entry.url)).data)
        except ReadError as error:
            skipped.append(to_skipped(entry.url, error))
            continue
        pages.update((page.url, page) for page in below.pages)
    if len(top.sitemaps) > MAX_SITEMAPS or len(pages) > MAX_URLS:
        limits = f"{MAX_SITEMAPS} sitemaps, {MAX_URLS:,} pages"
        skipped.append(Skipped(url, f"goes over the limits ({limits}): add parts", "OverLimit"))
    if not pages:
        raise EmptyDocument("the sitemap lists no page")
    items = tuple(_page(page, access) for page in list(pages.values())[:MAX_URLS])
    return Listing(url, "sitemap", items, tuple(skipped))


def _page(entry: SitemapEntry, access: SourceAccess, response: FetchResponse | None = None) -> Item:
    signature = f"{_reader()} {entry.last_modified}" if entry.last_modified else None
    here = [response] if response else []

    def open_item(before: str | None) -> OpenedItem:
        etag, modified = _validators(before)
        response = (
            here.pop()
            if here
            else access.fetcher.fetch(entry.url, etag=etag, last_modified=modified)
        )
        if response.is_unchanged:
            return OpenedItem(iter(()), before, unchanged=True)
        validators = f"{response.etag or ''}\n{response.last_modified or ''}"
        return OpenedItem(
            page_documents(decompress(response), access.read),
            signature or (f"{_reader()}\n{validators}" if validators.strip() else None),
        )

    return Item(entry.url, open_item, signature)


def _validators(signature: str | None) -> tuple[str | None, str | None]:
    parts = (signature or "").split("\n")
    if len(parts) != 3 or parts[0] != _reader():
        return None, None
    return parts[1] or None, parts[2] or None


@cache
def _reader() -> str:
    """Part of every signature: another version may read the same bytes otherwise."""
    return package_version("sourcebook") or "0"
