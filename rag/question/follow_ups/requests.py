"""A turn that asks for the last answer in another form, at another length, or for its sources."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from sourcebook.rag.language.word_lists import read_lines, read_words
from sourcebook.rag.question.kind import Kind, find_kind
from sourcebook.rag.question.turns import Turn

_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*")
_END = re.compile(r"[\s?!.…]*$")
_ONLY_FROM = re.compile(
    r"^\W*(?:and |but |please |und |aber |bitte )*(?:only|just|nur|solo)"
    r" (?:(?:what|from|in|by|according to|aus|von|laut|vom|was|según|de)\b ?"
    r"(?:(?:the|der|dem|den)\b ?)?)+"
    r"(?P<source>[^?!]+?)(?: (?:says?|said|sagt|schreibt))?[?!. ]*$",
    re.IGNORECASE,
)
_MOST_WORDS = 20
"""Words of a turn that asks for another form: a longer one is a question of its own."""

_SOURCES = re.compile(r"\b(?:sources?|references?|quellen?|fuentes?)\b", re.IGNORECASE)
_SUMMARY_WORDS = {"in one sentence": "in one sentence", "shorter": "short", "longer": "in detail"}
_GERMAN_WORDS = {"in one sentence": "in einem Satz", "shorter": "kurz", "longer": "ausführlich"}
_GERMAN = re.compile(r"\b(satz|kürzer|kurz|knapp|ausführlich|länger|genauer|mehr)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Completion:
    """A question that needs no history; ``kind`` is the kind of answer that its turn asks for,
    None where the words of the question tell it."""

    text: str
    kind: Kind | None = None


def find_request(question: str, turn: Turn) -> Completion | None:
    """Return the last question as it is to be answered again; None for a turn that asks another.

    Args:
        question: the turn, in one line.
        turn: the last one, its question in a form that stands alone.
    """
    all_words = _WORD.findall(question.casefold())
    if len(all_words) > _MOST_WORDS:
        return None
    words = " ".join(all_words).replace("’", "'")
    sources = _SOURCES.search(question)
    if _matches_whole("sources", words) or (sources and _is_filler(_SOURCES.sub("", question))):
        return Completion(turn.question, "source")
    if _matches_whole("others", words):
        rest = question.strip(" ?!.")
        return Completion(add_words(turn.question, f", {rest[0].lower()}{rest[1:]}"), "list")
    if only := _ONLY_FROM.match(question):
        attribution = "laut" if re.search(r"\bnur\b", question, re.I) else "according to"
        return Completion(add_words(turn.question, f", {attribution} {only['source']}"))
    for pattern, kind in _pairs("forms"):
        match = pattern.search(question)
        if match and _is_filler(question[: match.start()]):
            rest = question[match.end() :].strip(" ?!.,;:")
            if _is_filler(rest):
                return Completion(turn.question, _as_kind(kind))
            if kind != "summary":  # "summarise the minutes" is a question of its own
                return Completion(add_words(turn.question, f", {rest}"), _as_kind(kind))
    for pattern, length in _pairs("lengths"):
        match = pattern.search(question)
        if match and _is_filler(question[: match.start()]) and _is_filler(question[match.end() :]):
            return _at_length(turn.question, length, match.group())
    return None


def add_words(question: str, words: str) -> str:
    """Return a question with more words before the mark at its end."""
    end = _END.search(question)
    assert end is not None  # it may be empty
    return f"{question[: end.start()]}{words}{end.group().strip() or ('?' if words else '')}"


def _at_length(question: str, length: str, asking: str) -> Completion:
    """The last question with a wish for less or more: a summary takes it as words, of the others
    the short one is a fact in one sentence, the long one of a fact what stands around it."""
    kind = find_kind(question)
    if kind == "summary":
        words = (_GERMAN_WORDS if _GERMAN.search(asking) else _SUMMARY_WORDS)[length]
        return Completion(add_words(question, f", {words}"), kind)
    if length != "longer":
        return Completion(question, "fact")
    return Completion(question, "why" if kind in ("fact", "yes-no") else kind)


def _is_filler(text: str) -> bool:
    """Whether a text says nothing but what a polite request says."""
    fillers = read_words("follow_ups/fillers")
    return all(word.casefold().replace("’", "'") in fillers for word in _WORD.findall(text))


def _as_kind(name: str) -> Kind:
    for kind in ("comparison", "list", "how-to", "summary"):
        if kind == name:
            return kind
    raise ValueError(f"a form in lists/follow_ups/forms.txt is of no kind: {name}")


@cache
def _pairs(name: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    lines = (line.rpartition(" = ") for line in read_lines(f"follow_ups/{name}"))
    return tuple((re.compile(pattern, re.IGNORECASE), value) for pattern, _, value in lines)


def _matches_whole(name: str, words: str) -> bool:
    return bool(_whole(name).fullmatch(words.removeprefix("and ").removeprefix("und ")))


@cache
def _whole(name: str) -> re.Pattern[str]:
    return re.compile("|".join(read_lines(f"follow_ups/{name}")), re.IGNORECASE)
