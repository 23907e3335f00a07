"""The values that the Ask tab's components show of a conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from sourcebook.ui.page.html.conversations import (
    conversations_html,
    editing_html,
    suggestions_html,
)
from sourcebook.ui.page.html.exchange import (
    current_html,
    current_sources_html,
    earlier_sources_html,
    past_html,
)
from sourcebook.ui.page.state import Conversation, ConversationStore, Suggester

if TYPE_CHECKING:
    from sourcebook.index import Library


__all__ = ["FIRST_HEADING", "AskView"]

FIRST_HEADING = "What you could ask"
"""Above the questions to begin with."""

_MOST_CONVERSATIONS = 100


class AskView:
    """Makes the values of the tab's nine components, in their order."""

    def __init__(self, store: ConversationStore, suggester: Suggester) -> None:
        self._store, self._suggester = store, suggester

    def full(self, conversation: Conversation, box: Any, words: str, library: Library) -> list[Any]:
        """Return the values of all components.

        Args:
            conversation: what the tab shows.
            box: the value of the question box.
            words: what the list of conversations is searched for.
            library: what the tab asks.
        """
        exchanges = conversation.exchanges
        first = () if exchanges else self._suggester.first(library) or ()
        return [
            *(conversation, *self.stream(conversation)),
            *(past_html(exchanges), earlier_sources_html(exchanges)),
            *(box, self._editing_html(conversation)),
            suggestions_html(first, FIRST_HEADING),
            self.list_html(library, conversation, words),
        ]

    @staticmethod
    def unchanged() -> list[Any]:
        """Leave all components as they are."""
        return [gr.skip()] * 9

    def list_only(
        self,
        library: Library,
        conversation: Conversation,
        words: str,
        problem: str | None = None,
    ) -> list[Any]:
        """Change the list of conversations alone."""
        return [*[gr.skip()] * 8, self.list_html(library, conversation, words, problem)]

    def editing(self, conversation: Conversation, box: Any) -> list[Any]:
        """Change the box, and the line above it while a question is rewritten."""
        line = self._editing_html(conversation)
        return [conversation, *[gr.skip()] * 4, box, line, *[gr.skip()] * 2]

    @staticmethod
    def sources(conversation: Conversation) -> list[Any]:
        """Change the panel of sources alone."""
        sources = current_sources_html(conversation.exchanges)
        return [*[gr.skip()] * 2, sources, *[gr.skip()] * 6]

    @staticmethod
    def stream(conversation: Conversation) -> list[Any]:
        """Return the last exchange and its sources, which grow while it is answered."""
        exchanges = conversation.exchanges
        return [current_html(exchanges), current_sources_html(exchanges)]

    def list_html(
        self,
        library: Library,
        conversation: Conversation,
        words: str,
        problem: str | None = None,
    ) -> str:
        """Return the list of conversations, below the last problem with them."""
        summaries = self._store.summaries(library, words)[:_MOST_CONVERSATIONS]
        problem = problem or self._store.problem(library)
        return conversations_html(summaries, conversation.id, words, problem)

    @staticmethod
    def _editing_html(conversation: Conversation) -> str:
        more = len(conversation.exchanges) - (conversation.editing or 0)
        return editing_html(conversation.editing, more)
