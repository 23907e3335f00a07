"""Cut a document into passages of whole sentences, with character offsets."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from .pages import page_at
from .records import Document, Passage
from .sentences import document_sentences

MAX_WORDS = 150
"""The most words in a passage, unless its first sentence alone holds more.

all-MiniLM-L6-v2 reads 256 word pieces; 150 English words with the title are about 220.
"""


def split_document(document: Document, max_words: int = MAX_WORDS) -> list[Passage]:
    """Cut ``document`` into passages: each sentence is in exactly one, in order.

    All sentences of a passage begin on the same page, where the document has pages.
    """
    passages: list[Passage] = []
    for first, last in _groups(document, document_sentences(document), max_words):
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
    """Return 16 hex digits that depend on the document, the offset and the words."""
    digest = hashlib.sha256(f"{document_id}:{start}:".encode())
    digest.update(text.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]


def _groups(
    document: Document, spans: Sequence[tuple[int, int]], max_words: int
) -> list[tuple[int, int]]:
    """Group neighbouring sentences; a passage that is two thirds full ends with its paragraph."""
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


def embedding_text(document: Document, passage: Passage) -> str:
    """Return the text that is embedded for a passage: the article's title, then the passage."""
    return f"{document.title}\n{passage.text}"
