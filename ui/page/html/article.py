"""An article opened from the table, as HTML: its text, what was taken out of it, what a removal
does. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sourcebook.index.ingest.uploads import is_copy
from sourcebook.ui.page import originals
from sourcebook.ui.render import article as reading
from sourcebook.ui.render.citations import title
from sourcebook.ui.render.escaping import escape, one_line
from sourcebook.ui.render.numbers import count

from .base import problem_html

if TYPE_CHECKING:
    from sourcebook.index import AddReport, Document, Passage


__all__ = ["article_html", "read_again_html", "removal_html", "removed_html"]

_MOST_REMOVED = 300


def article_html(document: Document, passages: Sequence[Passage], library: str = "") -> str:
    """The article, and below it what is known of it and what was taken out of it; ``library`` is
    the name of the one it stands in."""
    text = reading.article_html(
        document,
        pages=reading.pages_of(passages),
        reach=10**9,
        original=originals.address(document, library),
    )
    return f'<div class="sb-whole">{_about_html(document, len(passages))}{text}</div>'


def _about_html(document: Document, passages: int) -> str:
    facts = {
        "Dated by": document.published_from,
        "Language": document.language,
        "Kind": document.media_type,
        "Passages": f"{passages:,}",
        "Id": document.id,
    }
    rows = "".join(
        f'<tr><th scope="row">{name}</th><td><bdi>{escape(one_line(value))}</bdi></td></tr>'
        for name, value in facts.items()
        if value
    )
    return (
        f'<div class="sb-about">{_removed_html(document)}<details><summary>About this article'
        f'</summary><table class="sb-facts"><tbody>{rows}</tbody></table></details></div>'
    )


def _removed_html(document: Document) -> str:
    if not document.removed:
        return '<p class="sb-hint">Nothing was taken out of it.</p>'
    rows = "".join(
        f'<tr><th scope="row">{escape(what.rule)}</th><td dir="auto">{escape(what.text)}</td></tr>'
        for what in document.removed[:_MOST_REMOVED]
    )
    more = len(document.removed) - _MOST_REMOVED
    rest = f'<p class="sb-hint">and {more:,} more</p>' if more > 0 else ""
    pieces = count(len(document.removed), "piece")
    return (
        f"<details><summary>What was taken out, and by which rule ({pieces})</summary>"
        f'<table class="sb-facts sb-removed"><tbody>{rows}</tbody></table>{rest}</details>'
    )


def removal_html(document: Document, library: str, folder: Path) -> str:
    """The question before an article is removed: what goes, and what stays."""
    name = escape(title(document))
    stays = "It was added by a program, and can be added again by that alone."
    followed = " Where sourcebook sync follows it, the next sync brings the article back."
    if is_copy(document.path, folder):
        stays = "The copy that was made of your file when you dropped it goes too; your own stays."
    elif document.url:
        stays = f"The page it was read from stays where it is.{followed}"
    elif document.path:
        stays = f"The file it was read from stays: {one_line(document.path)}.{followed}"
    return (
        f'<div class="sb-asks" role="alert"><p><strong>Remove “<bdi>{name}</bdi>” from the library '
        f"“<bdi>{escape(one_line(library))}</bdi>”?</strong></p><p>Its text and its passages "
        f"go, and no answer rests on it any more. {escape(stays)}</p><p>Until Sourcebook stops it "
        "can be brought back from the list of the articles.</p></div>"
    )


def removed_html(documents: Sequence[Document]) -> str:
    """What was removed and can be brought back, the last first; those before it are folded."""
    if not documents:
        return ""
    lines = [_removed_line(document) for document in documents]
    before = ""
    if len(lines) > 1:
        said = f"{len(lines) - 1} removed before"
        before = f"<details><summary>{said}</summary>{''.join(lines[1:])}</details>"
    return f'<div class="sb-removals">{lines[0]}{before}</div>'


def _removed_line(document: Document) -> str:
    name, which = escape(title(document)), escape(document.id)
    return (
        f'<div class="sb-undo-line"><p role="status">Removed “<bdi>{name}</bdi>”.</p>'
        f'<button type="button" class="sb-page" data-do="back:{which}" '
        f'aria-label="Bring back {name}">Bring back</button>'
        f'<button type="button" class="sb-dismiss" data-do="forget:{which}" '
        f'aria-label="Dismiss {name}: it cannot be brought back then" '
        'title="It cannot be brought back then">Dismiss</button></div>'
    )


def read_again_html(report: AddReport) -> str:
    """What came of reading an article again."""
    if report.skipped and not report.read:
        reason = one_line(report.skipped[0].reason)
        return problem_html(f"Not read again: {reason}. The article stays as it was.")
    if report.stopped:
        said = "Stopped before it was read."
    elif report.updated:
        said = "Read again: it has changed."
    elif report.added:
        said = f"Read again: {count(len(report.added), 'article')} came new from the same place."
    else:
        said = "Read again: it is the same."
    return f'<p class="sb-done" role="status">{said}</p>'
