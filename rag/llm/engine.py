"""One loaded model and one context, over llama.cpp's C functions. The only import of llama_cpp.

The C functions can save and restore the state of a prompt, give the odds of a word without writing
it, and stop a computation in the middle.
"""

from __future__ import annotations

import ctypes
import os
import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sourcebook.index.errors import GenerationFailed
from sourcebook.index.machine import may_repack

from .state_cache import Mark, State, States, make_marks
from .vocabulary import Vocabulary

Logits = NDArray[np.float32]

_BATCH = 256
_LOOK_SECONDS = 0.05


class Engine:
    """One loaded model and one context, over llama.cpp's C functions.

    Not for two threads at once: a thread must hold ``turn`` to compute. The memory of llama.cpp is
    freed with the object.

    Args:
        path: the GGUF file.
        identity: identifies the weights, so that states of other weights are never used.
        context_size: tokens of the context.
        threads: threads of a computation.
        states: the store of prompt states; the thread with the turn may replace it.
    """

    def __init__(
        self, path: Path, identity: str, context_size: int, threads: int, states: States
    ) -> None:
        # Spinning OpenMP threads starve each other on shared cores; libgomp reads this as it loads.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        import llama_cpp as package
        from llama_cpp import llama_cpp
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        # Its pointers are typed as optional everywhere; they are checked once, where they are made.
        c: Any = llama_cpp
        self._c = c
        self.states = states
        # A plain lock: another thread may continue a stream and release it.
        self.turn = threading.Lock()
        resources = ExitStack()  # closes in reverse order: the context before the model
        # Not at the end of the process, which frees everything: a thread may still compute then.
        weakref.finalize(self, resources.close).atexit = False
        _silence(c)
        c.llama_backend_init()
        model_parameters = c.llama_model_default_params()
        model_parameters.use_extra_bufts = may_repack()
        self._model = c.llama_model_load_from_file(os.fsencode(path), model_parameters)
        if not self._model:
            raise GenerationFailed(
                f"{path} could not be loaded: it is not a GGUF model this llama.cpp knows, "
                "or memory is short; see `sourcebook doctor`"
            )
        resources.callback(c.llama_model_free, self._model)
        parameters = c.llama_context_default_params()
        parameters.n_ctx = context_size
        parameters.n_batch = parameters.n_ubatch = _BATCH
        parameters.n_threads = parameters.n_threads_batch = threads
        parameters.no_perf = True
        self._context = c.llama_init_from_model(self._model, parameters)
        if not self._context:
            raise GenerationFailed(
                f"no memory for a context of {context_size} tokens: set a smaller context_size"
            )
        resources.callback(c.llama_free, self._context)
        self.size = int(c.llama_n_ctx(self._context))
        # Everything besides the tokens that the numbers in a state depend on.
        self.fingerprint = (
            f"{identity}/{package.__version__}/{c.llama_print_system_info().decode()}/"
            f"{self.size}/{_BATCH}/{threads}"
        )
        self._memory = c.llama_get_memory(self._context)
        self.vocabulary = Vocabulary(c, self._model, Jinja2ChatFormatter)
        self._batch = c.llama_batch_init(_BATCH, 0, 1)
        resources.callback(c.llama_batch_free, self._batch)
        self._marks: list[Mark] = []  # the parts whose state is in the context
        self._length = 0  # tokens in it: those of the parts, then those of the reply
        self._set_abort()

    def _set_abort(self) -> None:
        """Let ``_stop_flag`` end a computation: not 0 means stop.

        llama.cpp asks before each of about a thousand steps of a token. A callback in Python would
        have to get the interpreter's lock each time, which beside one busy Python thread (an
        import, a page being served) makes a token many times slower. So the
        callback is ``strlen`` of the C library on two bytes: 0 for an empty string, else 1.
        """
        library = ctypes.CDLL(None) if os.name == "posix" else ctypes.CDLL("msvcrt")
        self._stop_flag = ctypes.create_string_buffer(2)
        self._abort = ctypes.cast(library.strlen, self._c.ggml_abort_callback)
        self._c.llama_set_abort_callback(
            self._context, self._abort, ctypes.cast(self._stop_flag, ctypes.c_void_p)
        )

    @contextmanager
    def stoppable(self, cancel: threading.Event | None) -> Iterator[None]:
        """Let ``cancel`` end a computation inside the block, within about a tenth of a second."""
        self._stop_flag[0] = b"\0"
        if cancel is None:
            yield
            return
        finished, lock = threading.Event(), threading.Lock()
        # The watcher has the flag alone: it may outlive the engine by a moment.
        flag = self._stop_flag

        def watch() -> None:
            while not finished.is_set():
                if cancel.wait(_LOOK_SECONDS):
                    with lock:
                        if not finished.is_set():
                            flag[0] = b"\1"
                    return

        threading.Thread(target=watch, name="stop", daemon=True).start()
        try:
            yield
        finally:
            # The watcher is not waited for: it ends by itself, and each answer would be later.
            with lock:
                finished.set()
            self._stop_flag[0] = b"\0"

    def key(self, parts: Sequence[Sequence[int]]) -> str:
        """Return the key of a prompt's state."""
        return make_marks(self.fingerprint, parts)[-1].key

    def read(self, parts: Sequence[Sequence[int]]) -> Logits | None:
        """Return the logits after a prompt, None when stopped; read only parts without a state.

        Raises:
            GenerationFailed: the prompt is longer than the context, or llama.cpp failed.
        """
        marks = make_marks(self.fingerprint, parts)
        if not marks or marks[-1].tokens >= self.size:
            count = marks[-1].tokens if marks else 0
            raise GenerationFailed(
                f"the prompt has {count} tokens and the model reads {self.size}: "
                "ask a shorter question or set a larger context_size"
            )
        count_read, logits = self._recall(marks)
        self._step_back(marks[count_read - 1].tokens if count_read else 0)
        count_read = min(count_read, len(self._marks))  # a model that cannot step back starts again
        for part, mark in zip(parts[count_read:], marks[count_read:], strict=True):
            logits = self._read_part(part)
            if logits is None:
                return None
            self._marks.append(mark)
        return logits

    def _recall(self, marks: Sequence[Mark]) -> tuple[int, Logits | None]:
        """Restore the best stored state; return how many of ``marks`` the context has, and logits.

        The number is that of all marks only together with the logits after the last.
        """
        count_in_context = 0
        for context_mark, prompt_mark in zip(self._marks, marks, strict=False):
            if context_mark != prompt_mark:
                break
            count_in_context += 1
        match = self.states.find(marks)
        if match:
            state, count = match
            has_logits = state.key == marks[-1].key
            if (count > count_in_context or has_logits) and self._put_back(state):
                if has_logits:
                    return count, np.frombuffer(state.logits, np.float32)
                count_in_context = count
        return min(count_in_context, len(marks) - 1), None

    def _put_back(self, state: State) -> bool:
        self._clear()
        size = self._c.llama_state_seq_set_data(
            self._context, _bytes_of(state.data), len(state.data), 0
        )
        if size != len(state.data):
            self._clear()
            return False
        self._marks = list(state.marks)
        self._length = state.marks[-1].tokens
        return True

    def keep(self, logits: Logits) -> State | None:
        """Store and return the state after the last prompt, with its logits.

        None: the state is stored already, or the context has gone on.
        """
        mark = self._marks[-1]
        if self.states.has(mark.key) or self._length != mark.tokens:
            return None
        size = int(self._c.llama_state_seq_get_size(self._context, 0))
        buffer = ctypes.create_string_buffer(size)
        if self._c.llama_state_seq_get_data(self._context, _bytes_of(buffer), size, 0) != size:
            return None
        state = State(tuple(self._marks), buffer.raw, logits.tobytes())
        self.states.put(state)
        return state

    def _read_part(self, part: Sequence[int]) -> Logits | None:
        before = self._length
        for first in range(0, len(part), _BATCH):
            if not self._decode(part[first : first + _BATCH]):
                self._step_back(before)
                return None
        return self._logits()

    def append(self, token: int) -> Logits | None:
        """Return the logits after one more token, None when stopped. Raises GenerationFailed."""
        return self._logits() if self._decode([token]) else None

    @property
    def room(self) -> int:
        """Number of tokens that still fit the context."""
        return self.size - self._length

    def _decode(self, tokens: Sequence[int]) -> bool:
        """Compute ``tokens``; return False when stopped."""
        batch = self._batch
        batch.n_tokens = len(tokens)
        for row, token in enumerate(tokens):
            batch.token[row] = token
            batch.pos[row] = self._length + row
            batch.n_seq_id[row] = 1
            batch.seq_id[row][0] = 0
            batch.logits[row] = row == len(tokens) - 1
        status = self._c.llama_decode(self._context, batch)
        if status == 0:
            self._length += len(tokens)
            return True
        # Stopped or failed: the context may have some of these tokens, so drop them.
        self._step_back(self._length)
        if self._stop_flag[0] != b"\0":
            return False
        self._clear()
        raise GenerationFailed(f"llama.cpp could not compute {len(tokens)} tokens ({status})")

    def _step_back(self, length: int) -> None:
        """Drop the tokens of the context after the first ``length``."""
        if self._c.llama_memory_seq_rm(self._memory, 0, length, -1):
            self._length = length
            self._marks = [mark for mark in self._marks if mark.tokens <= length]
        else:  # a recurrent model has one state, not one a token
            self._clear()

    def _clear(self) -> None:
        self._c.llama_memory_clear(self._memory, False)
        self._marks, self._length = [], 0

    def _logits(self) -> Logits:
        """Return the logits after the last token; they are valid until the next computation."""
        pointer = self._c.llama_get_logits_ith(self._context, -1)
        logits = np.ctypeslib.as_array(pointer, (self.vocabulary.size,))
        if not np.isfinite(logits.max()):
            self._clear()
            raise GenerationFailed("the model computed no numbers: its file or memory is damaged")
        return logits


@cache
def _silence(c: Any) -> Any:
    """Silence llama.cpp, which writes a lot to stderr; errors for a person are raised instead.

    The callback must stay alive: it serves all models of the process, also while one is freed.
    """
    callback = c.llama_log_callback(lambda _level, _text, _data: None)
    c.llama_log_set(callback, None)
    return callback


def _bytes_of(data: Any) -> Any:
    """Return a pointer to the first byte, for llama.cpp to read or fill."""
    return ctypes.cast(data, ctypes.POINTER(ctypes.c_uint8))
