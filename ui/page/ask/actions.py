"""What the browser's script asks about an answer on disk: to copy, export or rate it.

No Gradio here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sourcebook.index.errors import SourcebookError
from sourcebook.ui.page.state import open_conversation
from sourcebook.ui.render.text import to_markdown

from .export import FORMS, Form, export

if TYPE_CHECKING:
    from sourcebook.index import Library
    from sourcebook.ui.page.state import ConversationStore


__all__ = ["AnswerActions"]

NOT_SAVED = "This conversation is not saved: nothing can be done with it."


class AnswerActions:
    """The server's half of the buttons below an answer.

    ``library`` returns the library that a page's address names. A message from the browser is a
    mapping with ``library`` (that name), ``talk`` (the conversation's id), ``number`` (of the
    answer) and more. Each reply is a mapping; ``problem`` in it is one line that says what is
    wrong.
    """

    def __init__(self, library: Callable[[str | None], Library], store: ConversationStore) -> None:
        self._library, self._store = library, store

    def functions(self) -> list[Callable[[object], dict[str, Any]]]:
        """Return ``copy``, ``export`` and ``rate``, for ``gr.HTML(server_functions=...)``."""

        # The script calls them by these names.
        def copy(message: object) -> dict[str, Any]:
            return self._reply(message, self._copy)

        def export(message: object) -> dict[str, Any]:
            return self._reply(message, self._export)

        def rate(message: object) -> dict[str, Any]:
            return self._reply(message, self._rate)

        return [copy, export, rate]

    def _reply(
        self, message: object, action: Callable[[Mapping[str, Any]], dict[str, Any]]
    ) -> dict[str, Any]:
        if not isinstance(message, Mapping) or not isinstance(message.get("talk"), str):
            return {"problem": NOT_SAVED}
        try:
            return action(message)
        except SourcebookError as error:
            return {"problem": str(error)}

    def _copy(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Return ``text``: question, answer and sources as Markdown."""
        library = self._named_library(message)
        store = self._store.for_library(library)
        exchanges = open_conversation(store, library, message["talk"]).exchanges
        number = message.get("number")
        if not isinstance(number, int) or not 0 < number <= len(exchanges):
            return {"problem": NOT_SAVED}
        answer = exchanges[number - 1].answer
        return {"text": to_markdown(answer)} if answer else {"problem": "There is no answer."}

    def _export(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Return ``name``, ``type`` and ``text`` of a file in the message's ``form``."""
        forms: list[Form] = [form for form in FORMS if form == message.get("form")]
        library = self._named_library(message)
        store = self._store.for_library(library)
        turns = store.turns(message["talk"])
        exchanges = open_conversation(store, library, message["talk"]).exchanges
        file = export(store.name(message["talk"]), exchanges, turns, *forms[:1])
        return {"name": file.name, "type": file.media_type, "text": file.text}

    def _rate(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Save ``rating`` ("up" or "down"; anything else removes it) and ``reason``."""
        number, value, reason = message.get("number"), message.get("rating"), message.get("reason")
        if not isinstance(number, int):
            return {"problem": NOT_SAVED}
        rating: Any = value if value in ("up", "down") else None
        text = reason if isinstance(reason, str) else None
        store = self._store.for_library(self._named_library(message))
        store.rate(message["talk"], number, rating, text)
        return {"rating": rating}

    def _named_library(self, message: Mapping[str, Any]) -> Library:
        name = message.get("library")
        return self._library(name if isinstance(name, str) and name else None)
