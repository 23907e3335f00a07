"""The publication date, the locale and the site of a web page, from the page itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sourcebook.index.documents.dates import find_dates, parse_date
from sourcebook.index.documents.publication import UPDATE_WORD, PublicationDate

# The most reliable first; in small letters.
_META = (
    *("article:published_time", "og:article:published_time", "og:published_time", "datepublished"),
    *("article:published", "publication_date", "publish-date", "publish_date", "publishdate"),
    *("pubdate", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "bt:pubdate"),
    *("citation_publication_date", "citation_online_date", "dcterms.issued", "dc.date.issued"),
    *("dcterms.date", "dcterms.created", "dc.date", "article_date_original", "date"),
)
_DATE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:published|pubdate|posted-on|(?:post|entry|publish|article|story|news)-?date"
    r"|date-?(?:published|line))(?:$|[\s_-])",
    re.IGNORECASE,
)
_BYLINE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:by-?line|(?:post|entry|article|story)-?(?:meta|info))(?:$|[\s_-])",
    re.IGNORECASE,
)
_LONGEST_BYLINE = 160
_SEPARATOR = re.compile(r"\s+[-–—|·•»:]+\s+")
_LONGEST_SITE = 60
_MOST_ELEMENTS = 20_000

# What says something of the subject of a page, and so not when the page was published: info boxes
# (their hCalendar classes are "published" and "updated" too), tables, cards of events and people.
_FACT_BOX = re.compile(
    r"(?:^|[\s_-])(?:infobox|fact-?box|vevent|vcard|hproduct|haudio|navbox|taxobox|wikitable)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
# A page of a wiki is published anew with each edit: what it calls its publication is the day of its
# first words, often long ago.
_WIKI = re.compile(r"\b(?:mediawiki|dokuwiki|moinmoin|tiki ?wiki|xwiki|foswiki|confluence)\b", re.I)
_LAST_EDIT = "//*[@id='footer-info-lastmod' or @id='lastmod' or contains(@class, 'docInfo')]"
# Sites and their publishers, which are older than their articles.
_SITES = frozenset(
    (
        *("WebSite", "Blog", "Periodical", "Newspaper", "Organization", "NewsMediaOrganization"),
        *("Corporation", "Brand", "Person"),
    )
)
# Works whose own date of release stands in the data of a page about them.
_WORKS = frozenset(
    (
        *("Movie", "Book", "MusicAlbum", "MusicRecording", "VideoGame", "TVSeries", "TVEpisode"),
        *("SoftwareApplication", "MobileApplication", "WebApplication", "Product", "Dataset"),
        *("Event", "Comment", "Review"),
    )
)


def page_publication_date(html: str) -> PublicationDate | None:
    """Return the publication date from a page's metadata, else from a visible element.

    That of a page of a wiki is the day of its last edit. None where there is no date, or where the
    locale does not settle the order of day and month.
    """
    tree = _tree(html)
    if tree is None:
        return None
    locale = _locale(tree)
    for origin, value in _candidates(tree):
        if moment := _epoch(value) or parse_date(value, locale):
            return PublicationDate(moment, origin)
    return None


def _epoch(value: str) -> datetime | None:
    """Return the moment of seconds or milliseconds since 1970; None for any other text."""
    if not re.fullmatch(r"\d{10}(?:\d{3})?", value):
        return None
    return datetime.fromtimestamp(int(value[:10]), UTC)


def page_locale(html: str) -> str | None:
    """Return the language and region of the page ("en-GB"), from the page itself."""
    tree = _tree(html)
    return None if tree is None else _locale(tree)


def page_headline(tree: Any, title: str | None) -> str | None:
    """Return the headline of a page, whose title has the name of the site behind it.

    Args:
        tree: the page.
        title: its title, which is returned where the only main heading is not its beginning.
    """
    headings = tree.findall(".//h1")
    headline = " ".join(headings[0].text_content().split()) if len(headings) == 1 else ""
    title_text = " ".join((title or "").split())
    if not headline or not title_text.startswith(headline):
        return title
    rest = _SEPARATOR.match(title_text[len(headline) :])
    is_site = rest and len(title_text) - len(headline) - rest.end() <= _LONGEST_SITE
    return headline if is_site else title


def page_site(tree: Any, title: str | None) -> str | None:
    """Return the name of the site with which the page's title ends: "Quay to grow | Courier".

    None where the page shows that name nowhere else: it may be a part of the headline.

    Args:
        tree: the page.
        title: the headline of its article.
    """
    title_text = " ".join((tree.findtext(".//title") or "").split())
    headline = " ".join((title or "").split())
    if not headline or not title_text.casefold().startswith(headline.casefold()):
        return None
    *before, name = _SEPARATOR.split(title_text[len(headline) :])
    if not before or not 0 < len(name) <= _LONGEST_SITE:
        return None
    body = tree.find(".//body")
    if body is None:
        return None
    texts = (" ".join(text.split()).casefold() for text in body.itertext())
    return name if name.casefold() in texts else None


def _tree(html: str) -> Any:
    from lxml.etree import LxmlError  # pyright: ignore[reportAttributeAccessIssue]
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (LxmlError, ValueError, AssertionError):
        return None


def _locale(tree: Any) -> str | None:
    language = tree.xpath("string(/html/@lang)") or tree.xpath(
        "string(/html/@*[name()='xml:lang'])"
    )
    if "-" in language or "_" in language:
        return str(language)
    og_locale = tree.xpath("string(//meta[@property='og:locale']/@content)")
    return str(og_locale or language) or None


def _candidates(tree: Any) -> Iterator[tuple[str, str]]:
    """Yield the places of dates with their values, the most reliable first."""
    if _WIKI.search(" ".join(tree.xpath("//meta[@name='generator']/@content"))):
        yield from _last_edits(tree)
        return
    for value in _json_ld(tree, "datePublished"):
        yield "page metadata: datePublished", value
    metadata: dict[str, str] = {}
    for meta in tree.iterfind(".//meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        metadata.setdefault(name.casefold(), meta.get("content") or "")
    for name in _META:
        if metadata.get(name):
            yield f"page metadata: {name}", metadata[name]
    time_elements = [element for element in tree.iterfind(".//time") if not _is_a_fact(element)]
    for element in time_elements:
        if (
            "datepublished" in (element.get("itemprop") or "").casefold()
            or "pubdate" in element.attrib
        ):
            yield "time element", element.get("datetime") or element.text_content()
    moments = {element.get("datetime") for element in time_elements if element.get("datetime")}
    if len({value[:10] for value in moments}) == 1:
        yield "time element", min(moments)
    for element in tree.xpath("//*[@class]")[:_MOST_ELEMENTS]:
        if (
            _DATE_CLASS.search(element.get("class"))
            and len(text := element.text_content()) <= 120
            and not _is_a_fact(element)
        ):
            yield "date on the page", text
    yield from _of_bylines(tree)


def _of_bylines(tree: Any) -> Iterator[tuple[str, str]]:
    """Yield the dates that stand alone in a line on who wrote the article."""
    for element in tree.xpath("//*[@class]")[:_MOST_ELEMENTS]:
        if _BYLINE_CLASS.search(element.get("class")) and not _is_a_fact(element):
            text = element.text_content()
            dates = list(find_dates(text[:_LONGEST_BYLINE], _locale(tree)))
            if len(dates) == 1 and len(text) <= _LONGEST_BYLINE and not UPDATE_WORD.search(text):
                yield "date on the page", dates[0].moment.isoformat()


def _last_edits(tree: Any) -> Iterator[tuple[str, str]]:
    for value in _json_ld(tree, "dateModified"):
        yield "page metadata: dateModified", value
    for element in tree.xpath(_LAST_EDIT):
        dates = list(find_dates(" ".join(element.text_content().split())[:300], _locale(tree)))
        if len(dates) == 1:
            yield "date of the last edit", dates[0].moment.isoformat()


def _is_a_fact(element: Any) -> bool:
    """Whether an element is in a table or a box of facts about the subject of the page."""
    return any(
        above.tag in ("table", "dl") or _FACT_BOX.search(above.get("class") or "")
        for above in (element, *element.iterancestors())
    )


def _json_ld(tree: Any, name: str) -> Iterator[str]:
    """Yield the dates of a name that the data of a page give of its article."""
    for script in tree.xpath("//script[@type='application/ld+json']"):
        try:
            data = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):
            dates = set(re.findall(rf'"{name}"\s*:\s*"([^"]{{4,40}})"', script.text or ""))
            if len(dates) == 1:
                yield dates.pop()
            continue
        yield from _dates_of_articles(data, name, 0)


def _dates_of_articles(data: Any, name: str, depth: int) -> Iterator[str]:
    """Yield the dates of the page's own objects, without those of listed articles."""
    if depth > 4:
        return
    if isinstance(data, list):
        for item in data:
            yield from _dates_of_articles(item, name, depth + 1)
    elif isinstance(data, dict):
        kinds = data.get("@type")
        names = {str(kind) for kind in (kinds if isinstance(kinds, list) else [kinds])}
        if isinstance(value := data.get(name), (str, int)) and not names & (_WORKS | _SITES):
            yield str(value)
        for part in ("@graph", "mainEntity"):
            if part in data:
                yield from _dates_of_articles(data[part], name, depth + 1)
