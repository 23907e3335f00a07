"""The menu of the library that a tab shows: rename it, delete it, and the trash.

It opens below the top line. After a library was renamed or deleted, the tab goes to its new
address, or to another library's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import gradio as gr

from sourcebook.index.errors import SourcebookError
from sourcebook.ui.page.components import (
    AT_ONCE,
    INVISIBLE,
    Confirmation,
    focus_on,
    html_component,
)
from sourcebook.ui.page.html.base import problem_html
from sourcebook.ui.page.templating import render
from sourcebook.ui.render.listing import holds_text

from .switch import GO, STAY
from .trash import TRASH_PARAMETER, LibraryTrash

if TYPE_CHECKING:
    from sourcebook.index.libraries.catalogue import LibraryEntry
    from sourcebook.ui.state import OpenLibraries

    from .switch import LibrarySwitch


__all__ = ["LibraryMenu", "about_html", "deletion_html"]

Updates = dict[Any, Any]


class LibraryMenu:
    """The menu; ``switch`` has the button that opens it. To be made below the top line."""

    def __init__(self, libraries: OpenLibraries, switch: LibrarySwitch) -> None:
        self._libraries, self._switch = libraries, switch
        self._trash = LibraryTrash(libraries, switch)
        with gr.Column(visible=False, elem_id="library-panel") as self._panel:
            self._about = html_component("")
            with gr.Row(elem_classes="sb-make") as self._form:
                self._name = gr.Textbox(
                    label="Another name for it", elem_id="rename-library", max_length=200, scale=4,
                    min_width=200,
                )  # fmt: skip
                self._rename = gr.Button("Rename", elem_id="rename-library-yes", size="sm")
                self._delete = gr.Button("Delete …", elem_id="delete-library", size="sm")
            self._confirm = Confirmation("Delete", "delete")
            self._report = html_component("")
            self._trash.lay_out_list()
            self._close = gr.Button("Close", elem_id="close-library-panel", size="sm")
            self._to = gr.Textbox(STAY, **INVISIBLE, elem_id="library-gone-to")

    def wire(self, blocks: gr.Blocks) -> None:
        """Wire the events, once the whole page is laid out."""
        self._trash.wire(blocks)
        own = [self._panel, self._about, self._form, self._name, self._confirm.row, self._report]
        self._switch.menu.click(self._open, None, [*own, *self._trash.followers], **AT_ONCE).then(
            **focus_on("#library-panel :is(input, textarea, button)")
        )
        self._close.click(lambda: gr.Column(visible=False), None, [self._panel], **AT_ONCE).then(
            **focus_on("#library-menu")
        )
        for event in (self._rename.click, self._name.submit):
            event(self._give_name, [self._name], [self._report, self._to], **AT_ONCE).then(
                None, [self._to], None, js=GO, **AT_ONCE
            )
        self._delete.click(
            self._ask, None, [self._confirm.row, self._confirm.question], **AT_ONCE
        ).then(**focus_on("#delete-no"))
        self._confirm.wire_no("#delete-library")
        outputs = [self._confirm.row, self._report, self._to]
        self._confirm.yes.click(self._throw_away, None, outputs, **AT_ONCE).then(
            None, [self._to], None, js=GO, **AT_ONCE
        )

    # --- what happens ---

    def _open(self, request: gr.Request) -> Updates:
        updates: Updates = {
            self._panel: gr.Column(visible=True),
            self._form: gr.Row(visible=False),
            self._confirm.row: self._confirm.hide(),
            self._report: "",
            **self._trash.show(),
        }
        try:
            place = self._here(request)
        except SourcebookError as error:
            return {**updates, self._about: problem_html(str(error))}
        reason = self._libraries.fixed_reason(place.name)
        return {
            **updates,
            self._about: about_html(place, reason),
            self._form: gr.Row(visible=reason is None),
            self._name: place.name,
        }

    def _give_name(self, name: str, request: gr.Request) -> list[Any]:
        try:
            new_name = self._libraries.rename(self._here(request).name, name)
        except SourcebookError as error:
            return [problem_html(str(error)), STAY]
        return ["", self._libraries.query(new_name)]

    def _ask(self, request: gr.Request) -> Updates:
        try:
            html = deletion_html(self._here(request), str(self._libraries.trash.folder()))
        except SourcebookError as error:
            html = problem_html(str(error))
        return {self._confirm.row: gr.Row(visible=True), self._confirm.question: html}

    def _throw_away(self, request: gr.Request) -> list[Any]:
        try:
            folder = self._libraries.delete(self._here(request).name)
        except SourcebookError as error:
            return [gr.Row(visible=False), problem_html(str(error)), STAY]
        parts = [
            self._libraries.query(self._libraries.first),
            f"{TRASH_PARAMETER}={quote(folder.name)}",
        ]
        return [gr.Row(visible=False), "", "&".join(filter(None, parts))]

    def _here(self, request: gr.Request) -> LibraryEntry:
        name = self._libraries.for_request(request).name
        return next(place for place in self._libraries.places() if place.name == name)


def about_html(place: LibraryEntry, fixed_reason: str | None = None) -> str:
    """Return what a library holds; ``fixed_reason`` says why it cannot be renamed or deleted."""
    return render(
        "libraries.html",
        "about",
        name=place.name,
        contents=holds_text(place),
        fixed_reason=fixed_reason,
    )


def deletion_html(place: LibraryEntry, trash: str) -> str:
    """Return the question before a library goes to the folder ``trash``, and how it comes back."""
    return render(
        "libraries.html", "deletion", name=place.name, contents=holds_text(place), trash=trash
    )
