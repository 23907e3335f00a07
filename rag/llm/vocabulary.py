"""Text to tokens and back, and a chat in the model's own form, over llama.cpp's C functions."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from typing import Any

from sourcebook.index.errors import GenerationFailed

from .base import Prompt
from .chat_template import ChatTemplate, fitting_template


class Vocabulary:
    """The tokens of a loaded model.

    ``c`` is llama.cpp's module of C functions, ``formatter`` fills its chat template.
    """

    def __init__(self, c: Any, model: Any, formatter: Callable[..., Any]) -> None:
        self._c = c
        self._vocabulary = c.llama_model_get_vocab(model)
        self.size = int(c.llama_vocab_n_tokens(self._vocabulary))
        bos = int(c.llama_vocab_bos(self._vocabulary))
        self._first = bos if bos >= 0 and c.llama_vocab_get_add_bos(self._vocabulary) else None
        own = c.llama_model_chat_template(model, None)
        self._template = ChatTemplate(
            own.decode("utf-8", "replace") if own else fitting_template(self._has_token),
            self._special(bos),
            self._special(c.llama_vocab_eos(self._vocabulary)),
            formatter,
        )

    def tokens(self, text: str, *, special: bool = False) -> list[int]:
        """Return the tokens of ``text``. Raises GenerationFailed.

        ``special``: control words in the text become control tokens, else plain words.
        """
        data = text.encode("utf-8", "replace")
        room = len(data) + 8
        for _ in range(2):
            buffer = (self._c.llama_token * room)()
            count = self._c.llama_tokenize(
                self._vocabulary, data, len(data), buffer, room, False, special
            )
            if count >= 0:
                return list(buffer[:count])
            room = -count  # a letter may be several tokens
        raise GenerationFailed(f"a text of {len(data)} bytes could not be made into tokens")

    def chat_parts(self, prompt: Prompt, *, reply: bool = True) -> list[list[int]]:
        """Return the prompt in the model's own chat format, in parts.

        Each message is a part, and so is the last paragraph of the last message, the only
        difference between prompts about the same excerpts; the beginning of the reply belongs to
        it. Control words inside a message stay plain words. Without ``reply`` the last message
        stays open, for the beginning of a longer prompt; no parts: the template has no such
        beginning. Raises GenerationFailed.
        """
        filled = self._template.fill(prompt, reply=reply)
        if filled is None:
            return []
        parts = [
            self.tokens(before, special=True) + self.tokens(content)
            for before, content in filled.pieces
        ]
        if self._first is not None and parts and parts[0][:1] != [self._first]:
            parts[0].insert(0, self._first)
        if reply and parts:
            last = parts.pop()
            cut = len(last) - len(self._last_paragraph(prompt[-1].content))
            parts += [last[:cut], last[cut:] + self.tokens(filled.after, special=True)]
        return [part for part in parts if part]

    def _last_paragraph(self, content: str) -> list[int]:
        """Return the tokens of the last paragraph as part of those of ``content``."""
        tokens = self.tokens(content)
        before = self.tokens(content[: content.rfind("\n\n") + 2] if "\n\n" in content else "")
        shared_count = 0
        for token, token_before in zip(tokens, before, strict=False):
            if token != token_before:
                break
            shared_count += 1
        return tokens[shared_count:]

    def piece(self, token: int) -> bytes:
        """Return the bytes of ``token``; empty for a control token."""
        return self._piece(token, special=False)

    def is_end(self, token: int) -> bool:
        """Return whether ``token`` ends a reply."""
        return bool(self._c.llama_vocab_is_eog(self._vocabulary, token))

    def first_tokens(self, words: Sequence[str]) -> set[int]:
        """Return the first tokens of a reply that is one of ``words``."""
        return {self.tokens(form)[0] for word in words for form in (word, f" {word}")}

    def _has_token(self, text: str) -> bool:
        return len(self.tokens(text, special=True)) == 1

    def _special(self, token: int) -> str:
        return self._piece(token, special=True).decode() if token >= 0 else ""

    def _piece(self, token: int, *, special: bool) -> bytes:
        buffer = ctypes.create_string_buffer(256)
        length = self._c.llama_token_to_piece(self._vocabulary, token, buffer, 256, 0, special)
        return buffer.raw[: max(0, length)]
