"""A document cut into passages on sentence bounds, with character offsets."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from .pages import page_at
from .records import Document, Passage
from .sentences import sentence_spans

MAX_WORDS = 150
"""Words a passage holds at most, unless its first sentence alone holds more.

all-MiniLM-L6-v2 reads 256 word pieces; 150 English words with the title are about 220.
"""


def split(document: Document, max_words: int = MAX_WORDS) -> list[Passage]:
    """The passages of ``document``: whole sentences in order, none left out, none shared.

    Where there are pages, all sentences of a passage begin on one: its own.
    """
    passages: list[Passage] = []
    for first, last in _groups(document, sentence_spans(document.text), max_words):
        text = document.text[first:last]
        passages.append(
            Passage(
                id=passage_id(document.id, first, text),
                document_id=document.id,
                text=text,
                start=first,
                end=last,
                page=page_at(document, first),
            )
        )
    return passages


def passage_id(document_id: str, start: int, text: str) -> str:
    """16 hex digits that change with the document, the place and the words."""
    digest = hashlib.sha256(f"{document_id}:{start}:".encode())
    digest.update(text.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]


def _groups(
    document: Document, spans: Sequence[tuple[int, int]], max_words: int
) -> list[tuple[int, int]]:
    """Pack neighbouring sentences. A passage prefers to end where a paragraph ends: once it is
    two thirds full, the next blank line closes it."""
    text = document.text
    groups: list[tuple[int, int]] = []
    words = 0
    for start, end in spans:
        length = len(text[start:end].split())
        if groups and words:
            gap = text[groups[-1][1] : start]
            full = words + length > max_words
            paragraph_ends = "\n" in gap and words >= max_words * 2 // 3
            page_ends = page_at(document, start) != page_at(document, groups[-1][0])
            if not (full or paragraph_ends or page_ends):
                groups[-1] = (groups[-1][0], end)
                words += length
                continue
        groups.append((start, end))
        words = length
    return groups


def passage_text(document: Document, passage: Passage) -> str:
    """What is embedded for a passage: it stands under its article's title, as a reader sees it."""
    return f"{document.title}\n{passage.text}"
