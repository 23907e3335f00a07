"""Prose, made by hand."""

from __future__ import annotations

import random

WORDS = [f"word{n}" for n in range(2000)]


def prose(seed: int, words: int = 120) -> str:
    """Sentences of words drawn by ``seed``: two seeds share hardly a run of words."""
    drawn = random.Random(seed).choices(WORDS, k=words)
    return ". ".join(" ".join(drawn[at : at + 12]) for at in range(0, words, 12)) + "."
