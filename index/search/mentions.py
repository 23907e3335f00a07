"""Which documents mention a phrase: counted over all text, none left out and none guessed.

The index of words gives the passages that hold all words of the phrase in one of their forms; the
text itself decides whether they stand there side by side.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from sourcebook.index.documents.words import has_words_without_spaces
from sourcebook.index.segments.terms import tokenize
from sourcebook.index.store.sql import SqlDatabase

from .word_forms import fold_text, word_forms

Keys = NDArray[np.int64]

_NO_KEYS = np.zeros(0, np.int64)
_READ = (
    "SELECT d.id, p.id, p.start, d.title, substr(d.text, p.start + 1, p.end - p.start), d.language "
    "FROM passages p JOIN documents d ON d.key = p.document_key"
)
_WORD = re.compile(r"\w+")
_BETWEEN = r"(?:[’'][a-zß]{1,2})?[^\w.!?;]{1,4}"
"""What may stand between two words of a phrase: no end of a sentence."""

_MARKS_BEFORE, _MARKS_AFTER = re.compile(r"(--?|[@#$€£/.])(?=\w)"), re.compile(r"(?<=\w)([+#%]+)$")
"""What belongs to a name before and after its letters: "--verbose", "C++"."""

_WORD_JOINT = r"[-‐‑ ]?"
"""What may stand for a hyphen: "e-mail", "email"."""


@dataclass(frozen=True, slots=True)
class FirstMention:
    """The first place where a document mentions a phrase: ``text[start:end]`` of the document.

    ``start`` is None where only its title does. ``form`` is the phrase as it stands there,
    ``count`` how often the document mentions it.
    """

    document_id: str
    passage_id: str
    start: int | None
    end: int | None
    form: str
    count: int


PhrasePassage = tuple[str, str, int, str, str, str | None]
"""A passage that may hold a phrase: ids of the document and of the passage, its start, the title of
the document, its own text and the language."""

Forms = Sequence[Sequence[Sequence[Sequence[str]]]]
"""The words of a phrase, each a choice of ways to write it; a way is words that must all be there,
each in one of its forms."""


def find_mentions(
    database: SqlDatabase,
    phrase: str,
    holding: Callable[[Forms], Iterable[PhrasePassage]],
) -> list[FirstMention]:
    """Return the first mention of each document that mentions a phrase, in the order of the
    documents; none for a phrase without words.

    Case, accents, hyphens, the plural, the genitive and other spellings do not count
    (`word_forms`), by the rules of each document's language.

    Args:
        database: of the library.
        phrase: one word or several, side by side.
        holding: finds the passages in which a form of each word stands, in the order of the
            documents.
    """
    if not _WORD.search(phrase):
        return []
    mentions: dict[str, FirstMention] = {}
    for document_id, passage_id, start, title, text, language in _passages(
        database, phrase, holding
    ):
        pattern = _pattern(phrase, _rules(language))
        places = list(pattern.finditer(fold_text(text)))
        first = mentions.get(document_id)
        if first and places and first.start is not None:
            mentions[document_id] = replace(first, count=first.count + len(places))
        elif places:
            at, end = places[0].span()
            mentions[document_id] = FirstMention(
                document_id, passage_id, start + at, start + end, text[at:end], len(places)
            )
        elif first is None and (match := pattern.search(fold_text(title))):
            form = title[match.start() : match.end()]
            mentions[document_id] = FirstMention(document_id, passage_id, None, None, form, 1)
    return list(mentions.values())


def _passages(
    database: SqlDatabase,
    phrase: str,
    holding: Callable[[Forms], Iterable[PhrasePassage]],
) -> Iterable[PhrasePassage]:
    """Return the passages that may hold the phrase, in their order."""
    if has_words_without_spaces(phrase):
        return database.rows(
            f"{_READ} WHERE instr(d.text, ?1) > 0 OR instr(d.title, ?1) > 0 "
            "ORDER BY d.key, p.start",
            (phrase,),
        )
    languages = database.rows("SELECT DISTINCT language FROM documents")
    return holding(_forms(phrase, frozenset(_rules(language) for (language,) in languages)))


def read_phrase_passages(database: SqlDatabase, keys: Keys) -> list[PhrasePassage]:
    """Return passages of a library in a folder, in the order of the documents and of their text.

    Args:
        database: the library's.
        keys: theirs; those that are gone are left out.
    """
    return database.rows(
        f"{_READ} WHERE p.key IN (SELECT value FROM json_each(?)) ORDER BY d.key, p.start",  # noqa: S608
        (json.dumps(keys.tolist()),),
    )


def keys_with_forms(forms: Forms, holding: Callable[[str], Keys]) -> Keys:
    """Return the keys of the passages that hold a form of each word of a phrase.

    Args:
        forms: the words.
        holding: gives the keys of those that hold one form of a word.
    """
    return _common(
        [
            _union([_common([_union(map(holding, word)) for word in way]) for way in ways])
            for ways in forms
        ]
    )


def _union(sets: Iterable[Keys]) -> Keys:
    return np.unique(np.concatenate([_NO_KEYS, *sets]))


def _common(sets: Sequence[Keys]) -> Keys:
    return reduce(np.intersect1d, sets) if sets else _NO_KEYS


def _rules(language: str | None) -> str:
    """Return the language whose rules hold for a text: English where it is not known."""
    return (language or "en").partition("-")[0].lower()


@lru_cache(maxsize=256)
def _forms(phrase: str, languages: frozenset[str]) -> Forms:
    groups: list[list[list[list[str]]]] = []
    for token in re.findall(r"\w+(?:[-‐‑]\w+)*", phrase):
        words = _WORD.findall(token)
        ways = [[_word_forms(word, languages) for word in words]]
        if len(words) > 1:
            ways.append([_word_forms("".join(words), languages)])
        groups.append(ways)
    return groups


def _word_forms(word: str, languages: frozenset[str]) -> list[str]:
    forms = {fold_text(word)}.union(*(word_forms(word, language) for language in languages))
    return list({tokenize(form): form for form in sorted(forms)}.values())


@lru_cache(maxsize=256)
def _pattern(phrase: str, language: str) -> re.Pattern[str]:
    """Return the pattern of the phrase in a folded text of a language."""
    if has_words_without_spaces(phrase):
        return re.compile(r"\s*".join(map(re.escape, "".join(fold_text(phrase).split()))))
    before, after = _MARKS_BEFORE.match(phrase), _MARKS_AFTER.search(phrase)
    pattern, end = re.escape(before[1]) if before else "", 0
    for match in _WORD.finditer(phrase):
        forms = word_forms(match[0], language)
        if end:
            pattern += _between(phrase[end : match.start()]) + _any_of(forms)
        else:
            pattern += _any_of(forms) if before else _first(forms)
        end = match.end()
    return re.compile(rf"{pattern}{re.escape(after[1]) if after else ''}(?!\w)")


def _between(gap: str) -> str:
    """Return the pattern of what stands between two words; in an identifier that is itself:
    "2.x", "settings.toml"."""
    if re.fullmatch(r"[-‐‑]", gap):
        return _WORD_JOINT
    return _BETWEEN if re.search(r"\s", gap) else re.escape(gap)


def _any_of(forms: Iterable[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, sorted(forms, key=len, reverse=True)))})"


def _first(forms: frozenset[str]) -> str:
    """Return the pattern of a whole word in one of its forms. It begins with the letters that they
    share, as `re` looks for those ten times as fast as for the beginning of a word."""
    # What the first and the last of them share in the order of letters, all between them do.
    pairs = zip(min(forms), max(forms), strict=False)
    start = "".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    prefix = re.escape(start)
    return rf"{prefix}(?<!\w{prefix})" + _any_of(form[len(start) :] for form in forms)
