"""Texts of random words."""

from __future__ import annotations

import random

WORDS = [f"word{n}" for n in range(2000)]


def prose(seed: int, words: int = 120) -> str:
    """Return sentences of random words; two seeds share hardly a run of words."""
    words_of_text = random.Random(seed).choices(WORDS, k=words)
    return ". ".join(" ".join(words_of_text[at : at + 12]) for at in range(0, words, 12)) + "."
