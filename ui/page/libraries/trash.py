"""The trash of libraries.

A line below the top line undoes the last deletion; a list in the library's menu brings back others,
and empties the trash.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr

from sourcebook.index.errors import SourcebookError
from sourcebook.ui.page.components import (
    AT_ONCE,
    INVISIBLE,
    Confirmation,
    focus_on,
    html_component,
)
from sourcebook.ui.page.html.base import problem_html, status_html
from sourcebook.ui.page.templating import render
from sourcebook.ui.render import size_text
from sourcebook.ui.render.citations import human_date
from sourcebook.ui.render.listing import deleted_total, holds_text, libraries_count

from .switch import GO, STAY

if TYPE_CHECKING:
    from sourcebook.index.libraries.catalogue import LibraryEntry, TrashEntry
    from sourcebook.ui.state import OpenLibraries

    from .switch import LibrarySwitch


__all__ = ["TRASH_PARAMETER", "LibraryTrash", "emptying_html", "restored_html", "trash_html"]

TRASH_PARAMETER = "deleted"
"""The part of a page's address with the id of the library whose deletion led to it."""

Updates = dict[Any, Any]


class LibraryTrash:
    """The line to undo a deletion; `lay_out_list` lays out the list in the menu."""

    def __init__(self, libraries: OpenLibraries, switch: LibrarySwitch) -> None:
        self._libraries, self._switch = libraries, switch
        with gr.Row(visible=False, elem_classes="sb-undo", elem_id="deleted-line") as self._line:
            self._last = html_component("")
            self._undo = gr.Button("Bring back", elem_id="undo-delete", size="sm")
            self._dismiss = gr.Button("Close", elem_id="close-deleted", size="sm")
        self._undo_report = html_component("")
        self._to = gr.Textbox(STAY, **INVISIBLE, elem_id="library-back-to")

    def lay_out_list(self) -> None:
        """Lay out the deleted libraries and the button that empties the trash."""
        # Pressed by a script, for buttons in the HTML of the list.
        self._do = gr.Button("Do", **INVISIBLE, elem_id="trash-do")
        self._action = gr.Textbox(**INVISIBLE, elem_id="trash-done")
        self._ids = gr.State([])  # of the libraries that the question is about
        with gr.Column(visible=False, elem_classes="sb-trash") as self._list:
            self._rows = html_component("")
            self._empty = gr.Button("Empty the trash …", elem_id="empty-trash", size="sm")
            self._confirm = Confirmation("Erase", "erase")
        self._report = html_component("")

    def wire(self, blocks: gr.Blocks) -> None:
        """Wire the events, once the whole page is laid out."""
        blocks.load(self._arrive, None, [self._line, self._last], **AT_ONCE)
        self._undo.click(
            self._bring_back_last, None, [self._undo_report, self._to], **AT_ONCE
        ).then(None, [self._to], None, js=GO, **AT_ONCE)
        self._dismiss.click(lambda: gr.Row(visible=False), None, [self._line], **AT_ONCE)
        self._do.click(
            self._bring_back,
            [self._action],
            [*self.followers, *self._switch.followers],
            js="() => [window.sourcebookDo || '']",
            **AT_ONCE,
        ).then(**focus_on("#library-panel .sb-back a"))
        self._empty.click(
            self._ask, None, [self._confirm.row, self._confirm.question, self._ids], **AT_ONCE
        ).then(**focus_on("#erase-no"))
        self._confirm.wire_no("#empty-trash")
        self._confirm.yes.click(
            self._erase, [self._ids], [*self.followers, *self._switch.followers], **AT_ONCE
        ).then(**focus_on("#close-library-panel"))

    @property
    def followers(self) -> list[Any]:
        """The components that change with the trash."""
        return [self._line, self._list, self._rows, self._confirm.row, self._report]

    def show(self, report: str = "") -> Updates:
        """Return the values of `followers`, with the HTML ``report`` below the list."""
        entries = self._libraries.trash.entries()
        return {
            self._line: gr.Row(visible=False),  # the list says the same
            self._list: gr.Column(visible=bool(entries)),
            self._rows: trash_html(entries),
            self._confirm.row: self._confirm.hide(),
            self._report: report,
        }

    # --- what happens ---

    def _arrive(self, request: gr.Request) -> list[Any]:
        entry = self._entry(request.query_params.get(TRASH_PARAMETER) or "")
        if entry is None:
            return [gr.Row(visible=False), ""]
        return [gr.Row(visible=True), render("libraries.html", "deleted", name=entry.name)]

    def _bring_back_last(self, request: gr.Request) -> list[str]:
        try:
            place = self._libraries.trash.restore(request.query_params.get(TRASH_PARAMETER) or "")
        except SourcebookError as error:
            return [problem_html(f"Not brought back: {error}"), STAY]
        return ["", self._libraries.query(place.name)]

    def _bring_back(self, action: str, request: gr.Request) -> Updates:
        _, _, trash_id = action.partition(":")
        entry = self._entry(trash_id)
        try:
            place = self._libraries.trash.restore(trash_id)
            name = entry.name if entry else ""
            report = restored_html(place, name, self._libraries.query(place.name))
        except SourcebookError as error:
            report = problem_html(f"Not brought back: {error}")
        return self._all(report, request)

    def _ask(self) -> list[Any]:
        entries = self._libraries.trash.entries()
        return [gr.Row(visible=True), emptying_html(entries), [entry.id for entry in entries]]

    def _erase(self, trash_ids: Sequence[str], request: gr.Request) -> Updates:
        try:
            number = self._libraries.trash.erase(trash_ids)
            report = status_html(f"Erased {libraries_count(number)}.")
        except SourcebookError as error:
            report = problem_html(str(error))
        return self._all(report, request)

    def _entry(self, trash_id: str) -> TrashEntry | None:
        entries = self._libraries.trash.entries()
        return next((entry for entry in entries if entry.id == trash_id), None)

    def _all(self, report: str, request: gr.Request) -> Updates:
        switch = dict(zip(self._switch.followers, self._switch.show(request), strict=True))
        return {**self.show(report), **switch}


class _Row(NamedTuple):
    """A library in the trash: its id there, its name, its contents, size and day of deletion."""

    id: str
    name: str
    details: str


def trash_html(entries: Sequence[TrashEntry]) -> str:
    """Return the list of the trash, each library with a button that brings it back."""
    rows = [
        _Row(
            entry.id,
            entry.name,
            f"{holds_text(entry)}, {size_text(entry.size())}, deleted "
            f"{human_date(entry.when.astimezone()) or ''}",
        )
        for entry in entries
    ]
    return render("libraries.html", "trash", rows=rows)


def restored_html(place: LibraryEntry, name: str, query: str) -> str:
    """Return the line after a library was brought back.

    Args:
        place: the library.
        name: its name before it was deleted.
        query: the query part of its address now.
    """
    return render(
        "libraries.html",
        "restored",
        name=place.name,
        is_renamed=place.name != name,
        contents=holds_text(place),
        query=query,
    )


def emptying_html(entries: Sequence[TrashEntry]) -> str:
    """Return the question before the trash is emptied: what is erased for good."""
    return render("libraries.html", "emptying", contents=deleted_total(entries))
