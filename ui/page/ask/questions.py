"""The events of questions in the Ask tab: asked, answered, stopped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from sourcebook.rag.question import KINDS
from sourcebook.ui.page.components import session_name
from sourcebook.ui.page.html import Exchange
from sourcebook.ui.page.html.exchange import (
    asked_again,
    new_exchange,
    with_problem,
    without_filter,
)
from sourcebook.ui.page.state import Conversation

from .commands import parse_command
from .events import AskEvents

__all__ = ["QuestionEvents"]


class QuestionEvents(AskEvents):
    """What Gradio calls: `answer` returns the values of the stream, the others those of all."""

    def begin(
        self, text: str, conversation: Conversation, words: str, moment: float, request: gr.Request
    ) -> list[Any]:
        """Ask what is in the box, as the question that is being rewritten or at the end.

        Returns the values of all components, and the question when it was taken.
        """
        values = text.strip() and self._take(
            conversation,
            conversation.editing,
            new_exchange(text),
            words,
            moment=moment,
            request=request,
        )
        return [*values, text] if values else [*self._view.unchanged(), ""]

    def begin_again(
        self,
        command: str,
        conversation: Conversation,
        words: str,
        moment: float,
        request: gr.Request,
    ) -> list[Any]:
        """Ask what a button asks: a suggestion, or a question again: as it was, without one of its
        filters, or as one of another kind.

        Returns the values of all components, and the question that was being rewritten.
        """
        exchanges = conversation.exchanges
        number: int | None = None
        exchange: Exchange | None = None
        match parse_command(command):
            case {"do": "ask", "question": str(text)} if text.strip():
                exchange = new_exchange(text)
            case {"do": "without", "key": str(key)} if exchanges:
                exchange, number = without_filter(exchanges[-1], key), len(exchanges)
            case {"do": "as", "kind": str(name)} if exchanges and exchanges[-1].is_done:
                again = (asked_again(exchanges[-1], kind) for kind in KINDS if kind == name)
                exchange, number = next(again, None), len(exchanges)
            case {"do": "again", "number": int(n)} if 0 < n <= len(exchanges):
                exchange, number = asked_again(exchanges[n - 1]), n
        values = exchange and self._take(
            conversation, number, exchange, words, moment=moment, request=request
        )
        if not values:
            return [*self._view.unchanged(), ""]
        edited = conversation.editing
        return [*values, exchanges[edited - 1].question if edited else ""]

    def _take(
        self,
        conversation: Conversation,
        number: int | None,
        exchange: Exchange,
        words: str,
        *,
        moment: float,
        request: gr.Request,
    ) -> list[Any] | None:
        """Open a question, as question ``number`` of the conversation or at its end.

        Returns the values of all components; None when it was not taken.
        """
        session, entry = session_name(request), self._for_request(request)

        def open_question() -> bool:
            return self._questions.open(
                session,
                exchange.question,
                exchange.ignored,
                kind=exchange.kind,
                chatbot=entry.chatbot,
            )

        if not self._presses.begin(session, moment, open_question):
            return None
        conversation = conversation.with_exchange(exchange, number)
        conversation = self._store.save_question(entry.library, conversation)
        conversation = self._store.with_ratings(entry.library, conversation)
        box = gr.Textbox(submit_btn=False, stop_btn="Stop")
        return self._view.full(conversation, box, words, entry.library)

    def answer(self, conversation: Conversation, request: gr.Request) -> Iterator[list[Any]]:
        """Yield the conversation and the last exchange, each time there is more of its answer."""
        library = self._for_request(request).library
        for exchange in self._questions.answer(session_name(request), conversation.exchanges):
            update = conversation.with_last(exchange)
            if exchange.is_done:
                # Before it is shown: its buttons copy and rate what is on disk.
                self._store.save_answer(library, update)
            # The conversation itself is handed on once, not with each word.
            yield [update if exchange.is_done else gr.skip(), *self._view.stream(update)]

    def finish(self, conversation: Conversation, words: str, request: gr.Request) -> list[Any]:
        """After every question, however it ended, make the box take the next one."""
        session, library = session_name(request), self._for_request(request).library
        if self._questions.is_open(session):
            # This is the echo of an Enter pressed while an answer is being written.
            return self._view.unchanged()
        last = conversation.exchanges[-1] if conversation.exchanges else None
        if last and not last.is_done and not self._presses.has_target(session):
            message = "The answer broke off with an unexpected error; the terminal says more."
            conversation = conversation.with_last(with_problem(last, message))
            self._store.save_answer(library, conversation)
        # The stream's last words may come after the reader went to another conversation.
        conversation = self._presses.take_target(session) or conversation
        box = gr.Textbox(submit_btn="Ask", stop_btn=False)
        return self._view.full(conversation, box, words, library)

    def settle(self, words: str, request: gr.Request) -> list[Any]:
        """Show the conversation that the reader went to while `finish` was on its way."""
        session = session_name(request)
        if self._questions.is_open(session):
            return self._view.unchanged()
        target = self._presses.take_target(session)
        if target is None:
            return self._view.unchanged()
        return self._view.full(target, gr.skip(), words, self._for_request(request).library)

    def stop(self, request: gr.Request) -> None:
        """End the answer; the stream shows what it has."""
        self._questions.stop(session_name(request))

    def leave(self, request: gr.Request) -> None:
        """The browser tab was closed."""
        self._questions.stop(session_name(request))
        self._presses.forget(session_name(request))
