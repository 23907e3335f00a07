"""What can be done with the library that a tab is on: another name, or the trash; and what is
done with the libraries that lie there.

It opens below the top line. Where a library was renamed or deleted, the tab goes to the address
that is right then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import gradio as gr

from sourcebook.index.errors import SourcebookError
from sourcebook.ui.page.components import QUICK, UNSEEN, focus_on, words
from sourcebook.ui.page.html.base import problem_html
from sourcebook.ui.render.escaping import escape, one_line
from sourcebook.ui.render.listing import holds_text

from .switch import GO, STAY
from .trash import DELETED, LibraryTrash

if TYPE_CHECKING:
    from sourcebook.index.libraries.catalogue import Place
    from sourcebook.ui.page.state.open_libraries import Shelf

    from .switch import LibrarySwitch


__all__ = ["LibraryMenu", "about_html", "deletion_html"]

Shown = dict[Any, Any]


class LibraryMenu:
    """The menu; ``switch`` has the button that opens it. To be made below the top line."""

    def __init__(self, shelf: Shelf, switch: LibrarySwitch) -> None:
        self._shelf, self._switch = shelf, switch
        self._trash = LibraryTrash(shelf, switch)
        with gr.Column(visible=False, elem_id="library-panel") as self._panel:
            self._about = words("")
            with gr.Row(elem_classes="sb-make") as self._doing:
                self._name = gr.Textbox(
                    label="Another name for it", elem_id="rename-library", max_length=200, scale=4,
                    min_width=200,
                )  # fmt: skip
                self._rename = gr.Button("Rename", elem_id="rename-library-yes", size="sm")
                self._delete = gr.Button("Delete …", elem_id="delete-library", size="sm")
            with gr.Row(visible=False, elem_classes="sb-confirm") as self._confirm:
                self._question = words("")
                self._yes = gr.Button("Delete", variant="stop", elem_id="delete-yes", size="sm")
                self._no = gr.Button("Keep", elem_id="delete-no", size="sm")
            self._said = words("")
            self._trash.lay_out_list()
            self._close = gr.Button("Close", elem_id="close-library-panel", size="sm")
            self._to = gr.Textbox(STAY, **UNSEEN, elem_id="library-gone-to")

    def wire(self, blocks: gr.Blocks) -> None:
        """What happens."""
        self._trash.wire(blocks)
        own = [self._panel, self._about, self._doing, self._name, self._confirm, self._said]
        self._switch.menu.click(self._open, None, [*own, *self._trash.shown], **QUICK).then(
            **focus_on("#library-panel :is(input, textarea, button)")
        )
        self._close.click(lambda: gr.Column(visible=False), None, [self._panel], **QUICK).then(
            **focus_on("#library-menu")
        )
        for event in (self._rename.click, self._name.submit):
            event(self._give_name, [self._name], [self._said, self._to], **QUICK).then(
                None, [self._to], None, js=GO, **QUICK
            )
        self._delete.click(self._ask, None, [self._confirm, self._question], **QUICK).then(
            **focus_on("#delete-no")
        )
        self._no.click(lambda: gr.Row(visible=False), None, [self._confirm], **QUICK).then(
            **focus_on("#delete-library")
        )
        gone = [self._confirm, self._said, self._to]
        self._yes.click(self._throw_away, None, gone, **QUICK).then(
            None, [self._to], None, js=GO, **QUICK
        )

    # --- what happens ---

    def _open(self, request: gr.Request) -> Shown:
        shown: Shown = {
            self._panel: gr.Column(visible=True),
            self._doing: gr.Row(visible=False),
            self._confirm: gr.Row(visible=False),
            self._said: "",
            **self._trash.show(),
        }
        try:
            place = self._here(request)
        except SourcebookError as error:
            return {**shown, self._about: problem_html(str(error))}
        why = self._shelf.unnamed(place.name)
        return {
            **shown,
            self._about: about_html(place, why),
            self._doing: gr.Row(visible=why is None),
            self._name: place.name,
        }

    def _give_name(self, name: str, request: gr.Request) -> list[Any]:
        try:
            renamed = self._shelf.rename(self._here(request).name, name)
        except SourcebookError as error:
            return [problem_html(str(error)), STAY]
        return ["", self._shelf.search(renamed)]

    def _ask(self, request: gr.Request) -> Shown:
        try:
            html = deletion_html(self._here(request), str(self._shelf.trash()))
        except SourcebookError as error:
            html = problem_html(str(error))
        return {self._confirm: gr.Row(visible=True), self._question: html}

    def _throw_away(self, request: gr.Request) -> list[Any]:
        try:
            now = self._shelf.delete(self._here(request).name)
        except SourcebookError as error:
            return [gr.Row(visible=False), problem_html(str(error)), STAY]
        to = [self._shelf.search(self._shelf.first), f"{DELETED}={quote(now.name)}"]
        return [gr.Row(visible=False), "", "&".join(filter(None, to))]

    def _here(self, request: gr.Request) -> Place:
        name = self._shelf.of(request).name
        return next(place for place in self._shelf.places() if place.name == name)


def about_html(place: Place, why: str | None = None) -> str:
    """What a library holds; and why it is neither renamed nor deleted, where it cannot be."""
    stays = f'<p class="sb-hint">{escape(f"{why[:1].upper()}{why[1:]}")}.</p>' if why else ""
    return (
        f'<p class="sb-about-library"><strong><bdi>{escape(place.name)}</bdi></strong> '
        f"holds {escape(holds_text(place))}.</p>{stays}"
    )


def deletion_html(place: Place, trash: str) -> str:
    """The question before a library is deleted: what goes with it, and how it comes back."""
    name = escape(one_line(place.name))
    return (
        f'<div class="sb-asks" role="alert"><p><strong>Delete the library “<bdi>{name}</bdi>”, '
        f"with {escape(holds_text(place))}?</strong></p><p>It goes to the trash, "
        f"<bdi>{escape(one_line(trash))}</bdi>, and can be brought back until that is emptied. "
        "The files your articles were read from stay where they are.</p></div>"
    )
