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
from typing import cast, get_args

from sourcebook.rag.language.time import Mention
from sourcebook.rag.language.word_lists import read_lines, read_words

from .days import find_publication_days
from .nouns import is_document_word
from .request import Order, Request, Selection, Task, Unknown
from .slots import LANGUAGES, Word, label_words

_ORDERS = cast(tuple[Order, ...], get_args(Order))
_SHARES: tuple[Task, ...] = ("authors", "sources", "languages", "formats", "years", "topics")
_LOOKED_FOR = frozenset({"count", "list", "any", "who", "when", "pages", *_ORDERS})
"""What asks for documents: "how many", "is there", "the newest"."""

_BETWEEN = frozenset(
    {"", "the", "noise", "number", "kind", "list", "any", "sources", *LANGUAGES, *_ORDERS}
)
"""What may stand between that and the noun."""

_LIMITS = frozenset({"about", "from", "by", "day", "write"})
"""What limits documents."""

_ASKS = frozenset({"who", "asks who", "when", "asks when", "count", "list", "which", "pages"})
"""What a part of a question asks of the documents of the part before it."""

_NEAR, _FRAGMENT = 2, 8
"""Words of the content between the two; words of a question that is no sentence."""

_BEFORE_DAYS = re.compile(
    r"(?:from|in|of|since|before|after|until|till|between|on|for|dated|this|last|past"
    r"|aus|vom|von|im|seit|ab|vor|nach|bis|am|zwischen|letzte|diese|gestern|yesterday)",
    re.IGNORECASE,
)

_QUOTED = re.compile(r"[“„\"«]([^“”„\"«»]+)[”“\"»]|(?<!\w)['‘]([^'‘’]+)['’](?!\w)")
_EARLIER = re.compile(r"\b(?:older than|earlier than|from before) (?=\S+ ?\d|\d)", re.IGNORECASE)
_LATER = re.compile(r"\b(?:newer than|later than|from after) (?=\S+ ?\d|\d)", re.IGNORECASE)
_POLITE, _JOINT, _REASON = (re.compile(line, re.IGNORECASE) for line in read_lines("library/parts"))
_NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "one ein",
            "two zwei",
            "three drei",
            "four vier",
            "five fünf",
            "six sechs",
            "seven sieben",
            "eight acht",
            "nine neun",
            "ten zehn",
        ),
        1,
    )
    for word in words.split()
}


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
            whole = " ".join(parts) if number else ""
            return _read_part(whole, now, newest, german=german, is_first=True)
        requests += [replace(request, part=number) for request in own]
    return requests or None


def split_parts(question: str) -> list[str]:
    """Return the questions of which a question is made, without what is said before them."""
    plain = _REASON.sub("", _POLITE.sub("", question.strip()))
    plain = _EARLIER.sub("before ", _LATER.sub("after ", plain))
    parts = (part.strip(" ?.!:,;…") for part in _JOINT.split(plain))
    return [part for part in parts if part]


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
        times = find_publication_days(text, now, newest, german=german)
        self._times = [time for time in times if _is_limit(time, text)]
        self._quotes = [match[0] for match in _QUOTED.finditer(text)]
        plain = text
        for number in range(len(self._times) - 1, -1, -1):
            time = self._times[number]
            plain = f"{plain[: time.start]} §{number} {plain[time.end :]}"
        for number in range(len(self._quotes)):
            plain = _QUOTED.sub(f" ¶{number}¶ ", plain, count=1)
        self.words = _with_pages(label_words(plain, german=german))
        self._order = [word.slot for word in self.words]
        self.slots = frozenset(self._order)

    def read(self, *, refers_back: bool = False) -> list[Request]:
        """Return what is asked, one by one."""
        selection = replace(self._select(), refers_back=refers_back)
        if unknown := self._unknown():
            return [Request("unknown", selection, unknown=unknown)]
        task, *others = self._tasks(selection)
        back = Selection(refers_back=True)
        return [Request(task, selection, self._description()), *(Request(t, back) for t in others)]

    @property
    def is_back(self) -> bool:
        """Whether it asks of the documents of the part before it."""
        nouns = {"noun", "kind"} & self.slots
        asks = (_ASKS | set(_SHARES) | set(_ORDERS)) & self.slots
        is_bare = "back" in self.slots or "" not in self._order
        return "titles" in self.slots or bool(not nouns and asks and is_bare)

    def is_about_documents(self) -> bool:
        """Whether the words speak of the library, or of documents that are counted, named, looked
        for, or stand there alone: "papers by Lindgren?"."""
        order = self._order
        if {"library", "keep", "without author", "without day"} & self.slots:
            return True
        at_nouns = [at for at, slot in enumerate(order) if slot in ("noun", "kind")]
        if at_nouns and self._is_of_documents():
            return True
        if any(_is_looked_for(order[:at]) for at in at_nouns):
            return True
        said = [slot for slot in order if slot not in ("noise", "small", "the")]
        pairs = set(pairwise(said))
        if ("which", "about") in pairs or any(("everything", limit) in pairs for limit in _LIMITS):
            return True
        if "" not in order and {"authors", "sources", "years"} & self.slots:
            return True
        if "add" in self.slots and (
            "everything" in self.slots or said[-1] in _ORDERS or "" not in order
        ):
            return True
        if {"who", "about"} <= self.slots or ("who" in self.slots and self._quotes):
            return True
        if not at_nouns or at_nouns[0] > 1:
            return False
        is_short = len(order) <= _FRAGMENT and bool(_LIMITS & self.slots)
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
                    "titles",
                    "tags",
                    "opened",
                    "changed",
                }
                & slots
            )
            or any(a == "which" and b in _SHARES for a, b in pairwise(self._order))
        )

    def _tasks(self, selection: Selection) -> list[Task]:
        """Return what is asked of the documents, in the order of the answer."""
        slots, asked = self.slots, list[Task]()
        if {"who", "who and when"} & slots or {"asks who", "write"} <= slots:
            asked.append("author")
        is_when = "asks when" in slots and bool({"publish", "write"} & slots)
        if is_when or {"when", "from when", "who and when"} & slots:
            asked.append("day")
        if {"pages", "length"} & slots:
            asked.append("length")
        is_any = selection.is_open and not selection.noun and "back" not in slots
        if asked and is_any:
            asked = ["count" if "length" in slots else "authors"]
        if asked:
            return asked
        share = next((share for share in _SHARES if share in slots), None)
        if share and (share != "topics" or selection.is_open):
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

    # -- which documents -------------------------------------------------------------------

    def _select(self) -> Selection:
        content, writer = self._content()
        if not writer and "write" in self.slots and not {"who", "asks who"} & self.slots:
            content, writer = "", content
        selection = Selection(
            noun=self._noun(), words=content, writer=writer, is_negative=self._is_negative()
        )
        for at, word in enumerate(self.words):
            if word.slot in _ORDERS and not selection.order:
                near = [w.text.casefold() for w in self.words[max(0, at - 1) : at + 2]]
                numbers = [int(n) if n.isdigit() else _NUMBERS.get(n, 0) for n in near]
                is_added = word.slot == "newest" and {"add", "keep"} & self.slots
                order = "added" if is_added else word.slot
                selection = replace(selection, order=order, count=max(1, *numbers))
            elif word.slot == "day" and not selection.days:
                selection = replace(selection, days=self._times[int(word.text[1:])].days)
            elif word.slot in LANGUAGES:
                selection = replace(selection, language=word.slot)
            elif word.slot.startswith("without"):
                is_day = word.slot.endswith("day")
                selection = replace(selection, missing="day" if is_day else "author")
        return selection

    def _is_negative(self) -> bool:
        """Whether what the documents are about is denied: "do not mention", "erwähnen … nicht"."""
        order = self._order
        return ("not", "about") in pairwise(order) or ("about" in order and order[-1] == "not")

    def _noun(self) -> str:
        """Return the word for the documents: two that stand side by side are one, "release notes",
        and one for documents of a kind goes before one for any."""
        nouns: list[str] = []
        before = ""
        for word in self.words:
            is_noun = word.slot in ("noun", "kind")
            if is_noun and before == "noun":
                nouns[-1] += f" {word.text}"
            elif is_noun:
                nouns.append(word.text)
            before = "noun" if is_noun else ""
        any_document = read_words("library/any_document")
        return min(nouns, key=lambda noun: noun.casefold() in any_document, default="")

    def _content(self) -> tuple[str, str]:
        """Return the words that say what the documents are about, and the name behind "by" or
        "from".

        Words side by side stay so, with the small words between them. Where some stand behind
        "about" or the like, those and the ones beside the noun count.
        """
        runs: list[tuple[str, list[str]]] = []
        lead, run = "", list[str]()
        for word in (*self.words, Word("", "end")):
            if word.slot == "":
                run.append(self._restore(word.text))
            elif word.slot in ("small", "the", "back"):
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
        return " ".join(" ".join(run) for _, run in rest), " ".join(writer)

    def _description(self) -> str:
        """Return the words that may be the title of a document, as they stand."""
        kinds = ("", "noun", "kind", "small", "the", "number", "day", "about", *_ORDERS)
        return " ".join(self._restore(w.text) for w in self.words if w.slot in kinds)

    def _restore(self, text: str) -> str:
        """Return the time or the quotation for which a mark stands."""
        if text.startswith("¶"):
            return self._quotes[int(text[1:-1])]
        return self._times[int(text[1:])].text if text.startswith("§") else text


def _with_pages(words: list[Word]) -> list[Word]:
    """Return the words with "how many pages" as a number of documents, where there is no other word
    for them."""
    if not any(word.slot in ("noun", "kind") for word in words):
        for at, word in enumerate(words):
            first, _, last = word.text.rpartition(" ")
            if word.slot == "pages" and is_document_word(last):
                return [*words[:at], Word(first, "count"), Word(last, "noun"), *words[at + 1 :]]
    return words


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
        if slot not in _BETWEEN or near > _NEAR:
            return False
    return False
