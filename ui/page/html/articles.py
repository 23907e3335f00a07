"""The Articles tab as HTML, without Gradio.

What can be pressed has ``data-do="action:value"``, which `library.js` hands to the tab.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from sourcebook.index.fetching.response import is_url
from sourcebook.index.ingest.uploads import display_name
from sourcebook.index.reports import Skipped
from sourcebook.ui.page.templating import render
from sourcebook.ui.render import count, one_line, pace
from sourcebook.ui.render.listing import earlier_reading_note, report_counts

from .base import waiting_html

if TYPE_CHECKING:
    from sourcebook.index import AddReport
    from sourcebook.index.reports import Progress
    from sourcebook.index.search.overview import DocumentRow, Order


__all__ = [
    "LARGEST_FILE",
    "ROWS_PER_PAGE",
    "UploadInfo",
    "View",
    "apply_action",
    "earlier_reading_html",
    "parse_upload_info",
    "progress_html",
    "report_html",
    "size_refusals",
    "split_urls",
    "table_html",
    "url_refusals",
]

ROWS_PER_PAGE = 50
"""Rows of the table shown together."""

LARGEST_FILE = "1 GB"
"""The limit of the page for one file."""

_MOST_SKIPPED = 100
_TOO_LARGE = (
    f"larger than {LARGEST_FILE}, the most that the page takes: “sourcebook add FILE” on the "
    "command line has no such limit"
)
_COLUMNS: tuple[tuple[Order, str], ...] = (
    ("title", "Title"),
    ("source", "Source"),
    ("date", "Date"),
    ("passages", "Passages"),
)
_DESCENDING_FIRST = {"date", "passages", "added"}


@dataclass(frozen=True, slots=True)
class View:
    """Which articles a tab shows, in which order, from which page of the table on.

    ``story``: only those of that story; ``retold``: only those whose story others tell too.
    """

    words: str = ""
    order: Order = "added"
    descending: bool = True
    story: str | None = None
    retold: bool = False
    page: int = 0


def apply_action(view: View, action: str) -> View:
    """Return the view after a button was pressed; the same when ``action`` is none of the table's.

    Args:
        view: the view before.
        action: the ``data-do`` of the button.
    """
    verb, _, value = action.partition(":")
    orders = ("added", *(order for order, _ in _COLUMNS))
    if verb == "sort" and value in orders:
        order = next(order for order in orders if order == value)
        descending = not view.descending if order == view.order else order in _DESCENDING_FIRST
        return replace(view, order=order, descending=descending, page=0)
    if verb == "page" and value.isdecimal():
        return replace(view, page=int(value))
    if verb == "story":
        return replace(view, story=value or None, page=0)
    return view


# --- adding ---


@dataclass(frozen=True, slots=True)
class UploadInfo:
    """What the browser sends beside the files: for each its place in the folder it was chosen with
    ("" when unknown), and the names of the files over the limit, which it left out."""

    places: tuple[str, ...]
    large: tuple[str, ...] = ()


def parse_upload_info(text: str, files: Sequence[Path]) -> UploadInfo:
    """Return what the browser sent about ``files``.

    Args:
        text: JSON with lists ``places`` and ``large``; anything else counts as empty.
        files: the uploads. When ``places`` is of another length, all places are "".
    """
    try:
        data = json.loads(text)
    except ValueError:
        data = {}
    places, large = (_list_in(data, name) for name in ("places", "large"))
    if len(places) != len(files):
        places = [""] * len(files)
    return UploadInfo(tuple(places), tuple(large[:_MOST_SKIPPED]))


def _list_in(data: object, name: str) -> list[str]:
    items = data.get(name) if isinstance(data, dict) else None
    return [str(item) for item in items] if isinstance(items, list) else []


def split_urls(text: str) -> tuple[list[str], list[str]]:
    """Return the URLs among the lines of ``text``, each once, and the lines that are no URL."""
    stripped = [line.strip() for line in text.splitlines()]
    lines = list(dict.fromkeys(line for line in stripped if line and not line.startswith("#")))
    urls = [line for line in lines if is_url(line) and len(line.split()) == 1]
    return urls, [line for line in lines if line not in urls]


class RunningAddition(Protocol):
    """What the page shows of an addition that waits or runs."""

    @property
    def position(self) -> int:
        """The number of additions to be finished before this one."""

    @property
    def is_stopping(self) -> bool:
        """Whether it ends after the current article."""

    @property
    def progress(self) -> Progress | None:
        """How far it is; None before the first article."""

    @property
    def seconds(self) -> float:
        """How long it has run."""


def progress_html(addition: RunningAddition, seconds: float | None = None) -> str:
    """Return how far an addition is: counts, rate, time left, and the current article.

    Args:
        addition: one that waits or runs.
        seconds: how long it has run; by default by its own clock.
    """
    if addition.position:
        return waiting_html(f"Waiting: {count(addition.position, 'addition')} before yours")
    if addition.is_stopping:
        return waiting_html("Stopping after this article")
    progress = addition.progress
    if progress is None:
        return waiting_html("Looking for articles")
    return render(
        "articles.html",
        "progress",
        label=f"{progress.done:,}" + (f" of {progress.total:,}" if progress.total else ""),
        pace=pace(progress.done, progress.total, addition.seconds if seconds is None else seconds),
        done=progress.done,
        total=progress.total,
        name=_short_name(progress.current)[:120],
    )


def url_refusals(lines: Sequence[str]) -> tuple[Skipped, ...]:
    """Return lines that are no URL as entries of a report."""
    return tuple(Skipped(line, "no URL: begin it with https://", "NoURL") for line in lines)


def size_refusals(names: Sequence[str]) -> tuple[Skipped, ...]:
    """Return files over the limit, which the browser left out, as entries of a report."""
    return tuple(Skipped(name, _TOO_LARGE, "OverLimit") for name in names)


def report_html(report: AddReport) -> str:
    """Return what an addition did: the counts, and the reason for each item that was skipped."""
    return render(
        "articles.html",
        "report",
        summary=_summary(report),
        counts=report_counts(report),
        notes=report.notes,
        skipped=[(_short_name(s.location), s.location, s.reason) for s in report.skipped],
        most=_MOST_SKIPPED,
    )


def _summary(report: AddReport) -> str:
    parts = [
        f"{word} {count(len(ids), 'article')}"
        for word, ids in (("added", report.added), ("updated", report.updated))
        if ids
    ]
    text = "; ".join(parts) or "nothing new was added"
    text = f"{text[0].upper()}{text[1:]}."
    if report.stopped:
        text = f"Stopped. {text} What was read is in the library; add the same again to go on."
    return text


def _short_name(location: str) -> str:
    """Return a file's own name, as its upload folder means nothing to a reader; a URL or a title
    stays as it is."""
    if not Path(location).is_absolute():
        return one_line(location)
    return one_line(display_name(location))


# --- the table ---


class _Column(NamedTuple):
    order: Order
    label: str
    direction: str
    """``ascending`` or ``descending`` when the table is sorted by it, else empty."""


class _Pager(NamedTuple):
    page: int
    first: int
    last: int
    total: int


def earlier_reading_html(titles: Sequence[str]) -> str:
    """Return the line about articles that an earlier version read; empty for none.

    Args:
        titles: theirs.
    """
    note = re.sub("`(.+?)`", r"“\1”", earlier_reading_note(titles))
    return render("articles.html", "earlier_reading", note=note) if note else ""


def table_html(rows: Sequence[DocumentRow], view: View, total: int) -> str:
    """Return one page of the table.

    Args:
        rows: all rows that ``view`` chooses, in its order.
        view: which page, and what the line above the table says.
        total: the number of articles in the library.
    """
    if not total:
        return render("articles.html", "no_articles")
    first, last = view.page * ROWS_PER_PAGE, min((view.page + 1) * ROWS_PER_PAGE, len(rows))
    direction = "descending" if view.descending else "ascending"
    return render(
        "articles.html",
        "table",
        status=_status(rows, view, total),
        columns=[
            _Column(order, label, direction if order == view.order else "")
            for order, label in _COLUMNS
        ],
        rows=rows[first:last],
        is_empty=not rows,
        is_story=bool(view.story),
        pager=_Pager(view.page, first + 1, last, len(rows)) if len(rows) > ROWS_PER_PAGE else None,
    )


def _status(rows: Sequence[DocumentRow], view: View, total: int) -> str:
    if view.story:
        title = one_line(rows[0].title) if rows else "a story that is no longer here"
        return f"{count(len(rows), 'article')} telling one story: {title}"
    if view.retold:
        stories = count(len({row.story for row in rows}), "story").replace("storys", "stories")
        return f"{stories} told more than once, in {count(len(rows), 'article')}"
    articles = count(total, "article")
    return f"{len(rows):,} of {articles}" if len(rows) < total else articles
