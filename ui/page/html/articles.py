"""The Articles tab as HTML: pure functions, no Gradio here.

What can be pressed carries ``data-do="what:value"``, which `library.js` hands to the tab.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sourcebook.index.fetching.response import is_url
from sourcebook.index.ingest.uploads import name_of
from sourcebook.index.reports import Skipped
from sourcebook.ui.render.citations import human_date
from sourcebook.ui.render.escaping import escape, one_line
from sourcebook.ui.render.listing import report_counts
from sourcebook.ui.render.numbers import count, pace

from .base import waiting

if TYPE_CHECKING:
    from sourcebook.index import AddReport
    from sourcebook.index.reports import Progress
    from sourcebook.index.search.overview import DocumentRow, Order


__all__ = [
    "LARGEST_FILE",
    "PAGE",
    "Told",
    "View",
    "after",
    "not_urls",
    "progress_html",
    "report_html",
    "table_html",
    "told_of",
    "too_large",
    "urls_of",
]

PAGE = 50
"""Rows of the table shown together."""

LARGEST_FILE = "1 GB"
"""The most that the page takes of one file."""

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
_DOWN_FIRST = {"date", "passages", "added"}


@dataclass(frozen=True, slots=True)
class View:
    """What a tab shows of the articles: which, in which order, from which page on."""

    words: str = ""
    order: Order = "added"
    descending: bool = True
    story: str | None = None
    retold: bool = False
    page: int = 0


def after(view: View, action: str) -> View:
    """The view after something was pressed; the same where ``action`` is none of the table's."""
    what, _, value = action.partition(":")
    orders = ("added", *(order for order, _ in _COLUMNS))
    if what == "sort" and value in orders:
        order = next(order for order in orders if order == value)
        descending = not view.descending if order == view.order else order in _DOWN_FIRST
        return replace(view, order=order, descending=descending, page=0)
    if what == "page" and value.isdecimal():
        return replace(view, page=int(value))
    if what == "story":
        return replace(view, story=value or None, page=0)
    return view


# --- adding ---


@dataclass(frozen=True, slots=True)
class Told:
    """What the browser tells of files beside handing them over: where each stood in its folder, as
    far as is known; and the names of those it left out, as they are over the limit."""

    places: tuple[str, ...]
    large: tuple[str, ...] = ()


def told_of(told: str, files: Sequence[Path]) -> Told:
    """What was told of these files; no places where it is of other files than these."""
    try:
        data = json.loads(told)
    except ValueError:
        data = {}
    places, large = (_list_in(data, name) for name in ("places", "large"))
    if len(places) != len(files):
        places = [""] * len(files)
    return Told(tuple(places), tuple(large[:_MOST_SKIPPED]))


def _list_in(data: object, name: str) -> list[str]:
    found = data.get(name) if isinstance(data, dict) else None
    return [str(each) for each in found] if isinstance(found, list) else []


def urls_of(text: str) -> tuple[list[str], list[str]]:
    """The URLs among the lines, each once; and the lines that are none."""
    lines = [line.strip() for line in text.splitlines()]
    given = list(dict.fromkeys(line for line in lines if line and not line.startswith("#")))
    urls = [line for line in given if is_url(line) and len(line.split()) == 1]
    return urls, [line for line in given if line not in urls]


class RunningAddition(Protocol):
    """What is shown of an addition that waits or runs."""

    @property
    def before(self) -> int:
        """How many additions wait before this one."""

    @property
    def stopping(self) -> bool:
        """Whether it ends after the article in hand."""

    @property
    def progress(self) -> Progress | None:
        """How far it is; None before the first article."""

    @property
    def seconds(self) -> float:
        """How long it has run."""


def progress_html(addition: RunningAddition, seconds: float | None = None) -> str:
    """How far an addition is after ``seconds`` (by default, by its own clock): counts, rate, time
    left, and what it is at."""
    if addition.before:
        return waiting(f"Waiting: {count(addition.before, 'addition')} before yours")
    if addition.stopping:
        return waiting("Stopping after the article in hand")
    progress = addition.progress
    if progress is None:
        return waiting("Looking at what there is")
    number = f"{progress.done:,}" + (f" of {progress.total:,}" if progress.total else "")
    said = pace(progress.done, progress.total, addition.seconds if seconds is None else seconds)
    share = (
        f' max="{progress.total}" value="{min(progress.done, progress.total)}"'
        if progress.total
        else ""
    )
    return (
        '<div class="sb-progress">'
        f"<p><strong>Reading {number}</strong>{f' · {said}' if said else ''}</p>"
        f'<progress aria-label="Articles read"{share}></progress>'
        f'<p class="sb-current"><bdi>{escape(_name(progress.current)[:120])}</bdi></p></div>'
    )


def not_urls(lines: Sequence[str]) -> tuple[Skipped, ...]:
    """Lines that are no URL, as skipped."""
    return tuple(Skipped(line, "no URL: begin it with https://", "NoURL") for line in lines)


def too_large(names: Sequence[str]) -> tuple[Skipped, ...]:
    """Files that the browser left out, as skipped."""
    return tuple(Skipped(name, _TOO_LARGE, "OverLimit") for name in names)


def report_html(report: AddReport) -> str:
    """What was done: the counts, and of what was skipped the reasons."""
    skipped = [(_name(s.location), s.location, s.reason) for s in report.skipped]
    counts = report_counts(report)
    names = "".join(f'<th scope="col">{name}</th>' for name in counts)
    numbers = "".join(f"<td>{number:,}</td>" for number in counts.values())
    said = _said(report)
    notes = "".join(f"<p>{escape(one_line(note))}</p>" for note in report.notes)
    return (
        f'<div class="sb-report" role="status"><p class="sb-done">{said}</p>'
        '<table class="sb-counts"><caption>What was done</caption>'
        f"<thead><tr>{names}</tr></thead><tbody><tr>{numbers}</tr></tbody></table>"
        f"{notes}{_skipped_html(skipped)}</div>"
    )


def _said(report: AddReport) -> str:
    parts = [
        f"{word} {count(len(ids), 'article')}"
        for word, ids in (("added", report.added), ("updated", report.updated))
        if ids
    ]
    said = "; ".join(parts) or "nothing new was added"
    said = f"{said[0].upper()}{said[1:]}."
    if report.stopped:
        said = f"Stopped. {said} What was read is in the library; add the same again to go on."
    return said


def _skipped_html(skipped: Sequence[tuple[str, str, str]]) -> str:
    if not skipped:
        return ""
    rows = "".join(
        f'<tr><td title="{escape(one_line(place))}"><bdi>{escape(name)}</bdi></td>'
        f"<td>{escape(one_line(reason))}</td></tr>"
        for name, place, reason in skipped[:_MOST_SKIPPED]
    )
    more = len(skipped) - _MOST_SKIPPED
    rest = f'<p class="sb-hint">and {more:,} more</p>' if more > 0 else ""
    is_open = " open" if len(skipped) <= 10 else ""
    return (
        f"<details{is_open}><summary>Skipped, and why ({len(skipped):,})</summary>"
        '<table class="sb-articles sb-skipped"><thead><tr><th scope="col">What</th>'
        f'<th scope="col">Why</th></tr></thead><tbody>{rows}</tbody></table>{rest}</details>'
    )


def _name(location: str) -> str:
    """A file's own name: the folder an upload passed through means nothing to a person. What is no
    path, a URL or a title, stays as it is."""
    if not Path(location).is_absolute():
        return one_line(location)
    return one_line(name_of(location))


# --- the table ---


def table_html(rows: Sequence[DocumentRow], view: View, total: int) -> str:
    """One page of ``rows``, which are all that were chosen from ``total`` articles."""
    if not total:
        return (
            '<div class="sb-nothing"><p>No articles yet.</p><p class="sb-hint">Drop files or a '
            "folder above, or paste addresses of pages and feeds.</p></div>"
        )
    return f"{_status_html(rows, view, total)}{_rows_html(rows, view)}{_pager_html(rows, view)}"


def _status_html(rows: Sequence[DocumentRow], view: View, total: int) -> str:
    said = count(total, "article")
    if view.story:
        title = one_line(rows[0].title) if rows else "a story that is gone"
        said = f"{count(len(rows), 'article')} telling one story: {title}"
    elif view.retold:
        stories = count(len({row.story for row in rows}), "story").replace("storys", "stories")
        said = f"{stories} told more than once, in {count(len(rows), 'article')}"
    elif len(rows) < total:
        said = f"{len(rows):,} of {said}"
    back = _press("story:", "Show all articles", "sb-chip-button") if view.story else ""
    hint = "" if rows else '<p class="sb-hint">Nothing is like that. Try fewer words.</p>'
    return f'<p class="sb-status" role="status">{escape(said)} {back}</p>{hint}'


def _rows_html(rows: Sequence[DocumentRow], view: View) -> str:
    shown = rows[view.page * PAGE : (view.page + 1) * PAGE]
    if not shown:
        return ""
    heads = "".join(_head_html(order, name, view) for order, name in _COLUMNS)
    body = "".join(_row_html(row, alone=bool(view.story)) for row in shown)
    return (
        '<table class="sb-articles sb-documents"><caption>The articles of this library</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    )


def _head_html(order: Order, name: str, view: View) -> str:
    sorted_ = ""
    if order == view.order:
        sorted_ = f' aria-sort="{"descending" if view.descending else "ascending"}"'
    return f'<th scope="col"{sorted_}>{_press(f"sort:{order}", name, "sb-sort")}</th>'


def _row_html(row: DocumentRow, *, alone: bool) -> str:
    title = escape(one_line(row.title) or "Untitled")
    story = ""
    if row.told > 1 and not alone:
        label = f"one story, {count(row.outlets, 'outlet')}"
        story = " " + _press(f"story:{row.story}", label, "sb-chip-button")
    date = escape(human_date(row.published) or "")
    source = f"<bdi>{escape(one_line(row.source))}</bdi>" if row.source else ""
    return (
        f'<tr><td><button type="button" class="sb-open" data-do="open:{escape(row.id)}">'
        f"<bdi>{title}</bdi></button>{story}</td>"
        f"<td>{source}</td>"
        f'<td class="sb-date">{date or _none("no date")}</td>'
        f'<td class="sb-number">{row.passages:,}'
        f'<span class="sb-unit"> {"passage" if row.passages == 1 else "passages"}</span></td></tr>'
    )


def _none(what: str) -> str:
    return f'<span class="sb-none">{what}</span>'


def _pager_html(rows: Sequence[DocumentRow], view: View) -> str:
    if len(rows) <= PAGE:
        return ""
    first, last = view.page * PAGE + 1, min((view.page + 1) * PAGE, len(rows))
    before = _press(f"page:{view.page - 1}", "Previous", "sb-page", key="-", off=view.page == 0)
    behind = _press(f"page:{view.page + 1}", "Next", "sb-page", key="+", off=last >= len(rows))
    return (
        f'<nav class="sb-pager" aria-label="Pages of the table">{before}'
        f"<span>{first:,}–{last:,} of {len(rows):,}</span>{behind}</nav>"
    )


def _press(action: str, label: str, style: str, *, key: str = "", off: bool = False) -> str:
    """A button; ``key`` is by what the focus finds it again where its action changes."""
    more = (f' data-key="{key}"' if key else "") + (" disabled" if off else "")
    return (
        f'<button type="button" class="{style}" data-do="{escape(action)}"{more}>'
        f"{escape(label)}</button>"
    )
