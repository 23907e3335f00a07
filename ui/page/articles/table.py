"""The table of articles, with its search and order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from sourcebook.index.errors import SourcebookError
from sourcebook.index.search.overview import select_rows
from sourcebook.ui.page.components import AT_ONCE, INVISIBLE, html_component, session_name
from sourcebook.ui.page.html import View
from sourcebook.ui.page.html.article import removals_html
from sourcebook.ui.page.html.articles import (
    ROWS_PER_PAGE,
    apply_action,
    earlier_reading_html,
    table_html,
)
from sourcebook.ui.page.html.base import problem_html

if TYPE_CHECKING:
    from sourcebook.ui.state import OpenLibraries


__all__ = ["ArticleTable"]

_KINDS = ("All articles", "Stories told more than once")
_ORDERS: list[tuple[str, str]] = [
    ("Added last", "added:down"),
    ("Added first", "added:up"),
    ("Title, A to Z", "title:up"),
    ("Title, Z to A", "title:down"),
    ("Source, A to Z", "source:up"),
    ("Source, Z to A", "source:down"),
    ("Newest first", "date:down"),
    ("Oldest first", "date:up"),
    ("Most passages first", "passages:down"),
    ("Fewest passages first", "passages:up"),
]


class ArticleTable:
    """The table with its search and order, in a ``column`` of its own.

    ``table`` changes with the library; ``order`` with the buttons in the head of the table. A
    script presses ``button`` for the buttons in the HTML of the table, and leaves in ``action``
    what they do.
    """

    def __init__(self, libraries: OpenLibraries) -> None:
        self._libraries = libraries
        self._views: dict[str, View] = {}  # by the name of each tab's session
        self.button = gr.Button("Do", **INVISIBLE, elem_id="do")
        self.action = gr.Textbox(**INVISIBLE, elem_id="done")
        with gr.Column(elem_classes="sb-list") as self.column:
            with gr.Row(elem_classes="sb-find"):
                self._words = gr.Textbox(
                    label="Find by title, source, author or address",
                    elem_id="find",
                    placeholder="Words",
                    scale=3,
                    min_width=200,
                    max_length=500,
                )
                self._kind = gr.Dropdown(
                    list(_KINDS),
                    value=_KINDS[0],
                    label="Show",
                    elem_id="kind",
                    scale=2,
                    min_width=180,
                )
                self.order = gr.Dropdown(
                    _ORDERS,
                    value="added:down",
                    label="Order",
                    elem_id="order",
                    scale=2,
                    min_width=180,
                )
            self.table = html_component("")

    def wire(self) -> None:
        """Wire the events of the search and the order."""
        fields = [self._words, self._kind, self.order]
        # `change`, as `input` does not fire when words are pasted.
        for event in (self._words.change, self._kind.input, self.order.input):
            event(self._choose, fields, [self.table], trigger_mode="always_last", **AT_ONCE)

    def table_html(self, request: gr.Request) -> str:
        """Return the table as a tab has searched and sorted it, below the removed articles."""
        view = self._views.get(session_name(request), View())
        try:
            entry = self._libraries.for_request(request)
            rows = entry.library.overview()
        except SourcebookError as error:
            return problem_html(str(error))
        selection = select_rows(
            rows,
            words=view.words,
            order=view.order,
            descending=view.descending,
            story=view.story,
            retold=view.retold,
        )
        if view.page * ROWS_PER_PAGE >= len(selection):
            view = replace(view, page=max(0, (len(selection) - 1) // ROWS_PER_PAGE))
        removals = removals_html(entry.removals.documents())
        earlier = earlier_reading_html(list(entry.library.unstructured().values()))
        return removals + earlier + table_html(selection, view, len(rows))

    def sort(self, action: str, request: gr.Request) -> dict[Any, Any]:
        """Do what a button in the head or the foot of the table asks.

        Args:
            action: see `apply_action`.
            request: of the tab.

        Returns:
            The values of ``table`` and ``order``.
        """
        session = session_name(request)
        view = self._views[session] = apply_action(self._views.get(session, View()), action)
        order = f"{view.order}:{'down' if view.descending else 'up'}"
        return {self.table: self.table_html(request), self.order: order}

    def _choose(self, text: str, kind: str, order: str, request: gr.Request) -> str:
        name, _, direction = order.partition(":")
        view = apply_action(View(order="added"), f"sort:{name}")
        self._views[session_name(request)] = replace(
            view, words=text, retold=kind == _KINDS[1], descending=direction == "down"
        )
        return self.table_html(request)

    def forget(self, request: gr.Request) -> None:
        """Drop the view of a tab that was closed."""
        self._views.pop(session_name(request), None)
