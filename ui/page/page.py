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
from sourcebook.ui.page.state.open_libraries import Opened, Shelf

from .components import QUICK, words
from .evaluation_tab import evaluate_tab
from .notices import tell_problems
from .reader import reader_panel
from .settings_tab import settings_tab

if TYPE_CHECKING:
    from sourcebook.index import Library
    from sourcebook.rag import Chatbot
    from sourcebook.ui.page.state.warm_up import WarmUp


__all__ = ["Page"]


class Page:
    """The page's components and what happens when they are used. Whoever serves ``blocks`` passes
    what is in `look` on to Gradio.

    ``warm_up`` is what the page shows as the model's state; without one it says "Ready".
    """

    def __init__(self, chatbot: Chatbot, library: Library, warm_up: WarmUp | None = None) -> None:
        self._shelf = Shelf(library, chatbot)
        self._warm_up = warm_up
        with gr.Blocks(title="Sourcebook", analytics_enabled=False, fill_width=True) as self.blocks:
            self._lay_out()
            self._wire()
            tell_problems(self.blocks)

    def stop_all(self) -> None:
        """Cancels every answer and evaluation under way, so that the process can end."""
        self._ask.stop_all()
        self._evaluation.stop_all()
        self._shelf.stop_all()

    def open(self, name: str | None) -> str:
        """Opens the library of a page that is asked for: `Shelf.arrive`."""
        return self._shelf.arrive(name)

    def library(self, name: str | None) -> Library:
        """The library that a page's address names, the first where it names none."""
        return self._shelf.named(name).library

    def close(self) -> None:
        """Closes what was opened here; to be called when nothing is under way any more."""
        self._ask.close()
        self._shelf.close()

    # --- what there is ---

    def _lay_out(self) -> None:
        empty = not len(self._shelf.open(self._shelf.first).library)
        self._tick = gr.Timer(1.0, active=self._warm_up is not None)
        with gr.Row(elem_classes="sb-head"):
            self._header = words(self._header_html(self._shelf.open(self._shelf.first)))
            self._switch = LibrarySwitch(self._shelf)
        self._menu = LibraryMenu(self._shelf, self._switch)
        # Wide type or a narrow window puts tabs on a second line, and none under a menu.
        with gr.Tabs(elem_classes="sb-tabs", overflow_behavior="wrap"):
            with gr.Tab("Ask", id="ask", elem_id="tab-ask"):
                with gr.Column(visible=empty, elem_classes="sb-empty") as self._empty:
                    words(base.EMPTY_HTML)
                    self._sample = gr.Button(
                        "Load the sample articles", variant="primary", elem_id="load-sample"
                    )
                    self._first_boxes = AddBoxes(self._shelf, "first-")
                # Outside of both, as the first article makes one take the other's place.
                self._first_boxes.lay_out_report()
                with gr.Row(visible=not empty, elem_classes="sb-ask") as self._asking:
                    self._ask = AskTab(self._shelf.of, self._shelf.named)
            with gr.Tab("Articles", id="articles", elem_id="tab-articles"):
                self._articles = library_tab(self._shelf, self._switch)
            with gr.Tab("Evaluate", id="evaluate", elem_id="tab-evaluate"):
                self._evaluation = evaluate_tab(self._shelf)
            with gr.Tab("Settings", id="settings", elem_id="tab-settings"):
                self._settings = settings_tab(self._shelf, self._warm_up)
        self._shelf.users += [self._ask, self._evaluation]
        # Outside of the tabs: any of them may open an article.
        reader_panel(self.library)

    # --- what happens ---

    def _wire(self) -> None:
        self._ask.wire(self.blocks)
        here = [self._header, *self._switch.shown, self._empty, self._asking]
        self._switch.wire()
        self._menu.wire(self.blocks)
        self._articles.wire(self.blocks, here, self._arrive, self._first_boxes, self._sample)
        offline = [self._first_boxes.offline, self._articles.offline]
        self._settings.wire(
            self.blocks,
            offline,
            lambda: dict.fromkeys(offline, self._first_boxes.offline_html()),
        )
        self._tick.tick(self._look, None, [self._header, self._tick], **QUICK)

    # --- the library ---

    def _arrive(self, request: gr.Request) -> list[Any]:
        opened = self._shelf.of(request)
        empty = not len(opened.library)
        return [
            self._header_html(opened),
            *self._switch.show(request),
            gr.Column(visible=empty),
            gr.Row(visible=not empty),
        ]

    def _look(self, request: gr.Request) -> list[Any]:
        done = self._warm_up is None or self._warm_up.state != "loading"
        try:
            header = self._header_html(self._shelf.of(request))
        except SourcebookError as error:
            header = base.problem_html(str(error))
        return [header, gr.Timer(active=not done)]

    def _header_html(self, opened: Opened) -> str:
        warm = self._warm_up
        state, problem = (warm.state, warm.problem) if warm else ("ready", None)
        return base.header_html(opened.library.stats(), state, problem)
