"""A chat in the form that a model was trained on: its file's own template, else one that fits its
control tokens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sourcebook.index.errors import GenerationFailed

from .base import Message, Prompt

_GEMMA: Final = (
    "{{ bos_token }}{% for message in messages %}"
    "{% if message.role == 'system' %}{{ raise_exception('no system') }}{% endif %}<start_of_turn>"
    "{{ 'model' if message.role == 'assistant' else 'user' }}\n{{ message.content }}<end_of_turn>\n"
    "{% endfor %}{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)
_LLAMA: Final = (
    "{{ bos_token }}{% for message in messages %}<|start_header_id|>{{ message.role }}"
    "<|end_header_id|>\n\n{{ message.content }}<|eot_id|>{% endfor %}"
    "{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}"
)
_CHATML: Final = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
_PLAIN: Final = (
    "{{ bos_token }}{% for message in messages %}{{ message.content }}\n\n{% endfor %}"
    "{% if add_generation_prompt %}Answer:{% endif %}"
)
_BY_MARK: Final = {
    "<|im_start|>": _CHATML,
    "<start_of_turn>": _GEMMA,
    "<|start_header_id|>": _LLAMA,
}
_DAY = datetime(2025, 1, 1, tzinfo=UTC)


def fitting_template(has_token: Callable[[str], bool]) -> str:
    """Return a template for a file that has none.

    Args:
        has_token: whether the model has a control token of that text.
    """
    return next((text for mark, text in _BY_MARK.items() if has_token(mark)), _PLAIN)


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled template: what stands before each message, the messages, and what comes after."""

    pieces: list[tuple[str, str]]
    after: str


class ChatTemplate:
    """A template of a chat.

    Args:
        template: in Jinja.
        bos, eos: the texts of the model's tokens of the beginning and the end.
        formatter: llama-cpp-python's, which fills it in a sandbox.
    """

    def __init__(self, template: str, bos: str, eos: str, formatter: Callable[..., Any]) -> None:
        def make(*, reply: bool) -> Any:
            made = formatter(
                template=template, bos_token=bos, eos_token=eos, add_generation_prompt=reply
            )
            # A template may tell the model the day. A fixed one: the same question gives the same
            # answer, and what a reader's "yesterday" means is decided before.
            made.strftime_now = _DAY.strftime
            return made

        try:
            self._with_reply, self._without = make(reply=True), make(reply=False)
        except Exception as error:  # noqa: BLE001  # whatever a file of others makes of it
            raise GenerationFailed(_line(error)) from None

    def fill(self, prompt: Prompt, *, reply: bool) -> Filled | None:
        """Return the prompt in the template; a system message goes into the first message of the
        user where the template takes none.

        Args:
            prompt: the messages.
            reply: whether the beginning of the reply comes after them.

        Returns:
            None: the template does not show these messages.

        Raises:
            GenerationFailed: the template cannot be filled, or leaves a message out.
        """
        formatter = self._with_reply if reply else self._without
        reason: Exception | None = None
        marks = [f"\x02{number}\x03" for number in range(len(prompt))]
        marked = [Message(message.role, mark) for message, mark in zip(prompt, marks, strict=True)]
        for messages in (marked, _without_system(marked)):
            if not messages:
                continue
            try:
                text = formatter(
                    messages=[{"role": m.role, "content": m.content} for m in messages],
                    enable_thinking=False,
                ).prompt
            except Exception as error:  # noqa: BLE001  # a template raises what it likes
                reason = error
                continue
            filled = _split(text, marks, prompt)
            if filled:
                return filled
        if not reply:
            return None
        raise GenerationFailed(_line(reason or "it leaves a message out"))


def _without_system(messages: Sequence[Message]) -> list[Message]:
    """Return messages with that of the system in the user's; none where nothing can be moved."""
    if len(messages) < 2 or messages[0].role != "system" or messages[1].role != "user":
        return []
    first = Message("user", f"{messages[0].content}\n\n{messages[1].content}")
    return [first, *messages[2:]]


def _split(text: str, marks: Sequence[str], prompt: Prompt) -> Filled | None:
    """Return a filled template with the messages in the places of their marks; None where one is
    missing, or stands twice."""
    if any(text.count(mark) != 1 for mark in marks):
        return None
    pieces: list[tuple[str, str]] = []
    for mark, message in zip(marks, prompt, strict=True):
        before, separator, text = text.partition(mark)
        if not separator:
            return None
        pieces.append((before, message.content))
    return Filled(pieces, text)


def _line(reason: object) -> str:
    words = " ".join(str(reason).split())[:200]
    return f"the chat template in the model's file cannot be used ({words}): choose another file"
