"""What Anthropic's clients may send, and what of it is refused or has no effect.

Refused, as it cannot be honoured: images and files, a forced tool call, output in a schema, a last
message that the assistant begins. Everything else that is not named here has no effect (system
prompts, temperature, thinking, tools that may be left uncalled).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from sourcebook.ui.api.dialogue import CONVERSATION_CONFIG, TextMessage, Utterance, question_of
from sourcebook.ui.api.service import AskedQuestion

__all__ = ["CountRequest", "MessagesRequest"]


class AnthropicMessage(TextMessage):
    """A message of a conversation; its blocks are text."""

    role: Literal["user", "assistant"]
    content: str = Field(description="A text, or a list of blocks of text.")


class CountRequest(BaseModel):
    """`POST /v1/messages/count_tokens`."""

    model_config = CONVERSATION_CONFIG

    model: Annotated[str, Field(max_length=200)]
    messages: list[AnthropicMessage] = Field(min_length=1, max_length=1000)
    system: Any = None
    tool_choice: Any = None

    @field_validator("messages")
    @classmethod
    def _ends_with_a_question(cls, value: list[AnthropicMessage]) -> list[AnthropicMessage]:
        question_of([Utterance(message.role, message.content) for message in value])
        return value

    @field_validator("tool_choice")
    @classmethod
    def _no_forced_tool(cls, value: Any) -> Any:
        kind = value.get("type") if isinstance(value, Mapping) else value
        if kind not in (None, "none", "auto"):
            raise ValueError("no tool is called here: leave it out, or send the type `auto`")
        return value

    def to_question(self) -> AskedQuestion:
        """Return the question that the messages end with."""
        return question_of([Utterance(message.role, message.content) for message in self.messages])


class MessagesRequest(CountRequest):
    """`POST /v1/messages`."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "model": "sourcebook",
                    "max_tokens": 1024,
                    "messages": [
                        {"role": "user", "content": "How long did the talks in Geneva last?"}
                    ],
                }
            ]
        },
    )

    max_tokens: int = Field(ge=1)
    stream: bool | None = False
    stop_sequences: list[str] | None = Field(default=None, max_length=100)
    output_config: Any = None

    @field_validator("output_config")
    @classmethod
    def _plain_text(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and value.get("format"):
            raise ValueError("answers are text: leave `format` out")
        return value

    @property
    def dead_fields(self) -> list[str]:
        """What was sent and has no effect."""
        extra = set(self.model_extra or {})
        return sorted(extra | ({"system"} if self.system else set()))
