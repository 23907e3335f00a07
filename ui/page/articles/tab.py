"""The Articles tab: the boxes that take articles, and the table of the library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from sourcebook.ui.page.components import AT_ONCE

from .add_boxes import AddBoxes
from .pane import ArticlePane
from .table import ArticleTable

if TYPE_CHECKING:
    from sourcebook.ui.page.libraries.switch import LibrarySwitch
    from sourcebook.ui.state import OpenLibraries


__all__ = ["LibraryTab", "library_tab"]


def library_tab(libraries: OpenLibraries, switch: LibrarySwitch) -> LibraryTab:
    """Lay the tab out; to be called inside a ``gr.Tab`` of a ``gr.Blocks``, and `wire` after it."""
    return LibraryTab(libraries, switch)


class LibraryTab:
    """The boxes that take articles, and the table of the library's articles."""

    def __init__(self, libraries: OpenLibraries, switch: LibrarySwitch) -> None:
        with gr.Column() as adding:
            switch.lay_out_making()
            self._boxes = AddBoxes(libraries)
            self._boxes.lay_out_report()
        self._table = ArticleTable(libraries)
        # The boxes make room for an open article.
        self._pane = ArticlePane(libraries, self._table, beside=adding)

    def wire(
        self,
        blocks: gr.Blocks,
        outside: Sequence[Any],
        show: Callable[[gr.Request], Sequence[Any]],
        first: AddBoxes,
        sample: gr.Button,
    ) -> None:
        """Wire the events, once the whole page is laid out.

        Args:
            blocks: the page.
            outside: components outside of this tab that change with the library.
            show: returns their values, in their order.
            first: the boxes of an empty library.
            sample: the button beside those that adds the sample articles.
        """
        followers = [*outside, *self.followers, first.offline]

        def all_values(request: gr.Request) -> dict[Any, Any]:
            return {
                **dict(zip(outside, show(request), strict=True)),
                **self.show(request),
                first.offline: first.offline_html(),
            }

        first.wire(blocks, followers, all_values, sample)
        self._boxes.wire(blocks, followers, all_values)
        self._table.wire()
        self._pane.wire(followers, all_values)
        blocks.load(
            all_values,
            None,
            followers,
            **AT_ONCE,
        )
        blocks.unload(self._table.forget)

    @property
    def offline(self) -> gr.HTML:
        """The line that says that nothing is fetched."""
        return self._boxes.offline

    @property
    def followers(self) -> list[Any]:
        """The components of this tab that change with the library or the settings."""
        return [self._table.table, self._boxes.offline]

    def show(self, request: gr.Request) -> dict[Any, Any]:
        """Return the values of `followers`, by component."""
        return {
            self._table.table: self._table.table_html(request),
            self._boxes.offline: self._boxes.offline_html(),
        }
