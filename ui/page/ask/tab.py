"""The Ask tab: conversations at the side, the open one, and the sources of its last answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gradio as gr

from sourcebook.ui.page.components import AT_ONCE, IN_QUEUE, script
from sourcebook.ui.page.state import ConversationStore, OpenQuestions, Suggester

from . import commands
from .actions import AnswerActions
from .conversations import ConversationEvents
from .layout import AskLayout
from .presses import PressOrder
from .questions import QuestionEvents
from .suggestions import SuggestionEvents
from .view import AskView

if TYPE_CHECKING:
    from sourcebook.index import Library
    from sourcebook.ui.state import FairQueue, OpenLibrary


__all__ = ["AskTab"]

_MOST_EVENTS = 20
_OVERLAPPING: dict[str, Any] = {"trigger_mode": "multiple"}
"""Option of the events after a question: a discarded answer may end after the next one has begun,
and Gradio drops an event whose last run has not ended."""


class AskTab:
    """The components of the tab and their events. To be made inside a ``gr.Row``.

    Args:
        for_request: returns the library that a browser tab shows.
        find: returns the library that a page's address names (None: no name).
        queue: stands before the model.
    """

    def __init__(
        self,
        for_request: Callable[[gr.Request], OpenLibrary],
        find: Callable[[str | None], OpenLibrary],
        queue: FairQueue | None = None,
    ) -> None:
        self._questions = OpenQuestions(find(None).chatbot, queue)
        self._store = ConversationStore()
        self._suggester = Suggester()
        view = AskView(self._store, self._suggester)
        state = (for_request, self._questions, self._store, PressOrder(), view)
        self._question_events = QuestionEvents(*state)
        self._conversation_events = ConversationEvents(*state)
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

    def wire(self, blocks: gr.Blocks) -> None:
        """Wire the events, once the whole page is laid out."""
        at, suggestions = self._layout, self._suggestions
        questions, conversations = self._question_events, self._conversation_events
        stream = [at.conversation, at.current, at.sources]
        outputs = [*stream, at.past, at.earlier, at.box, at.editing, at.suggestions, at.list]

        for event, begin, source, before in (
            (at.box.submit, questions.begin, at.box, commands.ASK),
            (at.again.click, questions.begin_again, at.command, commands.ASK_AGAIN),
        ):
            inputs = [source, at.conversation, at.find, at.moment]
            event(begin, inputs, [*outputs, at.taken], js=before, **AT_ONCE).then(
                None, [at.box, at.taken], [at.box], js=commands.EMPTY_BOX_IF_TAKEN, **AT_ONCE
            ).then(**script(commands.SCROLL_TO_END)).then(
                questions.answer,
                [at.conversation],
                stream,
                # Many may wait; `OpenQuestions` answers one at a time.
                concurrency_limit=_MOST_EVENTS,
                **IN_QUEUE,
                **_OVERLAPPING,
            ).then(
                questions.finish, [at.conversation, at.find], outputs, **AT_ONCE, **_OVERLAPPING
            ).then(questions.settle, [at.find], outputs, **AT_ONCE, **_OVERLAPPING).then(
                **script(commands.FOCUS_BOX_IF_FREE)
            ).then(
                suggestions.show_next,
                [at.conversation],
                [at.suggestions],
                **AT_ONCE,
                **_OVERLAPPING,
            )
        at.box.stop(questions.stop, None, None, **AT_ONCE)
        # The first of two events is over before the second begins.
        at.clear.click(None, None, [at.box], js=commands.EMPTY_BOX, **AT_ONCE)
        new = at.clear.click(
            conversations.new, [at.find, at.moment], outputs, js=commands.GO, **AT_ONCE
        )
        new.then(**script(commands.FOCUS_BOX))
        at.act.click(None, None, [at.box], js=commands.EMPTY_BOX_TO_OPEN, **AT_ONCE)
        act = at.act.click(
            conversations.act,
            [at.command, at.conversation, at.find, at.moment],
            outputs,
            js=commands.ACT,
            **AT_ONCE,
        )
        for going in (new, act):
            going.then(**script(commands.ARRIVE))
            going.failure(**script(commands.ARRIVE))
        at.find.change(
            conversations.list_html, [at.find, at.conversation], [at.list],
            trigger_mode="always_last", **AT_ONCE,
        )  # fmt: skip
        at.search.click(
            suggestions.search, [at.box], [at.sources], **AT_ONCE
        ).then(**script("() => window.sourcebook?.found?.()"))  # fmt: skip
        blocks.load(
            conversations.arrive,
            [at.command, at.conversation],
            outputs,
            js="(_, talk) => [window.sourcebookTalk?.() || '', talk]",
            **AT_ONCE,
        )
        blocks.load(None, [at.box], [at.box], js=commands.RESTORE_BOX, **AT_ONCE)
        at.tick.tick(
            suggestions.show_first, [at.conversation], [at.suggestions, at.tick], **AT_ONCE
        )
        blocks.unload(questions.leave)
