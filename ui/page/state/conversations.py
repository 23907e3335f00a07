"""A conversation as the page shows it; conversations on disk, and opened again. No Gradio here."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sourcebook.index.errors import SourcebookError
from sourcebook.rag.history.conversations import Conversations
from sourcebook.rag.history.restore import InvalidAnswer, restore_answer
from sourcebook.ui.page.html import Exchange
from sourcebook.ui.page.html.exchange import new_exchange, with_answer, with_problem

if TYPE_CHECKING:
    from sourcebook.index import Document, Library
    from sourcebook.rag.history.conversation_schema import ConversationSummary, Rating, StoredTurn


__all__ = ["Conversation", "ConversationStore", "open_conversation"]

UNFINISHED = "This answer was not finished."
REMOVAL_NOTE = "This article is no longer in the library."
CHANGE_NOTE = "This article has changed since, and no longer contains this quote."


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a browser tab has open.

    ``id`` is None before the first question. ``editing`` is the number of the question that is
    being rewritten, None when there is none.
    """

    id: str | None = None
    exchanges: tuple[Exchange, ...] = ()
    editing: int | None = None

    def with_exchange(self, exchange: Exchange, number: int | None = None) -> Conversation:
        """Return a copy with one more question.

        Args:
            exchange: the question.
            number: the place it takes, with none after it; by default it comes at the end.
        """
        earlier = self.exchanges if number is None else self.exchanges[: number - 1]
        return Conversation(self.id, (*earlier, exchange))

    def with_last(self, exchange: Exchange) -> Conversation:
        """Return a copy with another last exchange."""
        return replace(self, exchanges=(*self.exchanges[:-1], exchange))


def open_conversation(
    conversations: Conversations, library: Library, conversation_id: str
) -> Conversation:
    """Return a conversation from disk, its citations tied to the articles as they are now.

    Raises:
        ConversationNotFound: there is none of that id any more.
    """
    find = cache(library.document)
    exchanges = [
        _exchange(turn, find, f"t{number}")
        for number, turn in enumerate(conversations.turns(conversation_id), 1)
    ]
    return Conversation(conversation_id, tuple(exchanges))


def _exchange(turn: StoredTurn, find: Callable[[str], Document], anchor: str) -> Exchange:
    exchange = replace(
        new_exchange(turn.question, turn.ignored), rating=turn.rating, reason=turn.reason
    )
    if turn.answer is None:
        return with_problem(exchange, turn.problem or UNFINISHED)
    try:
        restoration = restore_answer(turn.answer, find)
    except InvalidAnswer as error:
        return with_problem(exchange, f"{str(error)[0].upper()}{str(error)[1:]}.")
    missing = {
        **dict.fromkeys(restoration.changed, CHANGE_NOTE),
        **dict.fromkeys(restoration.removed, REMOVAL_NOTE),
    }
    return with_answer(exchange, restoration.answer, anchor, missing)


class ConversationStore:
    """The conversations on disk of all open libraries.

    An error while one is written stops no answer: it becomes one line, `problem`.
    """

    def __init__(self) -> None:
        self._stores: dict[Path, Conversations] = {}
        self._problems: dict[Path, str] = {}
        self._lock = threading.Lock()

    def for_library(self, library: Library) -> Conversations:
        """Return the conversations about ``library``."""
        with self._lock:
            store = self._stores.get(library.folder)
            if store is None:
                store = self._stores[library.folder] = Conversations.open(library.folder)
            return store

    def release(self, library: Library) -> None:
        """Close the conversations about ``library``; `for_library` opens them again."""
        with self._lock:
            store = self._stores.pop(library.folder, None)
            if store is not None:
                store.close()

    def problem(self, library: Library) -> str | None:
        """Return the last error as one line; None when there was none."""
        return self._problems.get(library.folder) or self.for_library(library).problem

    def summaries(self, library: Library, words: str = "") -> list[ConversationSummary]:
        """Return the newest conversations that contain ``words``; [] where they cannot be read."""
        try:
            return self.for_library(library).summaries(words)
        except SourcebookError as error:
            self._note(library, error)
            return []

    def save_question(self, library: Library, conversation: Conversation) -> Conversation:
        """Write the last question to disk; return the conversation with its id."""
        last = conversation.exchanges[-1]
        try:
            store = self.for_library(library)
            conversation_id = conversation.id or store.begin(last.question)
            number = len(conversation.exchanges)
            store.ask(conversation_id, number, last.question, sorted(last.ignored))
        except SourcebookError as error:
            self._note(library, error)
            return replace(conversation, id=None)
        return replace(conversation, id=conversation_id)

    def save_answer(self, library: Library, conversation: Conversation) -> None:
        """Write the answer to the last question, or its problem, to disk."""
        if conversation.id is None or not conversation.exchanges:
            return
        last = conversation.exchanges[-1]
        data = last.answer.to_dict() if last.answer else None
        number = len(conversation.exchanges)
        try:
            self.for_library(library).answer(conversation.id, number, data, last.problem)
        except SourcebookError as error:
            self._note(library, error)

    def with_ratings(self, library: Library, conversation: Conversation) -> Conversation:
        """Return the conversation with its answers' ratings and reasons as they are on disk."""
        if conversation.id is None:
            return conversation
        try:
            ratings = self.for_library(library).ratings(conversation.id)
        except SourcebookError:
            return conversation
        none: tuple[Rating | None, str | None] = (None, None)
        pairs = [(e, ratings.get(n, none)) for n, e in enumerate(conversation.exchanges, 1)]
        exchanges = (replace(e, rating=rating, reason=reason) for e, (rating, reason) in pairs)
        return replace(conversation, exchanges=tuple(exchanges))

    def close(self) -> None:
        """Close all. Closing twice is fine."""
        with self._lock:
            for store in self._stores.values():
                store.close()

    def _note(self, library: Library, error: SourcebookError) -> None:
        self._problems[library.folder] = f"Conversations are not kept: {error}"
