"""A question about the library, read: what is asked, and of which documents.

A question is taken only where each of its words is understood: "How many documents do I need?" has
a word too many, and is one for the articles themselves.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime

from sourcebook.rag.language import DateRange
from sourcebook.rag.language.time import Mention

from .days import find_publication_days
from .patterns import (
    BACK,
    CONSTRAINTS,
    DETERMINERS,
    JOINT,
    NOUN_ENDS,
    ORDERS,
    POLITE,
    TASKS,
    THEIR_TITLES,
    TITLES,
)
from .request import Request, Selection, Task

_LONGEST_NOUN = 3
"""Words."""

_VERB_AT_END = re.compile(
    r"\s*\b(?:by|published|written(?: by)?|dated|posted|sent|released|issued|come out|appear|von"
    r"|geschrieben|verfasst|geschickt|gesendet|erschienen|veröffentlicht|heraus)$",
    re.IGNORECASE,
)
_NEEDS_NOUN = re.compile(
    r"(?:what|which|the|der|die|das|was|welche[rsnm]?)\b"
    r"(?! (?:else )?(?:do|did|has|have|hat|habe|haben|gibt) )",
    re.IGNORECASE,
)
_EARLIER = re.compile(r"\b(?:older than|earlier than|from before) (?=\S+ ?\d|\d)", re.IGNORECASE)
_LATER = re.compile(r"\b(?:newer than|later than|from after) (?=\S+ ?\d|\d)", re.IGNORECASE)
_BE = re.compile(r"^(?:[’']s|is|are|was|were|ist|sind)\s+", re.IGNORECASE)
QUOTED = re.compile(r"[“„\"«]([^“”„\"«»]+)[”“\"»]")
NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            ("one",),
            ("two", "zwei"),
            ("three", "drei"),
            ("four", "vier"),
            ("five", "fünf"),
            ("six", "sechs"),
            ("seven", "sieben"),
            ("eight", "acht"),
            ("nine", "neun"),
            ("ten", "zehn"),
        ),
        1,
    )
    for word in words
}


def read_requests(
    question: str, now: datetime, newest: date | None, *, german: bool
) -> list[Request] | None:
    """Return what a question asks of the library, one by one; None: it asks something else.

    Args:
        question: in one line, standing alone.
        now: the reader's clock, aware.
        newest: the newest publication day of the library.
        german: whether the question is German.
    """
    requests: list[Request] = []
    for text in split_parts(question):
        request = _read_request(text, now, newest, german=german, is_first=not requests)
        if request is None:
            return None
        requests.append(request)
    return requests or None


def split_parts(question: str) -> list[str]:
    """Return the questions of which a question is made, without what is said before them."""
    plain = _EARLIER.sub("before ", _LATER.sub("after ", POLITE.sub("", question.strip())))
    parts = (part.strip(" ?.!:,;…") for part in JOINT.split(plain))
    return [part for part in parts if part]


def _read_request(
    text: str, now: datetime, newest: date | None, *, german: bool, is_first: bool
) -> Request | None:
    if THEIR_TITLES.match(text):
        return None if is_first else Request("list", Selection(refers_back=True))
    for task, pattern in TASKS:
        if match := pattern.match(text):
            remainder = text[match.end() :].strip()
            if task in ("author", "day"):
                remainder = _VERB_AT_END.sub("", remainder)
            times = find_publication_days(remainder, now, newest, german=german)
            selection = _Reader(remainder, times).read(task)
            needs_noun = task == "list" and _NEEDS_NOUN.match(text)
            if selection and (selection.noun or not needs_noun or _is_back(selection)):
                return Request(task, selection, remainder)
    return None


def _is_back(selection: Selection) -> bool:
    """Whether it speaks of documents that were named before: "the newest", "of them"."""
    bare = replace(selection, order=None)
    return selection.refers_back or (bool(selection.order) and bare.is_open)


class _Reader:
    """Reads the description of documents, from left to right."""

    def __init__(self, text: str, times: list[Mention]) -> None:
        self._task: Task = "list"
        self._quotes: list[str] = []
        self._times = times
        for number in range(len(times) - 1, -1, -1):
            time = times[number]
            text = f"{text[: time.start]}§{number}{text[time.end :]}"
        self._rest = QUOTED.sub(self._keep_quote, text)

    def read(self, task: Task) -> Selection | None:
        """Return the selection; None where a word is not understood."""
        self._task = task
        selection = self._take_order(self._take_back(Selection()))
        selection = self._take_back(selection)
        if not selection.refers_back and task not in ("authors", "sources", "topics"):
            selection = self._take_noun(selection)
        selection, unread = self._take_constraints(selection)
        if task in ("author", "day"):
            selection = replace(selection, rest=self._restore(unread))
            has_any = selection.noun or selection.refers_back or not selection.is_open
            return selection if has_any else None
        return None if unread else selection

    # -- pieces ----------------------------------------------------------------------------

    def _take_back(self, selection: Selection) -> Selection:
        self._rest = _BE.sub("", self._rest)
        if back := BACK.match(self._rest):
            self._rest = self._rest[back.end() :].strip()
            return replace(selection, refers_back=True)
        return selection

    def _take_order(self, selection: Selection) -> Selection:
        for order, pattern in ORDERS:
            match = pattern.search(self._rest)
            if match and not re.search(
                r"\b(?:mention|contain|about|erwähn)\w*\b", self._rest[: match.start()]
            ):
                count = match["count"] or match["after"] or "1"
                self._rest = f"{self._rest[: match.start()]} {self._rest[match.end() :]}".strip()
                number = int(count) if count.isdigit() else NUMBERS[count.casefold()]
                return replace(selection, order=order, count=max(1, number))
        return selection

    def _take_noun(self, selection: Selection) -> Selection:
        self._rest = TITLES.sub("", self._rest).strip()
        self._rest = DETERMINERS.sub("", f"{self._rest} ").strip()
        number, _, others = self._rest.partition(" ")
        if others and (number.isdigit() or number.casefold() in NUMBERS) and not selection.order:
            count = int(number) if number.isdigit() else NUMBERS[number.casefold()]
            selection, self._rest = replace(selection, count=max(1, count)), others
        words: list[str] = []
        for word in self._rest.split():
            bare = word.strip(",.;:")
            if len(words) == _LONGEST_NOUN or NOUN_ENDS.match(bare) or bare.startswith("¶"):
                break
            words.append(bare)
            if bare != word:
                break
        self._rest = " ".join(self._rest.split()[len(words) :])
        return replace(selection, noun=self._restore(" ".join(words)))

    def _take_constraints(self, selection: Selection) -> tuple[Selection, str]:
        """Return the selection with its limits, and the words that say something else."""
        unread: list[str] = []
        self._rest = self._rest.strip(" ,")
        while self._rest:
            for name, pattern in CONSTRAINTS:
                match = pattern.match(self._rest)
                changed = self._apply(selection, name, match) if match else None
                if match and changed is not None:
                    selection = changed
                    self._rest = self._rest[match.end() :].strip(" ,")
                    break
            else:
                word, _, self._rest = self._rest.partition(" ")
                if word.casefold() not in ("and", "und", "but", "aber"):
                    unread.append(word)
                self._rest = self._rest.strip(" ,")
        return selection, " ".join(unread)

    def _apply(self, selection: Selection, name: str, match: re.Match[str]) -> Selection | None:
        """Return the selection with one more limit; None where it has that one already."""
        if name == "noise":
            return selection
        words = match["x"].strip(" ,")
        if name == "days":
            return replace(selection, days=self._days(words)) if not selection.days else None
        value = self._restore(words)
        if name == "writer":
            return replace(selection, writer=value) if not selection.writer else None
        if name == "missing":
            is_date = re.search(r"da(?:te|y|tum)", value, re.IGNORECASE)
            return replace(selection, missing="day" if is_date else "author")
        if name == "source":
            is_free = self._task in ("count", "list") and not selection.source
            return replace(selection, source=value) if is_free else None
        if name == "topic":
            return replace(selection, topic=value) if not selection.topic else None
        if selection.mention:
            return None
        is_negative = any(match.groupdict().get(group) for group in ("not", "not2"))
        return replace(selection, mention=value, is_negative=is_negative)

    def _days(self, mark: str) -> DateRange:
        return self._times[int(mark.removeprefix("§"))].days

    def _keep_quote(self, match: re.Match[str]) -> str:
        self._quotes.append(match[0])
        return f"¶{len(self._quotes) - 1}¶"

    def _restore(self, text: str) -> str:
        """Return a text with the times and quotations that stood in it."""
        text = re.sub(r"§(\d+)", lambda match: self._times[int(match[1])].text, text)
        return re.sub(r"¶(\d+)¶", lambda match: self._quotes[int(match[1])], text)
