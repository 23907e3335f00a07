"""The kind of a question: what sort of answer it asks for, decided by its words.

Small talk is what is nothing else. The patterns of each language are tried in the order of
`_ORDER`; the first that matches decides, a question that none matches asks for a fact. Every
language is tried on every question: "Vergleiche" means nothing in English, and a reader may ask in
another language than the articles'.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from typing import Literal, get_args

from sourcebook.rag.language.word_lists import read_lines

__all__ = ["KINDS", "Kind", "find_kind"]

Kind = Literal[
    "fact",
    "how-to",
    "list",
    "comparison",
    "summary",
    "why",
    "yes-no",
    "library",
    "small-talk",
    "source",
]

KINDS: tuple[Kind, ...] = get_args(Kind)

_ORDER: tuple[Kind, ...] = (
    "library",
    "summary",
    "comparison",
    "how-to",
    "why",
    "yes-no",
    "list",
)

_PART_ENDS = re.compile(r"[.!?,;:…–—]+|\b(?:and|und)\b", re.IGNORECASE)


def find_kind(question: str, without: Collection[Kind] = ()) -> Kind:
    """Return the kind of a question. It takes well under 5 ms.

    Args:
        question: in one line.
        without: kinds that it turned out not to be of.
    """
    text = question.strip()
    if "small-talk" not in without and is_small_talk(text):
        return "small-talk"
    kinds = (kind for kind in _ORDER if kind not in without)
    return next((kind for kind in kinds if _pattern(kind).search(text)), "fact")


def is_small_talk(text: str) -> bool:
    """Return whether a turn is thanks, or each part of it small talk: "Hi there! Who are you?" """
    if _pattern("thanks").search(text):
        return True
    parts = [part for part in _PART_ENDS.split(text) if re.search(r"\w", part)]
    return bool(parts) and all(_pattern("small-talk").search(part) for part in parts)


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """Return one pattern of the lines of ``lists/kinds/<name>.txt``, which are patterns."""
    lines = read_lines(f"kinds/{name}")
    return re.compile("|".join(f"(?:{line})" for line in lines), re.IGNORECASE)
