"""The documents that a selection means: exactly those, whatever their number."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sourcebook.index.documents.words import count_words
from sourcebook.index.library import Library
from sourcebook.index.search.descriptions import Description
from sourcebook.index.search.filters import Filters
from sourcebook.index.search.mentions import FirstMention
from sourcebook.rag.language.time import day_of

from .matching import (
    How,
    PhraseMentions,
    content_words,
    find_by_noun,
    find_by_writer,
    find_phrases,
    has_words,
    is_document_word,
    is_format,
)
from .request import LengthLimit, Selection
from .slots import compound_head

_NOTHING = PhraseMentions()

_MOST_WORDS = 8
"""Words of a question that are looked up."""

_ENOUGH = 0.5
"""Share of them, by weight, that the documents must hold."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen documents, in the order of the answer.

    ``total``: how many they were chosen from. ``selection`` has its names as the library writes
    them. ``about``: where each mentions what it was chosen for; ``titled`` of them have it in their
    title, too. ``how``: what its noun means.
    ``compared``: how many were put in order; ``undated``: how many could not be, for want of a
    date. ``absent``: words that none of them has, with the chosen others; ``unnamed``: the noun
    and the writer that the library does not know. ``excluded``: what they were chosen without.
    """

    documents: tuple[Description, ...]
    total: int
    selection: Selection
    about: PhraseMentions = _NOTHING
    titled: int = 0
    how: How = "any"
    is_source: bool = False
    compared: int = 0
    undated: int = 0
    absent: tuple[str, ...] = ()
    unnamed: tuple[str, str] = ("", "")
    excluded: tuple[Choice, ...] = ()

    @property
    def mentions(self) -> Mapping[str, FirstMention]:
        """Document id -> where it mentions what it was chosen for."""
        return self.about.mentions


def select(selection: Selection, base: Sequence[Description], library: Library) -> Choice:
    """Return the documents that a selection means.

    A noun or a name that the library does not know does not limit: it is looked for in the text
    where nothing else is.

    Args:
        selection: from a question.
        base: the documents to choose from.
        library: for the mentions and the names of sources.
    """
    if selection.excluded:
        return _without_excluded(selection, base, library)
    selection = _with_owner(selection, base, library)
    noun = find_by_noun(selection.noun, base)
    if noun is None:
        return _without_noun(selection, base, library)
    choice = Choice(noun.documents, len(base), selection, how=noun.how)
    if selection.language:
        own = [d for d in choice.documents if (d.language or "")[:2] == selection.language]
        choice = replace(choice, documents=tuple(own))
    if selection.writer or selection.is_joint is not None:
        choice = _by_writer(choice, library)
        if not choice.documents and not find_by_writer(selection.writer, base, library).documents:
            return _without_writer(selection, base, library)
    if selection.days:
        days = selection.days
        dated = [d for d in choice.documents if (day := day_of(d.published)) and day in days]
        choice = replace(choice, documents=tuple(dated))
    if selection.known:
        has = [_HAS[one] for one in selection.known]
        own = [d for d in choice.documents if all(test(d) for test in has)]
        choice = replace(choice, documents=tuple(own))
    if selection.length:
        own = [d for d in choice.documents if _has_length(d, selection.length, library)]
        choice = replace(choice, documents=tuple(own))
    if selection.words:
        choice = _with_words(choice, selection.words, library)
    return _in_order(choice) if selection.order else choice


def _without_excluded(
    selection: Selection, base: Sequence[Description], library: Library
) -> Choice:
    """Return the documents of a selection without those that are not meant."""
    choice = select(replace(selection, excluded=(), order=None), base, library)
    excluded = tuple(select(denied, base, library) for denied in selection.excluded)
    ids = {document.id for denied in excluded for document in denied.documents}
    own = tuple(denied.selection for denied in excluded)
    selection = replace(choice.selection, excluded=own, order=selection.order)
    documents = tuple(d for d in choice.documents if d.id not in ids)
    choice = replace(choice, documents=documents, selection=selection, excluded=excluded)
    return _in_order(choice) if selection.order else choice


def _without_noun(selection: Selection, base: Sequence[Description], library: Library) -> Choice:
    """Look for a noun that no title has in the text, where nothing else is looked for; of a German
    compound for what it says besides."""
    bare = replace(selection, noun="")
    head = " ".join(w for w in selection.noun.split() if not is_document_word(w))
    if " " not in selection.noun:
        head = compound_head(selection.noun) or (head if bare.is_open else "")
    if head != selection.noun and is_format(head):  # "PDF-Akten"
        return select(replace(selection, noun=head), base, library)
    words = ", ".join(part for part in (head, selection.words) if part)
    choice = select(replace(bare, words=words), base, library)
    return replace(choice, unnamed=(selection.noun, choice.unnamed[1]))


def _without_writer(selection: Selection, base: Sequence[Description], library: Library) -> Choice:
    """Look for a name that is none of an author or a source in the text."""
    words = ", ".join(part for part in (selection.words, f"“{selection.writer}”") if part)
    choice = select(replace(selection, writer="", is_joint=None, words=words), base, library)
    return replace(choice, unnamed=(choice.unnamed[0], selection.writer))


_HAS: Mapping[str, Callable[[Description], bool]] = {
    "author": lambda document: bool(document.author),
    "day": lambda document: document.published is not None,
    "source": lambda document: bool(document.source),
}


def within_limits(documents: Sequence[Description], limits: Filters | None) -> list[Description]:
    """Return the documents that a caller's filters let through."""
    if limits is None:
        return list(documents)
    return [d for d in documents if _passes(d, limits)]


def _passes(document: Description, limits: Filters) -> bool:
    for allowed, value in (
        (limits.sources, document.source),
        (limits.authors, document.author),
        (limits.documents, document.id),
    ):
        if allowed and value not in allowed:
            return False
    if limits.languages and (document.language or "")[:2].lower() not in limits.languages:
        return False
    moment, day = document.published, day_of(document.published)
    if moment is None or day is None:
        return not (limits.since or limits.until or limits.first_day or limits.last_day)
    return (
        (not limits.since or moment >= limits.since)
        and (not limits.until or moment <= limits.until)
        and (not limits.first_day or day >= limits.first_day)
        and (not limits.last_day or day <= limits.last_day)
    )


# --- who wrote or published them, and how long they are -------------------------------------------


def _by_writer(choice: Choice, library: Library) -> Choice:
    """Limit a choice to the documents of an author or a source: to none where the library does not
    know the name."""
    selection = choice.selection
    match = find_by_writer(selection.writer, choice.documents, library, selection.is_joint)
    selection = replace(selection, writer=match.name)
    return replace(
        choice, documents=match.documents, selection=selection, is_source=match.is_source
    )


def _with_owner(selection: Selection, base: Sequence[Description], library: Library) -> Selection:
    """Return a selection with a name in the genitive as the writer, where the library knows a
    writer of that name: "Ann Lee's articles"."""
    parts = selection.words.split(", ")
    owner = next((part for part in parts if part.endswith("'s")), "")
    if not owner or selection.writer:
        return selection
    rest = ", ".join(part for part in parts if part != owner)
    owned = replace(selection, writer=owner, words=rest)
    return owned if find_by_writer(owned.writer, base, library).documents else selection


def _has_length(document: Description, limit: LengthLimit, library: Library) -> bool:
    """Whether a document is as long as a limit says; a word takes a character at least."""
    if limit.unit == "words" and not limit.is_below and document.length < limit.count:
        return False
    full_document = library.document(document.id)
    if limit.unit == "pages":
        length = len(full_document.pages)
        return 0 < length < limit.count if limit.is_below else length > limit.count
    length = count_words(full_document.text)
    return length < limit.count if limit.is_below else length > limit.count


# --- what they mention ---------------------------------------------------------------------------


def _with_words(choice: Choice, words: str, library: Library) -> Choice:
    """Limit a choice to the documents that mention a phrase, those that a title calls so first;
    where none does, to those that have most of its words, a rare one counting more."""
    phrases = find_phrases(words, library)
    about = replace(choice, documents=(), about=phrases)
    counts = {id_: mention.count for id_, mention in phrases.mentions.items()}
    names = phrases.parts if phrases.is_either else (" ".join(phrases.parts),)
    titled = {d.id for d in choice.documents if any(has_words(name, d) for name in names)}
    documents = tuple(d for d in choice.documents if d.id in titled or d.id in counts)
    if documents:
        ranked = sorted(documents, key=lambda d: (d.id not in titled, -counts.get(d.id, 0)))
        return replace(about, documents=tuple(ranked), titled=len(titled))
    if words.startswith("“"):
        return about
    return _with_most_words(about, choice.documents, content_words(words)[:_MOST_WORDS], library)


def _with_most_words(
    none: Choice, documents: Sequence[Description], content: Sequence[str], library: Library
) -> Choice:
    """Return those of the documents that have most of some words, in the text or the title; the
    choice of none where they have too few."""
    by_word = {word: {m.document_id: m for m in library.mentions(word)} for word in content}
    held = {
        word: {d.id for d in documents if d.id in own or has_words(word, d)}
        for word, own in by_word.items()
    }
    weights = {
        word: math.log((len(documents) + 1) / (max(1, len(ids)) + 0.5))
        for word, ids in held.items()
    }
    scores = {d.id: sum(weights[word] for word in content if d.id in held[word]) for d in documents}
    best = max(scores.values(), default=0.0)
    top = tuple(d for d in documents if scores[d.id] >= best - 1e-9)
    common = tuple(word for word in content if all(d.id in held[word] for d in top))
    if len(content) < 2 or not common or best < _ENOUGH * sum(weights.values()):
        return none
    mentions = {id_: mention for word in common for id_, mention in by_word[word].items()}
    return replace(
        none,
        documents=top,
        about=PhraseMentions(common, mentions),
        titled=sum(has_words(" ".join(common), d) for d in top),
        absent=tuple(word for word in content if word not in common),
    )


# --- in order ------------------------------------------------------------------------------------


def _in_order(choice: Choice) -> Choice:
    """Order the documents and keep as many as were asked for, with those that equal the last."""
    selection = choice.selection
    if selection.order == "added":
        known = list(choice.documents)
        keys = {d.id: float(-d.number) for d in known}
    elif selection.order in ("newest", "oldest"):
        known = [d for d in choice.documents if d.published]
        sign = -1 if selection.order == "newest" else 1
        keys = {d.id: sign * _moment(d.published) for d in known}
    else:
        known = [d for d in choice.documents if d.length]
        sign = -1 if selection.order == "longest" else 1
        keys = {d.id: float(sign * d.length) for d in known}
    known.sort(key=lambda d: (keys[d.id], d.number))
    last = keys[known[min(selection.count, len(known)) - 1].id] if known else math.inf
    documents = tuple(d for d in known if keys[d.id] <= last)
    undated = len(choice.documents) - len(known)
    return replace(choice, documents=documents, compared=len(known), undated=undated)


def _moment(published: datetime | None) -> float:
    return published.timestamp() if published else math.inf
