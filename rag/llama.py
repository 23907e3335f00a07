"""A GGUF model on this machine, through llama.cpp."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..index import weights
from .cpu import physical_cores
from .llm import Prompt

if TYPE_CHECKING:
    from .llama_engine import Engine


class LlamaCpp:
    """A GGUF model through llama.cpp, greedy: the same prompt gives the same reply.

    Making one is cheap; the first call (or ``load``) checks and loads the file.

    The tokens last computed stay in the model's memory: a prompt that begins like the one before
    costs only what differs.
    """

    def __init__(
        self,
        name: str = weights.DEFAULT_LANGUAGE_MODEL,
        *,
        context_size: int = 4096,
        threads: int | None = None,
    ) -> None:
        self.name = name
        self.context_size = context_size
        self.threads = threads or physical_cores()
        # Plain locks: a stream may be read on by another thread than the one that began it.
        self._busy = threading.Lock()
        self._loading = threading.Lock()
        self._engine: Engine | None = None

    def load(self) -> None:
        with self._loading:
            if self._engine is None:
                path = weights.checked_path(self.name)
                from .llama_engine import Engine

                self._engine = Engine(path, self.context_size, self.threads)

    def count_tokens(self, text: str) -> int:
        return len(self._loaded().tokens(text))

    def stream(
        self, prompt: Prompt, *, max_tokens: int, cancel: threading.Event | None = None
    ) -> Iterator[str]:
        engine = self._loaded()
        with self._busy:
            logits = engine.read(engine.chat_tokens(prompt), cancel)
            pieces = Utf8Pieces()
            written: list[int] = []
            for _ in range(max_tokens):
                if logits is None:  # cancelled
                    return
                token = int(np.argmax(logits))
                if engine.ends(token) or loops(written):
                    break
                written.append(token)
                if piece := pieces.feed(engine.piece(token)):
                    yield piece
                logits = engine.append(token, cancel)
            if rest := pieces.rest():
                yield rest

    def yes_log_odds(self, prompt: Prompt, *, cancel: threading.Event | None = None) -> float:
        engine = self._loaded()
        with self._busy:
            logits = engine.read(engine.chat_tokens(prompt), cancel)
            if logits is None:
                return 0.0
            shifted = np.exp(logits.astype(np.float64) - float(logits.max()))
            yes, no = (
                sum(float(shifted[token]) for token in engine.first_tokens(word))
                for word in (("Yes", "yes", "YES"), ("No", "no", "NO"))
            )
            return float(np.log(yes + 1e-30) - np.log(no + 1e-30))

    def read_ahead(self, prompt: Prompt) -> None:
        """Compute ``prompt`` now, so that one beginning like it starts sooner."""
        engine = self._loaded()
        with self._busy:
            engine.read(engine.chat_tokens(prompt, reply=False), None)

    def _loaded(self) -> Engine:
        self.load()
        assert self._engine is not None
        return self._engine


class Utf8Pieces:
    """Bytes in, whole characters out: a token may end inside a character."""

    def __init__(self) -> None:
        self._pending = b""

    def feed(self, data: bytes) -> str:
        self._pending += data
        try:
            text = self._pending.decode()
        except UnicodeDecodeError as error:
            if len(self._pending) - error.start > 3:
                return self.rest()
            text = self._pending[: error.start].decode()
            self._pending = self._pending[error.start :]
            return text
        self._pending = b""
        return text

    def rest(self) -> str:
        text = self._pending.decode("utf-8", "replace")
        self._pending = b""
        return text


def loops(tokens: Sequence[int], times: int = 4, longest: int = 24) -> bool:
    """Whether the end of ``tokens`` is one run repeated: greedy decoding never leaves it again."""
    return any(
        len(tokens) >= size * times
        and all(tokens[-size:] == tokens[-size * (n + 1) : -size * n] for n in range(1, times))
        for size in range(2, longest + 1)
    )
