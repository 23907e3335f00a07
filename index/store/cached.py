"""A value computed from the whole library, cached until the library changes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class GenerationCache(Generic[T]):
    """The value of ``make`` for the present generation, made at the first `get`.

    Threads may share one: it is made once, the others wait.
    """

    def __init__(self, generation: Callable[[], int], make: Callable[[int], T]) -> None:
        self._generation = generation
        self._make = make
        self._lock = threading.Lock()
        self._value: tuple[int, T] | None = None

    def get(self) -> T:
        """Return the value. What ``make`` raises is raised here; the next call tries again."""
        with self._lock:
            generation = self._generation()
            if self._value is None or self._value[0] != generation:
                self._value = (generation, self._make(generation))
            return self._value[1]

    def forget(self) -> None:
        """Have the value made again at the next `get`."""
        with self._lock:
            self._value = None
