"""The fastest of several encoders on this processor: found once by a race, and remembered."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sourcebook.index.machine import machine
from sourcebook.index.paths import write_atomically

LEAST_COSINE = 0.999
"""Of the vectors of another way to those of the first, in the race. A library may hold some of
both, and texts that did not race may be a little further apart."""

LEAST_GAIN = 1.1
"""How much faster than the first another way must be to be worth its memory and its start."""

_ROUNDS = 3
_HOPELESS = 1.5  # times the first one's seconds, after one round


class Encoder(Protocol):
    """A loaded model."""

    dimension: int

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape: (len(texts), dimension), each row of length 1."""
        ...


Ways = Mapping[str, Callable[[], Encoder]]
"""How to load each encoder, by name. The first is the one that the others are compared with."""


def race(ways: Ways, texts: Sequence[str]) -> tuple[str, dict[str, float]]:
    """The name of the fastest way whose vectors are the first one's, and the texts per second of
    each that took part to the end. One that cannot be loaded does not take part."""
    first = next(iter(ways))
    runners = {first: ways[first]()}
    reference = runners[first].encode(texts)  # also what warms it up
    for name, load in list(ways.items())[1:]:
        with contextlib.suppress(ImportError, OSError, RuntimeError):
            runner = load()
            cosines = np.einsum("ij,ij->i", runner.encode(texts), reference)
            if cosines.min() >= LEAST_COSINE:
                runners[name] = runner
    best = dict.fromkeys(runners, float("inf"))
    for _ in range(_ROUNDS):
        for name in list(best):
            began = time.perf_counter()
            runners[name].encode(texts)
            best[name] = min(best[name], time.perf_counter() - began)
        best = {n: s for n, s in best.items() if n == first or s < _HOPELESS * best[first]}
    rates = {name: len(texts) / seconds for name, seconds in best.items()}
    fastest = max(rates, key=lambda name: rates[name] * (LEAST_GAIN if name == first else 1))
    return fastest, rates


class RaceCache:
    """A small JSON file: what was the fastest way, by machine, versions and model."""

    def __init__(self, book: Path, model: str) -> None:
        self._book = book
        self._key = f"{machine()}; {model}"

    def get(self) -> str | None:
        """The name of the way; None: not known here."""
        page = self._pages().get(self._key)
        return str(page.get("fastest")) if isinstance(page, dict) else None

    def put(self, fastest: str, rates: Mapping[str, float]) -> None:
        """A folder that cannot be written means another race the next time, never an error."""
        page = {"fastest": fastest, "texts per second": {n: round(r, 1) for n, r in rates.items()}}
        with contextlib.suppress(OSError):
            self._book.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._book, json.dumps(self._pages() | {self._key: page}, indent=1))

    def _pages(self) -> dict[str, Any]:
        try:
            pages = json.loads(self._book.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return pages if isinstance(pages, dict) else {}
