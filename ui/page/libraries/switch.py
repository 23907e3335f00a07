"""The switch between libraries, and the form that makes another one.

Each library has its own address (see `addresses`): to switch is to go there, in one browser tab.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from sourcebook.index.errors import SourcebookError
from sourcebook.ui.page.components import AT_ONCE, INVISIBLE, html_component
from sourcebook.ui.page.html.base import problem_html
from sourcebook.ui.page.templating import render

if TYPE_CHECKING:
    from sourcebook.ui.state import OpenLibraries


__all__ = ["GO", "STAY", "LibrarySwitch"]

STAY = "-"
"""In place of an address: the tab stays on its page."""

# The same address may now mean another library, or one with a new name: then load it again.
GO = f"""(to) => {{
    if (to === "{STAY}") return;
    if (window.location.search.slice(1) === to) window.location.reload();
    else window.location.search = to;
}}"""
"""Script that goes to the page of a library, by the query part of its address."""


class LibrarySwitch:
    """The switch in the top line; `lay_out_making` lays out the form that makes a library."""

    def __init__(self, libraries: OpenLibraries) -> None:
        self._libraries = libraries
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
            visible=self._manageable(libraries.first),
            scale=0,
            min_width=0,
        )

    def lay_out_making(self) -> None:
        """Lay out the list of libraries, and a box for the name of another."""
        with gr.Accordion("Libraries", open=False, elem_classes="sb-libraries") as self._drawer:
            self._list = html_component("")
            with gr.Row(elem_classes="sb-make"):
                self._name = gr.Textbox(
                    label="Name of a new library, with articles of its own",
                    elem_id="library-name",
                    max_length=200,
                    scale=4,
                    min_width=200,
                )
                self._make = gr.Button(
                    "Create and open", elem_id="make-library", size="sm", scale=0, min_width=150
                )
            self._report = html_component("")
            self._to = gr.Textbox(STAY, **INVISIBLE, elem_id="library-to")

    def wire(self) -> None:
        """Wire the events, once the whole page is laid out."""
        self.box.input(None, [self.box], None, js=GO, **AT_ONCE)
        self._drawer.expand(self._list_html, None, [self._list], **AT_ONCE)
        for event in (self._make.click, self._name.submit):
            event(self._create, [self._name], [self._report, self._to], **AT_ONCE).then(
                None, [self._to], None, js=GO, **AT_ONCE
            )

    @property
    def followers(self) -> list[Any]:
        """The components of the top line that change with the library."""
        return [self.box, self.menu]

    def show(self, request: gr.Request) -> list[Any]:
        """Return the values of `followers` for a tab."""
        choices = self._choices()
        library = self._libraries.for_request(request)
        here = self._libraries.query(library.name)
        return [
            gr.Dropdown(choices=choices, value=here, visible=len(choices) > 1),
            gr.Button(visible=self._manageable(library.name)),
        ]

    def _manageable(self, name: str) -> bool:
        """Whether there is something to manage, which is not so for a new and empty library."""
        if len(self._choices()) > 1 or self._libraries.trash.entries():
            return True
        return self._libraries.fixed_reason(name) is None and bool(
            len(self._libraries.open(name).library)
        )

    def _choices(self) -> list[tuple[str, str]]:
        return [(name, self._libraries.query(name)) for name in self._libraries.names()]

    def _list_html(self, request: gr.Request) -> str:
        here = self._libraries.for_request(request).name
        places = self._libraries.places()
        return render("libraries.html", "libraries", places=places, here=here)

    def _create(self, name: str) -> list[str]:
        try:
            new_name = self._libraries.create(name)
        except SourcebookError as error:
            return [problem_html(str(error)), STAY]
        return ["", self._libraries.query(new_name)]
