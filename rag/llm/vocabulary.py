"""Text to tokens and back, and a chat in the model's own form, over llama.cpp's C functions."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from typing import Any

from sourcebook.index.errors import GenerationFailed

from .base import Prompt

_CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


class Vocabulary:
    """The tokens of a loaded model.

    ``c`` is llama.cpp's module of C functions, ``formatter`` what makes a chat of its template.
    """

    def __init__(self, c: Any, model: Any, formatter: Callable[..., Any]) -> None:
        self._c = c
        self._vocabulary = c.llama_model_get_vocab(model)
        self.size = int(c.llama_vocab_n_tokens(self._vocabulary))
        template = c.llama_model_chat_template(model, None)
        self._chat, self._plain_chat = (
            formatter(
                template=template.decode() if template else _CHATML,
                eos_token=self._special(c.llama_vocab_eos(self._vocabulary)),
                bos_token=self._special(c.llama_vocab_bos(self._vocabulary)),
                add_generation_prompt=reply,
            )
            for reply in (True, False)
        )

    def tokens(self, text: str, *, special: bool = False) -> list[int]:
        """The tokens of ``text``; ``special``: control words in it are what they say. Raises
        GenerationFailed."""
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
        """The prompt in the model's own chat form, in the parts it is read in.

        Each message is a part, and so is the last paragraph of the last one: prompts about the same
        excerpts differ there. What begins the reply goes with it. Control words inside a message
        stay words. Without ``reply`` the last message stays open, for a prompt that goes on.
        """
        marks: dict[str, str] = {}
        messages: list[Any] = []
        for number, message in enumerate(prompt):
            mark = f"\x02{number}\x03"
            marks[mark] = message.content
            messages.append({"role": message.role, "content": mark})
        formatter = self._chat if reply else self._plain_chat
        remainder = formatter(messages=messages).prompt
        parts: list[list[int]] = []
        for mark, content in marks.items():
            before, _, remainder = remainder.partition(mark)
            parts.append(self.tokens(before, special=True) + self.tokens(content))
        if reply and parts:
            last = parts.pop()
            cut = len(last) - len(self._last_paragraph(prompt[-1].content))
            parts += [last[:cut], last[cut:] + self.tokens(remainder, special=True)]
        return [part for part in parts if part]

    def _last_paragraph(self, content: str) -> list[int]:
        """Its tokens as they stand among those of the whole."""
        tokens = self.tokens(content)
        before = self.tokens(content[: content.rfind("\n\n") + 2] if "\n\n" in content else "")
        shared_count = 0
        for token, token_before in zip(tokens, before, strict=False):
            if token != token_before:
                break
            shared_count += 1
        return tokens[shared_count:]

    def piece(self, token: int) -> bytes:
        """What ``token`` writes; nothing for a control word."""
        return self._piece(token, special=False)

    def is_end(self, token: int) -> bool:
        """Whether ``token`` ends a reply."""
        return bool(self._c.llama_vocab_is_eog(self._vocabulary, token))

    def first_tokens(self, words: Sequence[str]) -> set[int]:
        """Tokens a reply that is one of ``words`` may begin with."""
        return {self.tokens(form)[0] for word in words for form in (word, f" {word}")}

    def _special(self, token: int) -> str:
        return self._piece(token, special=True).decode() if token >= 0 else ""

    def _piece(self, token: int, *, special: bool) -> bytes:
        buffer = ctypes.create_string_buffer(256)
        length = self._c.llama_token_to_piece(self._vocabulary, token, buffer, 256, 0, special)
        return buffer.raw[: max(0, length)]
