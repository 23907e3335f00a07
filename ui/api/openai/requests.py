"""What OpenAI's clients may send, and what of it is refused or has no effect.

Refused, as it cannot be honoured: several choices, log probabilities, a forced tool call, output in
a schema, audio, images, stored conversations. Everything else that is not named here has no effect
(temperature, seed, tools that may be left uncalled, system messages); `no_effect` lists what of it
was sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from sourcebook.ui.api.dialogue import CONVERSATION_CONFIG, TextMessage, Utterance, question_of
from sourcebook.ui.api.service import AskedQuestion

__all__ = ["ChatRequest", "EmbeddingRequest", "ResponseRequest", "no_effect"]

ModelName = Annotated[str, Field(max_length=200, description="`sourcebook`, `sourcebook/NAME`.")]


class OpenAIMessage(TextMessage):
    """A message of a conversation; its parts are text."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str = Field(default="", description="A text, or a list of parts that are text.")

    def to_message(self) -> Utterance:
        """Return what is told apart of it."""
        return Utterance(self.role, self.content)


class StreamOptions(BaseModel):
    """Options of a stream."""

    model_config = ConfigDict(extra="allow")

    include_usage: bool = False


class ChatRequest(BaseModel):
    """`POST /v1/chat/completions`."""

    model_config = CONVERSATION_CONFIG

    model: ModelName
    messages: list[OpenAIMessage] = Field(min_length=1, max_length=1000)
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    max_tokens: int | None = Field(default=None, ge=1)
    max_completion_tokens: int | None = Field(default=None, ge=1)
    stop: str | list[str] | None = None
    n: int | None = 1
    logprobs: bool | None = False
    top_logprobs: int | None = None
    tool_choice: Any = None
    response_format: Any = None
    modalities: list[str] | None = None

    @field_validator("n")
    @classmethod
    def _one_choice(cls, value: int | None) -> int | None:
        if value not in (None, 1):
            raise ValueError("only 1 is possible: the same question has one answer")
        return value

    @field_validator("logprobs", "top_logprobs")
    @classmethod
    def _no_logprobs(cls, value: bool | int | None) -> bool | int | None:
        if value:
            raise ValueError("log probabilities are not given: leave it out")
        return value

    @field_validator("stop")
    @classmethod
    def _few_stops(cls, value: str | list[str] | None) -> str | list[str] | None:
        if isinstance(value, list) and len(value) > 4:
            raise ValueError("at most 4 stop words")
        return value

    @field_validator("tool_choice")
    @classmethod
    def _no_forced_tool(cls, value: Any) -> Any:
        return check_tool_choice(value)

    @field_validator("response_format")
    @classmethod
    def _plain_text(cls, value: Any) -> Any:
        return check_format(value)

    @field_validator("modalities")
    @classmethod
    def _text_alone(cls, value: list[str] | None) -> list[str] | None:
        if value and set(value) != {"text"}:
            raise ValueError("answers are text alone: leave it out")
        return value

    @field_validator("messages")
    @classmethod
    def _ends_with_a_question(cls, value: list[OpenAIMessage]) -> list[OpenAIMessage]:
        question_of([message.to_message() for message in value])
        return value

    def to_question(self) -> AskedQuestion:
        """Return the question that the messages end with."""
        return question_of([message.to_message() for message in self.messages])

    @property
    def stops(self) -> tuple[str, ...]:
        """The stop words."""
        return (self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ())

    @property
    def most_tokens(self) -> int | None:
        """The most tokens of the answer."""
        return self.max_completion_tokens or self.max_tokens


class ResponseRequest(BaseModel):
    """`POST /v1/responses`."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [{"model": "sourcebook", "input": "How long did the talks in Geneva last?"}]
        },
    )

    model: ModelName
    input: list[OpenAIMessage] = Field(min_length=1, max_length=1000)
    instructions: Any = None
    stream: bool | None = False
    max_output_tokens: int | None = Field(default=None, ge=1)
    metadata: dict[str, Any] | None = None
    previous_response_id: str | None = None
    conversation: Any = None
    background: bool | None = False
    tool_choice: Any = None
    top_logprobs: int | None = None
    text: Any = None

    @field_validator("input", mode="before")
    @classmethod
    def _as_messages(cls, value: Any) -> Any:
        if isinstance(value, str):
            return [{"role": "user", "content": value}]
        if not isinstance(value, list):
            raise ValueError("should be a text or a list of messages")
        # Items that are no messages (an earlier search, reasoning) say nothing of the question.
        return [item for item in value if not isinstance(item, Mapping) or "role" in item]

    @field_validator("input")
    @classmethod
    def _ends_with_a_question(cls, value: list[OpenAIMessage]) -> list[OpenAIMessage]:
        question_of([message.to_message() for message in value])
        return value

    @field_validator("previous_response_id", "conversation", "background")
    @classmethod
    def _nothing_stored(cls, value: Any) -> Any:
        if value:
            raise ValueError(
                "no response is stored here: send the earlier messages in `input`, and leave it out"
            )
        return value

    @field_validator("top_logprobs")
    @classmethod
    def _no_logprobs(cls, value: int | None) -> int | None:
        if value:
            raise ValueError("log probabilities are not given: leave it out")
        return value

    @field_validator("tool_choice")
    @classmethod
    def _no_forced_tool(cls, value: Any) -> Any:
        return check_tool_choice(value)

    @field_validator("text")
    @classmethod
    def _plain_text(cls, value: Any) -> Any:
        if isinstance(value, Mapping):
            check_format(value.get("format"))
        return value

    def to_question(self) -> AskedQuestion:
        """Return the question that the input ends with."""
        return question_of([message.to_message() for message in self.input])


class EmbeddingRequest(BaseModel):
    """`POST /v1/embeddings`."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={"examples": [{"model": "sourcebook", "input": ["Talks in Geneva"]}]},
    )

    model: ModelName
    input: list[Annotated[str, Field(min_length=1, max_length=100_000)]] = Field(
        min_length=1, max_length=2048
    )
    encoding_format: Literal["float", "base64"] | None = "float"
    dimensions: int | None = Field(default=None, ge=1)

    @field_validator("input", mode="before")
    @classmethod
    def _as_list(cls, value: Any) -> Any:
        if isinstance(value, str):
            return [value]
        if isinstance(value, list) and any(isinstance(item, int | list) for item in value):
            raise ValueError("tokens of another model mean nothing here: send texts")
        return value


def check_tool_choice(value: Any) -> Any:
    """Return a choice of tools, or raise ValueError where it forces one to be called."""
    kind = value.get("type") if isinstance(value, Mapping) else value
    if kind not in (None, "none", "auto"):
        raise ValueError("no tool is called here: leave it out, or send `auto` or `none`")
    return value


def check_format(value: Any) -> Any:
    """Return a format of output, or raise ValueError where it is no text."""
    kind = value.get("type") if isinstance(value, Mapping) else value
    if kind not in (None, "text"):
        raise ValueError("answers are text: leave it out, or send the type `text`")
    return value


def no_effect(request: BaseModel, *names: str) -> list[str]:
    """Return the names of what was sent and has no effect, in alphabetical order.

    Args:
        request: what was sent.
        names: fields of it that are read but not followed.
    """
    extra = set(request.model_extra or {}) | {name for name in names if getattr(request, name)}
    return sorted(extra)
