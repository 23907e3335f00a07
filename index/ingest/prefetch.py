"""Make the next items in a second thread: articles are read while others are embedded."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Iterable
from typing import TypeVar, cast

T = TypeVar("T")

_LOOK_SECONDS = 0.1
_END = object()


def prefetch(
    items: Iterable[T], *, ahead: int = 32, stop: Callable[[], bool] = lambda: False
) -> Generator[T, None, None]:
    """Yield ``items`` in order, made in another thread, at most ``ahead`` before their turn.

    Ends early when ``stop`` returns true, even while the next item is being made. An exception of
    ``items`` is raised here, in its turn.
    """
    buffer: queue.Queue[object] = queue.Queue(ahead)
    closed_event = threading.Event()

    def put(item: object) -> bool:
        while not closed_event.is_set():
            try:
                buffer.put(item, timeout=_LOOK_SECONDS)
            except queue.Full:
                continue
            return True
        return False

    def make() -> None:
        try:
            for item in items:
                if not put(item):
                    return
        except BaseException as error:  # noqa: BLE001  (it is raised where the items are used)
            put(_Failure(error))
        else:
            put(_END)

    threading.Thread(target=make, name="reading", daemon=True).start()
    try:
        while not stop():
            try:
                item = buffer.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                continue
            if item is _END:
                return
            if isinstance(item, _Failure):
                raise item.error
            yield cast(T, item)
    finally:
        closed_event.set()


class _Failure:
    def __init__(self, error: BaseException) -> None:
        self.error = error
