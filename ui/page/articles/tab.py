"""The Articles tab: what the library holds, and everything about adding to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from sourcebook.ui.page.components import QUICK

from .add_boxes import AddBoxes
from .table import ArticleTable

if TYPE_CHECKING:
    from sourcebook.ui.page.libraries.switch import LibrarySwitch
    from sourcebook.ui.page.state.open_libraries import Shelf


__all__ = ["LibraryTab", "library_tab"]


def library_tab(shelf: Shelf, switch: LibrarySwitch) -> LibraryTab:
    """Lay the tab out; to be called inside a ``gr.Tab`` of a ``gr.Blocks``, and `wire` after it."""
    return LibraryTab(shelf, switch)


class LibraryTab:
    """The boxes that take articles, and the table of those that are there."""

    def __init__(self, shelf: Shelf, switch: LibrarySwitch) -> None:
        with gr.Column() as adding:
            switch.lay_out_making()
            self._boxes = AddBoxes(shelf)
            self._boxes.lay_out_report()
        # They make room for an article that is opened.
        self._table = ArticleTable(shelf, beside=adding)

    def wire(
        self,
        blocks: gr.Blocks,
        shown: Sequence[Any],
        show: Callable[[gr.Request], Sequence[Any]],
        first: AddBoxes,
        sample: gr.Button,
    ) -> None:
        """What happens, once the whole page is laid out.

        ``shown`` are parts of the page outside of this tab that follow the library, ``show`` gives
        their values. ``first`` are the boxes of an empty library, ``sample`` the button beside
        them that adds the sample articles.
        """
        followers = [*shown, *self.followers, first.offline]

        def all_shown(request: gr.Request) -> dict[Any, Any]:
            return {
                **dict(zip(shown, show(request), strict=True)),
                **self.show(request),
                first.offline: first.offline_html(),
            }

        first.wire(blocks, followers, all_shown, sample)
        self._boxes.wire(blocks, followers, all_shown)
        self._table.wire(followers, all_shown)
        blocks.load(
            all_shown,
            None,
            followers,
            **QUICK,
        )
        blocks.unload(self._table.forget)

    @property
    def offline(self) -> gr.HTML:
        """Says that nothing is fetched, while that is so."""
        return self._boxes.offline

    @property
    def followers(self) -> list[Any]:
        """The parts of this tab that follow the library and the settings."""
        return [self._table.table, self._boxes.offline]

    def show(self, request: gr.Request) -> dict[Any, Any]:
        """What they show."""
        return {
            self._table.table: self._table.table_html(request),
            self._boxes.offline: self._boxes.offline_html(),
        }
