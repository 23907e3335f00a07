"""An article opened from the table, and its removal, as HTML without Gradio."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sourcebook.index.ingest.uploads import is_copy
from sourcebook.ui.page import originals
from sourcebook.ui.page.templating import render
from sourcebook.ui.render import count, one_line, reading
from sourcebook.ui.render.citations import title

from .base import done_html, problem_html

if TYPE_CHECKING:
    from sourcebook.index import AddReport, Document, Passage


__all__ = ["article_html", "removal_html", "removals_html", "reread_html"]

_MOST_REMOVED = 300
"""Removed pieces of text that are listed."""


def article_html(document: Document, passages: Sequence[Passage], library: str = "") -> str:
    """Return the article's text, facts about it, and what cleaning removed from it.

    Args:
        document: the article.
        passages: its passages.
        library: the name of its library in the page's address.
    """
    text = reading.article_html(
        document,
        pages=reading.document_pages(document, passages),
        reach=10**9,
        original=originals.address(document, library),
    )
    facts = {
        "Dated by": document.published_from,
        "Language": document.language,
        "Kind": document.media_type,
        "Passages": f"{len(passages):,}",
        "Id": document.id,
    }
    return render(
        "article.html",
        "article",
        text=text,
        facts=facts,
        removed=document.removed,
        most=_MOST_REMOVED,
    )


def removal_html(document: Document, library: str, folder: Path) -> str:
    """Return the question before an article is removed: what is deleted, and what stays.

    Args:
        document: the article.
        library: the name of its library.
        folder: the folder of its library.
    """
    sync = " If sourcebook sync watches it, the next sync brings the article back."
    if is_copy(document.path, folder):
        remainder = "The copy of the file that you dropped is deleted too; your own file stays."
    elif document.url:
        remainder = f"The page it was read from stays where it is.{sync}"
    elif document.path:
        remainder = f"The file it was read from stays: {one_line(document.path)}.{sync}"
    else:
        remainder = "A program added it, and only that program can add it again."
    return render(
        "article.html", "removal", title=title(document), library=library, remainder=remainder
    )


def removals_html(documents: Sequence[Document]) -> str:
    """Return the removed articles, the last first and the earlier ones folded; empty for none."""
    return render("article.html", "removals", documents=documents) if documents else ""


def reread_html(report: AddReport) -> str:
    """Return the result of reading an article again."""
    if report.skipped and not report.read:
        reason = one_line(report.skipped[0].reason)
        return problem_html(f"Not read again: {reason}. The article stays as it was.")
    if report.stopped:
        return done_html("Stopped before it was read.")
    if report.updated:
        return done_html("Read again: it has changed.")
    if report.added:
        articles = count(len(report.added), "article")
        return done_html(f"Read again: {articles} came new from the same place.")
    return done_html("Read again: it is the same.")
