"""One thing made while another is used: reading beside embedding, so that neither waits."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Iterable
from typing import TypeVar, cast

T = TypeVar("T")

_LOOK_SECONDS = 0.1
_END = object()


def prefetch(
    things: Iterable[T], *, ahead: int = 32, stop: Callable[[], bool] = lambda: False
) -> Generator[T, None, None]:
    """``things`` in order, made in another thread, at most ``ahead`` of them before their turn.

    Ends early when ``stop`` says so, even while the next is being made. What making them raises
    is raised here, in its turn.
    """
    made: queue.Queue[object] = queue.Queue(ahead)
    over = threading.Event()

    def put(thing: object) -> bool:
        while not over.is_set():
            try:
                made.put(thing, timeout=_LOOK_SECONDS)
            except queue.Full:
                continue
            return True
        return False

    def make() -> None:
        try:
            for thing in things:
                if not put(thing):
                    return
        except BaseException as error:  # noqa: BLE001  (it is raised where the things are used)
            put(_Raised(error))
        else:
            put(_END)

    threading.Thread(target=make, name="reading", daemon=True).start()
    try:
        while not stop():
            try:
                thing = made.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                continue
            if thing is _END:
                return
            if isinstance(thing, _Raised):
                raise thing.error
            yield cast(T, thing)
    finally:
        over.set()


class _Raised:
    def __init__(self, error: BaseException) -> None:
        self.error = error
