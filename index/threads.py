"""Work in threads for programs that run an event loop: a call, and an iterator."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from contextlib import aclosing, suppress
from contextvars import copy_context
from dataclasses import dataclass
from typing import Generic, TypeVar

__all__ = ["call_in_thread", "iterate_in_thread"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Product(Generic[T]):
    value: T


@dataclass(frozen=True, slots=True)
class _End:
    error: BaseException | None


async def iterate_in_thread(
    begin: Callable[[threading.Event], Iterator[T]],
) -> AsyncGenerator[T, None]:
    """Yield the items of an iterator that runs in a thread of its own.

    The thread is not one of the loop's few: a question may wait long for its turn. When the
    generator is closed or its task is cancelled, the event is set, and the iterator is closed at
    its next item.

    Args:
        begin: makes the iterator, in the thread; the event says that nobody waits for its items.

    Raises:
        Exception: what ``begin`` or the iterator raises.
    """
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[_Product[T] | _End] = asyncio.Queue()
    cancel = threading.Event()

    def put(entry: _Product[T] | _End) -> None:
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(queue.put_nowait, entry)

    def work() -> None:
        error: BaseException | None = None
        try:
            items = begin(cancel)
            for item in items:
                if cancel.is_set():
                    break
                put(_Product(item))
            if isinstance(items, Generator):
                items.close()
        except BaseException as problem:  # noqa: BLE001  it is raised where the items are awaited
            error = problem
        put(_End(error))

    thread = threading.Thread(
        target=copy_context().run, args=(work,), name="sourcebook-work", daemon=True
    )
    thread.start()
    try:
        while isinstance(entry := await queue.get(), _Product):
            yield entry.value
        if entry.error is not None:
            raise entry.error
    finally:
        cancel.set()


async def call_in_thread(work: Callable[[threading.Event], T]) -> T:
    """Return what a call returns that runs in a thread of its own.

    Args:
        work: the call; its event is set when the task that waits is cancelled.

    Raises:
        Exception: what ``work`` raises.
    """
    async with aclosing(iterate_in_thread(lambda cancel: iter([work(cancel)]))) as results:
        async for result in results:
            return result
    raise AssertionError("a call that raised nothing has a result")
