"""The events of conversations in the Ask tab: opened, named, deleted, rewritten."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from sourcebook.index.errors import SourcebookError
from sourcebook.ui.page.components import session_name
from sourcebook.ui.page.state import (
    Conversation,
    open_conversation,
)

from .commands import parse_command
from .events import AskEvents

if TYPE_CHECKING:
    from sourcebook.index import Library


__all__ = ["ConversationEvents"]


class ConversationEvents(AskEvents):
    """What Gradio calls. All but `list_html` return the values of all components."""

    def new(self, words: str, moment: float, request: gr.Request) -> list[Any]:
        """Begin another conversation."""
        return self._go_to(Conversation(), words, moment, request)

    def _go_to(
        self, target: Conversation, words: str, moment: float, request: gr.Request
    ) -> list[Any]:
        """Show ``target`` in place of the open conversation."""
        session = session_name(request)
        self._presses.go_to(
            session, moment, target, lambda: self._questions.stop(session, discard=True)
        )
        box = gr.Textbox(submit_btn="Ask", stop_btn=False)
        return self._view.full(target, box, words, self._for_request(request).library)

    def arrive(
        self, conversation_id: str, conversation: Conversation, request: gr.Request
    ) -> list[Any]:
        """The page was opened or loaded again: show the conversation that was open before."""
        library = self._for_request(request).library
        last = self._read(library, conversation_id) if conversation_id else None
        if (
            last
            and not conversation.exchanges
            and not self._questions.is_open(session_name(request))
        ):
            return self._view.full(last, gr.skip(), "", library)
        # A quick reader has begun already: that conversation is not redrawn.
        return self._view.list_only(library, conversation, "")

    def _read(self, library: Library, conversation_id: str) -> Conversation | None:
        try:
            return open_conversation(self._store.for_library(library), library, conversation_id)
        except SourcebookError:
            return None

    def act(
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

    def list_html(self, words: str, conversation: Conversation, request: gr.Request) -> str:
        """Return the list of the conversations that contain ``words``."""
        return self._view.list_html(self._for_request(request).library, conversation, words)
