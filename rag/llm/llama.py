"""A GGUF model on this machine, through llama.cpp."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from sourcebook.index.machine import physical_cores
from sourcebook.index.paths import states_folder
from sourcebook.index.weights import files as weights
from sourcebook.index.weights.pool import ModelPool

from .base import Prompt
from .state_cache import DiskStates, States

if TYPE_CHECKING:
    from .engine import Engine, Logits


_ENGINES: ModelPool[Engine] = ModelPool()
_STATES: ModelPool[States] = ModelPool()
_LOOK_SECONDS = 0.05
_MAX_ODDS = 10_000
_MIB = 2**20


class LlamaCpp:
    """A GGUF model through llama.cpp, greedy: the same prompt gives the same reply.

    An object is cheap; the first call (or ``load``) checks and loads the file. All objects of a
    process with the same weights, ``context_size`` and ``threads`` share one loaded model and take
    turns. A stream has the turn until it ends or is closed: a thread that makes another call before
    that waits for itself. With ``shared=False`` the object loads a model of its own. A model is
    freed with the last object that uses it.

    No prompt is computed twice: the states after prompts are stored, the last ``state_memory`` MiB
    in memory and ``state_disk`` MiB in the user's cache folder (`state_cache`). They do not change
    a reply.
    """

    def __init__(
        self,
        name: str = weights.DEFAULT_LANGUAGE_MODEL,
        *,
        context_size: int = 4096,
        threads: int | None = None,
        state_memory: int = 128,
        state_disk: int = 0,
        shared: bool = True,
    ) -> None:
        self.name = name
        self.context_size = context_size
        self.threads = threads or physical_cores()
        self._shared = shared
        self._budgets = (state_memory * _MIB, state_disk * _MIB, states_folder())
        self._keeps = bool(state_memory or state_disk)
        self._odds: dict[str, float] = {}  # of Yes, by the key of the prompt
        self._loading = threading.Lock()
        self._states: States | None = None
        self._engine: Engine | None = None

    def load(self) -> None:
        with self._loading:
            if self._engine is None:
                path = weights.checked_path(self.name)
                identity = weights.content_id(self.name)
                key = (identity, self.context_size, self.threads)
                memory, disk, folder = self._budgets

                def make_states() -> States:
                    return States(memory, DiskStates(folder, disk) if disk else None)

                def make_engine() -> Engine:
                    from .engine import Engine

                    return Engine(path, identity, self.context_size, self.threads, states)

                if self._shared:
                    # All objects that share a model share one store of states.
                    states = _STATES.get((*key, *self._budgets), make_states)
                    self._engine = _ENGINES.get(key, make_engine)
                else:
                    states = make_states()
                    self._engine = make_engine()
                self._states = states

    def count_tokens(self, text: str) -> int:
        return len(self._loaded().vocabulary.tokens(text))

    def stream(
        self, prompt: Prompt, *, max_tokens: int, cancel: threading.Event | None = None
    ) -> Iterator[str]:
        engine = self._loaded()
        with self._turn(engine, cancel) as is_ready:
            if not is_ready:
                return
            pieces = Utf8Pieces()
            for token in self._reply(engine, prompt, max_tokens, cancel):
                if piece := pieces.feed(engine.vocabulary.piece(token)):
                    yield piece
            if not _is_set(cancel) and (tail := pieces.flush()):
                yield tail

    def yes_log_odds(self, prompt: Prompt, *, cancel: threading.Event | None = None) -> float:
        engine = self._loaded()
        with self._turn(engine, cancel) as is_ready:
            if not is_ready:
                return 0.0
            parts = engine.vocabulary.chat_parts(prompt)
            key = engine.key(parts)
            if key in self._odds:
                return self._odds[key]
            with engine.stoppable(cancel):
                logits = engine.read(parts)
            if logits is None:
                return 0.0
            odds = _yes_log_odds(engine, logits)
            if self._keeps:
                if len(self._odds) >= _MAX_ODDS:
                    self._odds.clear()
                self._odds[key] = odds
            return odds

    def read_ahead(self, prompt: Prompt) -> None:
        """Compute ``prompt`` now, so that a prompt with the same beginning starts sooner."""
        engine = self._loaded()
        with self._turn(engine, None):
            parts = engine.vocabulary.chat_parts(prompt, reply=False)
            if not parts:
                return
            logits = engine.read(parts)
            state = engine.keep(logits) if logits is not None and self._keeps else None
            if state:
                engine.states.write(state)

    def _reply(
        self, engine: Engine, prompt: Prompt, max_tokens: int, cancel: threading.Event | None
    ) -> Iterator[int]:
        """Yield the tokens of the reply, the likeliest each time."""
        with engine.stoppable(cancel):
            logits = engine.read(engine.vocabulary.chat_parts(prompt))
            if logits is None:
                return
            state = engine.keep(logits) if self._keeps else None
            try:
                yield from _write(engine, logits, max_tokens, cancel)
            finally:
                if state:
                    engine.states.write(state)

    @contextmanager
    def _turn(self, engine: Engine, cancel: threading.Event | None) -> Iterator[bool]:
        """Reserve the engine for one caller; yield False when ``cancel`` ended the wait."""
        while not engine.turn.acquire(timeout=_LOOK_SECONDS if cancel else -1):
            if _is_set(cancel):
                yield False
                return
        try:
            assert self._states is not None
            engine.states = self._states
            yield not _is_set(cancel)
        finally:
            engine.turn.release()

    def _loaded(self) -> Engine:
        self.load()
        assert self._engine is not None
        return self._engine


def _is_set(cancel: threading.Event | None) -> bool:
    return cancel is not None and cancel.is_set()


def _write(
    engine: Engine, logits: Logits | None, max_tokens: int, cancel: threading.Event | None
) -> Iterator[int]:
    """Yield the likeliest tokens until the reply ends, is long enough, or stops."""
    tokens: list[int] = []
    while logits is not None and len(tokens) < max_tokens:
        token = int(np.argmax(logits))
        if _is_set(cancel) or engine.vocabulary.is_end(token) or is_repeating(tokens):
            return
        tokens.append(token)
        yield token
        if len(tokens) == max_tokens or not engine.room:
            return
        logits = engine.append(token)


def _yes_log_odds(engine: Engine, logits: Logits) -> float:
    shifted = np.exp(logits.astype(np.float64) - float(logits.max()))
    yes, no = (
        sum(float(shifted[token]) for token in engine.vocabulary.first_tokens(word))
        for word in (("Yes", "yes", "YES"), ("No", "no", "NO"))
    )
    return float(np.log(yes + 1e-30) - np.log(no + 1e-30))


class Utf8Pieces:
    """A decoder of bytes to complete characters: a token may end inside a character."""

    def __init__(self) -> None:
        self._pending = b""

    def feed(self, data: bytes) -> str:
        self._pending += data
        try:
            text = self._pending.decode()
        except UnicodeDecodeError as error:
            if len(self._pending) - error.start > 3:
                return self.flush()
            text = self._pending[: error.start].decode()
            self._pending = self._pending[error.start :]
            return text
        self._pending = b""
        return text

    def flush(self) -> str:
        text = self._pending.decode("utf-8", "replace")
        self._pending = b""
        return text


def is_repeating(tokens: Sequence[int], times: int = 4, longest: int = 24) -> bool:
    """Return whether ``tokens`` end in a repeated run, which greedy decoding never leaves."""
    return any(
        len(tokens) >= size * times
        and all(tokens[-size:] == tokens[-size * (n + 1) : -size * n] for n in range(1, times))
        for size in range(2, longest + 1)
    )
