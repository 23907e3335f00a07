"""Models are large: all users of one in this process share it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

T = TypeVar("T")


class ModelPool(Generic[T]):
    """One object for each key, made at the first request, freed with its last reference."""

    def __init__(self) -> None:
        self._objects: WeakValueDictionary[Hashable, T] = WeakValueDictionary()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the object of a key; other threads wait while it is made.

        Args:
            key: what the object is shared by.
            make: makes it at the first request. What it raises is raised, at each call.
        """
        with self._lock:
            model = self._objects.get(key)
            if model is None:
                model = self._objects[key] = make()
            return model
