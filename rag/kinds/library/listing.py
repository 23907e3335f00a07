"""Lines of an answer about the library, each with a document that it names and cites, and what
documents have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from sourcebook.index.documents.records import Document
from sourcebook.index.documents.sentences import block_sentences
from sourcebook.index.library import Library
from sourcebook.index.search.descriptions import Description
from sourcebook.index.search.mentions import FirstMention
from sourcebook.rag.answer import Citation, Form, Sentence
from sourcebook.rag.language.time import day_of
from sourcebook.rag.verification.composing import Part, cite_title, remark

from .request import Task
from .wording import Wording

_FORMATS = {"markdown": "Markdown", "rfc822": "E-mail", "plain": "Text", "html": "HTML"}

_NEAR = 1200
"""Characters on each side of a mention in which its sentence is looked for."""


def line(
    text: str,
    documents: Iterable[Description],
    library: Library,
    *,
    mentions: Mapping[str, FirstMention] | None = None,
    form: Form = "item",
) -> Part:
    """Return what is said of documents, with a citation of each: the sentence of its mention, else
    its title.

    Args:
        text: what is said.
        documents: which it is said of.
        library: to read them from.
        mentions: where they mention what they were chosen for.
        form: of the sentence.
    """
    cited = (_cite(document, library, mentions or {}) for document in documents)
    citations = tuple(citation for citation in cited if citation)
    if not citations:
        return remark(text, form=form)
    return Part(Sentence(text, 0, 0, (), 1.0, True, form=form), citations)


def items(
    documents: Iterable[Description],
    library: Library,
    wording: Wording,
    mentions: Mapping[str, FirstMention] | None = None,
) -> Iterator[Part]:
    """Yield a line for each document: its title, and its day where the title does not say it."""
    for document in documents:
        title, day = one_line(document.title), day_of(document.published)
        day_text = wording.day(day) if day else ""
        text = f"{title} ({day_text})" if day_text and day_text not in title else title
        yield line(text, [document], library, mentions=mentions)


def one_line(title: str) -> str:
    """Return a title as it stands in a sentence."""
    return " ".join(title.split())


def names_of(document: Description, task: Task) -> Sequence[str]:
    """Return what a document has of the sort that a question asks for; nothing where that is not
    known. A language is a code of two letters."""
    match task:
        case "authors":
            return document.authors
        case "sources":
            return (document.source,) if document.source else ()
        case "languages":
            return (document.language[:2].lower(),) if document.language else ()
        case "years":
            return (str(document.published.year),) if document.published else ()
        case "months":
            return (f"{document.published:%Y-%m}",) if document.published else ()
        case _:
            kind = document.media_type.rpartition("/")[2].rpartition(".")[2]
            return (_FORMATS.get(kind, kind.upper()),)


def _cite(
    description: Description, library: Library, mentions: Mapping[str, FirstMention]
) -> Citation | None:
    document = library.document(description.id)
    mention = mentions.get(description.id)
    if mention and mention.start is not None and mention.end is not None:
        start, end = _sentence_around(document, mention.start, mention.end)
        return Citation(1, document, mention.passage_id, document.text[start:end], start, end)
    passages = library.passages(description.id)
    if not passages or not document.text.strip():
        return None
    citation = cite_title(document, passages[0].id)
    if citation.quote != document.title:  # the title is not in the text: its first sentence
        start, end = _sentence_around(document, passages[0].start, passages[0].start + 1)
        citation = replace(citation, quote=document.text[start:end], start=start, end=end)
    own = next((p for p in passages if p.start <= citation.start < p.end), passages[0])
    return replace(citation, passage_id=own.id, page=own.page)


def _sentence_around(document: Document, start: int, end: int) -> tuple[int, int]:
    near = block_sentences(document, max(0, start - _NEAR), end + _NEAR)
    return next(((s.start, s.end) for s in near if s.start <= start and end <= s.end), (start, end))
