"""Cut a document into passages of whole sentences that follow its blocks, with offsets."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sourcebook.index.structure.blocks import Block, find_blocks

from .pages import page_at
from .records import Document, Passage
from .sentences import BlockSentence, block_sentences
from .words import count_words

MAX_WORDS = 150
"""The most words in a passage, unless its first sentence alone holds more.

all-MiniLM-L6-v2 reads 256 word pieces; 150 English words with the title are about 220.
"""

MIN_SECTION = 40
"""Words that a passage holds before a heading ends it: shorter sections stand together."""

_LED_IN = ("item", "row", "code", "formula")


def split_document(document: Document, max_words: int = MAX_WORDS) -> list[Passage]:
    """Cut ``document`` into passages: each sentence is in exactly one, in order.

    All sentences of a passage begin on the same page, where the document has pages. A heading
    stands with what follows it, a list, table or code with the sentence that leads to it.
    """
    passages: list[Passage] = []
    for group in _groups(document, max_words):
        first, last = group[0].start, group[-1].end
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


def _groups(document: Document, max_words: int) -> list[list[BlockSentence]]:
    """Group neighbouring sentences; a passage that is two thirds full ends with its paragraph."""
    groups: list[list[BlockSentence]] = []
    words = 0
    for sentence in block_sentences(document):
        length = count_words(document.text[sentence.start : sentence.end])
        if not groups:
            groups.append([sentence])
            words = length
            continue
        group = groups[-1]
        gap = document.text[group[-1].end : sentence.start]
        page_ends = page_at(document, sentence.start) != page_at(document, group[0].start)
        is_full = words + length > max_words
        paragraph_ends = "\n" in gap and words >= max_words * 2 // 3
        section_ends = sentence.is_heading and words >= MIN_SECTION
        if not (page_ends or is_full or paragraph_ends or section_ends):
            group.append(sentence)
            words += length
            continue
        lead = [] if page_ends else _lead(document, group, sentence)
        if len(lead) == len(group):  # nothing but what leads to this sentence
            group.append(sentence)
            words += length
            continue
        del group[len(group) - len(lead) :]
        groups.append([*lead, sentence])
        words = sum(count_words(document.text[s.start : s.end]) for s in groups[-1])
    return groups


def _lead(
    document: Document, group: list[BlockSentence], following: BlockSentence
) -> list[BlockSentence]:
    """Return the end of a passage that belongs to the sentence behind it: headings, or what leads
    to a list, a table or code."""
    count = 0
    while count < len(group) and group[-1 - count].is_heading:
        count += 1
    if count == 0 and following.kind in _LED_IN and group[-1].kind not in _LED_IN:
        text = document.text[group[-1].start : group[-1].end]
        count = int(following.kind == "code" or text.endswith((":", "：")))
    return group[len(group) - count :]


def passage_titles(document: Document, passages: Sequence[Passage]) -> list[str]:
    """Return for each passage the article's title and the headings above it, on one line."""
    headings = find_blocks(document.blocks, "heading")
    titles: list[str] = []
    path: list[Block] = []
    for passage in passages:
        while headings and headings[0].end <= passage.start:
            heading = headings.pop(0)
            path = [above for above in path if (above.level or 1) < (heading.level or 1)]
            path.append(heading)
        names = [document.title, *(block.text for block in path)]
        titles.append(" › ".join(dict.fromkeys(" ".join(name.split()) for name in names)))
    return titles


def embedding_texts(document: Document, passages: Sequence[Passage]) -> list[str]:
    """Return what is embedded for each passage: title and headings, then the passage."""
    titles = passage_titles(document, passages)
    return [f"{title}\n{p.text}" for title, p in zip(titles, passages, strict=True)]
