"""What the events of questions and those of conversations have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import gradio as gr

from sourcebook.ui.page.state import ConversationStore, OpenQuestions

from .presses import PressOrder
from .view import AskView

if TYPE_CHECKING:
    from sourcebook.ui.state import OpenLibrary


__all__ = ["AskEvents"]


class AskEvents:
    """Events of the Ask tab, over the same state.

    Args:
        for_request: returns the library that a browser tab shows.
        questions: the questions of all tabs.
        store: the conversations on disk.
        presses: what each tab pressed last.
        view: makes the values of the components.
    """

    def __init__(
        self,
        for_request: Callable[[gr.Request], OpenLibrary],
        questions: OpenQuestions,
        store: ConversationStore,
        presses: PressOrder,
        view: AskView,
    ) -> None:
        self._for_request, self._questions = for_request, questions
        self._store, self._presses, self._view = store, presses, view
