"""The parts of a question about the library, and their words, each with what it says:
``lists/library/slots``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from sourcebook.index.search.stop_words import STOP_WORDS
from sourcebook.index.search.word_forms import word_forms
from sourcebook.rag.language.word_lists import read_lines, read_words

from .matching import is_document_word

_TOKEN = re.compile(r"[§¶]?\w+¶?(?:[-'.&/]\w+)*'?|[?!.;,]")
_ENDS = frozenset("?!.;,")
_LONGEST = 5
"""Words of a phrase."""

_SHORTEST_END = 5
"""Letters of a kind of document that a German compound may end in."""


LANGUAGES = frozenset({"en", "de", "fr", "es", "pt", "it", "nl"})
"""Slots that are a language."""

LIMITS = frozenset({"about", "from", "by", "with", "day", "write"})
"""Slots of what limits documents."""

_LINKING = 2
"""Letters that are no word before it."""


_EARLIER = re.compile(r"\b(?:older than|earlier than|from before) (?=\S+ ?\d|\d)", re.IGNORECASE)
_LATER = re.compile(r"\b(?:newer than|later than|from after) (?=\S+ ?\d|\d)", re.IGNORECASE)
_GROUP = re.compile(r"^(?:of|among|von|unter) ([^,?]+), (which|welche[rs]?)\b", re.IGNORECASE)
_POLITE, _JOINT, _REASON, LENGTH, _ANYHOW = (
    re.compile(line, re.IGNORECASE) for line in read_lines("library/parts")
)


@dataclass(frozen=True, slots=True)
class Word:
    """One or more words of a question. ``slot`` is what they say: the name of a line of the list,
    "noun" for a word for documents, "kind" for a compound with such a word, "day" for a time,
    "small" for an article and the like, "end" for a mark; empty for a word of the content."""

    text: str
    slot: str


def split_parts(question: str) -> list[str]:
    """Return the questions of which a question is made, without what is said before them."""
    plain = _ANYHOW.sub("", _REASON.sub("", _POLITE.sub("", question.strip())))
    plain = _EARLIER.sub("before ", _LATER.sub("after ", _GROUP.sub(r"\2 of \1", plain)))
    parts = (part.strip(" ?.!:,;…") for part in _JOINT.split(plain))
    return [part for part in parts if part]


def label_words(text: str, *, german: bool) -> list[Word]:
    """Return the words of a text in order, the longest phrase of a slot at each place.

    Args:
        text: a question in which §0 stands for a time and ¶0¶ for a quotation.
        german: whether it is German: its compounds are looked into.
    """
    words = list(_label(_TOKEN.findall(text.replace("’", "'")), german=german))
    return _with_names(_with_partners(_with_nouns(words)))


def _label(tokens: list[str], *, german: bool) -> Iterator[Word]:
    phrases, starts = _slots()
    small = [token.casefold() for token in tokens]
    at, before = 0, "end"
    while at < len(tokens):
        for size in range(min(_LONGEST, len(tokens) - at), 0, -1):
            words = " ".join(small[at : at + size])
            slot = phrases.get(words) or _by_start(words, len(small[at + size - 1]), starts)
            if slot == "list" and words in _kinds() and before in ("", "the"):
                slot = "noun"  # "the price list"
            if slot or size == 1:
                slot = slot or _own_slot(words, german)
                before = slot
                yield Word(" ".join(tokens[at : at + size]), slot)
                at += size
                break


def _with_nouns(words: list[Word]) -> list[Word]:
    """Return the words with the noun at the end of a phrase as one: "in my files", and "how many
    pages" where there is no other noun."""
    has_noun = any(word.slot in ("noun", "kind") for word in words)
    parted: list[Word] = []
    for word in words:
        first, _, last = word.text.rpartition(" ")
        is_count = word.slot == "pages" and not has_noun
        is_bare = word.slot in ("library", "with day")
        if first and (is_count or is_bare) and is_document_word(last):
            parted += [Word(first, "count" if is_count else word.slot), Word(last, "noun")]
        else:
            parted.append(word)
    return parted


def _with_partners(words: list[Word]) -> list[Word]:
    """Return the words with "with" as what joins those who wrote together, where they are named or
    asked for: "with Lindgren", "with whom"."""
    if not {"write", "who", "co-authors"} & {word.slot for word in words}:
        return words
    partnered: list[Word] = []
    for word, after in pairwise((*words, Word("", "end"))):
        slot = word.slot
        if word.text.casefold() in ("with", "mit"):
            is_asked = after.slot in ("end", "asks who")
            slot = "jointly" if is_asked else "with" if after.text.istitle() else slot
        partnered.append(Word(word.text, slot))
    return partnered


def _with_names(words: list[Word]) -> list[Word]:
    """Return the words with those for documents that are part of a name behind "by" or "from", or
    of one who writes, as words of the content: "from the Island Post"."""
    named: list[Word] = []
    is_name = False
    for word, after in pairwise((*words, Word("", "end"))):
        is_behind = (is_name or after.slot == "write") and bool(named) and named[-1].slot == ""
        is_part = is_behind and word.slot == "noun" and word.text.istitle()
        named.append(Word(word.text, "") if is_part else word)
        is_name = word.slot in ("by", "from") or (is_name and word.slot in ("", "the", "small"))
    return named


def _by_start(words: str, last: int, starts: Mapping[str, str]) -> str:
    """Return the slot of the longest beginning of words that ends in the last of them."""
    ends = range(len(words), len(words) - last, -1)
    return next((starts[words[:end]] for end in ends if words[:end] in starts), "")


def _own_slot(word: str, german: bool) -> str:
    if word in _ENDS:
        return "end"
    if word.startswith("§"):
        return "day"
    kinds = _kinds()
    if is_document_word(word) or word in kinds:
        return "noun"
    if german and compound_head(word):
        return "kind"
    is_small = word in STOP_WORDS or any(
        word in read_words(name) for name in ("english_small_words", "german_small_words")
    )
    return "small" if is_small else ""


def compound_head(word: str) -> str:
    """Return what a German compound with a word for documents is about: the storm, of
    "Sturmberichte"; empty where it is none."""
    ends = (kind for kind in _kinds() if len(kind) >= _SHORTEST_END)
    end = max((kind for kind in ends if word.casefold().endswith(kind)), key=len, default="")
    head = word[: len(word) - len(end)].rstrip("-") if end else ""
    return head if len(head) > _LINKING else ""


@cache
def _kinds() -> frozenset[str]:
    kinds = read_words("library/document_kinds")
    kinds |= read_words("library/any_document") | read_words("library/some_document")
    return kinds.union(*(word_forms(k, language) for k in kinds for language in ("en", "de")))


@cache
def _slots() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return the slot of each phrase, and of each beginning of one that ends in "*"."""
    phrases: dict[str, str] = {}
    starts: dict[str, str] = {}
    for line in read_lines("library/slots"):
        slot, _, own = line.partition(": ")
        for phrase in own.split(", "):
            if phrase.endswith("*"):
                starts.setdefault(phrase[:-1], slot)
            else:
                phrases.setdefault(phrase, slot)
    return phrases, starts
