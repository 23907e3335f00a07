"""The events of the Ask tab beside its answers: suggested questions, and searches without one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gradio as gr

from sourcebook.index.errors import SourcebookError
from sourcebook.ui.page.html.base import hint_html, problem_html
from sourcebook.ui.page.html.conversations import hits_html, suggestions_html
from sourcebook.ui.page.state import Conversation, Suggester

from .view import FIRST_HEADING

if TYPE_CHECKING:
    from sourcebook.ui.state import OpenLibrary


__all__ = ["SuggestionEvents"]

_HITS = 20
_LONGEST_QUERY = 2000
_NEXT_HEADING = "You could go on with"


class SuggestionEvents:
    """What Gradio calls; ``for_request`` returns the library that a browser tab shows."""

    def __init__(
        self, for_request: Callable[[gr.Request], OpenLibrary], suggester: Suggester
    ) -> None:
        self._for_request, self._suggester = for_request, suggester

    def search(self, words: str, request: gr.Request) -> str:
        """Return the hits for the words in the box as HTML."""
        if not words.strip():
            return hint_html("Search", "Write some words into the box, then search.")
        try:
            hits = self._for_request(request).library.search(words[:_LONGEST_QUERY], _HITS)
        except SourcebookError as error:
            return problem_html(str(error))
        return hits_html(words, hits)

    def show_next(self, conversation: Conversation, request: gr.Request) -> Any:
        """Return questions to go on with after a complete answer."""
        last = conversation.exchanges[-1] if conversation.exchanges else None
        if last is None or last.answer is None or not last.is_done:
            return gr.skip()
        earlier = [exchange.question for exchange in conversation.exchanges]
        library = self._for_request(request).library
        questions = self._suggester.next(library, last.answer, earlier)
        return suggestions_html(questions, _NEXT_HEADING)

    def show_first(self, conversation: Conversation, request: gr.Request) -> list[Any]:
        """Return questions to begin with; runs once a second until there are some."""
        try:
            library = self._for_request(request).library
            first = self._suggester.first(library) if len(library) else None
        except SourcebookError:  # reported where a question is asked
            return [gr.skip(), gr.Timer(active=False)]
        if first is None:
            return [gr.skip(), gr.skip()]
        update = gr.skip() if conversation.exchanges else suggestions_html(first, FIRST_HEADING)
        return [update, gr.Timer(active=False)]
