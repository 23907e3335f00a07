"""Models are large: who needs the same one in this process shares it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

T = TypeVar("T")


class ModelPool(Generic[T]):
    """One object a key, made for the first who asks, freed when nobody holds it any more."""

    def __init__(self) -> None:
        self._objects: WeakValueDictionary[Hashable, T] = WeakValueDictionary()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The object of ``key``; who asks while it is being made waits. Raises what ``make`` does,
        for each who asks."""
        with self._lock:
            found = self._objects.get(key)
            if found is None:
                found = self._objects[key] = make()
            return found
