"""The panel that an article is read in, beside the chat: opened at a quote, by mouse or keyboard.

The browser's half is `reader.js`; what it asks for goes through the two functions here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from sourcebook.index.errors import DocumentNotFound, SourcebookError
from sourcebook.rag.history.restore import locate
from sourcebook.ui.render.article import Place, article_html, pages_of, part_html
from sourcebook.ui.render.escaping import escape, one_line

from . import originals

if TYPE_CHECKING:
    from sourcebook.index import Library


__all__ = ["SCRIPT", "open_article", "read_on", "reader_panel"]

SCRIPT = Path(__file__).parent / "static" / "reader.js"

CHANGED = "This article has changed since it was quoted: the quote no longer stands in it."

_SHELL = (
    '<aside class="sb-reader" aria-label="Article" hidden>'
    '<div class="sb-reader-bar">'
    '<button type="button" data-step="-1">Previous <kbd>p</kbd></button>'
    '<button type="button" data-step="1">Next <kbd>n</kbd></button>'
    '<span class="sb-reader-at" role="status"></span>'
    '<button type="button" data-close>Close <kbd>Esc</kbd></button></div>'
    '<div class="sb-reader-body" role="region" aria-label="The article\'s text" tabindex="0"></div>'
    "</aside>"
)


def reader_panel(library: Callable[[str | None], Library]) -> gr.HTML:
    """The panel; to be called once, at the end of a ``gr.Blocks``. ``library`` is asked anew each
    time, for the one that the page's address names. Then
    ``window.sourcebook.read(places, at, opener)`` opens it: see `reader.js`."""

    # Gradio finds them by these names, from the script.
    def article(asked: object) -> str:
        return _in_library(library, asked, open_article)

    def part(asked: object) -> str:
        return _in_library(library, asked, read_on)

    return gr.HTML(
        _SHELL,
        elem_id="reader",
        apply_default_css=False,
        js_on_load=SCRIPT.read_text("utf-8"),
        server_functions=[article, part],
    )


def _in_library(
    library: Callable[[str | None], Library],
    asked: object,
    read: Callable[[Library, object], str],
) -> str:
    name = _named(asked) if isinstance(asked, Mapping) else None
    try:
        return read(library(name), asked)
    except SourcebookError as error:
        return _line(str(error))


def _named(asked: Mapping[str, Any]) -> str | None:
    """The library that the page's address names."""
    name = asked.get("library")
    return str(name) if name else None


def open_article(library: Library, asked: object) -> str:
    """The article that the browser asks for, as HTML; a line where it cannot be had.

    ``asked`` is a mapping with ``document`` (its id) and, for a quote, ``start``, ``end`` and the
    ``quote`` itself, white space aside: where it does not stand there any more it is looked for.
    ``others`` are pairs of offsets that are marked too, ``library`` the name in the page's address.
    """
    if not isinstance(asked, Mapping):
        return _line("There is no article to open.")
    try:
        document = library.document(str(asked.get("document")))
        pages = pages_of(library.passages(document.id))
    except DocumentNotFound:
        return _line("This article is no longer in the library.")
    place = _place(document.text, asked)
    lost = place is None and bool(asked.get("quote"))
    return article_html(
        document,
        place,
        others=() if lost else _others(asked),
        pages=pages,
        note=CHANGED if lost else "",
        original=originals.address(document, _named(asked)),
    )


def read_on(library: Library, asked: object) -> str:
    """A part of the article that was not shown yet; ``asked`` has ``document`` and ``part``, as
    the button for it says."""
    try:
        if not isinstance(asked, Mapping):
            raise TypeError("no part is asked for")
        start, _, end = str(asked["part"]).partition(":")
        document = library.document(str(asked["document"]))
        pages = pages_of(library.passages(document.id))
        return part_html(document, int(start), int(end), others=_others(asked), pages=pages)
    except (DocumentNotFound, KeyError, TypeError, ValueError):
        return _line("This part of the article can no longer be read.")


def _place(text: str, asked: Mapping[str, Any]) -> Place | None:
    quote = asked.get("quote")
    start, end = asked.get("start"), asked.get("end")
    if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end <= len(text):
        start, end = 0, 0
    if not isinstance(quote, str) or not quote.strip():
        return Place(start, end) if start < end else None
    if start < end and one_line(text[start:end]) == one_line(quote):
        return Place(start, end)
    found = locate(text, quote, start)
    return Place(*found) if found else None


def _others(asked: Mapping[str, Any]) -> list[Place]:
    given = asked.get("others")
    pairs = given[:100] if isinstance(given, list) else []
    return [
        Place(*pair)
        for pair in pairs
        if isinstance(pair, list)
        and len(pair) == 2
        and all(isinstance(offset, int) for offset in pair)
        and 0 <= pair[0] < pair[1]
    ]


def _line(said: str) -> str:
    return f'<p class="sb-article-note" role="alert">{escape(said)}</p>'
