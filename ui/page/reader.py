"""The panel beside the chat that shows an article at a quote.

Its other half is `reader.js` in the browser, which calls the two functions of `reader_panel`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from sourcebook.index.errors import DocumentNotFound, SourcebookError
from sourcebook.rag.history.restore import find_quote
from sourcebook.ui.render import one_line
from sourcebook.ui.render.reading import TextSpan, article_html, document_pages, part_html

from . import originals
from .templating import render

if TYPE_CHECKING:
    from sourcebook.index import Library


__all__ = ["SCRIPT", "open_article", "read_on", "reader_panel"]

SCRIPT = Path(__file__).parent / "static" / "reader.js"

CHANGE_NOTE = "This article has changed since it was quoted: it no longer contains the quote."

_SHELL = render("reader.html", "shell")


def reader_panel(library: Callable[[str | None], Library]) -> gr.HTML:
    """Make the panel; to be called once, at the end of a ``gr.Blocks``.

    ``library`` returns the library that a page's address names, and is called for each message.
    ``window.sourcebook.read(places, at, opener)`` opens the panel: see `reader.js`.
    """

    # Gradio finds them by these names, from the script.
    def article(message: object) -> str:
        return _in_library(library, message, open_article)

    def part(message: object) -> str:
        return _in_library(library, message, read_on)

    return gr.HTML(
        _SHELL,
        elem_id="reader",
        apply_default_css=False,
        js_on_load=SCRIPT.read_text("utf-8"),
        server_functions=[article, part],
    )


def _in_library(
    library: Callable[[str | None], Library],
    message: object,
    read: Callable[[Library, object], str],
) -> str:
    name = _library_name(message) if isinstance(message, Mapping) else None
    try:
        return read(library(name), message)
    except SourcebookError as error:
        return _note_html(str(error))


def _library_name(message: Mapping[str, Any]) -> str | None:
    """Return the name of the library in the page's address."""
    name = message.get("library")
    return str(name) if name else None


def open_article(library: Library, message: object) -> str:
    """Return an article as HTML, with a quote marked; one line when it cannot be opened.

    Args:
        library: the library of the article.
        message: from the browser: a mapping with ``document``, the article's id. For a quote it
            has also ``start`` and ``end``, and ``quote``, its text: when this is not at those
            offsets any more, it is searched for. ``others`` are pairs of offsets that are marked
            too, and ``library`` is the name in the page's address.
    """
    if not isinstance(message, Mapping):
        return _note_html("There is no article to open.")
    try:
        document = library.document(str(message.get("document")))
        pages = document_pages(document, library.passages(document.id))
    except DocumentNotFound:
        return _note_html("This article is no longer in the library.")
    place = _place(document.text, message)
    is_missing = place is None and bool(message.get("quote"))
    return article_html(
        document,
        place,
        other_quotes=() if is_missing else _other_places(message),
        pages=pages,
        note=CHANGE_NOTE if is_missing else "",
        original=originals.address(document, _library_name(message)),
    )


def read_on(library: Library, message: object) -> str:
    """Return a part of an article that was not loaded yet, as HTML.

    Args:
        library: the library of the article.
        message: from the browser: a mapping with ``document``, the article's id, and ``part``, the
            offsets of the part as "start:end".
    """
    try:
        if not isinstance(message, Mapping):
            raise TypeError("a message without a part")
        start, _, end = str(message["part"]).partition(":")
        document = library.document(str(message["document"]))
        pages = document_pages(document, library.passages(document.id))
        return part_html(
            document, int(start), int(end), other_quotes=_other_places(message), pages=pages
        )
    except (DocumentNotFound, KeyError, TypeError, ValueError):
        return _note_html("This part of the article can no longer be read.")


def _place(text: str, message: Mapping[str, Any]) -> TextSpan | None:
    quote = message.get("quote")
    start, end = message.get("start"), message.get("end")
    if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end <= len(text):
        start, end = 0, 0
    if not isinstance(quote, str) or not quote.strip():
        return TextSpan(start, end) if start < end else None
    if start < end and one_line(text[start:end]) == one_line(quote):
        return TextSpan(start, end)
    span = find_quote(text, quote, start)
    return TextSpan(*span) if span else None


def _other_places(message: Mapping[str, Any]) -> list[TextSpan]:
    value = message.get("others")
    pairs = value[:100] if isinstance(value, list) else []
    return [
        TextSpan(*pair)
        for pair in pairs
        if isinstance(pair, list)
        and len(pair) == 2
        and all(isinstance(offset, int) for offset in pair)
        and 0 <= pair[0] < pair[1]
    ]


def _note_html(message: str) -> str:
    return render("reader.html", "note", message=message)
