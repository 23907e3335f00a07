"""The protocol of a kind of answer: to add a kind is to add a file and a line in the registry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from sourcebook.rag.events import Event

from .inquiry import Inquiry


class AnswerKind(Protocol):
    """How questions of one kind are answered.

    One method decides what evidence is looked for, what the model is asked, how the answer is built
    of verified parts, and when it is refused; `Inquiry` has the steps that kinds share. What is
    written by a model goes through verification, whatever the kind; what is computed or quoted
    cites the place that it comes from.
    """

    def answer(self, inquiry: Inquiry) -> Iterator[Event]:
        """Yield the events of the answer; the last is `AnswerReady`.

        An `EvidenceFound` comes first, except where nothing is looked up.

        Raises:
            LibraryError, ModelError: the library or a model cannot be used.
        """
        ...
