"""Lists of URLs: sitemaps (sitemaps.org), sitemaps of sitemaps, texts with one URL a line."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sourcebook.index.errors import UnreadableFile

MAX_URLS = 20_000
MAX_SITEMAPS = 50
"""The most sitemaps of one sitemap of sitemaps."""

_SITEMAP = re.compile(rb"<(?:\w+:)?(urlset|sitemapindex)[\s>]")
_FEED = re.compile(rb"<(?:\w+:)?(rss|feed|rdf)[\s>]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SitemapEntry:
    """A URL in a sitemap, and the date of the page's last change there."""

    url: str
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Sitemap:
    """The pages and the further sitemaps in a sitemap."""

    pages: tuple[SitemapEntry, ...]
    sitemaps: tuple[SitemapEntry, ...]


def is_sitemap(data: bytes) -> bool:
    """Whether ``data`` begins like a sitemap."""
    return bool(_SITEMAP.search(data[:2000]))


def is_feed(data: bytes) -> bool:
    """Whether ``data`` begins like an RSS or Atom feed."""
    head = data[:2000]
    return bool(_FEED.search(head)) and b"<html" not in head.lower()


def parse_sitemap(data: bytes) -> Sitemap:
    """Parse a sitemap.

    Raises:
        UnreadableFile: it is not well-formed, or lists more than ``MAX_URLS`` pages.
    """
    from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

    # No external file is read, no entity is expanded.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFile(f"the sitemap is broken ({error})") from None
    pages: dict[str, SitemapEntry] = {}
    sitemaps: dict[str, SitemapEntry] = {}
    for entry in root.iterchildren("{*}url", "{*}sitemap"):
        url = (entry.findtext("{*}loc") or "").strip()
        last_modified = (entry.findtext("{*}lastmod") or "").strip() or None
        if url:
            entries = pages if etree.QName(entry).localname == "url" else sitemaps
            entries[url] = SitemapEntry(url, last_modified)
    if len(pages) > MAX_URLS:
        raise UnreadableFile(f"lists {len(pages):,} pages, over the limit of {MAX_URLS:,}")
    return Sitemap(tuple(pages.values()), tuple(sitemaps.values()))


def parse_url_list(text: str) -> list[str]:
    """Return the URLs of a list with one a line, each once; none for any other text.

    Empty lines and lines that begin with # are ignored.
    """
    lines = [line.strip() for line in text.lstrip("\ufeff").splitlines()]
    urls = [line for line in lines if line and not line.startswith("#")]
    if not all(url.lower().startswith(("http://", "https://")) for url in urls):
        return []
    if any(len(url.split()) > 1 for url in urls):  # a sentence that begins with a URL
        return []
    return list(dict.fromkeys(urls))
