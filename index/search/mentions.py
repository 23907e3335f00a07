"""Which documents mention a phrase: counted over all text, none left out and none guessed.

The full-text index gives the passages that hold all words of the phrase in one of their forms; the
text itself decides whether they stand there side by side.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile

from sourcebook.index.documents.words import has_words_without_spaces
from sourcebook.index.store.database import Database

from .bm25 import tokenize
from .word_forms import fold_text, word_forms

_WORD = re.compile(r"\w+")
_BETWEEN = r"(?:[’'][a-zß]{1,2})?[^\w.!?;]{1,4}"
"""What may stand between two words of a phrase: no end of a sentence."""

_MARKS_BEFORE, _MARKS_AFTER = re.compile(r"(--?|[@#$€£/.])(?=\w)"), re.compile(r"(?<=\w)([+#%]+)$")
"""What belongs to a name before and after its letters: "--verbose", "C++"."""

_JOINED = r"[-‐‑ ]?"
"""What may stand for a hyphen: "e-mail", "email"."""


@dataclass(frozen=True, slots=True)
class Mention:
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


def find_mentions(database: Database, phrase: str) -> list[Mention]:
    """Return the first mention of each document that mentions a phrase, in the order of the
    documents; none for a phrase without words.

    Case, accents, hyphens, the plural, the genitive and other spellings do not count
    (`word_forms`), by the rules of each document's language.

    Args:
        database: of the library.
        phrase: one word or several, side by side.
    """
    if not _WORD.search(phrase):
        return []
    mentions: dict[str, Mention] = {}
    with database.snapshot() as db:
        for document_id, passage_id, start, title, text, language in _passages(db, phrase):
            pattern = _pattern(phrase, _rules(language))
            places = list(pattern.finditer(fold_text(text)))
            first = mentions.get(document_id)
            if first and places and first.start is not None:
                mentions[document_id] = replace(first, count=first.count + len(places))
            elif places:
                at, end = places[0].span()
                mentions[document_id] = Mention(
                    document_id, passage_id, start + at, start + end, text[at:end], len(places)
                )
            elif first is None and (match := pattern.search(fold_text(title))):
                form = title[match.start() : match.end()]
                mentions[document_id] = Mention(document_id, passage_id, None, None, form, 1)
    return list(mentions.values())


_Passage = tuple[str, str, int, str, str, str | None]


def _passages(db: sqlite3.Connection, phrase: str) -> Iterator[_Passage]:
    """Yield the passages that may hold the phrase, in their order: id of the document and of the
    passage, its start, the document's title, its own text and the language."""
    if has_words_without_spaces(phrase):
        rows = db.execute(
            "SELECT d.id, p.id, p.start, d.title, substr(d.text, p.start + 1, p.end - p.start), "
            "d.language FROM passages p JOIN documents d ON d.key = p.document_key "
            "WHERE instr(d.text, ?1) OR instr(d.title, ?1) "
            "ORDER BY d.key, p.start",
            (phrase,),
        )
    else:
        rows = db.execute(
            "SELECT d.id, p.id, p.start, d.title, w.text, d.language FROM passages_words w "
            "JOIN passages p ON p.key = w.rowid JOIN documents d ON d.key = p.document_key "
            "WHERE passages_words MATCH ? ORDER BY d.key, p.start",
            (_query(phrase, _languages(db)),),
        )
    yield from rows


def _languages(db: sqlite3.Connection) -> frozenset[str]:
    return frozenset(
        _rules(row[0]) for row in db.execute("SELECT DISTINCT language FROM documents")
    )


def _rules(language: str | None) -> str:
    """Return the language whose rules hold for a text: English where it is not known."""
    return (language or "en").partition("-")[0].lower()


@lru_cache(maxsize=256)
def _query(phrase: str, languages: frozenset[str]) -> str:
    """Return the query of FTS5 for the passages that hold a form of each word."""
    groups: list[str] = []
    for token in re.findall(r"\w+(?:[-‐‑]\w+)*", phrase):
        words = _WORD.findall(token)
        alternatives = [f"({' AND '.join(_any_form(word, languages) for word in words)})"]
        if len(words) > 1:
            alternatives.append(_any_form("".join(words), languages))
        groups.append(f"({' OR '.join(alternatives)})")
    return " AND ".join(groups)


def _any_form(word: str, languages: frozenset[str]) -> str:
    forms = {fold_text(word)}.union(*(word_forms(word, language) for language in languages))
    terms = {tokenize(form): form for form in sorted(forms)}
    quoted = (f'"{form}"' for form in terms.values())
    return f"({' OR '.join(quoted)})"


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
        return _JOINED
    return _BETWEEN if re.search(r"\s", gap) else re.escape(gap)


def _any_of(forms: Iterable[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, sorted(forms, key=len, reverse=True)))})"


def _first(forms: frozenset[str]) -> str:
    """Return the pattern of a whole word in one of its forms. It begins with the letters that they
    share, as `re` looks for those ten times as fast as for the beginning of a word."""
    # What the first and the last of them share in the order of letters, all between them do.
    pairs = zip(min(forms), max(forms), strict=False)
    start = "".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    shared = re.escape(start)
    return rf"{shared}(?<!\w{shared})" + _any_of(form[len(start) :] for form in forms)
