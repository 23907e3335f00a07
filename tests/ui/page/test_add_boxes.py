"""The boxes that take articles, as the page's events use them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from sourcebook.index import Library
from sourcebook.index.errors import LibraryNotFound
from sourcebook.index.libraries.catalogue import Libraries
from sourcebook.rag import Chatbot
from sourcebook.rag.testing import ScriptedModel
from sourcebook.ui.state import OpenLibraries

if TYPE_CHECKING:
    from sourcebook.ui.page.articles.add_boxes import AddBoxes


class NewsTab:
    """A request of a page whose address names the library news."""

    query_params: ClassVar[dict[str, str]] = {"library": "news"}


def test_a_page_opens_without_an_error_while_its_library_is_deleted(library: Library) -> None:
    import gradio as gr

    from sourcebook.ui.page.articles.add_boxes import AddBoxes

    Libraries().create("news")
    libraries = OpenLibraries(library, Chatbot(library, model=ScriptedModel()))
    tab: Any = NewsTab()

    async def lay_out() -> AddBoxes:
        # Inside of a loop: built outside of one, Gradio's locks make loops and leave them open.
        with gr.Blocks(analytics_enabled=False):
            boxes = AddBoxes(libraries)
            boxes.lay_out_report()
            return boxes

    boxes = asyncio.run(lay_out())
    libraries.open("news")
    libraries.delete("news")
    with pytest.raises(LibraryNotFound):
        libraries.for_request(tab)
    (update,) = boxes._resume(tab)  # pyright: ignore[reportPrivateUsage]
    assert list(update.values()) == [""]
