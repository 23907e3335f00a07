"""A conversation as the page shows it, and how it is kept and opened again. No Gradio here."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sourcebook.index.errors import SourcebookError
from sourcebook.rag.history.conversations import Conversations
from sourcebook.rag.history.restore import NotAnAnswer, restore_answer
from sourcebook.ui.page.html import exchange as parts
from sourcebook.ui.page.html.exchange import Exchange

if TYPE_CHECKING:
    from sourcebook.index import Document, Library
    from sourcebook.rag.history.conversation_schema import KeptTurn, Rating, Summary


__all__ = ["Kept", "Talk", "open_talk"]

UNFINISHED = "This answer was not finished."
REMOVED = "This article is no longer in the library."
CHANGED = "This article has changed since, and no longer says this."


@dataclass(frozen=True, slots=True)
class Talk:
    """What a browser tab has open. ``id`` is None before the first question; ``editing`` is the
    number of the question that is being written anew."""

    id: str | None = None
    exchanges: tuple[Exchange, ...] = ()
    editing: int | None = None

    def then(self, exchange: Exchange, number: int | None = None) -> Talk:
        """With ``exchange`` as question ``number`` and none behind it; by default at the end."""
        before = self.exchanges if number is None else self.exchanges[: number - 1]
        return Talk(self.id, (*before, exchange))

    def with_last(self, exchange: Exchange) -> Talk:
        """With another last exchange."""
        return replace(self, exchanges=(*self.exchanges[:-1], exchange))


def open_talk(kept: Conversations, library: Library, conversation_id: str) -> Talk:
    """A conversation that was kept, its citations tied to the articles as they are now.

    Raises ConversationGone.
    """
    find = cache(library.document)
    exchanges = [
        _exchange(turn, find, f"t{number}")
        for number, turn in enumerate(kept.turns(conversation_id), 1)
    ]
    return Talk(conversation_id, tuple(exchanges))


def _exchange(turn: KeptTurn, find: Callable[[str], Document], anchor: str) -> Exchange:
    exchange = replace(
        parts.asked(turn.question, turn.ignored), rating=turn.rating, reason=turn.reason
    )
    if turn.answer is None:
        return parts.failed(exchange, turn.problem or UNFINISHED)
    try:
        restored = restore_answer(turn.answer, find)
    except NotAnAnswer as error:
        return parts.failed(exchange, f"{str(error)[0].upper()}{str(error)[1:]}.")
    gone = {**dict.fromkeys(restored.changed, CHANGED), **dict.fromkeys(restored.removed, REMOVED)}
    return parts.answered(exchange, restored.answer, anchor, gone)


class Kept:
    """The conversations of the libraries that are open. What goes wrong in keeping them stops no
    answer: it is one line, `problem`."""

    def __init__(self) -> None:
        self._open: dict[Path, Conversations] = {}
        self._problems: dict[Path, str] = {}
        self._lock = threading.Lock()

    def of(self, library: Library) -> Conversations:
        """Those about ``library``."""
        with self._lock:
            known = self._open.get(library.folder)
            if known is None:
                known = self._open[library.folder] = Conversations.open(library.folder)
            return known

    def let_go(self, library: Library) -> None:
        """Close those about ``library``; they are opened again when they are asked for."""
        with self._lock:
            kept = self._open.pop(library.folder, None)
            if kept is not None:
                kept.close()

    def problem(self, library: Library) -> str | None:
        """What went wrong last, in a line; None when nothing did."""
        return self._problems.get(library.folder) or self.of(library).problem

    def listed(self, library: Library, words: str = "") -> list[Summary]:
        """The newest conversations that hold ``words``; none where they cannot be read."""
        try:
            return self.of(library).listed(words)
        except SourcebookError as error:
            self._note(library, error)
            return []

    def asked(self, library: Library, talk: Talk) -> Talk:
        """Keeps the last question of ``talk``; the talk with its id."""
        last = talk.exchanges[-1]
        try:
            kept = self.of(library)
            made = talk.id or kept.begin(last.question)
            kept.ask(made, len(talk.exchanges), last.question, sorted(last.ignored))
        except SourcebookError as error:
            self._note(library, error)
            return replace(talk, id=None)
        return replace(talk, id=made)

    def answered(self, library: Library, talk: Talk) -> None:
        """Keeps what became of the last question of ``talk``."""
        if talk.id is None or not talk.exchanges:
            return
        last = talk.exchanges[-1]
        data = last.answer.to_dict() if last.answer else None
        try:
            self.of(library).answer(talk.id, len(talk.exchanges), data, last.problem)
        except SourcebookError as error:
            self._note(library, error)

    def rated(self, library: Library, talk: Talk) -> Talk:
        """``talk`` with what its reader thinks of its answers by now."""
        if talk.id is None:
            return talk
        try:
            known = self.of(library).ratings(talk.id)
        except SourcebookError:
            return talk
        none: tuple[Rating | None, str | None] = (None, None)
        pairs = [(e, known.get(n, none)) for n, e in enumerate(talk.exchanges, 1)]
        rated = (replace(e, rating=rating, reason=reason) for e, (rating, reason) in pairs)
        return replace(talk, exchanges=tuple(rated))

    def close(self) -> None:
        """Closing twice is fine."""
        with self._lock:
            for kept in self._open.values():
                kept.close()

    def _note(self, library: Library, error: SourcebookError) -> None:
        self._problems[library.folder] = f"Conversations are not kept: {error}"
