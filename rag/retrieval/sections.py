"""Sections of articles: what stands under one heading, cut into extracts.

An extract is a list, a table or code with the sentence that leads to it, or a paragraph. Blocks
give the bounds. A short line without a full stop, in capitals or after a number, is a heading too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sourcebook.index.documents.records import Document, Hit, Passage
from sourcebook.index.documents.sentences import sentence_spans
from sourcebook.index.structure.blocks import Block

_LONGEST = 3000
"""Characters of a section; a text without headings would be one, and its meaning is taken from its
beginning."""

_LONGEST_HEADING = 70
_PARAGRAPH = re.compile(r"\S(?:.|\n(?!\s*\n))*")
_HEADING_LINE = re.compile(r"[^\n]*[^\s.!?:;,…\"”“»'’)\]]")
_NUMBER = re.compile(r"\(?\d[\d.]*[.)]?\s|[IVXLC]+\.\s|[A-Z]\.\s|§")
_SPECIAL = ("list", "table", "code")
_LEVEL_OF_LINES = 9


@dataclass(frozen=True, slots=True)
class Extract:
    """A list, a table, code or a paragraph; ``lead`` are the bounds of the sentence before it that
    leads to it."""

    document: Document = field(repr=False)
    block: Block
    lead: tuple[int, int] | None = None

    @property
    def start(self) -> int:
        """Where it begins, with its lead."""
        return self.lead[0] if self.lead else self.block.start

    @property
    def lead_text(self) -> str:
        """The sentence that leads to it, on one line; empty without one."""
        return " ".join(self.document.text[slice(*self.lead)].split()) if self.lead else ""

    @property
    def text(self) -> str:
        """The lead and the block, on one line."""
        return " ".join(f"{self.lead_text} {self.block.text}".split())


@dataclass(frozen=True, slots=True)
class Section:
    """The extracts under one heading, in order. ``headings`` are those above, the topmost first,
    without the article's title; ``score`` is that of the best passage that was found in it."""

    document: Document = field(repr=False)
    headings: tuple[str, ...]
    extracts: tuple[Extract, ...]
    start: int
    end: int
    score: float = 0.0

    @property
    def heading_text(self) -> str:
        """The title and the headings in one line."""
        return ": ".join((self.document.title, *self.headings))

    @property
    def text(self) -> str:
        """All of it in one line, after its headings."""
        return f"{self.heading_text}. " + " ".join(extract.text for extract in self.extracts)


def find_sections(hits: Sequence[Hit]) -> list[Section]:
    """Return the sections that the passages of ``hits`` lie in, each with its best score."""
    passages: dict[str, list[Hit]] = {}
    for hit in hits:
        passages.setdefault(hit.document.id, []).append(hit)
    sections: list[Section] = []
    for near in passages.values():
        for section in document_sections(near[0].document):
            scores = [hit.score for hit in near if _overlap(hit.passage, section)]
            if scores:
                sections.append(_with_score(section, max(scores)))
    return sections


def document_sections(document: Document) -> list[Section]:
    """Return the sections of a document in order; one of more than _LONGEST characters is given in
    several parts, each under the same headings."""
    blocks = document.blocks or tuple(
        Block("paragraph", match.start(), match.end(), match.group())
        for match in _PARAGRAPH.finditer(document.text)
    )
    path: list[tuple[int, str]] = []
    sections: list[Section] = []
    run: list[Block] = []
    title = " ".join(document.title.split()).casefold()

    def close() -> None:
        if run:
            headings = tuple(text for _, text in path if text.casefold() != title)
            extracts = tuple(_extracts(document, run))
            sections.append(Section(document, headings, extracts, run[0].start, run[-1].end))
            run.clear()

    for position, block in enumerate(blocks):
        level = _heading_level(block, blocks[position + 1 :])
        if level is None:
            if run and block.kind == "paragraph" and block.end - run[0].start > _LONGEST:
                close()
            run.append(block)
            continue
        close()
        while path and path[-1][0] >= level:
            path.pop()
        path.append((level, " ".join(block.text.split())))
    close()
    return sections


def passage_id_at(passages: Iterable[Passage], offset: int) -> str:
    """Return the id of the passage that holds the character at ``offset``, else of the last before
    it.

    Args:
        passages: those of one document, in order; at least one.
        offset: a place in its text.
    """
    best = ""
    for passage in passages:
        if best and passage.start > offset:
            break
        best = passage.id
    return best


def _heading_level(block: Block, following: Sequence[Block]) -> int | None:
    """Return the level of a heading, or of a short line before other text; None for other text."""
    if block.kind == "heading":
        return block.level or 1
    is_line = (
        block.kind == "paragraph"
        and len(block.text) <= _LONGEST_HEADING
        and bool(_HEADING_LINE.fullmatch(block.text))
        and (block.text.isupper() or bool(_NUMBER.match(block.text)))
    )
    return _LEVEL_OF_LINES if is_line and following and following[0].kind != "heading" else None


def _extracts(document: Document, blocks: Sequence[Block]) -> Iterator[Extract]:
    before: Block | None = None
    following = [*blocks[1:], None]
    for block, after in zip(blocks, following, strict=True):
        if block.kind == "quote" and any(child.kind in _SPECIAL for child in block.children):
            yield from _extracts(document, block.children)
        elif block.kind in ("mark", "footnote", "figure") or not block.text.strip():
            continue
        elif after and after.kind in _SPECIAL and _lead(document, block) == _bounds(block):
            pass  # it stands with what it leads to
        else:
            lead = _lead(document, before) if block.kind in _SPECIAL and before else None
            yield Extract(document, block, lead)
        before = block


def _lead(document: Document, before: Block) -> tuple[int, int] | None:
    """Return the bounds of the last sentence of the text before a list, a table or code."""
    if before.kind not in ("paragraph", "caption", "quote"):
        return None
    language = (document.language or "en").partition("-")[0].lower()
    spans = sentence_spans(document.text[before.start : before.end], language)
    if not spans:
        return None
    start, end = spans[-1]
    return before.start + start, before.start + end


def _bounds(block: Block) -> tuple[int, int]:
    """Return the bounds of a block's text without the white space around it."""
    text = block.text
    return block.start + len(text) - len(text.lstrip()), block.start + len(text.rstrip())


def _overlap(passage: Passage, section: Section) -> bool:
    return passage.start < section.end and passage.end > section.start


def _with_score(section: Section, score: float) -> Section:
    return Section(
        section.document, section.headings, section.extracts, section.start, section.end, score
    )
