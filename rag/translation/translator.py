"""One text translated by the language model."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Literal

from sourcebook.rag.language.reading import LANGUAGE_NAMES
from sourcebook.rag.llm import LanguageModel, Message, Prompt
from sourcebook.rag.prompting import clean_draft
from sourcebook.rag.prompting.sanitizing import sanitize_for_prompt

_MARGIN = 24
"""Tokens that a translation may have beyond twice those of its text."""


@dataclass(frozen=True, slots=True)
class Translator:
    """Translates with ``model`` until ``cancel`` is set."""

    model: LanguageModel
    cancel: threading.Event | None = None

    def translate(
        self, text: str, source: str, target: str, what: Literal["question", "sentence"]
    ) -> str:
        """Return a text in another language, in one line; empty where the model wrote none.

        Args:
            text: the question or the sentence.
            source: the code of its language.
            target: the code of the other.
            what: what it is.

        Raises:
            ModelError: the model cannot run.
        """
        most = 2 * self.model.count_tokens(text) + _MARGIN
        prompt = translation_prompt(text, LANGUAGE_NAMES[source], LANGUAGE_NAMES[target], what)
        translation = "".join(self.model.stream(prompt, max_tokens=most, cancel=self.cancel))
        return " ".join(clean_draft(translation.strip().partition("\n")[0]).split()).strip('“”„"')


def translation_prompt(text: str, source: str, target: str, what: str) -> Prompt:
    """Return the prompt for a translation; languages are named in English."""
    return [
        Message("system", f"You translate into {target}. You never answer."),
        Message(
            "user",
            f"Translate this {what} from {source} into {target}; keep names, numbers and codes:\n"
            f"{sanitize_for_prompt(text)}",
        ),
    ]
