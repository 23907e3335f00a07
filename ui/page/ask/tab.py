"""The Ask tab: conversations at the side, the open one, and the sources of its last answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from sourcebook.index.errors import SourcebookError
from sourcebook.ui.page.components import QUEUED, UNQUEUED, script
from sourcebook.ui.page.html.exchange import (
    Exchange,
    new_exchange,
    with_problem,
    without_filter,
)
from sourcebook.ui.page.state.conversations import (
    Conversation,
    ConversationStore,
    open_conversation,
)
from sourcebook.ui.page.state.questions import OpenQuestions
from sourcebook.ui.page.state.suggestions import Suggester

from .actions import AnswerActions
from .commands import (
    FOCUS_BOX,
    FOCUS_BOX_IF_FREE,
    SCROLL_TO_END,
    WITH_COMMAND,
    WITH_MOMENT,
    parse_command,
)
from .layout import AskLayout
from .presses import PressOrder
from .suggestions import SuggestionEvents
from .view import AskView

if TYPE_CHECKING:
    from sourcebook.index import Library
    from sourcebook.ui.page.state.open_libraries import OpenLibrary


__all__ = ["AskTab"]

_MOST_EVENTS = 20


class AskTab:
    """The components of the tab and their events. To be made inside a ``gr.Row``.

    Args:
        for_request: returns the library that a browser tab shows.
        find: returns the library that a page's address names (None: no name).
    """

    def __init__(
        self,
        for_request: Callable[[gr.Request], OpenLibrary],
        find: Callable[[str | None], OpenLibrary],
    ) -> None:
        self._for_request = for_request
        self._questions = OpenQuestions(find(None).chatbot)
        self._store = ConversationStore()
        self._suggester = Suggester()
        self._view = AskView(self._store, self._suggester)
        self._presses = PressOrder()
        self._suggestions = SuggestionEvents(for_request, self._suggester)
        actions = AnswerActions(lambda name: find(name).library, self._store)
        self._layout = AskLayout(actions.functions())

    def stop_all(self) -> None:
        """End every answer in progress."""
        self._questions.stop_all()
        self._suggester.stop()

    def uses(self, library: Library) -> bool:
        """Whether a question about ``library`` has no answer yet."""
        return self._questions.is_about(library)

    def release(self, library: Library) -> None:
        """Close the conversations about ``library``, and forget its suggestions."""
        self._store.release(library)
        self._suggester.release(library)

    def close(self) -> None:
        """Close all conversations; to be called when no answer is in progress."""
        self._store.close()

    # --- events ---

    def wire(self, blocks: gr.Blocks) -> None:
        """Wire the events, once the whole page is laid out."""
        at = self._layout
        stream = [at.conversation, at.current, at.sources]
        outputs = [*stream, at.past, at.earlier, at.box, at.editing, at.suggestions, at.list]

        for event, begin, source, before in (
            (at.box.submit, self._begin, at.box, WITH_MOMENT),
            (at.again.click, self._begin_again, at.command, WITH_COMMAND),
        ):
            inputs = [source, at.conversation, at.find, at.moment]
            event(begin, inputs, outputs, js=before, **UNQUEUED).then(**script(SCROLL_TO_END)).then(
                self._answer,
                [at.conversation],
                stream,
                # Many may wait; `OpenQuestions` answers one at a time.
                concurrency_limit=_MOST_EVENTS,
                **QUEUED,
            ).then(self._finish, [at.conversation, at.find], outputs, **UNQUEUED).then(
                self._settle, [at.find], outputs, **UNQUEUED
            ).then(**script(FOCUS_BOX_IF_FREE)).then(
                self._suggestions.show_next, [at.conversation], [at.suggestions], **UNQUEUED
            )
        at.box.stop(self._stop, None, None, **UNQUEUED)
        at.clear.click(self._new, [at.find, at.moment], outputs, js=WITH_MOMENT, **UNQUEUED).then(
            **script(FOCUS_BOX)
        )
        at.act.click(
            self._act,
            [at.command, at.conversation, at.find, at.moment],
            outputs,
            js=WITH_COMMAND,
            **UNQUEUED,
        )
        at.find.change(
            self._list_html, [at.find, at.conversation], [at.list],
            trigger_mode="always_last", **UNQUEUED,
        )  # fmt: skip
        at.search.click(
            self._suggestions.search, [at.box], [at.sources], **UNQUEUED
        ).then(**script("() => window.sourcebook?.found?.()"))  # fmt: skip
        blocks.load(
            self._arrive,
            [at.command, at.conversation],
            outputs,
            js="(_, talk) => [window.sourcebookTalk?.() || '', talk]",
            **UNQUEUED,
        )
        at.tick.tick(
            self._suggestions.show_first, [at.conversation], [at.suggestions, at.tick], **UNQUEUED
        )
        blocks.unload(self._leave)

    # --- questions ---

    def _begin(
        self, text: str, conversation: Conversation, words: str, moment: float, request: gr.Request
    ) -> list[Any]:
        if not text.strip():
            return self._view.unchanged()
        exchange = new_exchange(text)
        return self._take(
            conversation, conversation.editing, exchange, words, moment=moment, request=request
        )

    def _begin_again(
        self,
        command: str,
        conversation: Conversation,
        words: str,
        moment: float,
        request: gr.Request,
    ) -> list[Any]:
        """Ask what a button asks: a suggestion, a question again, or without one of its filters."""
        exchanges = conversation.exchanges
        number: int | None = None
        exchange: Exchange | None = None
        match parse_command(command):
            case {"do": "ask", "question": str(text)} if text.strip():
                exchange = new_exchange(text)
            case {"do": "without", "key": str(key)} if exchanges:
                exchange, number = without_filter(exchanges[-1], key), len(exchanges)
            case {"do": "again", "number": int(n)} if 0 < n <= len(exchanges):
                exchange = new_exchange(exchanges[n - 1].question, exchanges[n - 1].ignored)
                number = n
        if exchange is None:
            return self._view.unchanged()
        return self._take(conversation, number, exchange, words, moment=moment, request=request)

    def _take(
        self,
        conversation: Conversation,
        number: int | None,
        exchange: Exchange,
        words: str,
        *,
        moment: float,
        request: gr.Request,
    ) -> list[Any]:
        """Open a question, as question ``number`` of the conversation or at its end."""
        session, entry = _session(request), self._for_request(request)

        def open_question() -> bool:
            return self._questions.open(
                session, exchange.question, exchange.ignored, chatbot=entry.chatbot
            )

        if not self._presses.begin(session, moment, open_question):
            return self._view.unchanged()
        conversation = conversation.with_exchange(exchange, number)
        conversation = self._store.save_question(entry.library, conversation)
        conversation = self._store.with_ratings(entry.library, conversation)
        box = gr.Textbox(value="", submit_btn=False, stop_btn="Stop")
        return self._view.full(conversation, box, words, entry.library)

    def _answer(self, conversation: Conversation, request: gr.Request) -> Iterator[list[Any]]:
        for exchange in self._questions.answer(_session(request), conversation.exchanges):
            update = conversation.with_last(exchange)
            # The conversation itself is handed on once, not with each word.
            yield [update if exchange.is_done else gr.skip(), *self._view.stream(update)]

    def _finish(self, conversation: Conversation, words: str, request: gr.Request) -> list[Any]:
        """After every question, however it ended, make the box take the next one."""
        session, library = _session(request), self._for_request(request).library
        if self._questions.is_open(session):
            # This is the echo of an Enter pressed while an answer is being written.
            return self._view.unchanged()
        last = conversation.exchanges[-1] if conversation.exchanges else None
        if last and not last.is_done and not self._presses.has_target(session):
            message = "The answer broke off with an unexpected error; the terminal says more."
            conversation = conversation.with_last(with_problem(last, message))
        if last and conversation.exchanges[-1].is_done:
            self._store.save_answer(library, conversation)
        # The stream's last words may come after the reader went to another conversation.
        conversation = self._presses.take_target(session) or conversation
        box = gr.Textbox(submit_btn="Ask", stop_btn=False)
        return self._view.full(conversation, box, words, library)

    def _settle(self, words: str, request: gr.Request) -> list[Any]:
        """Show the conversation that the reader went to while `_finish` was on its way."""
        session = _session(request)
        if self._questions.is_open(session):
            return self._view.unchanged()
        target = self._presses.take_target(session)
        if target is None:
            return self._view.unchanged()
        return self._view.full(target, gr.skip(), words, self._for_request(request).library)

    def _stop(self, request: gr.Request) -> None:
        """End the answer; the stream shows what it has."""
        self._questions.stop(_session(request))

    def _leave(self, request: gr.Request) -> None:
        """The browser tab was closed."""
        self._questions.stop(_session(request))
        self._presses.forget(_session(request))

    # --- conversations ---

    def _new(self, words: str, moment: float, request: gr.Request) -> list[Any]:
        return self._go_to(Conversation(), words, moment, request)

    def _go_to(
        self, target: Conversation, words: str, moment: float, request: gr.Request
    ) -> list[Any]:
        """Show ``target`` in place of the open conversation."""
        session = _session(request)
        self._presses.go_to(
            session, moment, target, lambda: self._questions.stop(session, discard=True)
        )
        box = gr.Textbox(value="", submit_btn="Ask", stop_btn=False)
        return self._view.full(target, box, words, self._for_request(request).library)

    def _arrive(
        self, conversation_id: str, conversation: Conversation, request: gr.Request
    ) -> list[Any]:
        """The page was opened or loaded again: show the conversation that was open before."""
        library = self._for_request(request).library
        last = self._read(library, conversation_id) if conversation_id else None
        if last and not conversation.exchanges and not self._questions.is_open(_session(request)):
            return self._view.full(last, gr.skip(), "", library)
        # A quick reader has begun already: that conversation is not redrawn.
        return self._view.list_only(library, conversation, "")

    def _read(self, library: Library, conversation_id: str) -> Conversation | None:
        try:
            return open_conversation(self._store.for_library(library), library, conversation_id)
        except SourcebookError:
            return None

    def _act(
        self,
        command: str,
        conversation: Conversation,
        words: str,
        moment: float,
        request: gr.Request,
    ) -> list[Any]:
        """Do what a button of a conversation or of an answer asks."""
        library = self._for_request(request).library
        store = self._store.for_library(library)
        exchanges = conversation.exchanges
        try:
            match parse_command(command):
                case {"do": "open", "id": str(target_id)} if target_id != conversation.id:
                    target = open_conversation(store, library, target_id)
                    return self._go_to(target, words, moment, request)
                case {"do": "rename", "id": str(target_id), "name": str(name)}:
                    store.rename(target_id, name)
                case {"do": "delete", "id": str(target_id)}:
                    store.delete(target_id)
                    if target_id == conversation.id:
                        return self._go_to(Conversation(), words, moment, request)
                case {"do": "edit", "number": int(number)} if 0 < number <= len(exchanges):
                    box = gr.Textbox(value=exchanges[number - 1].question)
                    return self._view.editing(replace(conversation, editing=number), box)
                case {"do": "back"}:
                    return self._view.sources(conversation)
                case {"do": "keep"}:
                    box = gr.Textbox(value="")
                    return self._view.editing(replace(conversation, editing=None), box)
                case _:
                    return self._view.unchanged()
        except SourcebookError as error:
            return self._view.list_only(library, conversation, words, str(error))
        return self._view.list_only(library, conversation, words)

    def _list_html(self, words: str, conversation: Conversation, request: gr.Request) -> str:
        return self._view.list_html(self._for_request(request).library, conversation, words)


def _session(request: gr.Request) -> str:
    return request.session_hash or ""
