"""The protocol of language models: any object with these methods can be one."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat."""

    role: Literal["system", "user", "assistant"]
    content: str


Prompt = Sequence[Message]


class LanguageModel(Protocol):
    """A model that continues a chat. One call runs at a time, or ``parallel`` of them where the
    model has that attribute; others wait. Each method may raise a ModelError."""

    @property
    def name(self) -> str:
        """A readable name, unique to the weights."""
        ...

    @property
    def context_size(self) -> int:
        """The largest number of tokens of prompt and reply together."""
        ...

    def load(self) -> None:
        """Load the model now instead of at the first call. Raises ModelError."""
        ...

    def count_tokens(self, text: str) -> int:
        """Return the number of tokens of ``text``."""
        ...

    def read_ahead(self, prompt: Prompt) -> None:
        """Compute ``prompt`` now, so that a prompt with the same beginning starts sooner."""
        ...

    def stream(
        self, prompt: Prompt, *, max_tokens: int, cancel: threading.Event | None = None
    ) -> Iterator[str]:
        """Yield the reply in pieces; end early when ``cancel`` is set. Raises GenerationFailed."""
        ...

    def yes_log_odds(self, prompt: Prompt, *, cancel: threading.Event | None = None) -> float:
        """Return log P(Yes) - log P(No) for the reply's first word. Raises GenerationFailed."""
        ...
