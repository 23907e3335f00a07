"""The Gradio page: its top line and its tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from sourcebook.index.errors import SourcebookError
from sourcebook.ui.page.articles.add_boxes import AddBoxes
from sourcebook.ui.page.articles.tab import library_tab
from sourcebook.ui.page.ask.tab import AskTab
from sourcebook.ui.page.html import base
from sourcebook.ui.page.libraries.menu import LibraryMenu
from sourcebook.ui.page.libraries.switch import LibrarySwitch
from sourcebook.ui.state import OpenLibraries, OpenLibrary

from .components import AT_ONCE, html_component
from .evaluation_tab import evaluate_tab
from .notices import show_problems
from .reader import reader_panel
from .settings_tab import settings_tab

if TYPE_CHECKING:
    from sourcebook.index import Library
    from sourcebook.rag import Chatbot
    from sourcebook.ui.state.warm_up import WarmUp


__all__ = ["Page"]


class Page:
    """The page's components and their events; ``blocks`` is served with the styles of `theme`.

    Args:
        chatbot: answers questions about ``library``.
        library: the one that the page opens with.
        warm_up: the state of the model that the top line shows; by default "Ready".
    """

    def __init__(self, chatbot: Chatbot, library: Library, warm_up: WarmUp | None = None) -> None:
        self._libraries = OpenLibraries(library, chatbot)
        self._warm_up = warm_up
        with gr.Blocks(title="Sourcebook", analytics_enabled=False, fill_width=True) as self.blocks:
            self._lay_out()
            self._wire()
            show_problems(self.blocks)

    @property
    def libraries(self) -> OpenLibraries:
        """The open libraries."""
        return self._libraries

    def stop_all(self) -> None:
        """Cancel all that goes on in the background, so that the process can end."""
        self._ask.stop_all()
        self._evaluation.stop_all()
        self._settings.stop_all()
        self._libraries.stop_all()

    def open(self, name: str | None) -> str:
        """Open the library of a page's address: `OpenLibraries.arrive`."""
        return self._libraries.arrive(name)

    def library(self, name: str | None) -> Library:
        """Return the library that a page's address names; the first for None."""
        return self._libraries.find(name).library

    def close(self) -> None:
        """Close everything the page opened; to be called when nothing is in progress."""
        self._ask.close()
        self._libraries.close()

    # --- layout ---

    def _lay_out(self) -> None:
        empty = not len(self._libraries.open(self._libraries.first).library)
        self._tick = gr.Timer(1.0, active=self._warm_up is not None)
        with gr.Row(elem_classes="sb-head"):
            self._header = html_component(
                self._header_html(self._libraries.open(self._libraries.first))
            )
            self._switch = LibrarySwitch(self._libraries)
        self._menu = LibraryMenu(self._libraries, self._switch)
        # Wide type or a narrow window puts tabs on a second line, and none under a menu.
        with gr.Tabs(elem_classes="sb-tabs", overflow_behavior="wrap"):
            with gr.Tab("Ask", id="ask", elem_id="tab-ask"):
                with gr.Column(visible=empty, elem_classes="sb-empty") as self._empty:
                    html_component(base.EMPTY_HTML)
                    self._sample = gr.Button(
                        "Load the sample articles", variant="primary", elem_id="load-sample"
                    )
                    self._first_boxes = AddBoxes(self._libraries, "first-")
                # Outside of both, as the first article makes one take the place of the other.
                self._first_boxes.lay_out_report()
                with gr.Row(visible=not empty, elem_classes="sb-ask") as self._ask_row:
                    self._ask = AskTab(
                        self._libraries.for_request, self._libraries.find, self._libraries.queue
                    )
            with gr.Tab("Articles", id="articles", elem_id="tab-articles"):
                self._articles = library_tab(self._libraries, self._switch)
            with gr.Tab("Evaluate", id="evaluate", elem_id="tab-evaluate"):
                self._evaluation = evaluate_tab(self._libraries)
            with gr.Tab("Settings", id="settings", elem_id="tab-settings"):
                self._settings = settings_tab(self._libraries, self._warm_up)
        self._libraries.users += [self._ask, self._evaluation]
        # Outside of the tabs: each of them may open an article.
        reader_panel(self.library)

    # --- events ---

    def _wire(self) -> None:
        self._ask.wire(self.blocks)
        followers = [self._header, *self._switch.followers, self._empty, self._ask_row]
        self._switch.wire()
        self._menu.wire(self.blocks)
        self._articles.wire(self.blocks, followers, self._arrive, self._first_boxes, self._sample)
        offline = [self._first_boxes.offline, self._articles.offline]
        self._settings.wire(
            self.blocks,
            offline,
            lambda: dict.fromkeys(offline, self._first_boxes.offline_html()),
        )
        self._tick.tick(self._poll_warm_up, None, [self._header, self._tick], **AT_ONCE)

    # --- the library ---

    def _arrive(self, request: gr.Request) -> list[Any]:
        entry = self._libraries.for_request(request)
        empty = not len(entry.library)
        return [
            self._header_html(entry),
            *self._switch.show(request),
            gr.Column(visible=empty),
            gr.Row(visible=not empty),
        ]

    def _poll_warm_up(self, request: gr.Request) -> list[Any]:
        is_over = self._warm_up is None or self._warm_up.state != "loading"
        try:
            header = self._header_html(self._libraries.for_request(request))
        except SourcebookError as error:
            header = base.problem_html(str(error))
        return [header, gr.Timer(active=not is_over)]

    def _header_html(self, entry: OpenLibrary) -> str:
        warm = self._warm_up
        state, problem = (warm.state, warm.problem) if warm else ("ready", None)
        return base.header_html(entry.library.stats(), state, problem)
