"""The documents that a word means: all articles, those of a format, those that a title calls so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import Literal

from sourcebook.index.search.descriptions import Description
from sourcebook.index.search.word_forms import fold_text, word_forms
from sourcebook.rag.language.word_lists import read_groups, read_words

How = Literal["any", "format", "title"]

_WORD = re.compile(r"[^\W_]+")


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
    return any(
        small in words
        for words in (
            read_words("library/any_document"),
            read_words("library/some_document"),
            *(words for words, _ in _formats()),
        )
    )


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
