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
    r"^\W*(?:and |but |please |und |aber |bitte )*(?:i(?:[’']m| am)? )?(?:only|just|nur|solo)"
    r"(?: (?:care about|interested in|want|need|mean))?"
    r" (?:(?:what|from|in|by|according to|was|written|published|aus|von|laut|vom|según|de)\b ?"
    r"(?:(?:the|der|dem|den)\b ?)?)+"
    r"(?P<source>[^?!:;]+?)(?: (?:says?|said|sagt|schreibt))?(?: now| jetzt)?"
    r"(?:[:;] (?P<question>[^?!]+?))?[?!. ]*$",
    re.IGNORECASE,
)
_FROM_YEAR = re.compile(r"\b(?:from|(?:written|published) in) \d{4}[?!. ]*$", re.IGNORECASE)
_MOST_WORDS = 20
"""Words of a turn that asks for another form: a longer one is a question of its own."""

_SOURCES = re.compile(r"\b(?:sources?|references?|quellen?|fuentes?)\b", re.IGNORECASE)
_SUMMARY_WORDS = {"in one sentence": "in one sentence", "shorter": "short", "longer": "in detail"}
_GERMAN_WORDS = {"in one sentence": "in einem Satz", "shorter": "kurz", "longer": "ausführlich"}
_GERMAN = re.compile(r"\b(satz|kürzer|kurz|knapp|ausführlich|länger|genauer|mehr)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Completion:
    """A question that needs no history; ``kind`` is the kind of answer that its turn asks for,
    None where the words of the question tell it, ``language`` the code of the language, "" for that
    of the question."""

    text: str
    kind: Kind | None = None
    language: str = ""


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
    if _asks_for_sources(question, words):
        return Completion(turn.question, "source")
    if matches_whole("others", words):
        rest = question.strip(" ?!.")
        return Completion(add_words(turn.question, f", {rest[0].lower()}{rest[1:]}"), "list")
    if only := _ONLY_FROM.match(question):
        return Completion(_of_source(only, turn))
    for pattern, code in _pairs("languages"):
        match = pattern.search(question)
        if match and is_filler(question[: match.start()] + question[match.end() :]):
            return Completion(turn.question, language=code)
    for pattern, kind in _pairs("forms"):
        match = pattern.search(question)
        if match and is_filler(question[: match.start()]):
            rest = question[match.end() :].strip(" ?!.,;:")
            if is_filler(rest):
                return Completion(turn.question, _as_kind(kind, turn.question))
            if kind != "summary":  # "summarise the minutes" is a question of its own
                return Completion(
                    add_words(turn.question, f", {rest}"), _as_kind(kind, turn.question)
                )
    for pattern, length in _pairs("lengths"):
        match = pattern.search(question)
        if match and is_filler(question[: match.start()]) and is_filler(question[match.end() :]):
            return _at_length(turn.question, length, match.group())
    return None


def _asks_for_sources(question: str, words: str) -> bool:
    """Whether a turn asks where, by whom or when that was said, or if it is so; "Sure." is none."""
    if matches_whole("sources", words):
        return True
    if matches_whole("doubts", words):
        return " " in words or question.endswith("?")
    return bool(_SOURCES.search(question)) and is_filler(_SOURCES.sub("", question))


def _of_source(only: re.Match[str], turn: Turn) -> str:
    """The last question, or the one behind a colon, as one to a single source. A year is none: it
    is a filter of its own."""
    attribution = "laut" if re.search(r"\bnur\b", only.group(), re.I) else "according to"
    if only["question"]:
        words = f" ({turn.answer.rstrip(' .')}), {attribution} {only['source']}"
        return add_words(only["question"][:1].upper() + only["question"][1:], words)
    if _FROM_YEAR.search(only.group()):
        return turn.question
    return add_words(turn.question, f", {attribution} {only['source']}")


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


def is_filler(text: str) -> bool:
    """Return whether a text says nothing but what a polite request says."""
    fillers = read_words("follow_ups/fillers")
    return all(word.casefold().replace("’", "'") in fillers for word in _WORD.findall(text))


def _as_kind(name: str, question: str) -> Kind:
    """The kind that a form is of: a table holds all items of a list, or the sides of a
    comparison."""
    if name == "table":
        return "comparison" if find_kind(question) == "comparison" else "list"
    for kind in ("comparison", "list", "how-to", "summary"):
        if kind == name:
            return kind
    raise ValueError(f"a form in lists/follow_ups/forms.txt is of no kind: {name}")


@cache
def _pairs(name: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    lines = (line.rpartition(" = ") for line in read_lines(f"follow_ups/{name}"))
    return tuple((re.compile(pattern, re.IGNORECASE), value) for pattern, _, value in lines)


def matches_whole(name: str, words: str) -> bool:
    """Return whether a turn is of a list of patterns, but for an "and" before it.

    Args:
        name: of the list.
        words: the turn's, in small letters, without marks.
    """
    return bool(_whole(name).fullmatch(words.removeprefix("and ").removeprefix("und ")))


@cache
def _whole(name: str) -> re.Pattern[str]:
    return re.compile("|".join(read_lines(f"follow_ups/{name}")), re.IGNORECASE)
