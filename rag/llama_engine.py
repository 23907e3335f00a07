"""One loaded model and one context, over llama.cpp's C functions. The only import of llama_cpp.

The C functions let a prompt's common beginning be kept, the odds of a word be read without writing
it, and a computation be stopped in the middle.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..index.errors import GenerationFailed
from .cpu import may_repack
from .llm import Prompt

_CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


class Engine:
    """One loaded model and one context, over llama.cpp's C functions."""

    def __init__(self, path: Path, context_size: int, threads: int) -> None:
        # Spinning OpenMP threads starve each other on shared cores; libgomp reads this as it loads.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        from llama_cpp import llama_cpp
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        # Its pointers are typed as optional everywhere; they are checked once, where they are made.
        c: Any = llama_cpp
        self._c = c
        self._silence()
        c.llama_backend_init()
        model_parameters = c.llama_model_default_params()
        model_parameters.use_extra_bufts = may_repack()
        self._model = c.llama_model_load_from_file(os.fsencode(path), model_parameters)
        if not self._model:
            raise GenerationFailed(
                f"{path} could not be loaded: it is not a GGUF model this llama.cpp knows, "
                "or memory is short; see `sourcebook doctor`"
            )
        parameters = c.llama_context_default_params()
        parameters.n_ctx = context_size
        parameters.n_batch = parameters.n_ubatch = 256
        parameters.n_threads = parameters.n_threads_batch = threads
        parameters.no_perf = True
        self._context = c.llama_init_from_model(self._model, parameters)
        if not self._context:
            raise GenerationFailed(
                f"no memory for a context of {context_size} tokens: set a smaller context_size"
            )
        self.size = int(c.llama_n_ctx(self._context))
        self._vocabulary = c.llama_model_get_vocab(self._model)
        self._vocabulary_size = int(c.llama_vocab_n_tokens(self._vocabulary))
        self._read: list[int] = []  # the tokens whose state the context holds
        self._cancel = threading.Event()
        self._abort = c.ggml_abort_callback(lambda _: self._cancel.is_set())
        c.llama_set_abort_callback(self._context, self._abort, None)
        template = c.llama_model_chat_template(self._model, None)
        self._chat = Jinja2ChatFormatter(
            template=template.decode() if template else _CHATML,
            eos_token=self._special(c.llama_vocab_eos(self._vocabulary)),
            bos_token=self._special(c.llama_vocab_bos(self._vocabulary)),
        )
        self._plain_chat = Jinja2ChatFormatter(
            template=self._chat.template,
            eos_token=self._chat.eos_token,
            bos_token=self._chat.bos_token,
            add_generation_prompt=False,
        )

    def _silence(self) -> None:
        """llama.cpp writes pages to stderr; what concerns a person, we raise."""
        c = self._c
        self._log = c.llama_log_callback(lambda _level, _text, _data: None)
        c.llama_log_set(self._log, None)

    def tokens(self, text: str, *, special: bool = False) -> list[int]:
        data = text.encode("utf-8", "replace")
        room = len(data) + 8
        buffer = (self._c.llama_token * room)()
        count = self._c.llama_tokenize(
            self._vocabulary, data, len(data), buffer, room, False, special
        )
        if count < 0:
            raise GenerationFailed(f"a text of {len(data)} bytes could not be made into tokens")
        return list(buffer[:count])

    def chat_tokens(self, prompt: Prompt, *, reply: bool = True) -> list[int]:
        """The prompt in the model's own chat form. Control words inside a message stay words."""
        marks: dict[str, str] = {}
        messages: list[Any] = []
        for number, message in enumerate(prompt):
            mark = f"\x02{number}\x03"
            marks[mark] = message.content
            messages.append({"role": message.role, "content": mark})
        formatter = self._chat if reply else self._plain_chat
        rest = formatter(messages=messages).prompt
        tokens: list[int] = []
        for mark, content in marks.items():
            before, _, rest = rest.partition(mark)
            tokens += self.tokens(before, special=True) + self.tokens(content)
        if not reply:
            return tokens
        return tokens + self.tokens(rest, special=True)

    def read(self, tokens: list[int], cancel: threading.Event | None) -> NDArray[np.float32] | None:
        """Logits after ``tokens``; what the context already holds of them is not computed again."""
        if len(tokens) >= self.size:
            raise GenerationFailed(
                f"the prompt has {len(tokens)} tokens and the model reads {self.size}: "
                "ask a shorter question or set a larger context_size"
            )
        common = 0
        for ours, theirs in zip(self._read, tokens[:-1], strict=False):
            if ours != theirs:
                break
            common += 1
        memory = self._c.llama_get_memory(self._context)
        if common < len(self._read):
            self._c.llama_memory_seq_rm(memory, 0, common, -1)
            del self._read[common:]
        return self._decode(tokens[common:], cancel)

    def append(self, token: int, cancel: threading.Event | None) -> NDArray[np.float32] | None:
        """Logits after one more token; None when cancelled or the context is full."""
        return self._decode([token], cancel) if len(self._read) < self.size - 1 else None

    def _decode(
        self, tokens: list[int], cancel: threading.Event | None
    ) -> NDArray[np.float32] | None:
        self._cancel = cancel or threading.Event()
        step = int(self._c.llama_n_batch(self._context))
        for first in range(0, len(tokens), step):
            part = tokens[first : first + step]
            array = (self._c.llama_token * len(part))(*part)
            status = self._c.llama_decode(
                self._context, self._c.llama_batch_get_one(array, len(part))
            )
            if status == 0:
                self._read.extend(part)
                continue
            # Stopped or failed: what the context holds of this part is unknown, so drop it.
            memory = self._c.llama_get_memory(self._context)
            self._c.llama_memory_seq_rm(memory, 0, len(self._read), -1)
            if cancel and cancel.is_set():
                return None
            raise GenerationFailed(f"llama.cpp could not compute {len(part)} tokens ({status})")
        logits = self._c.llama_get_logits_ith(self._context, -1)
        return np.ctypeslib.as_array(logits, (self._vocabulary_size,))

    def piece(self, token: int) -> bytes:
        return self._piece(token, special=False)

    def _special(self, token: int) -> str:
        return self._piece(token, special=True).decode() if token >= 0 else ""

    def _piece(self, token: int, *, special: bool) -> bytes:
        buffer = ctypes.create_string_buffer(256)
        length = self._c.llama_token_to_piece(self._vocabulary, token, buffer, 256, 0, special)
        return buffer.raw[: max(0, length)]

    def ends(self, token: int) -> bool:
        return bool(self._c.llama_vocab_is_eog(self._vocabulary, token))

    def first_tokens(self, words: Sequence[str]) -> set[int]:
        """Tokens a reply that is one of ``words`` may begin with."""
        return {self.tokens(form)[0] for word in words for form in (word, f" {word}")}
