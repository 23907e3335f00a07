"""Which documents mention what a question names: a phrase, both of two, or one of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from sourcebook.index.library import Library
from sourcebook.index.search.mentions import Mention
from sourcebook.index.search.stop_words import STOP_WORDS
from sourcebook.rag.language.word_lists import read_words

from .nouns import name_words

_MOST_WORDS = 3
"""Words of a phrase that is said as it stands, where the documents have it nowhere."""

_ARTICLE = re.compile(
    r"^(?:(?:the|an?|der|die|das|den|dem|des|einen?|einer|eines|both|either|sowohl|entweder)\s+)+",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"^[“„\"«'‘‚](.+)[”“\"»'’‘]$")
_BOTH = re.compile(r"\s*(?:both|either|sowohl|entweder)\b", re.IGNORECASE)
_AND = re.compile(r"\s+(?:and|und|as well as|sowie|als auch)\s+|,\s+", re.IGNORECASE)
_OR = re.compile(r"\s+(?:or|oder)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PhraseMentions:
    """Document id -> its first mention of the parts: of all of them, or with ``is_either`` of one.

    ``parts`` is the phrase itself where it stands in the documents as a whole.
    """

    parts: tuple[str, ...] = ()
    mentions: Mapping[str, Mention] = field(default_factory=dict)
    is_either: bool = False

    @property
    def forms(self) -> tuple[str, ...]:
        """The other forms in which a single phrase is mentioned: "refunds" for "refund"."""
        if len(self.parts) != 1:
            return ()
        own = _fold(self.parts[0])
        return tuple(sorted({_fold(m.form) for m in self.mentions.values()} - {own}))


def find_phrases(words: str, library: Library) -> PhraseMentions:
    """Return the mentions of what a question names.

    What "and" or "or" joins is first looked for as it stands ("research and development"), but
    names are looked for one by one. Words that nowhere stand side by side may stand apart.

    Args:
        words: as the question has them.
        library: to look in.
    """
    phrase, is_quoted = bare_phrase(words), bool(_QUOTED.match(words.strip()))
    parts, is_either = _split(phrase)
    are_apart = bool(_BOTH.match(words)) or all(map(_is_name, parts))
    if len(parts) > 1 and not is_quoted and are_apart:
        return _join(parts, library, is_either=is_either)
    mentions = {mention.document_id: mention for mention in library.mentions(phrase)}
    whole = PhraseMentions((phrase,), mentions)
    if mentions or is_quoted:
        return whole
    if len(parts) > 1:
        return _join(parts, library, is_either=is_either)
    if len(content := content_words(phrase)) > 1:
        apart = _join(content, library, is_either=False)
        return apart if apart.mentions or len(content) > _MOST_WORDS else whole
    return whole


def bare_phrase(words: str) -> str:
    """Return a phrase without its quotation marks, or without the article before it."""
    quoted = _QUOTED.match(words.strip())
    return quoted[1] if quoted else _ARTICLE.sub("", words.strip())


def content_words(text: str) -> list[str]:
    """Return the words of a text but the small ones, each once."""
    small = STOP_WORDS | read_words("german_small_words") | read_words("english_small_words")
    return [word for word in dict.fromkeys(name_words(text)) if word.casefold() not in small]


def _split(phrase: str) -> tuple[list[str], bool]:
    """Return what "or" joins and True, else what "and" joins and False."""
    for pattern, is_either in ((_OR, True), (_AND, False)):
        parts = [bare_phrase(part) for part in pattern.split(phrase) if part.strip()]
        if len(parts) > 1:
            return parts, is_either
    return [phrase], False


def _join(parts: list[str], library: Library, *, is_either: bool) -> PhraseMentions:
    found = [{m.document_id: m for m in library.mentions(part)} for part in parts]
    every = [id_ for document in found for id_ in document]
    ids = set(every) if is_either else set(every).intersection(*found)
    mentions = {
        id_: next(part[id_] for part in found if id_ in part) for id_ in every if id_ in ids
    }
    return PhraseMentions(tuple(parts), mentions, is_either)


def _is_name(part: str) -> bool:
    return part[:1].isupper()


def _fold(text: str) -> str:
    return " ".join(name_words(text.casefold()))
