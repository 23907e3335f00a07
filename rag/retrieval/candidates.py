"""The sentences of passages that may be evidence.

A row of a table and a run of code are one sentence each. Headings alone, rows of heads and
fragments tell nothing and are none; a short fact ("Wifi password: krab7.") is one, and a heading
that names a day ("Release 2.1 (4 November 2024)").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sourcebook.index.documents.pages import page_at
from sourcebook.index.documents.records import Document, Hit
from sourcebook.index.documents.sentences import BlockSentence, block_sentences
from sourcebook.index.documents.words import count_words
from sourcebook.index.structure.blocks import Block, BlockKind
from sourcebook.index.structure.context import context_at
from sourcebook.rag.language.time.days import find_days

SHORTEST = 4
"""Words. A shorter run of prose must be a label with its value, or a whole sentence."""

_SHORTEST_SENTENCE = 2

UNDER_CONTEXT: tuple[BlockKind, ...] = ("row", "code", "formula", "item")
"""Kinds of blocks that are read together with what stands above them."""

_BULLET = re.compile(r"(?:[•▪◦‣●■*·–—-]\s+)+(?=\S)")
_STRAY = re.compile(r"(?<=[.!?…])\s+[“„\"'‘]$")
"""An opening quotation mark after the end of a sentence, an error of some pages."""

_LABEL_AND_VALUE = re.compile(r"\W*\w[^:：\n]{0,80}(?::\s+|：\s*)[^\s:：].*", re.DOTALL)
_CLOSED = re.compile(r"[\w%)\]”’\"'][.!。！]+[”’»\"')\]」』]*$")

_CODE = re.compile(
    r"(?<![\w.])(?!(?:19|20)\d\d(?!\d))\d[\d.,:/-]{2,}|\b(?=[^\W\d_]*\d)(?=\d*[^\W\d_])\w{3,}"
)
"""A number of three signs that is no year, or letters with digits: "4711", "krab7"."""

_POINTING = re.compile(
    r"\W*(he|she|it|they|we|i|you|this|that|these|those|there|his|her|its|their|so|not|no|yes)\b",
    re.IGNORECASE,
)
"""A short sentence that begins so leans on the one before it: "He agreed." """


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a passage: ``document.text[start:end] == text``.

    ``before`` is what a reader has read just before it. ``context`` is what stands above a row,
    code, an item or a short fact (headings, caption, lead of a list); empty for other prose.
    """

    hit: Hit
    text: str
    start: int
    before: str = ""
    context: str = ""
    block: Block | None = None

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)

    @property
    def page(self) -> int | None:
        """The page that it stands on, where the format has pages."""
        if self.block and self.block.place:
            return self.block.place.page
        return page_at(self.hit.document, self.start) or self.hit.passage.page

    @property
    def with_sentence_before(self) -> str:
        """The sentence after the one before it."""
        return f"{self.before} {self.text}".strip()

    @property
    def wording(self) -> tuple[str, str]:
        """The same for two sentences in the same words."""
        return fold(self.context), fold(self.text)


def find_candidates(hits: Sequence[Hit]) -> list[Candidate]:
    """Return the sentences of the passages of ``hits`` that may be evidence, each wording once: a
    near-duplicate article has the same sentence, and once is enough for the model."""
    candidates: dict[tuple[str, str], Candidate] = {}
    for hit in hits:
        for candidate in passage_candidates(hit):
            candidates.setdefault(candidate.wording, candidate)
    return list(candidates.values())


def passage_candidates(hit: Hit) -> Iterator[Candidate]:
    """Yield the sentences of a passage that may be evidence, in order."""
    document = hit.document
    before: BlockSentence | None = None
    for sentence in block_sentences(document, hit.passage.start, hit.passage.end):
        start, end = _trim(document.text, sentence)
        text = document.text[start:end]
        is_short = count_words(text) < SHORTEST
        is_under_heading = (
            before is not None
            and before.is_heading
            and fold(document.text[before.start : before.end]) != fold(document.title)
        )
        if _is_informative(document, sentence, text, is_under_heading=is_under_heading):
            context = ""
            if sentence.kind in UNDER_CONTEXT or (is_short and sentence.block):
                context = _context(document, start)
            previous = document.text[before.start : before.end] if before else ""
            read_before = context if sentence.kind in UNDER_CONTEXT else previous
            yield Candidate(hit, text, start, read_before, context, sentence.block)
        before = sentence


def _context(document: Document, offset: int) -> str:
    parts = context_at(document.blocks, offset)
    return " › ".join(part for part in parts if fold(part) != fold(document.title))


def _is_informative(
    document: Document, sentence: BlockSentence, text: str, *, is_under_heading: bool
) -> bool:
    """Return whether a sentence tells something.

    Args:
        document: where it stands.
        sentence: with its block.
        text: of the sentence, trimmed.
        is_under_heading: whether a heading is just before it that is not the title.
    """
    words = count_words(text)
    is_closed = bool(_CLOSED.search(text)) and not _POINTING.match(text)
    is_fact = (is_closed and words >= _SHORTEST_SENTENCE) or bool(_LABEL_AND_VALUE.fullmatch(text))
    match sentence.kind:
        case "heading":
            is_title = fold(text) == fold(document.title)
            is_statement = is_title or bool(_CLOSED.search(text)) or bool(find_days(text))
            return words >= SHORTEST and is_statement
        case "row":
            return _has_value(sentence.block)
        case "code" | "formula":
            return words > 0
        case "caption":
            return words >= SHORTEST
        case "item":
            return words >= _SHORTEST_SENTENCE or bool(words and _context(document, sentence.start))
        case _:
            if words >= SHORTEST:
                return True
            if is_under_heading and words:
                return True
            return is_fact or (words >= _SHORTEST_SENTENCE and bool(_CODE.search(text)))


def _has_value(row: Block | None) -> bool:
    """Return whether a row holds more than heads."""
    cells = [child for child in row.children if child.kind == "cell" and child.text] if row else []
    return not cells or not all(child.cell and child.cell.is_head for child in cells)


def fold(text: str) -> str:
    """Return a text in small letters, without its line breaks and the full stop at its end."""
    return " ".join(text.casefold().split()).rstrip(".")


def _trim(text: str, sentence: BlockSentence) -> tuple[int, int]:
    """Return the bounds of a sentence without a bullet before it and a stray mark after it."""
    start, end = sentence.start, sentence.end
    if sentence.kind in ("row", "code", "formula"):
        return start, end
    bullet, stray = _BULLET.match(text[start:end]), _STRAY.search(text[start:end])
    return start + (bullet.end() if bullet else 0), end - (len(stray[0]) if stray else 0)
