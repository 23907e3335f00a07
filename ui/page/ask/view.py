"""What the Ask tab shows of a conversation, in the order of its components."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from sourcebook.ui.page.html import conversations as talk_parts
from sourcebook.ui.page.html import exchange as parts
from sourcebook.ui.page.state.conversations import Kept, Talk
from sourcebook.ui.page.state.suggestions import Suggesting

if TYPE_CHECKING:
    from sourcebook.index import Library


__all__ = ["FIRST", "AskShown"]

FIRST = "What you could ask"
"""Above the questions to begin with."""

_TALKS = 100


class AskShown:
    """The values of the tab's components; ``kept`` are the conversations, ``suggesting`` finds the
    questions to begin with."""

    def __init__(self, kept: Kept, suggesting: Suggesting) -> None:
        self._kept, self._suggesting = kept, suggesting

    def everything(self, talk: Talk, box: Any, found: str, library: Library) -> list[Any]:
        """All of them; ``found`` are the words that the list of conversations is searched for."""
        exchanges = talk.exchanges
        first = () if exchanges else self._suggesting.first(library) or ()
        return [
            *(talk, *self.growing(talk)),
            *(parts.past_html(exchanges), parts.sources_earlier_html(exchanges)),
            *(box, self.editing_html(talk)),
            *(talk_parts.suggestions_html(first, FIRST), self.listed(library, talk, found)),
        ]

    @staticmethod
    def nothing() -> list[Any]:
        """All of them as they are."""
        return [gr.skip()] * 9

    def talks(
        self, library: Library, talk: Talk, found: str, problem: str | None = None
    ) -> list[Any]:
        """The list of conversations alone."""
        return [*[gr.skip()] * 8, self.listed(library, talk, found, problem)]

    def editing(self, talk: Talk, box: Any) -> list[Any]:
        """Another question of ``talk`` is edited, or none any more."""
        return [talk, *[gr.skip()] * 4, box, self.editing_html(talk), *[gr.skip()] * 2]

    @staticmethod
    def sources(talk: Talk) -> list[Any]:
        """The sources of the last question alone."""
        sources = parts.sources_now_html(talk.exchanges)
        return [*[gr.skip()] * 2, sources, *[gr.skip()] * 6]

    @staticmethod
    def growing(talk: Talk) -> list[Any]:
        """The last exchange and its sources, which grow while it is answered."""
        return [parts.current_html(talk.exchanges), parts.sources_now_html(talk.exchanges)]

    @staticmethod
    def editing_html(talk: Talk) -> str:
        """That a question is being edited, where one is."""
        more = len(talk.exchanges) - (talk.editing or 0)
        return talk_parts.editing_html(talk.editing, more)

    def listed(self, library: Library, talk: Talk, found: str, problem: str | None = None) -> str:
        """The conversations, and in a line what went wrong with them."""
        summaries = self._kept.listed(library, found)[:_TALKS]
        said = problem or self._kept.problem(library)
        return talk_parts.talks_html(summaries, talk.id, found, said)
