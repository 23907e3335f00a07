"""The protocol of language models; any model that has these methods can be used."""

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
    """Continues a chat. One call at a time; others wait."""

    @property
    def name(self) -> str:
        """What a person calls it; unique to its weights."""
        ...

    @property
    def context_size(self) -> int:
        """Tokens that prompt and reply may have together."""
        ...

    def load(self) -> None:
        """Make ready now what the first call would. Raises ModelError."""
        ...

    def count_tokens(self, text: str) -> int:
        """Tokens of ``text``."""
        ...

    def read_ahead(self, prompt: Prompt) -> None:
        """Compute ``prompt`` now, so that one that begins like it starts sooner."""
        ...

    def stream(
        self, prompt: Prompt, *, max_tokens: int, cancel: threading.Event | None = None
    ) -> Iterator[str]:
        """The reply in pieces. Ends early when ``cancel`` is set. Raises GenerationFailed."""
        ...

    def yes_log_odds(self, prompt: Prompt, *, cancel: threading.Event | None = None) -> float:
        """log P(Yes) - log P(No) for the next word of the reply. Raises GenerationFailed."""
        ...
