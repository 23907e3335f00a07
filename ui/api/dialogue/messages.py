"""Messages of a conversation become a question with its history.

The last message of the user is the question. What a system message says has no part in it: answers
come from the articles, whatever it asks for.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, field_validator

from sourcebook.rag.question import Turn
from sourcebook.ui.api.service import AskedQuestion

__all__ = ["CONVERSATION_CONFIG", "TextMessage", "Utterance", "join_text", "question_of"]

CONVERSATION_CONFIG = ConfigDict(
    extra="allow",
    json_schema_extra={
        "examples": [
            {
                "model": "sourcebook",
                "messages": [{"role": "user", "content": "How long did the talks in Geneva last?"}],
            }
        ]
    },
)
"""Of a request that holds a conversation, with an example of one."""

_TEXT_PARTS = {
    "text": "text",
    "input_text": "text",
    "output_text": "text",
    "refusal": "refusal",
}
"""Types of parts that are text, and the field that holds it."""

_UNREAD_PARTS = frozenset({"thinking", "redacted_thinking", "tool_use", "tool_result"})
"""Types of parts that an earlier turn may have, and that say nothing of the question."""

_MARKS = re.compile(r"\s*\[\d+\](?:\s*\[\d+\])*")


@dataclass(frozen=True, slots=True)
class Utterance:
    """One message: its role, and its text in one."""

    role: str
    text: str


class TextMessage(BaseModel):
    """A message of a request, whose parts become one text."""

    model_config = ConfigDict(extra="allow")

    content: str

    @field_validator("content", mode="before")
    @classmethod
    def _join(cls, value: Any) -> str:
        return join_text(value)


def join_text(content: Any) -> str:
    """Return the text of a message's content, its parts joined by line breaks.

    Args:
        content: a text, a list of parts, or None.

    Raises:
        ValueError: a part is no text, such as an image.
    """
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        raise ValueError("should be a text or a list of parts")
    texts = [text for part in content if (text := _part_text(part)) is not None]
    return "\n".join(texts)


def _part_text(part: Any) -> str | None:
    if isinstance(part, str):
        return part
    kind = part.get("type") if isinstance(part, Mapping) else None
    if kind in _UNREAD_PARTS:
        return None
    field = _TEXT_PARTS.get(str(kind))
    text = part.get(field) if field and isinstance(part, Mapping) else None
    if not isinstance(text, str):
        raise ValueError(
            f"a part of type {str(kind)[:40]!r} cannot be read: questions are text alone"
        )
    return text


def question_of(messages: Sequence[Utterance]) -> AskedQuestion:
    """Return the question that a conversation ends with, and the turns before it.

    Raises:
        ValueError: it does not end with a message of the user.
    """
    spoken = [message for message in messages if message.role in ("user", "assistant")]
    if not spoken or spoken[-1].role != "user":
        raise ValueError("the last message must be the user's: it is the question")
    turns: list[Turn] = []
    for message, reply in itertools.pairwise(spoken):
        if message.role == "user" and reply.role == "assistant":
            turns.append(Turn(message.text, _MARKS.sub("", reply.text)))
    return AskedQuestion(spoken[-1].text, tuple(turns))
