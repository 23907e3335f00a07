"""The text of an answer, made of its sentences: marks, lines, and the numbers of the citations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sourcebook.index.documents.records import Document
from sourcebook.rag.answer import LINES, Citation, Form, Place, Sentence
from sourcebook.rag.retrieval import Evidence

MAX_LINE = 200
"""Characters of a first line that stands for an article without a title."""


@dataclass(frozen=True, slots=True)
class VerifiedDraft:
    """A draft with its marks, and what each sentence rests on.

    ``left_out``: sentences of the draft that no source supports and that ``text`` is without.
    """

    text: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    left_out: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A sentence before it is put into an answer, with the citations that it rests on.

    ``sentence``: its offsets and citation numbers mean nothing yet.
    """

    sentence: Sentence
    citations: tuple[Citation, ...] = ()


def quote(
    source: Evidence,
    *,
    form: Form = "sentence",
    marker: str | None = None,
    language: str | None = None,
    row: str | None = None,
    column: str | None = None,
) -> Part:
    """Return what an article says, word for word, as a part of an answer; code keeps its lines.

    Args:
        source: where it stands.
        form: what it is.
        marker, language, row, column: as in `Sentence`.
    """
    text = source.text if form == "code" else " ".join(source.text.split())
    sentence = Sentence(
        text,
        0,
        0,
        (),
        1.0,
        True,
        quoted=True,
        form=form,
        marker=marker,
        language=language,
        row=row,
        column=column,
    )
    return Part(sentence, (cite(1, source),))


def remark(
    text: str, *, form: Form = "note", row: str | None = None, column: str | None = None
) -> Part:
    """Return what the product itself says: a note, a heading, or an empty cell of a table."""
    return Part(Sentence(text, 0, 0, (), 1.0, True, form=form, row=row, column=column))


def compose(parts: Iterable[Part], left_out: Sequence[Sentence] = ()) -> VerifiedDraft:
    """Return the parts as one text; citations of one place get one number, in order of their use.

    Items, steps, code, cells and notes stand on lines of their own, prose in one paragraph.

    Args:
        parts: in the order of the answer.
        left_out: the sentences that were dropped before.
    """
    numbering: dict[Place, int] = {}
    citations: dict[Place, Citation] = {}
    sentences: list[Sentence] = []
    text = ""
    before: Sentence | None = None
    for part in parts:
        numbers: list[int] = []
        for citation in part.citations:
            number = numbering.setdefault(citation.place, len(numbering) + 1)
            known = citations.setdefault(citation.place, replace(citation, number=number))
            if citation.also and not known.also:
                citations[citation.place] = replace(known, also=citation.also)
            if number not in numbers:
                numbers.append(number)
        text += _gap(before, part.sentence) + _prefix(before, part.sentence)
        start = len(text)
        sentence = replace(
            part.sentence,
            start=start,
            end=start + len(part.sentence.text),
            citations=tuple(numbers),
        )
        marks = citation_marks(numbers)
        text += sentence.text + (f"\n{marks.strip()}" if sentence.form == "code" else marks)
        sentences.append(sentence)
        before = sentence
    return VerifiedDraft(text, tuple(sentences), tuple(citations.values()), tuple(left_out))


def parts_of(draft: VerifiedDraft) -> list[Part]:
    """Return the sentences of a draft as parts."""
    by_number = {citation.number: citation for citation in draft.citations}
    return [Part(s, tuple(by_number[number] for number in s.citations)) for s in draft.sentences]


def drop_unsupported(verified: VerifiedDraft) -> VerifiedDraft:
    """Return a draft without the sentences that no source supports; citations are numbered anew."""
    supported = [part for part in parts_of(verified) if part.sentence.supported]
    if len(supported) == len(verified.sentences):
        return verified
    dropped = [sentence for sentence in verified.sentences if not sentence.supported]
    return compose(supported, [*verified.left_out, *dropped])


def cite(number: int, source: Evidence) -> Citation:
    """Return a citation of an evidence sentence.

    Args:
        number: its mark in the answer.
        source: the sentence.
    """
    return Citation(
        number=number,
        document=source.document,
        passage_id=source.passage_id,
        quote=source.text,
        start=source.start,
        end=source.end,
        page=source.page,
    )


def cite_title(document: Document, passage_id: str) -> Citation:
    """Return a citation of an article as a whole: its title where that stands in it, else its first
    line.

    Args:
        document: the article; its text is not empty.
        passage_id: its first passage.
    """
    start = document.text.find(document.title) if document.title else -1
    words = document.title
    if start < 0:
        words = document.text.strip().partition("\n")[0]
        if len(words) > MAX_LINE:  # cut between words
            words = words[: MAX_LINE + 1].rpartition(" ")[0].rstrip() or words[:MAX_LINE]
        start = document.text.index(words)
    return Citation(1, document, passage_id, words, start, start + len(words))


def citation_marks(numbers: Sequence[int]) -> str:
    """Return the marks behind a sentence: " [1][2]"."""
    return " " + "".join(f"[{number}]" for number in numbers) if numbers else ""


def _gap(before: Sentence | None, sentence: Sentence) -> str:
    if before is None:
        return ""
    return "\n" if sentence.form in LINES or before.form in LINES else " "


def _prefix(before: Sentence | None, sentence: Sentence) -> str:
    """Return what stands before a sentence on its line, for a reader of plain text."""
    match sentence.form:
        case "item":
            return "• "
        case "step":
            return f"{sentence.marker} " if sentence.marker else "• "
        case "cell":
            same_row = before is not None and before.form == "cell" and before.row == sentence.row
            row = "" if same_row or not sentence.row else f"{sentence.row}\n"
            return row + (f"  {sentence.column}: " if sentence.column else "  ")
        case _:
            return ""
