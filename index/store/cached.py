"""What is worked out from all of a library, kept until the library changes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class GenerationCache(Generic[T]):
    """What ``make`` gives for the present generation, made when it is first asked for.

    Threads may share one: it is made once, the others wait.
    """

    def __init__(self, generation: Callable[[], int], make: Callable[[int], T]) -> None:
        self._generation = generation
        self._make = make
        self._lock = threading.Lock()
        self._made: tuple[int, T] | None = None

    def get(self) -> T:
        """Raises what reading the generation and making it raise; then it is made another time."""
        with self._lock:
            generation = self._generation()
            if self._made is None or self._made[0] != generation:
                self._made = (generation, self._make(generation))
            return self._made[1]
