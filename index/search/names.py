"""What a library is made of, by name: its sources, authors and titles, and the days they span."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

NameKind = Literal["source", "author", "title"]

LONGEST_NAME = 30
"""Words. A longer title is not looked for."""

_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*", re.UNICODE)
_DOMAIN = re.compile(r"^(?:https?://)?(?:www\.)?([\w-]+)(?:\.[a-z]{2,3})?\.[a-z]{2,6}/?$")
_GENERIC = {"news", "online", "newspaper", "magazine", "com"}


@dataclass(frozen=True, slots=True)
class Name:
    """A name in the library; ``values`` are what `Filters` limits by: the field as it is written in
    the documents (in each of its forms), or for a title the ids of the documents."""

    kind: NameKind
    label: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A name in a text: ``text[start:end]``; ``words`` are how many it is made of there."""

    name: Name
    key: str
    start: int
    end: int
    words: int


@dataclass(frozen=True, slots=True)
class Contents:
    """Names by their key (see `name_key`), and the oldest and newest publication day known."""

    names: Mapping[str, Name]
    oldest: date | None = None
    newest: date | None = None

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str, str | None, str | None, str | None]]) -> Contents:
        """From rows of id, title, source, author, ISO date. A key that is a source is no author or
        title, one that is an author no title."""
        names: dict[str, tuple[NameKind, str, set[str]]] = {}
        days: set[str] = set()
        descriptions = list(rows)
        for _, _, source, _, published in descriptions:
            days.add((published or "")[:10])
            for key in _source_keys(source) if source else ():
                names.setdefault(key, ("source", source or "", set()))[2].add(source or "")
        for _, _, _, author, _ in descriptions:
            if author:
                _put(names, "author", author, author)
        for document_id, title, _, _, _ in descriptions:
            _put(names, "title", title, document_id)
        dates = sorted(date.fromisoformat(day) for day in days if day)
        return cls(
            {key: Name(kind, label, frozenset(v)) for key, (kind, label, v) in names.items()},
            dates[0] if dates else None,
            dates[-1] if dates else None,
        )

    def find_names(self, text: str) -> Iterator[NameMatch]:
        """The names that stand in ``text``, in order, the longest at each place, none overlapping.

        Case, accents, a leading "the", a possessive, white space and punctuation do not count.
        """
        words = [(name_key(match.group()), match) for match in _WORD.finditer(text)]
        at = 0
        while at < len(words):
            best: NameMatch | None = None
            key = ""
            for reach in range(at, min(len(words), at + LONGEST_NAME)):
                key += words[reach][0]
                if name := self.names.get(key):
                    begin, last = words[at][1], words[reach][1]
                    end = last.start() + len(_POSSESSIVE.sub("", last.group()))
                    best = NameMatch(name, key, begin.start(), end, reach - at + 1)
            if best:
                yield best
                at += best.words
            else:
                at += 1


_POSSESSIVE = re.compile(r"(?<=\w)[’']s?(?!\w)")
_BETWEEN = re.compile(r"[\W_]+")


def _put(
    names: dict[str, tuple[NameKind, str, set[str]]], kind: NameKind, label: str, value: str
) -> None:
    key = name_key(label)
    if _is_key(key):
        name = names.setdefault(key, (kind, label, set()))
        if name[0] == kind:
            name[2].add(value)


def name_key(name: str) -> str:
    """What the forms of a name share: "The Irish Times" and "irish times" are ``irishtimes``."""
    bare = _POSSESSIVE.sub("", name.casefold()).removeprefix("the ")
    return _BETWEEN.sub("", bare if bare.isascii() else unaccented(bare))


@lru_cache(maxsize=4096)
def _source_keys(name: str) -> tuple[str, ...]:
    """The keys of a source: itself, of "irishtimes.com" also without the ending, of "BBC News" also
    without the word that many have."""
    keys = [name_key(name)]
    if domain := _DOMAIN.match(name.strip().casefold()):
        keys.append(name_key(domain.group(1)))
    words = name.split()
    if len(words) > 1 and words[-1].casefold() in _GENERIC:
        keys.append(name_key(" ".join(words[:-1])))
    return tuple(key for key in dict.fromkeys(keys) if _is_key(key))


def _is_key(key: str) -> bool:
    return len(key) > 1 and not key.isdigit()


def unaccented(text: str) -> str:
    """Without accents and other combining marks."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
