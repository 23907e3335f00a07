"""Lists and tables that hold what a question asks for, as pieces of an answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sourcebook.index.documents.records import Passage
from sourcebook.index.structure.blocks import Block
from sourcebook.index.structure.context import context_at
from sourcebook.rag.kinds.pieces import extract_pieces, row_evidence
from sourcebook.rag.language import content_stems
from sourcebook.rag.retrieval.section_ranking import RankedExtract
from sourcebook.rag.retrieval.sections import Extract, Section
from sourcebook.rag.verification import Part, quote

_IS_LIST, _NAMES_THEM, _HEADS_THEM, _OTHER_YEAR = 0.6, 0.8, 1.2, 1.5
"""What an extract gains for being a list or a table, for a lead or heading that names what is asked
for, and for a first head that does; what it loses under another year than the question's."""

_NOUN_WORDS = 2
"""Content words of a question among which what is asked for is named."""

_ASKING = re.compile(
    r"\W*(please|can you|could you|name|list|give|tell|show|enumerate|mention|me|us|all|every|each|"
    r"which|what|who|where|when|are|were|is|am|may|can|do|does|did|have|has|i|we|they|one|the|of|"
    r"our|my|your|these|those|nenne|welche[nrs]?|was|wer|alle|sind|hat|haben|die|der|das|\d+|two|"
    r"three|four|five|six|seven|eight|zwei|drei|vier|fünf)\b",
    re.IGNORECASE,
)

_PEOPLE = re.compile(r"\b(who|which (people|persons|members)|names? of|wer)\b", re.IGNORECASE)
_NAME_HEADS = frozenset(content_stems("name names person member members"))
"""Stems of the head over people's names."""

_ATTENDING = re.compile(
    r"\b(who) (?:came|attended|took part|turned up|(?:was|were) (?:there|present|at|in))\b"
    r"|\b(wer) (?:kam|nahm|war (?:da|dabei|anwesend|bei|auf))\b",
    re.IGNORECASE,
)
_ATTENDANCE = ("attendees, attendance, present", "Anwesende, anwesend, Teilnehmer")
"""What stands over a list of those who came, in the languages of the pattern's groups."""

_YES = re.compile(r"(yes|ja|sí|oui|x|✓|✔)", re.IGNORECASE)
_NO = re.compile(r"(no|nein|non|✗|✘)", re.IGNORECASE)
_SHORT_CELL = 3
"""Content words up to which a cell is a value, and no sentence that happens to hold a word."""

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class ListRequest:
    """What a question asks for: the stems that name it, all stems and numbers of the question, by
    which rows and columns of a table are chosen, and its years. ``question`` has the words that
    stand over a list of those who came, where it asks for them."""

    question: str
    names: frozenset[str]
    stems: frozenset[str]
    years: frozenset[str] = frozenset()

    @classmethod
    def of(cls, question: str) -> ListRequest:
        """Return that of a question: "rules" of "What are the rules that guests must follow?"."""
        words = question
        while match := _ASKING.match(words):
            words = words[match.end() :]
        stems = content_stems(question)
        asks_for_people = bool(_PEOPLE.search(question))
        names = {*content_stems(words)[:_NOUN_WORDS], *(_NAME_HEADS if asks_for_people else ())}
        if attending := _ATTENDING.search(question):
            heads = _ATTENDANCE[(attending.lastindex or 1) - 1]
            names.update(content_stems(heads))
            question = f"{question} ({heads})"
        years = frozenset(_YEAR.findall(question))
        return cls(question, frozenset(names - years - {"one"}), frozenset(stems), years)


def list_gain(section: Section, extract: Extract, request: ListRequest) -> float:
    """Return what an extract gains for being a list or a table, and one of what is asked for; what
    it loses for standing under another year."""
    if len(list_items(extract)) < 2:
        return 0.0
    gain = _IS_LIST
    if heads_them(extract, request):
        gain += _HEADS_THEM
    elif names_them(section, extract, request):
        gain += _NAMES_THEM
    years = set(_YEAR.findall(_text_above(section, extract)))
    return gain - (_OTHER_YEAR if years and request.years and not years & request.years else 0.0)


def list_items(extract: Extract) -> list[Block]:
    """Return the items of a list, or the rows of a table that are not its heads; else none."""
    block = extract.block
    if block.kind == "list":
        return [child for child in block.children if child.kind == "item"]
    if block.kind == "table":
        return [row for row in block.children if row.kind == "row" and not _is_head(row)]
    return []


def names_them(section: Section, extract: Extract, request: ListRequest) -> bool:
    """Return whether the lead, the heading or the first head names what is asked for."""
    above = " ".join([_text_above(section, extract), *_heads(extract)[:1]])
    return bool(request.names & set(content_stems(above)))


def heads_them(extract: Extract, request: ListRequest) -> bool:
    """Return whether the head of a table's first column names what is asked for."""
    return bool(request.names & set(content_stems(" ".join(_heads(extract)[:1]))))


def _text_above(section: Section, extract: Extract) -> str:
    """Return the last heading and the lead of a list, or the caption of a table."""
    heading = section.headings[-1] if section.headings else section.document.title
    captions = [child.text for child in extract.block.children if child.kind == "caption"]
    return " ".join([heading, extract.lead_text, *captions])


def list_of_the_thing(
    best: RankedExtract, ranked: Iterable[RankedExtract], request: ListRequest
) -> RankedExtract:
    """Return the best list, or another of its article whose heading has all words of the question
    that the heading of the best has, and more: "ginger pudding" where the best stands under "Rice
    pudding". Of several under that heading one without numbers comes first."""
    own = _heading_stems(best) & request.stems
    rivals = [
        other
        for other in ranked
        if other.section.document.id == best.section.document.id
        and len(list_items(other.extract)) > 1
        and own < (request.stems & _heading_stems(other))
    ]
    return min(rivals, key=lambda item: _is_numbered(item.extract)) if own and rivals else best


def _is_numbered(extract: Extract) -> bool:
    return any((item.marker or "")[:1].isdigit() for item in list_items(extract)[:1])


def _heading_stems(item: RankedExtract) -> set[str]:
    return set(content_stems(" ".join(item.section.headings[-1:])))


def is_same_list(one: RankedExtract, other: RankedExtract, request: ListRequest) -> bool:
    """Return whether two lists stand under the same words, in two places that the question does not
    tell apart: the ingredients of the hummus are none of the bread's."""
    own, others = (set(content_stems(item.section.heading_text)) for item in (one, other))
    is_of_the_same = (own & request.stems) <= others
    return len(list_items(other.extract)) >= 2 and _above(one) == _above(other) and is_of_the_same


def list_parts(extract: Extract, request: ListRequest, passages: Sequence[Passage]) -> list[Part]:
    """Return the items of a list; of a table the cells that were asked for, a row a part.

    Args:
        extract: a list or a table.
        request: what is asked for.
        passages: those of its article.
    """
    if extract.block.kind == "table":
        return [_row_part(extract, row, request, passages) for row in _rows(extract, request)]
    pieces = extract_pieces(extract, passages)
    if groups := _groups_asked_for(extract, request):
        pieces = [
            piece
            for piece in pieces
            if any(group.start <= piece.evidence.start < group.end for group in groups)
        ]
    steps = (replace(p, form="item", marker=None) if p.form == "step" else p for p in pieces)
    return [piece.part() for piece in steps]


def _groups_asked_for(extract: Extract, request: ListRequest) -> list[Block]:
    """Return the lists inside the items that name what is asked for, "Present:"; none where all
    such items do, or none."""
    names = request.names - _NAME_HEADS
    groups = [
        (inner, set(content_stems(extract.document.text[item.start : inner.start])))
        for item in list_items(extract)
        for inner in item.children
        if inner.kind == "list"
    ]
    named = [inner for inner, stems in groups if stems & names]
    return named if len(named) < len(groups) else []


def parts_elsewhere(
    extract: Extract,
    request: ListRequest,
    extracts: Iterable[Extract],
    passages_of: Callable[[str], Sequence[Passage]],
) -> Iterator[Part]:
    """Yield the items of other lists that begin with the head of a table's first column and a name:
    under "Hook" that is "Hook on_idle, called when nothing has changed".

    Args:
        extract: the table; of a list nothing is yielded.
        request: what is asked for; the head must name it.
        extracts: extracts that were found.
        passages_of: gives the passages of a document.
    """
    heads = _heads(extract)[:1]
    if not heads or not request.names & set(content_stems(heads[0])):
        return
    named = re.compile(rf"\W*(?i:{re.escape(heads[0])})\W+([A-Z]\w*|\w*[_.\d-]\w+)(?=\W|$)")
    for other in extracts:
        items = list_items(other) if other.block.kind == "list" else []
        starts = {item.start for item in items if named.match(item.text)}
        pieces = extract_pieces(other, passages_of(other.document.id)) if starts else []
        yield from (
            replace(piece, form="item", marker=None).part()
            for piece in pieces
            if piece.evidence.start in starts
        )


def _row_part(
    extract: Extract, row: Block, request: ListRequest, passages: Sequence[Passage]
) -> Part:
    """Return the cell that was asked for, with the others whose head the question names; the whole
    row where it names no head. A cell that only says yes is left out."""
    part = quote(row_evidence(extract.document, row, passages), form="item")
    heads = [set(content_stems(head)) for head in _heads(extract)]
    cells = [" ".join(cell.text.split()) for cell in row.children if cell.kind == "cell"]
    named = [n for n, head in enumerate(heads) if n < len(cells) and head & request.stems]
    main = next((n for n in named if heads[n] & request.names), 0 if named else None)
    if main is None or not cells[main]:
        return part
    values = [cells[n] for n in named if n != main and not _YES.fullmatch(cells[n])]
    if not values and not any(map(str.isalpha, cells[main])):
        values = cells[main + 1 : main + 2]  # a number alone tells nothing
    text = ": ".join(filter(None, (cells[main], ", ".join(filter(None, values)))))
    return Part(replace(part.sentence, text=text), part.citations)


def _rows(extract: Extract, request: ListRequest) -> list[Block]:
    """Return the rows that meet a condition of the question; all of them where it has none.

    A condition is a word of the question that is most of a cell and stands nowhere above the table
    ("Hired by: adults"), or a head that it names over a cell that says yes.
    """
    above = " ".join([*context_at(extract.document.blocks, extract.block.start), *_heads(extract)])
    stems = request.stems - set(content_stems(f"{extract.document.title} {above}"))
    rows = list_items(extract)
    counts = [_count(row, stems) for row in rows]
    most = max(counts, default=0)
    heads = [set(content_stems(head)) for head in _heads(extract)]
    return [
        row
        for row, count in zip(rows, counts, strict=True)
        if count == most and not _is_denied(row, heads, request)
    ]


def _count(row: Block, stems: frozenset[str]) -> int:
    cells = [set(content_stems(cell.text)) for cell in row.children if cell.kind == "cell"]
    return sum(len(cell & stems) for cell in cells if len(cell) <= _SHORT_CELL)


def _is_denied(row: Block, heads: Sequence[set[str]], request: ListRequest) -> bool:
    """Return whether a cell under a head that the question names says no."""
    cells = [cell.text.strip() for cell in row.children if cell.kind == "cell"]
    return any(
        _NO.fullmatch(cell) and head & request.stems
        for cell, head in zip(cells, heads, strict=False)
    )


def _is_head(row: Block) -> bool:
    cells = [child.cell for child in row.children if child.cell]
    return bool(cells) and all(cell.is_head for cell in cells)


def _heads(extract: Extract) -> list[str]:
    """Return the heads of a table's columns; none of a list."""
    head = next((row for row in _table_rows(extract) if _is_head(row)), None)
    return [cell.text for cell in head.children if cell.kind == "cell"] if head else []


def _table_rows(extract: Extract) -> Iterator[Block]:
    if extract.block.kind == "table":
        yield from (row for row in extract.block.children if row.kind == "row")


def _above(item: RankedExtract) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words that a list stands under."""
    section, extract = item.section, item.extract
    heading = section.headings[-1] if section.headings else section.document.title
    return tuple(content_stems(extract.lead_text or heading)), tuple(_heads(extract))
