"""The language in which texts are read: stems, stop words and rules are those of the articles'.

It holds for all that is computed while one answer is made. English where nothing is set.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")

LANGUAGE_NAMES = {
    "ar": "Arabic",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "sv": "Swedish",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "zh": "Chinese",
}
"""The languages that a question may be in, by their codes."""

_LANGUAGE: ContextVar[str] = ContextVar("language", default="en")


def text_language() -> str:
    """Return the code of the language in which texts are read now."""
    return _LANGUAGE.get()


@contextmanager
def reading_in(language: str) -> Iterator[None]:
    """Read texts as of a language, inside of the block.

    Args:
        language: its code of two letters.
    """
    token = _LANGUAGE.set(language)
    try:
        yield
    finally:
        _LANGUAGE.reset(token)


def read_in(language: str, items: Iterator[T]) -> Iterator[T]:
    """Yield the items of an iterator whose work reads texts as of a language, and no other work
    between them.

    Args:
        language: its code of two letters.
        items: the iterator.
    """
    while True:
        with reading_in(language):
            try:
                item = next(items)
            except StopIteration:
                return
        yield item
