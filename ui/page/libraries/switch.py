"""The switch between libraries, and the place to make another.

A library has its own address (see `shelf`): to switch is to go there, in this browser tab alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from sourcebook.index.errors import SourcebookError
from sourcebook.ui.page.components import QUICK, UNSEEN, words
from sourcebook.ui.page.html.base import problem_html
from sourcebook.ui.render.escaping import escape
from sourcebook.ui.render.numbers import count

if TYPE_CHECKING:
    from sourcebook.ui.page.state.open_libraries import Shelf


__all__ = ["GO", "STAY", "LibrarySwitch"]

STAY = "-"
"""In place of an address: the tab stays where it is."""

# Where the address is the same, the library is another or has another name: it is loaded again.
GO = f"""(to) => {{
    if (to === "{STAY}") return;
    if (window.location.search.slice(1) === to) window.location.reload();
    else window.location.search = to;
}}"""
"""Script: go to the page of a library, by what stands behind the question mark of its address."""


class LibrarySwitch:
    """The switch itself is made where this is; `lay_out_making` goes where libraries are made."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self.box = gr.Dropdown(
            self._choices(),
            value="",
            label="Library",
            elem_id="library",
            container=False,
            show_label=False,
            visible=len(self._choices()) > 1,
            scale=0,
            min_width=190,
        )
        self.menu = gr.Button(
            "Manage library",
            elem_id="library-menu",
            size="sm",
            visible=self._manageable(shelf.first),
            scale=0,
            min_width=0,
        )

    def lay_out_making(self) -> None:
        """The list of libraries, and a box for the name of another."""
        with gr.Accordion("Libraries", open=False, elem_classes="sb-libraries") as self._drawer:
            self._list = words("")
            with gr.Row(elem_classes="sb-make"):
                self._name = gr.Textbox(
                    label="Name of another library, whose articles are asked by themselves",
                    elem_id="library-name",
                    max_length=200,
                    scale=4,
                    min_width=200,
                )
                self._make = gr.Button(
                    "Create and open", elem_id="make-library", size="sm", scale=0, min_width=150
                )
            self._said = words("")
            self._to = gr.Textbox(STAY, **UNSEEN, elem_id="library-to")

    def wire(self) -> None:
        """What happens."""
        self.box.input(None, [self.box], None, js=GO, **QUICK)
        self._drawer.expand(self._listed, None, [self._list], **QUICK)
        for event in (self._make.click, self._name.submit):
            event(self._create, [self._name], [self._said, self._to], **QUICK).then(
                None, [self._to], None, js=GO, **QUICK
            )

    @property
    def shown(self) -> list[Any]:
        """The parts of the top line that follow the library."""
        return [self.box, self.menu]

    def show(self, request: gr.Request) -> list[Any]:
        """What they show in that tab."""
        choices = self._choices()
        opened = self._shelf.of(request)
        here = self._shelf.search(opened.name)
        return [
            gr.Dropdown(choices=choices, value=here, visible=len(choices) > 1),
            gr.Button(visible=self._manageable(opened.name)),
        ]

    def _manageable(self, name: str) -> bool:
        """Whether there is something to manage: not on the first day, over an empty library."""
        if len(self._choices()) > 1 or self._shelf.deleted():
            return True
        return self._shelf.unnamed(name) is None and bool(len(self._shelf.open(name).library))

    def _choices(self) -> list[tuple[str, str]]:
        return [(name, self._shelf.search(name)) for name in self._shelf.names()]

    def _listed(self, request: gr.Request) -> str:
        here = self._shelf.of(request).name
        rows = "".join(
            f'<tr><th scope="row"><bdi>{escape(place.name)}</bdi>'
            f"{' (this one)' if place.name == here else ''}</th>"
            f"<td>{_size(place.documents())}</td><td><bdi>{escape(str(place.folder))}</bdi></td></tr>"
            for place in self._shelf.places()
        )
        return (
            '<table class="sb-facts"><thead><tr><th scope="col">Library</th>'
            '<th scope="col">Articles</th><th scope="col">Folder</th></tr></thead>'
            f"<tbody>{rows}</tbody></table>"
        )

    def _create(self, name: str) -> list[str]:
        try:
            made = self._shelf.create(name)
        except SourcebookError as error:
            return [problem_html(str(error)), STAY]
        return ["", self._shelf.search(made)]


def _size(documents: int | None) -> str:
    return "cannot be read" if documents is None else count(documents, "article")
