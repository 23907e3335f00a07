"""Which document a question means that describes it: "the article about the quay"."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sourcebook.index.library import Library
from sourcebook.index.search.descriptions import Description
from sourcebook.index.search.filters import Filters
from sourcebook.index.search.word_forms import word_forms
from sourcebook.rag.language.word_lists import read_words

from .matching import content_words, find_by_noun, is_document_word, missing_words
from .request import Request, Selection
from .selecting import select

_MOST_WORDS = 8
"""Words of a description that are looked up."""

_ENOUGH = 0.6
"""Share of a description's words, by weight, that the document must hold."""

_IN_TITLE = 0.5
"""What a word counts more where the title has it."""

CERTAIN, LIKELY = 0.99, 0.8
"""How sure it is that the documents are meant: by their names and dates, or by their words."""


@dataclass(frozen=True, slots=True)
class Naming:
    """The documents that are meant, and how sure that is."""

    documents: tuple[Description, ...]
    confidence: float = CERTAIN


def find_named(request: Request, base: Sequence[Description], library: Library) -> Naming | None:
    """Return the documents that a request describes; None where it describes none.

    Args:
        request: with the words for them.
        base: the documents to choose from.
        library: to look in.
    """
    selection = request.selection
    is_titled = selection.is_joint is None
    if is_titled and (by_title := _by_title(request.text, base, library)):
        return Naming(by_title)
    if is_titled and not selection.order and (named := _by_title_words(request.text, base)):
        return named
    choice = select(replace(selection, words=""), base, library)
    if not choice.documents:
        return None
    words = content_words(selection.words)[:_MOST_WORDS]
    if not words:
        return _whole(choice.documents, selection, len(base))
    if selection.noun and choice.how == "any" and not is_document_word(selection.noun):
        return None
    if len(choice.documents) == 1 and choice.how != "any":
        return Naming(choice.documents)
    return _by_words(words, choice.documents, library)


def _by_title(text: str, base: Sequence[Description], library: Library) -> tuple[Description, ...]:
    """Return the documents whose whole title stands in a text, of two words or more."""
    ids = {
        id_
        for match in library.contents().find_names(text)
        if match.name.kind == "title" and (match.words > 1 or match.end - match.start == len(text))
        for id_ in match.name.values
    }
    return tuple(d for d in base if d.id in ids)


def _whole(documents: tuple[Description, ...], selection: Selection, total: int) -> Naming | None:
    """Return the documents of a selection without further words, where it says enough: "the
    e-mails", "the newest minutes", "the policy"; of "these articles" all."""
    match = find_by_noun(selection.noun, documents)
    how = match.how if match else "any"
    if how == "title" and not is_named_kind(selection.noun) and selection.is_open:
        return None
    if selection.is_open and how == "any" and not selection.noun.casefold().endswith(("s", "n")):
        return Naming(documents) if total == 1 else None
    return Naming(documents)


def is_named_kind(noun: str) -> bool:
    """Return whether a noun is one for a kind of document: "minutes", "user guide"."""
    last = noun.casefold().split()[-1] if noun else ""
    kinds = read_words("library/document_kinds")
    return bool(kinds & word_forms(last, "en")) or any(
        last.endswith(kind) for kind in kinds if len(kind) > 4
    )


def _by_title_words(text: str, base: Sequence[Description]) -> Naming | None:
    """Return the documents whose titles have all words of a text; it must be a name of a document:
    one of its words is one for a kind of document, or it has half of the title's words, and two."""
    words = content_words(text)
    named = tuple(d for d in base if words and not missing_words(words, d))
    if any(is_named_kind(word) for word in words):
        return Naming(named) if named else None
    close = tuple(
        d for d in named if len(words) > 1 and len(words) * 2 >= len(content_words(d.title))
    )
    return Naming(close) if close else None


def _by_words(
    words: Sequence[str], documents: Sequence[Description], library: Library
) -> Naming | None:
    """Return the documents that hold most of the words: a rare word counts more than a common one,
    and one in the title more than one in the text. None where none holds enough of them."""
    weights: dict[str, float] = {}
    scores = dict.fromkeys((d.id for d in documents), 0.0)
    held = dict.fromkeys((d.id for d in documents), 0.0)
    for word in words:
        ids = scores.keys() & {m.document_id for m in library.mentions(word)}
        weights[word] = math.log((len(documents) + 1) / (len(ids) + 0.5))
        for document in documents:
            in_title = not missing_words([word], document)
            if in_title or document.id in ids:
                held[document.id] += weights[word]
                scores[document.id] += weights[word] * (1 + _IN_TITLE * in_title)
    total, best = sum(weights.values()), max(scores.values(), default=0.0)
    if not best or total <= 0:
        return None
    top = [d for d in documents if scores[d.id] >= best - 1e-9 and held[d.id] >= _ENOUGH * total]
    if not top:
        return _by_meaning(" ".join(words), documents, library)
    are_titled = any(not missing_words(words, d) for d in top)
    return Naming(tuple(top), CERTAIN if are_titled else LIKELY)


def _by_meaning(text: str, documents: Sequence[Description], library: Library) -> Naming | None:
    """Return the document whose passage is nearest to a text."""
    filters = Filters(documents=frozenset(d.id for d in documents))
    hits = library.search(text, 1, filters=filters)
    return (
        Naming(tuple(d for d in documents if hits and d.id == hits[0].document.id), LIKELY)
        if hits
        else None
    )
