"""What can be done with the library that a tab is on: another name, or the trash.

It opens below the top line. Where a library was renamed or deleted, the tab goes to the address
that is right then.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import gradio as gr

from ..index.errors import SourcebookError
from .escaping import escape, one_line
from .listing import holds_text
from .page_parts import problem_html
from .wiring import QUICK
from .words import words

if TYPE_CHECKING:
    from ..index.libraries import Place
    from .library_switch import LibrarySwitch
    from .shelf import Shelf

__all__ = ["LibraryMenu", "deletion_html"]

_STAY = "-"
_GO = f"(to) => {{ if (to !== '{_STAY}') window.location.search = to }}"
Shown = dict[Any, Any]


class LibraryMenu:
    """The menu; ``switch`` has the button that opens it. To be made below the top line."""

    def __init__(self, shelf: Shelf, switch: LibrarySwitch) -> None:
        self._shelf, self._switch = shelf, switch
        with gr.Column(visible=False, elem_id="library-panel") as self._panel:
            self._about = words("")
            with gr.Row(elem_classes="sb-make"):
                self._name = gr.Textbox(
                    label="Another name for it", elem_id="rename-library", max_length=200, scale=4,
                    min_width=200,
                )  # fmt: skip
                self._rename = gr.Button("Rename", elem_id="rename-library-yes", size="sm")
                self._delete = gr.Button("Delete …", elem_id="delete-library", size="sm")
                self._close = gr.Button("Close", elem_id="close-library-panel", size="sm")
            with gr.Row(visible=False, elem_classes="sb-confirm") as self._confirm:
                self._question = words("")
                self._yes = gr.Button("Delete", variant="stop", elem_id="delete-yes", size="sm")
                self._no = gr.Button("Keep", elem_id="delete-no", size="sm")
            self._said = words("")
            self._to = gr.Textbox(_STAY, visible="hidden", elem_id="library-gone-to")

    def wire(self) -> None:
        """What happens."""

        def focus(where: str) -> dict[str, Any]:
            script = f"() => setTimeout(() => document.querySelector('{where}')?.focus(), 60)"
            return {"fn": None, "inputs": None, "outputs": None, "js": script, **QUICK}

        shown = [self._panel, self._about, self._name, self._confirm, self._question, self._said]
        self._switch.menu.click(self._open, None, shown, **QUICK).then(
            **focus("#rename-library :is(input, textarea)")
        )
        self._close.click(lambda: gr.Column(visible=False), None, [self._panel], **QUICK).then(
            **focus("#library-menu")
        )
        for event in (self._rename.click, self._name.submit):
            event(self._give_name, [self._name], [self._said, self._to], **QUICK).then(
                None, [self._to], None, js=_GO, **QUICK
            )
        self._delete.click(self._ask, None, [self._confirm, self._question], **QUICK).then(
            **focus("#delete-no")
        )
        self._no.click(lambda: gr.Row(visible=False), None, [self._confirm], **QUICK).then(
            **focus("#delete-library")
        )
        gone = [self._confirm, self._said, self._to]
        self._yes.click(self._throw_away, None, gone, **QUICK).then(
            None, [self._to], None, js=_GO, **QUICK
        )

    # --- what happens ---

    def _open(self, request: gr.Request) -> Shown:
        try:
            place = self._here(request)
            about = (
                f'<p class="sb-about-library"><strong><bdi>{escape(place.name)}</bdi></strong> '
                f"holds {escape(holds_text(place))}.</p>"
            )
        except SourcebookError as error:
            return {self._panel: gr.Column(visible=True), self._about: problem_html(str(error))}
        return {
            self._panel: gr.Column(visible=True),
            self._about: about,
            self._name: place.name,
            self._confirm: gr.Row(visible=False),
            self._said: "",
        }

    def _give_name(self, name: str, request: gr.Request) -> list[Any]:
        try:
            renamed = self._shelf.rename(self._here(request).name, name)
        except SourcebookError as error:
            return [problem_html(str(error)), _STAY]
        return ["", self._shelf.search(renamed)]

    def _ask(self, request: gr.Request) -> Shown:
        try:
            html = deletion_html(self._here(request), str(self._shelf.trash()))
        except SourcebookError as error:
            html = problem_html(str(error))
        return {self._confirm: gr.Row(visible=True), self._question: html}

    def _throw_away(self, request: gr.Request) -> list[Any]:
        try:
            self._shelf.delete(self._here(request).name)
        except SourcebookError as error:
            return [gr.Row(visible=False), problem_html(str(error)), _STAY]
        return [gr.Row(visible=False), "", self._shelf.search(self._shelf.first)]

    def _here(self, request: gr.Request) -> Place:
        name = self._shelf.of(request).name
        return next(place for place in self._shelf.places() if place.name == name)


def deletion_html(place: Place, trash: str) -> str:
    """The question before a library is deleted: what goes with it, and how it comes back."""
    name, quoted = escape(one_line(place.name)), escape(shlex.quote(place.name))
    return (
        f'<div class="sb-asks" role="alert"><p><strong>Delete the library “<bdi>{name}</bdi>”, '
        f"with {escape(holds_text(place))}?</strong></p><p>Its folder moves to "
        f"<bdi>{escape(one_line(trash))}</bdi> and stays there until you erase it. "
        f"<code>sourcebook libraries restore {quoted}</code> brings it back. "
        "The files your articles were read from stay where they are.</p></div>"
    )
