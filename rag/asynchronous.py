"""The questions of a chatbot for programs that run an event loop: the same, awaited."""

from __future__ import annotations

import threading
from collections.abc import AsyncGenerator, Collection, Iterator, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import Protocol

from sourcebook.index.search.filters import Filters
from sourcebook.index.threads import iterate_in_thread
from sourcebook.rag.question import Kind, Turn

from .answer import Answer
from .events import AnswerReady, Event


class SyncQuestions(Protocol):
    """What the awaited methods call."""

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        cancel: threading.Event | None = None,
        ignore: Collection[str] = (),
        now: datetime | None = None,
        kind: Kind | None = None,
    ) -> Iterator[Event]: ...


class AsyncQuestions:
    """`aask` and `astream`: each answer is made in a thread of its own.

    A task that is cancelled, or a stream that is closed, frees the model within a token.
    """

    async def aask(
        self: SyncQuestions,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        ignore: Collection[str] = (),
        now: datetime | None = None,
        kind: Kind | None = None,
    ) -> Answer:
        """Return the answer to ``question``: arguments and errors as `ask` has them."""
        events = AsyncQuestions.astream(
            self,
            question,
            history=history,
            filters=filters,
            ignore=ignore,
            now=now,
            kind=kind,
        )
        async with aclosing(events):
            async for event in events:
                if isinstance(event, AnswerReady):
                    return event.answer
        raise AssertionError("a stream ends with its answer")

    def astream(
        self: SyncQuestions,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        ignore: Collection[str] = (),
        now: datetime | None = None,
        kind: Kind | None = None,
    ) -> AsyncGenerator[Event, None]:
        """Yield the events of the answer: arguments, order and errors as `stream` has them.

        Who stops before the last event closes it, so that the model is free at once:

            async with aclosing(chatbot.astream(question)) as events:
                async for event in events: ...
        """
        return iterate_in_thread(
            lambda cancel: self.stream(
                question,
                history=history,
                filters=filters,
                cancel=cancel,
                ignore=ignore,
                now=now,
                kind=kind,
            )
        )
