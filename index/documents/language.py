"""The language of a text, by py3langid, where its file does not say it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_SAMPLE = 4000
"""Characters that are looked at."""

_LEAST_CONFIDENCE = 0.5
_LEAST_LETTERS = 6
_LETTERS = re.compile(r"[^\W\d_]")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+")


def detect_language(text: str) -> str | None:
    """Return the language of a text as a code of two letters ("de").

    None where the text has too few words to tell.
    """
    sample = _ADDRESS.sub(" ", text[:_SAMPLE])
    if len(_LETTERS.findall(sample)) < _LEAST_LETTERS:
        return None
    language, confidence = _identifier().classify(sample)
    return language_tag(language) if confidence >= _LEAST_CONFIDENCE else None


def detect_among(text: str, languages: tuple[str, ...]) -> tuple[str, float]:
    """Return the language of a short text as a code of two letters, with its probability.

    Args:
        text: a question, for example.
        languages: the codes of those that it may be in.
    """
    language, probability = _identifier(languages).classify(text)
    return str(language), float(probability)


@lru_cache(maxsize=2)
def _identifier(languages: tuple[str, ...] = ()) -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    if languages:
        identifier.set_languages(list(languages))
    return identifier


def language_tag(name: str | None) -> str | None:
    """Return the language that a file declares as a tag ("en-GB"); None for what is no tag."""
    tag = (name or "").strip().replace("_", "-").partition(";")[0].partition(",")[0]
    if not re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}", tag):
        return None
    return None if tag.lower() in ("und", "mul", "zxx") else tag
