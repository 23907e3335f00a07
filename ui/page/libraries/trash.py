"""The trash in the page: a library that was just deleted is brought back from a line below the top
line, one deleted earlier from a list in the library's menu; there the trash is emptied too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from sourcebook.index.errors import SourcebookError
from sourcebook.ui.page.components import QUICK, UNSEEN, focus_on, words
from sourcebook.ui.page.html.base import problem_html
from sourcebook.ui.render.citations import human_date
from sourcebook.ui.render.escaping import escape, one_line
from sourcebook.ui.render.listing import deleted_total, holds_text, libraries_count
from sourcebook.ui.render.numbers import size_text

from .switch import GO, STAY

if TYPE_CHECKING:
    from sourcebook.index.libraries.catalogue import Deleted, Place
    from sourcebook.ui.page.state.open_libraries import Shelf

    from .switch import LibrarySwitch


__all__ = ["DELETED", "LibraryTrash", "back_html", "emptying_html", "trash_html"]

DELETED = "deleted"
"""What the address of a page says of the library that was deleted on the way to it."""

Shown = dict[Any, Any]


class LibraryTrash:
    """The line is made where this is; `lay_out_list` goes where the deleted ones are listed."""

    def __init__(self, shelf: Shelf, switch: LibrarySwitch) -> None:
        self._shelf, self._switch = shelf, switch
        with gr.Row(visible=False, elem_classes="sb-undo", elem_id="deleted-line") as self._line:
            self._gone = words("")
            self._undo = gr.Button("Bring back", elem_id="undo-delete", size="sm")
            self._leave = gr.Button("Close", elem_id="close-deleted", size="sm")
        self._undone = words("")
        self._to = gr.Textbox(STAY, **UNSEEN, elem_id="library-back-to")

    def lay_out_list(self) -> None:
        """The deleted libraries, and what empties the trash."""
        # Unseen: pressed by what is words and not a component.
        self._do = gr.Button("Do", **UNSEEN, elem_id="trash-do")
        self._done = gr.Textbox(**UNSEEN, elem_id="trash-done")
        self._asked = gr.State([])  # the ids that the question is about
        with gr.Column(visible=False, elem_classes="sb-trash") as self._list:
            self._rows = words("")
            self._empty = gr.Button("Empty the trash …", elem_id="empty-trash", size="sm")
            with gr.Row(visible=False, elem_classes="sb-confirm") as self._confirm:
                self._question = words("")
                self._yes = gr.Button("Erase", variant="stop", elem_id="erase-yes", size="sm")
                self._no = gr.Button("Keep", elem_id="erase-no", size="sm")
        self._said = words("")

    def wire(self, blocks: gr.Blocks) -> None:
        """What happens."""
        blocks.load(self._arrive, None, [self._line, self._gone], **QUICK)
        self._undo.click(self._bring_back_last, None, [self._undone, self._to], **QUICK).then(
            None, [self._to], None, js=GO, **QUICK
        )
        self._leave.click(lambda: gr.Row(visible=False), None, [self._line], **QUICK)
        self._do.click(
            self._bring_back,
            [self._done],
            [*self.shown, *self._switch.shown],
            js="() => [window.sourcebookDo || '']",
            **QUICK,
        ).then(**focus_on("#library-panel .sb-back a"))
        self._empty.click(
            self._ask, None, [self._confirm, self._question, self._asked], **QUICK
        ).then(**focus_on("#erase-no"))
        self._no.click(lambda: gr.Row(visible=False), None, [self._confirm], **QUICK).then(
            **focus_on("#empty-trash")
        )
        self._yes.click(
            self._erase, [self._asked], [*self.shown, *self._switch.shown], **QUICK
        ).then(**focus_on("#close-library-panel"))

    @property
    def shown(self) -> list[Any]:
        """The parts of the list that follow the trash."""
        return [self._line, self._list, self._rows, self._confirm, self._said]

    def show(self, said: str = "") -> Shown:
        """What they show, with ``said`` below them."""
        deleted = self._shelf.deleted()
        return {
            self._line: gr.Row(visible=False),  # the list says the same
            self._list: gr.Column(visible=bool(deleted)),
            self._rows: trash_html(deleted),
            self._confirm: gr.Row(visible=False),
            self._said: said,
        }

    # --- what happens ---

    def _arrive(self, request: gr.Request) -> list[Any]:
        which = request.query_params.get(DELETED)
        found = next((each for each in self._shelf.deleted() if each.id == which), None)
        if found is None:
            return [gr.Row(visible=False), ""]
        name = escape(one_line(found.name))
        html = f'<p role="status">Deleted the library “<bdi>{name}</bdi>”.</p>'
        return [gr.Row(visible=True), html]

    def _bring_back_last(self, request: gr.Request) -> list[str]:
        try:
            back = self._shelf.restore(request.query_params.get(DELETED) or "")
        except SourcebookError as error:
            return [problem_html(f"Not brought back: {error}"), STAY]
        return ["", self._shelf.search(back.name)]

    def _bring_back(self, action: str, request: gr.Request) -> Shown:
        _, _, which = action.partition(":")
        name = next((each.name for each in self._shelf.deleted() if each.id == which), "")
        try:
            back = self._shelf.restore(which)
            said = back_html(back, name, self._shelf.search(back.name))
        except SourcebookError as error:
            said = problem_html(f"Not brought back: {error}")
        return self._all(said, request)

    def _ask(self) -> list[Any]:
        deleted = self._shelf.deleted()
        return [gr.Row(visible=True), emptying_html(deleted), [each.id for each in deleted]]

    def _erase(self, which: Sequence[str], request: gr.Request) -> Shown:
        try:
            number = self._shelf.erase(which)
            said = f'<p role="status">Erased {libraries_count(number)}.</p>'
        except SourcebookError as error:
            said = problem_html(str(error))
        return self._all(said, request)

    def _all(self, said: str, request: gr.Request) -> Shown:
        switch = dict(zip(self._switch.shown, self._switch.show(request), strict=True))
        return {**self.show(said), **switch}


def trash_html(deleted: Sequence[Deleted]) -> str:
    """The deleted libraries, the last first, each with a button that brings it back."""
    rows = "".join(
        f"<li><p><strong><bdi>{escape(one_line(each.name))}</bdi></strong> <span>"
        f"{escape(holds_text(each))}, {size_text(each.size())}, deleted "
        f'{escape(human_date(each.when.astimezone()) or "")}</span></p><button type="button" '
        f'class="sb-page" data-do="back:{escape(each.id)}" data-by="trash-do" '
        f'aria-label="Bring back {escape(one_line(each.name))}">Bring back</button></li>'
        for each in deleted
    )
    return f'<h2 class="sb-trash-head">Deleted libraries</h2><ul class="sb-deleted">{rows}</ul>'


def back_html(place: Place, name: str, search: str) -> str:
    """A library that had that name is back: what it holds, and the way to it."""
    other = "" if place.name == name else ", under another name as its own is taken"
    return (
        f'<p class="sb-back" role="status">“<bdi>{escape(place.name)}</bdi>” is back{other}, with '
        f'{escape(holds_text(place))}. <a href="/?{escape(search)}">Open it</a></p>'
    )


def emptying_html(deleted: Sequence[Deleted]) -> str:
    """The question before the trash is emptied: how much goes, and that nothing brings it back."""
    return (
        f'<div class="sb-asks" role="alert"><p><strong>Erase {escape(deleted_total(deleted))}, for '
        "good?</strong></p><p>Nothing brings back what is erased. The files your articles were "
        "read from stay where they are.</p></div>"
    )
