"""A question about the library, read by its key words: what is asked, of which documents.

`parsing` takes a question of which it understands every word; this one finds the words that say
something of a library wherever they stand, and takes what remains for what the documents are about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from typing import cast, get_args

from sourcebook.rag.language.time import Mention
from sourcebook.rag.language.word_lists import read_words

from .days import find_publication_days
from .nouns import is_document_word
from .parsing import NUMBERS, QUOTED
from .request import Order, Request, Selection, Task, Unknown
from .slots import Word, label_words

_LANGUAGES = frozenset({"en", "de", "fr", "es", "pt", "it", "nl"})
_ORDERS = cast(tuple[Order, ...], get_args(Order))
_SHARES: tuple[Task, ...] = ("authors", "sources", "languages", "formats", "years", "topics")
_LOOKED_FOR = frozenset({"count", "list", "any", "who", "when", "pages", "topics", *_ORDERS})
"""What asks for documents: "how many", "is there", "the newest"."""

_BETWEEN = frozenset({"", "the", "number", "kind", "list", "any", *_LANGUAGES, *_ORDERS})
"""What may stand between that and the noun."""

_LIMITS = frozenset({"about", "from", "by", "day", "write"})
"""What limits documents."""

_NEAR, _FRAGMENT = 2, 8
"""Words of the content between the two; words of a question that is no sentence."""

_BEFORE_DAYS = re.compile(
    r"(?:from|in|of|since|before|after|until|till|between|on|for|dated|this|last|past"
    r"|aus|vom|von|im|seit|ab|vor|nach|bis|am|zwischen|letzte|diese|gestern|yesterday)",
    re.IGNORECASE,
)


def read_by_words(
    question: str, now: datetime, newest: date | None, *, german: bool
) -> list[Request] | None:
    """Return what a question asks of the library; None where it speaks of no documents.

    Args:
        question: in one line, standing alone, known to be about the library.
        now: the reader's clock, aware.
        newest: the newest publication day of the library.
        german: whether the question is German.
    """
    times = [
        time
        for time in find_publication_days(question, now, newest, german=german)
        if _is_limit(time, question)
    ]
    quotes = QUOTED.findall(question)
    text = question
    for number in range(len(times) - 1, -1, -1):
        text = f"{text[: times[number].start]} §{number} {text[times[number].end :]}"
    for number in range(len(quotes)):
        text = QUOTED.sub(f" ¶{number}¶ ", text, count=1)
    words = label_words(text, german=german)
    if not _is_about_documents(words):
        return None
    slots = {word.slot for word in words}
    selection = _select(words, times, quotes)
    tasks = _tasks(slots, selection)
    if unknown := _unknown(slots):
        return [Request("unknown", selection, unknown=unknown)]
    first = Request(tasks[0], selection)
    back = Selection(refers_back=True)
    return [first, *(Request(task, back) for task in tasks[1:])]


def _is_limit(time: Mention, text: str) -> bool:
    """Whether a time limits the documents: "from May", not "we leave on Friday"."""
    before = text[: time.start].split()
    return bool(_BEFORE_DAYS.match(time.text) or (before and _BEFORE_DAYS.fullmatch(before[-1])))


def _is_about_documents(words: Sequence[Word]) -> bool:
    """Whether the words speak of the library, or of documents that are counted, named, looked for,
    or stand there alone: "papers by Lindgren?"."""
    slots = [word.slot for word in words]
    if "content" in slots:
        return False
    if {"library", "keep", "without author", "without day"} & set(slots):
        return True
    at_nouns = [at for at, slot in enumerate(slots) if slot in ("noun", "kind")]
    if at_nouns and _is_of_documents(slots):
        return True
    if any(_is_looked_for(slots[:at]) for at in at_nouns):
        return True
    said = [slot for slot in slots if slot not in ("noise", "small", "the")]
    if any(a == "everything" and b in _LIMITS for a, b in pairwise(said)):
        return True
    is_short = len(words) <= _FRAGMENT and bool(_LIMITS & set(slots))
    is_open = is_document_word(words[0].text) or bool({"by", "day"} & set(slots))
    return slots[0] == "noun" and (said == ["noun"] or (is_short and is_open))


def _is_of_documents(slots: Sequence[str]) -> bool:
    """Whether the words ask something that is asked of documents alone: "who wrote", "when was
    published", "which newspapers"."""
    found = set(slots)
    return (
        bool({"asks when"} & found and {"publish", "add"} & found)
        or {"asks who", "write"} <= found
        or ("add" in found and bool({"day", "newest"} & found))
        or bool({"who and when", "pages", "years", "tags", "opened", "changed"} & found)
        or any(a == "which" and b in _SHARES for a, b in pairwise(slots))
    )


def _is_looked_for(before: Sequence[str]) -> bool:
    """Whether a noun is asked for by the words before it."""
    near = 0
    for slot in reversed(before):
        if slot in _LOOKED_FOR:
            return True
        if slot == "which":
            return near <= 1
        near += slot in ("", "kind")
        if slot not in _BETWEEN or near > _NEAR:
            return False
    return False


def _tasks(slots: set[str], selection: Selection) -> list[Task]:
    """Return what is asked of the documents, in the order of the answer."""
    asked: list[Task] = []
    if {"who", "who and when"} & slots or ("asks who" in slots and "write" in slots):
        asked.append("author")
    if {"when", "who and when"} & slots or ("asks when" in slots and "publish" in slots):
        asked.append("day")
    if {"pages", "length"} & slots:
        asked.append("length")
    if asked:
        is_whole = selection.is_open and not selection.noun
        return asked if not is_whole else ["count" if "length" in slots else "authors"]
    share = next((share for share in _SHARES if share in slots), None)
    if share == "topics":
        share = share if selection.is_open else None
    if share:
        return [share]
    return ["count" if "count" in slots else "list"]


def _unknown(slots: set[str]) -> Unknown | None:
    """Return what is asked for that no table holds."""
    if slots & {"tags", "opened", "scanned", "changed"}:
        return next(
            unknown for unknown in cast(tuple[Unknown, ...], get_args(Unknown)) if unknown in slots
        )
    is_when = slots & {"when", "asks when"}
    if ("add" in slots and (is_when or "day" in slots)) or (
        "keep" in slots and slots & {"day", "asks when"}
    ):
        return "add"
    return None


# -- which documents ------------------------------------------------------------------------------


def _select(words: Sequence[Word], times: Sequence[Mention], quotes: Sequence[str]) -> Selection:
    slots = [word.slot for word in words]
    content, writer = _content(words, quotes)
    if not writer and "write" in slots and not {"who", "asks who"} & set(slots):
        content, writer = "", content
    noun = _noun(words)
    selection = Selection(noun=noun, words=content, writer=writer, is_by_words=True)
    for at, word in enumerate(words):
        if word.slot in _ORDERS and not selection.order:
            near = [w.text.casefold() for w in words[max(0, at - 1) : at + 2]]
            numbers = [int(n) if n.isdigit() else NUMBERS.get(n, 0) for n in near]
            is_added = word.slot == "newest" and {"add", "keep"} & set(slots)
            order = "added" if is_added else word.slot
            selection = replace(selection, order=order, count=max(1, *numbers))
        elif word.slot == "day" and not selection.days:
            selection = replace(selection, days=times[int(word.text[1:])].days)
        elif word.slot in _LANGUAGES:
            selection = replace(selection, language=word.slot)
        elif word.slot.startswith("without"):
            is_day = word.slot.endswith("day")
            selection = replace(selection, missing="day" if is_day else "author")
    return selection


def _noun(words: Sequence[Word]) -> str:
    """Return the word for the documents: two that stand side by side are one, "release notes", and
    one for documents of a kind goes before one for any."""
    nouns: list[str] = []
    before = ""
    for word in words:
        is_noun = word.slot in ("noun", "kind")
        if is_noun and before == "noun":
            nouns[-1] += f" {word.text}"
        elif is_noun:
            nouns.append(word.text)
        before = "noun" if is_noun else ""
    any_document = read_words("library/any_document")
    return min(nouns, key=lambda noun: noun.casefold() in any_document, default="")


def _content(words: Sequence[Word], quotes: Sequence[str]) -> tuple[str, str]:
    """Return the words that say what the documents are about, and the name behind "by" or "from".

    Words side by side stay so, with the small words between them. Where some stand behind "about"
    or the like, those and the ones beside the noun count.
    """
    runs: list[tuple[str, list[str]]] = []
    lead, run = "", list[str]()
    for word in (*words, Word("", "end")):
        if word.slot == "":
            run.append(_restore(word.text, quotes))
        elif word.slot in ("small", "the"):
            run += [word.text] if run else []
        else:
            if run:
                is_beside = word.slot == "noun" and not lead and len(run) <= _NEAR
                runs.append(("beside" if is_beside else lead, run))
            run, lead = [], word.slot if word.slot in _LIMITS else ""
    writer = next((run for lead, run in runs if lead in ("by", "from")), [])
    rest = [(lead, run) for lead, run in runs if run is not writer]
    if any(lead == "about" for lead, _ in rest):
        rest = [(lead, run) for lead, run in rest if lead]
    chosen = [run for _, run in rest]
    return " ".join(" ".join(run) for run in chosen), " ".join(writer)


def _restore(text: str, quotes: Sequence[str]) -> str:
    return f"“{quotes[int(text[1:-1])]}”" if text.startswith("¶") else text
