"""The chapters of a book: their order, their titles, and what is written of each."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from sourcebook.index.errors import ReadError
from sourcebook.index.reading.markup import VOID, parse_html
from sourcebook.index.reading.office_package import parse_xml
from sourcebook.index.reading.web.html.hidden import drop, drop_hidden
from sourcebook.index.reading.web.html.styles import name_by_style
from sourcebook.index.reading.web.html.walk import HtmlWalk
from sourcebook.index.structure.writing import BlockWriter

ReadMember = Callable[[str], bytes]
"""A function that returns a file of the book."""

_SELF_CLOSING = re.compile(r"<([A-Za-z][\w:.-]*)((?:\s[^<>]*)?)/>")
_TYPE = "{http://www.idpf.org/2007/ops}type"
_COVER = re.compile(r"cover", re.IGNORECASE)
_NO_CHAPTERS = frozenset(("cover", "toc", "landmarks", "loi", "lot", "page-list"))


@dataclass(frozen=True, slots=True)
class BookContents:
    """The names of a book's chapters in reading order, their titles, and the number of pictures
    beside the cover."""

    chapters: tuple[str, ...]
    titles: Mapping[str, str]
    picture_count: int


def read_contents(root: Any, folder: str, read: ReadMember) -> BookContents:
    """Return what the package document says of the book's parts."""
    items = {item.get("id"): item for item in root.iter("{*}item")}
    chapters: list[str] = []
    guide = {
        _place(folder, reference.get("href"))
        for reference in root.iter("{*}reference")
        if reference.get("type") in _NO_CHAPTERS
    }
    for reference in root.iter("{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or not item.get("href"):
            continue
        name = _place(folder, item.get("href"))
        is_cover = "cover" in (item.get("id") or "").lower() and not chapters
        if "nav" not in (item.get("properties") or "").split() and not is_cover:
            chapters.append(name)
    text_chapters = tuple(name for name in chapters if name not in guide)
    pictures = [
        item
        for item in items.values()
        if (item.get("media-type") or "").startswith("image/")
        and "cover-image" not in (item.get("properties") or "")
        and not _COVER.search(item.get("id") or "")
    ]
    return BookContents(
        text_chapters or tuple(chapters), dict(_titles(items, folder, read)), len(pictures)
    )


def write_chapter(writer: BlockWriter, page: str, title: str | None) -> None:
    """Write a chapter; ``title`` is its heading where it has none of its own.

    Raises:
        UnreadableFile: the chapter is over the parser's limits.
    """
    tree = parse_html(_SELF_CLOSING.sub(_open_and_closed, page))
    if tree is None:
        return
    name_by_style(tree)
    for removal in drop_hidden(tree):
        writer.remove(removal.rule, removal.text)
    body = next(tree.iter("body"), tree)
    if set((body.get("epub:type") or "").split()) & _NO_CHAPTERS:
        return
    for contents in list(body.iter("nav")):
        drop(contents)
    has_heading = next(body.iter("h1", "h2", "h3"), None) is not None
    if title and not has_heading and "".join(body.itertext()).strip():
        with writer.block("heading", level=1):
            writer.write(title)
    walk = HtmlWalk(writer)
    walk.walk(body)
    walk.flush()


def _open_and_closed(match: re.Match[str]) -> str:
    """``<a id="x"/>`` is an empty element in XHTML, and in HTML one that stays open."""
    tag = match[1].lower()
    return match[0] if tag in VOID else f"<{match[1]}{match[2]}></{match[1]}>"


def _titles(
    items: Mapping[str | None, Any], folder: str, read: ReadMember
) -> Iterator[tuple[str, str]]:
    """Yield the names of chapters with their titles in the table of contents."""
    for item in items.values():
        is_nav = "nav" in (item.get("properties") or "").split()
        is_ncx = item.get("media-type") == "application/x-dtbncx+xml"
        if not (is_nav or is_ncx) or not item.get("href"):
            continue
        name = _place(folder, item.get("href"))
        try:
            tree = parse_xml(read(name))
        except ReadError:
            continue
        places = _nav_places(tree) if is_nav else _ncx_places(tree)
        chapters: set[str] = set()
        for href, text in places:
            chapter = _place(posixpath.dirname(name), href)
            if "#" not in href and chapter not in chapters and text.strip():
                chapters.add(chapter)
                yield chapter, " ".join(text.split())


def _nav_places(tree: Any) -> Iterator[tuple[str, str]]:
    for nav in tree.iter("{*}nav"):
        if nav.get(_TYPE, "toc") == "toc":
            for link in nav.iter("{*}a"):
                yield link.get("href") or "", "".join(link.itertext())


def _ncx_places(tree: Any) -> Iterator[tuple[str, str]]:
    for point in tree.iter("{*}navPoint"):
        text = next(point.iter("{*}text"), None)
        content = next(point.iter("{*}content"), None)
        if text is not None and content is not None:
            yield content.get("src") or "", text.text or ""


def _place(folder: str, href: str | None) -> str:
    return posixpath.normpath(posixpath.join(folder, unquote((href or "").split("#")[0])))
