"""A question about the library, read by its key words: what is asked, of which documents.

The words that say something of a library are found wherever they stand (`slots`); what remains is
what the documents are about. "How many documents do I need?" speaks of none in the library.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from typing import Literal, get_args

from sourcebook.rag.language.time import Mention

from .days import find_publication_days
from .describing import KNOWN, NEAR, NUMBERS, UNKNOWN, describe, restore
from .matching import is_document_word
from .request import ORDERS, SHARES, LengthLimit, Request, Selection, Task, Unknown
from .slots import LANGUAGES, LENGTH, LIMITS, label_words, split_parts

_LOOKED_FOR = frozenset({"count", "list", "any", "who", "when", "pages", *ORDERS})
"""What asks for documents: "how many", "is there", "the newest"."""

_BETWEEN = frozenset(
    {"", "the", "noise", "number", "kind", "list", "any", "sources", *LANGUAGES, *ORDERS}
)
"""What may stand between that and the noun."""

_ASKS = frozenset({"who", "asks who", "when", "asks when", "count", "list", "which", "pages"})
"""What a part of a question asks of the documents of the part before it."""

_LIMITED = frozenset({"from", "by", *KNOWN, *LANGUAGES})
_WRITTEN = frozenset({"write", "publish", "day", *ORDERS})
_HANDS = frozenset({"with", "jointly", "alone"})
"""What may stand side by side with "which" or "how many"; at the end of what asks for everything
that somebody wrote; and what says with whom."""

_FRAGMENT = 8
"""Words of a question that is no sentence."""

_BEFORE_DAYS = re.compile(
    r"(?:from|in|of|since|before|after|until|till|between|on|for|dated|this|last|past"
    r"|aus|vom|von|im|seit|ab|vor|nach|bis|am|zwischen|letzte|diese|gestern|yesterday)",
    re.IGNORECASE,
)

_QUOTED = re.compile(r"[“„\"«]([^“”„\"«»]+)[”“\"»]|(?<!\w)['‘]([^'‘’]+)['’](?!\w)")


def read_requests(
    question: str, now: datetime, newest: date | None, *, german: bool
) -> list[Request] | None:
    """Return what a question asks of the library, one by one; None: it speaks of no documents.

    Args:
        question: in one line, standing alone.
        now: the reader's clock, aware.
        newest: the newest publication day of the library.
        german: whether the question is German.
    """
    requests: list[Request] = []
    parts = split_parts(question)
    for number, part in enumerate(parts):
        own = _read_part(part, now, newest, german=german, is_first=not number)
        if own is None:
            full_text = " ".join(parts) if len(parts) > 1 else ""
            return _read_part(full_text, now, newest, german=german, is_first=True)
        requests += [replace(request, part=number) for request in own]
    return requests or None


def _read_part(
    text: str, now: datetime, newest: date | None, *, german: bool, is_first: bool
) -> list[Request] | None:
    reader = _Reader(text, now, newest, german=german)
    if not reader.words or "content" in reader.slots:
        return None
    if not is_first and reader.is_back:
        return reader.read(refers_back=True)
    return reader.read() if reader.is_about_documents() else None


class _Reader:
    """The labelled words of a part of a question, and what they say."""

    def __init__(self, text: str, now: datetime, newest: date | None, *, german: bool) -> None:
        self._length = _find_length(text)
        text = LENGTH.sub("", text) if self._length else text
        times = find_publication_days(text, now, newest, german=german)
        self._times = [time for time in times if _is_limit(time, text)]
        self._quotes = [match[0] for match in _QUOTED.finditer(text)]
        plain = text
        for number in range(len(self._times) - 1, -1, -1):
            time = self._times[number]
            plain = f"{plain[: time.start]} §{number} {plain[time.end :]}"
        for number in range(len(self._quotes)):
            plain = _QUOTED.sub(f" ¶{number}¶ ", plain, count=1)
        self.words = label_words(plain, german=german)
        self._order = [word.slot for word in self.words]
        self.slots = frozenset(self._order)

    def read(self, *, refers_back: bool = False) -> list[Request]:
        """Return what is asked, one by one."""
        selection = describe(self.words, self._times, self._quotes)
        selection = replace(selection, refers_back=refers_back, length=self._length)
        if unknown := self._unknown():
            return [Request("unknown", selection, unknown=unknown)]
        task, *rest = self._tasks(selection)
        back = Selection(refers_back=True)
        is_plain = bool({"noun", "kind", "everything", "library", "keep", "any"} & self.slots)
        request = Request(task, selection, self._description(), is_plain=is_plain)
        return [request, *(Request(t, back) for t in rest)]

    @property
    def is_back(self) -> bool:
        """Whether it asks of the documents of the part before it."""
        nouns = {"noun", "kind"} & self.slots
        asks = (_ASKS | set(SHARES) | set(ORDERS)) & self.slots
        is_bare = "back" in self.slots or "" not in self._order
        return "titles" in self.slots or bool(not nouns and asks and is_bare)

    def is_about_documents(self) -> bool:
        """Whether the words speak of the library, or of documents that are counted, named, looked
        for, or stand there alone: "papers by Lindgren?"."""
        order = self._order
        if {"library", "keep", *UNKNOWN} & self.slots:
            return True
        at_nouns = [at for at, slot in enumerate(order) if slot in ("noun", "kind")]
        if at_nouns and self._is_of_documents():
            return True
        if any(_is_looked_for(order[:at]) for at in at_nouns):
            return True
        said = [slot for slot in order if slot not in ("noise", "small", "the", "end")]
        if not said:
            return False
        pairs = set(pairwise(said))
        if ("which", "about") in pairs or any(("everything", limit) in pairs for limit in LIMITS):
            return True
        if "" not in order and set(SHARES) & self.slots - ({"topics"} if at_nouns else set()):
            return True
        if "add" in self.slots and (
            "everything" in self.slots or said[-1] in ORDERS or "" not in order
        ):
            return True
        if (
            {"who", "about"} <= self.slots
            or "who and when" in self.slots
            or ("who" in self.slots and self._quotes)
        ):
            return True
        plain = (slot for slot in said if slot != "not")
        if any(a in ("which", "count") and b in _LIMITED for a, b in pairwise(plain)):
            return True
        if "co-authors" in self.slots or ({"write", "who"} & self.slots and _HANDS & self.slots):
            return True
        is_written = bool({"write", "publish"} & self.slots) and said[-1] in _WRITTEN
        if is_written and {"which", "everything"} & {*said[:2]}:
            return True
        if not at_nouns or at_nouns[0] > 1:
            return False
        is_short = len(order) <= _FRAGMENT and bool(LIMITS & self.slots)
        is_open = bool({"by", "day", "from"} & self.slots)
        is_open = is_open or is_document_word(self.words[at_nouns[0]].text)
        return said[-1] == "noun" or (is_short and is_open)

    def _is_of_documents(self) -> bool:
        """Whether it asks something that is asked of documents alone: "who wrote", "when was it
        published", "which newspapers"."""
        slots = self.slots
        return (
            bool("asks when" in slots and {"publish", "write", "add", "keep"} & slots)
            or {"asks who", "write"} <= slots
            or ("add" in slots and bool({"day", "newest"} & slots))
            or bool(
                {
                    "who and when",
                    "from when",
                    "pages",
                    "years",
                    "months",
                    "titles",
                    "tags",
                    "opened",
                    "changed",
                }
                & slots
            )
            or any(a == "which" and b in SHARES for a, b in pairwise(self._order))
        )

    def _tasks(self, selection: Selection) -> list[Task]:
        """Return what is asked of the documents, in the order of the answer."""
        slots, tasks = self.slots, list[Task]()
        is_who = "asks who" in slots and bool({"write", "co-authors"} & slots)
        if is_who or {"who", "who and when"} & slots:
            tasks.append("author")
        is_when = "asks when" in slots and bool({"publish", "write"} & slots)
        if is_when or {"when", "from when", "who and when"} & slots:
            tasks.append("day")
        if {"pages", "length"} & slots:
            tasks.append("length")
        is_any = selection.is_open and not selection.noun and "back" not in slots
        if tasks and is_any:
            tasks = ["count" if "length" in slots else "authors"]
        if tasks:
            return tasks
        shares = (share for slot in self._order for share in SHARES if share == slot)
        share = next((s for s in shares if s != "topics" or selection.is_open), None)
        if share:
            return [share]
        return ["count" if "count" in slots else "list"]

    def _unknown(self) -> Unknown | None:
        """Return what is asked for that no table holds."""
        slots = self.slots
        if {"tags", "opened", "scanned", "changed"} & slots:
            return next(unknown for unknown in get_args(Unknown) if unknown in slots)
        is_day = bool({"when", "asks when", "day"} & slots)
        is_kept = "keep" in slots and bool({"asks when", "day"} & slots)
        return "add" if ("add" in slots and is_day) or is_kept else None

    def _description(self) -> str:
        """Return the words that may be the title of a document, as they stand."""
        kinds = ("", "noun", "kind", "small", "the", "number", "day", "about", *ORDERS)
        return " ".join(
            restore(w.text, self._times, self._quotes) for w in self.words if w.slot in kinds
        )


def _find_length(text: str) -> LengthLimit | None:
    """Return how long a text says that documents are to be: "longer than 20 words"."""
    match = LENGTH.search(text)
    if match is None:
        return None
    word = match["count"].casefold()
    count = NUMBERS.get(word, 0) if word.isalpha() else int(re.sub(r"\D", "", word))
    is_below = bool(match["below"] or match["most"])
    count += bool(match["most"]) - bool(match["least"])
    if match["no"]:  # not more than 20: fewer than 21
        is_below, count = not is_below, count + (-1 if is_below else 1)
    unit: Literal["words", "pages"] = "words" if match["unit"][0] in "wW" else "pages"
    return LengthLimit(count, unit, is_below) if count else None


def _is_limit(time: Mention, text: str) -> bool:
    """Whether a time limits the documents: "from May", not "we leave on Friday"."""
    before = text[: time.start].split()
    return bool(_BEFORE_DAYS.match(time.text) or (before and _BEFORE_DAYS.fullmatch(before[-1])))


def _is_looked_for(before: Sequence[str]) -> bool:
    """Whether a noun is asked for by the words before it."""
    near = 0
    for slot in reversed(before):
        if slot in _LOOKED_FOR:
            return True
        if slot == "which":
            return near <= 1
        near += slot in ("", "kind")
        if slot not in _BETWEEN or near > NEAR:
            return False
    return False
