"""Deterministic stand-ins for the models, shipped so that applications can test with them too.

An application passes them in the place of the real ones:

    library = Library.open(folder, embedder=HashEmbedder())
    chatbot = Chatbot(library, model=ScriptedModel("About eight hours."))
"""

from __future__ import annotations

import re
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import Stemmer

from sourcebook.index.embedding.base import Vectors
from sourcebook.rag.llm import Prompt

_WORD = re.compile(r"\w+")

_PROMPTS_KEPT = 1000
"""Of a model that is asked for hours, the last prompts are kept."""


class HashEmbedder:
    """Bags of stemmed words as unit vectors: texts that share words are near each other."""

    def __init__(self, dimension: int = 256) -> None:
        self.name = "hash" if dimension == 256 else f"hash-{dimension}"
        self.dimension = dimension
        self._stemmer = Stemmer.Stemmer("english")

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in self._stemmer.stemWords(_WORD.findall(text.casefold())):
                row[zlib.crc32(word.encode("utf-8", "replace")) % self.dimension] += 1.0
            length = float(np.linalg.norm(row))
            row[0 if not length else slice(None)] = 1.0 if not length else row / length
        return vectors


class ScriptedModel:
    """A language model with a fixed reply.

    Args:
        reply: the text, or a function that makes it from the prompt; by default the first evidence
            sentence of the prompt.
        log_odds: of Yes over No, or a function of the prompt.
    """

    def __init__(
        self,
        reply: str | Callable[[Prompt], str] | None = None,
        *,
        log_odds: float | Callable[[Prompt], float] = 5.0,
    ) -> None:
        self.name = "scripted"
        self.context_size = 4096
        self.prompts: list[Prompt] = []
        self._reply = reply
        self._log_odds = log_odds

    def load(self) -> None:
        """Nothing to load."""

    def count_tokens(self, text: str) -> int:
        return len(_WORD.findall(text))

    def stream(
        self, prompt: Prompt, *, max_tokens: int, cancel: threading.Event | None = None
    ) -> Iterator[str]:
        self.prompts.append(prompt)
        del self.prompts[:-_PROMPTS_KEPT]
        if self._reply is None:
            text = _first_evidence(prompt)
        else:
            text = self._reply if isinstance(self._reply, str) else self._reply(prompt)
        for piece in re.findall(r"\s*\S+", text)[:max_tokens]:
            if cancel and cancel.is_set():
                return
            yield piece

    def yes_log_odds(self, prompt: Prompt, *, cancel: threading.Event | None = None) -> float:
        return self._log_odds(prompt) if callable(self._log_odds) else self._log_odds

    def read_ahead(self, prompt: Prompt) -> None:
        """Nothing to keep."""


def _first_evidence(prompt: Prompt) -> str:
    """Return the first evidence sentence of the prompt, without its dash."""
    lines = prompt[-1].content.splitlines()
    return next((line[2:] for line in lines if line.startswith("- ")), "")
