"""The documents that a word or a phrase of a question means: all articles, those of a format, those
that a title calls so, those that mention it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import PurePosixPath
from typing import Literal

from sourcebook.index.library import Library
from sourcebook.index.search.descriptions import Description, split_authors
from sourcebook.index.search.mentions import FirstMention
from sourcebook.index.search.names import Name, name_key
from sourcebook.index.search.stop_words import STOP_WORDS
from sourcebook.index.search.word_forms import fold_text, word_forms
from sourcebook.rag.language.word_lists import read_groups, read_words

How = Literal["any", "format", "title"]

_WORD = re.compile(r"[^\W_]+")

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
class NounMatch:
    """The documents that a noun means, and what makes them so."""

    documents: tuple[Description, ...]
    how: How


def find_by_noun(noun: str, documents: Sequence[Description]) -> NounMatch | None:
    """Return the documents that a noun means; None where it means none of them.

    Args:
        noun: "articles", "e-mails", "minutes", "annual reports"; empty for all.
        documents: to choose from.
    """
    small = noun.casefold()
    if not small or small in read_words("library/any_document"):
        return NounMatch(tuple(documents), "any")
    for words, types in _formats():
        if small in words:
            of_format = [d for d in documents if d.media_type.startswith(types)]
            if of_format:
                return NounMatch(tuple(of_format), "format")
    named = [d for d in documents if has_words(noun, d)]
    if named:
        return NounMatch(tuple(named), "title")
    is_any = small in read_words("library/some_document")
    return NounMatch(tuple(documents), "any") if is_any else None


def is_document_word(noun: str) -> bool:
    """Return whether a noun is a word for documents of any kind or of a format."""
    small = noun.casefold()
    lists = (read_words("library/any_document"), read_words("library/some_document"))
    return any(small in words for words in lists) or is_format(noun)


def is_format(noun: str) -> bool:
    """Return whether a noun is one for documents of a format: "spreadsheets"."""
    return any(noun.casefold() in words for words, _ in _formats())


def has_words(phrase: str, document: Description) -> bool:
    """Return whether the title or the file name of a document has all words of a phrase, in any of
    their forms."""
    return not missing_words(name_words(phrase), document)


def missing_words(words: Iterable[str], document: Description) -> list[str]:
    """Return those of the words that neither title nor file name of a document has."""
    names = name_words(f"{document.title} {file_name(document)}")
    folded = {fold_text(name) for name in names}
    language = (document.language or "en").partition("-")[0].lower()
    return [word for word in words if not folded & (word_forms(word, language) | {fold_text(word)})]


def name_words(text: str) -> list[str]:
    """Return the words of a name, without the marks between them."""
    return _WORD.findall(text)


def file_name(document: Description) -> str:
    """Return the name of a document's file without its ending."""
    return PurePosixPath((document.place or "").partition("#")[0].partition("?")[0]).stem


@cache
def _formats() -> tuple[tuple[frozenset[str], tuple[str, ...]], ...]:
    return tuple((words, tuple(types)) for words, types in read_groups("library/formats"))


# --- who wrote or published them -----------------------------------------------------------------

_TITLES = {"mr", "mrs", "ms", "miss", "dr", "prof", "professor", "herr", "herrn", "frau", "the"}


@dataclass(frozen=True, slots=True)
class WriterMatch:
    """The documents of a writer, with the name as the library writes it, where it knows it."""

    documents: tuple[Description, ...]
    name: str
    is_source: bool


def find_by_writer(
    writer: str,
    documents: Iterable[Description],
    library: Library,
    is_joint: bool | None = None,
) -> WriterMatch:
    """Return the documents by an author, by one of several, or from a source.

    Args:
        writer: as a question has it; empty for anybody.
        documents: to choose from.
        library: for the names of sources.
        is_joint: True for those that several wrote, all who are named among them, False for those
            that one wrote alone.
    """
    name = bare_phrase(writer.removesuffix("'s"))
    names = split_authors(_OR.sub(" and ", name))
    people = [words for one in names if (words := _fold_name(one))]
    source = _find_source(name, library) if is_joint is None else None
    published = source.values if source else frozenset()
    own = tuple(d for d in documents if d.source in published or _is_by(d, people, is_joint))
    if source:
        return WriterMatch(own, source.label, is_source=True)
    authors = {author for document in own for author in document.authors}
    matches = {author for author in authors if any(one <= _fold_name(author) for one in people)}
    return WriterMatch(own, min(matches) if len(matches) == 1 else name, is_source=False)


def _is_by(document: Description, people: Iterable[frozenset[str]], is_joint: bool | None) -> bool:
    authors = [_fold_name(author) for author in document.authors]
    are_authors = (any(words <= author for author in authors) for words in people)
    if is_joint is None:
        return any(are_authors)
    return all(are_authors) and (len(authors) > 1 if is_joint else len(authors) == 1)


@lru_cache(maxsize=10_000)
def _fold_name(name: str) -> frozenset[str]:
    return frozenset(fold_text(word) for word in name_words(name)) - _TITLES


def _find_source(name: str, library: Library) -> Name | None:
    """Return the source of a name, which may be in the genitive."""
    names = library.contents().names
    entry = names.get(name_key(name)) or names.get(name_key(name.removesuffix("s")))
    return entry if entry and entry.kind == "source" else None


# --- which documents mention what a question names ------------------------------------------------


@dataclass(frozen=True, slots=True)
class PhraseMentions:
    """Document id -> its first mention of the parts: of all of them, or with ``is_either`` of one.

    ``parts`` is the phrase itself where it stands in the documents as a whole.
    """

    parts: tuple[str, ...] = ()
    mentions: Mapping[str, FirstMention] = field(default_factory=dict)
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
    phrase_mentions = PhraseMentions((phrase,), mentions)
    if mentions or is_quoted:
        return phrase_mentions
    if len(parts) > 1:
        return _join(parts, library, is_either=is_either)
    if len(content := content_words(phrase)) > 1:
        apart = _join(content, library, is_either=False)
        return apart if apart.mentions or len(content) > _MOST_WORDS else phrase_mentions
    return phrase_mentions


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
    by_part = [{m.document_id: m for m in library.mentions(part)} for part in parts]
    every = [id_ for document in by_part for id_ in document]
    ids = set(every) if is_either else set(every).intersection(*by_part)
    mentions = {
        id_: next(part[id_] for part in by_part if id_ in part) for id_ in every if id_ in ids
    }
    return PhraseMentions(tuple(parts), mentions, is_either)


def _is_name(part: str) -> bool:
    return part[:1].isupper()


def _fold(text: str) -> str:
    return " ".join(name_words(text.casefold()))
