"""Which evidence tells of which side of a comparison."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sourcebook.index.documents.records import Passage
from sourcebook.index.structure.context import context_at
from sourcebook.rag.language.word_lists import read_words
from sourcebook.rag.retrieval import Evidence

from .sides import ComparedThings
from .subject import name_of, terms_of

BELONGS_FROM = 0.5
"""Share of a side's own words that evidence of it has in its sentence, headings or title."""

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_VERSION = re.compile(r"(\d+)\.(?:x|\d+)")
_CLAUSE = 2
"""Words beside its name that make a side more than a name."""

_LONGEST_NAME = 3
"""Words of a side that may be a name and no clause."""

_OF_NAMED = 1.5
"""What it adds to a sentence's score that its article has all words of the topic in its name."""

_STRONG = 2.0
"""What a word with a figure counts ("2.1", "2024"): it tells sides apart best."""

_WEAK = 0.25
"""What a word like "current" counts beside a name."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the things compared.

    ``label`` heads its column. ``words`` are its own: those that the other sides lack, each with
    its weight. ``scope`` are places (an article's id and bounds) that are the side's whatever
    words stand there: those of "the old rules", which no article calls old.
    """

    label: str
    words: Mapping[str, float] = field(default_factory=dict)
    scope: tuple[tuple[str, int, int], ...] = ()

    @property
    def document_ids(self) -> frozenset[str]:
        """The articles of its scope."""
        return frozenset(document_id for document_id, _, _ in self.scope)

    def covers(self, evidence: Evidence) -> bool:
        """Return whether evidence stands in the scope."""
        return any(
            document_id == evidence.document.id and start <= evidence.start < end
            for document_id, start, end in self.scope
        )

    def overlaps(self, passage: Passage) -> bool:
        """Return whether a passage lies in the scope, or a part of it."""
        return any(
            document_id == passage.document_id and passage.start < end and start < passage.end
            for document_id, start, end in self.scope
        )

    def share(self, text: str) -> float:
        """Return the weight of its own words that a text has, in [0, 1]."""
        terms = set(terms_of(text))
        total = sum(self.words.values())
        has = sum(weight for word, weight in self.words.items() if _has(terms, word))
        return has / total if total else 0.0

    def names(self, text: str) -> bool:
        """Return whether a text has each of its own words as it is written."""
        return self.words.keys() <= set(terms_of(text))


def _has(terms: set[str], word: str) -> bool:
    """Return whether a word is among terms; "1.9" is among those of "1.x", and the reverse."""
    if word in terms:
        return True
    version = _VERSION.fullmatch(word)
    if not version:
        return False
    series = f"{version[1]}.x"
    if word == series:
        return any(term.startswith(f"{version[1]}.") for term in terms)
    return series in terms


def surroundings(evidence: Evidence) -> str:
    """Return a sentence with all that names what it is about: title, author, file, headings."""
    document = evidence.document
    above = context_at(document.blocks, evidence.start)
    return " ".join([name_of(document), *above, evidence.context, evidence.text])


def belongs(evidence: Evidence, side: Side, sides: Sequence[Side]) -> bool:
    """Return whether evidence is of a side, and not of another rather."""
    if side.scope:
        return side.covers(evidence)
    text = surroundings(evidence)
    share = side.share(text)
    if share < BELONGS_FROM or is_of_others(evidence, sides):
        return False
    own = side.share(evidence.text)
    return all(
        share > other.share(text)
        or (share == other.share(text) and own >= other.share(evidence.text))
        for other in sides
        if other is not side
    )


def is_of_others(evidence: Evidence, sides: Sequence[Side]) -> bool:
    """Return whether a sentence names every side in an article that is named after none: what
    somebody else says of both counts less than what each says, or its row has a column for each."""
    return all(side.names(evidence.text) for side in sides) and not any(
        side.share(name_of(evidence.document)) for side in sides
    )


def of_named_articles(ranked: Sequence[Evidence], topic: str) -> list[Evidence]:
    """Return the sentences, with a higher score those of articles that a topic names: "the entry
    fee of the lido" is not that of the club.

    Args:
        ranked: with their scores.
        topic: what is compared, with what all sides have in common.
    """
    documents = {e.document.id: e.document for e in ranked}
    names = {id_: set(terms_of(name_of(document))) for id_, document in documents.items()}
    texts = [document.text.casefold() for document in documents.values()]
    rare = [
        word
        for word in re.findall(r"[^\W\d_]{3,}", topic.casefold())
        if 2 * sum(word in text for text in texts) <= len(texts)
    ]
    wanted = {term for term in terms_of(" ".join(rare)) if any(term in n for n in names.values())}
    if not wanted:
        return list(ranked)
    shares = {id_: len(name & wanted) / len(wanted) for id_, name in names.items()}
    return [replace(e, score=e.score + _OF_NAMED * shares[e.document.id]) for e in ranked]


def own_words(names: Sequence[str], library_names: Collection[str]) -> list[dict[str, float]]:
    """Return the words of each name that the others lack, with their weights.

    Beside a single word the last side begins with its own ("the mild and the hot stew"): what
    follows counts little. Where a side is a clause with words that name articles ("how Kestrin
    counts stock"), these are its own alone.

    Args:
        names: the sides as they are written.
        library_names: what the articles are called.
    """
    all_terms = [terms_of(name) for name in names]
    relative = set(terms_of(" ".join(_lesser() | _greater())))
    filler = set(terms_of(" ".join(read_words("summary/request_words"))))
    called = {term for name in library_names for term in terms_of(name)}
    sides: list[dict[str, float]] = []
    for n, terms in enumerate(all_terms):
        others = {term for m, them in enumerate(all_terms) if m != n for term in them}
        own = [term for term in terms if term not in others and term not in filler]
        if len(names[n].split()) > _LONGEST_NAME:
            names_only = [t for t in own if _has_figure(t) or (t in called and t not in relative)]
            own = names_only or own
        first = len(all_terms[0]) == 1 and n == len(names) - 1
        behind = own[1:] if first else []
        sides.append({term: _WEAK if term in behind else _weight(term, relative) for term in own})
    return sides


def topic_beside(things: ComparedThings, words: Sequence[Mapping[str, float]]) -> ComparedThings:
    """Return what is compared, with an aspect of the words in the sides that name none of them:
    "how Kestrin counts its stock" against "how Veldmar does".

    Args:
        things: the parts of the question.
        words: those that each side has for its own.
    """
    own = {word for side in words for word in side}
    filler = set(terms_of(" ".join(read_words("summary/request_words"))))
    relative = set(
        terms_of(" ".join(_lesser() | _greater() | read_words("comparison/lower_is_more")))
    )
    beside = [
        [word for word in side.split() if set(terms_of(word)) - own - filler - relative]
        for side in things.sides
    ]
    longest = max(beside, key=len)
    aspects = [a for a in things.aspects if set(terms_of(a)) - relative]
    if aspects or len(longest) < (1 if things.aspects else _CLAUSE):
        return things if aspects else replace(things, aspects=())
    return replace(things, aspects=(" ".join(longest),))


def _weight(term: str, relative: set[str]) -> float:
    if _has_figure(term):
        return _STRONG
    return _WEAK if term in relative else 1.0


def _has_figure(term: str) -> bool:
    return any(c.isdigit() for c in term)


def is_relative(words: Mapping[str, float]) -> bool:
    """Return whether a side is told from the others by a word like "old" or "large" alone."""
    return bool(words) and all(weight == _WEAK for weight in words.values())


def _lesser() -> frozenset[str]:
    return read_words("comparison/lesser")


def _greater() -> frozenset[str]:
    return read_words("comparison/greater")


def is_lesser(name: str) -> bool:
    """Return whether a name says that it is the first or small one: "the old rules"."""
    return bool(set(name.casefold().split()) & _lesser())
