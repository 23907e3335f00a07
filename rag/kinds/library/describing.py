"""Which documents the words of a question about the library mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import get_args

from sourcebook.rag.language.time import Mention

from .matching import is_document_word, is_format
from .request import ALL, ORDERS, Known, Selection
from .slots import LANGUAGES, LIMITS, Word

NEAR = 2
"""Words of the content that may stand between a noun and what asks for it."""

KNOWN: Mapping[str, Known] = {
    "with author": "author",
    "with day": "day",
    "with source": "source",
}
UNKNOWN: Mapping[str, Known] = {f"without {one}": one for one in get_args(Known)}
"""The slots of what documents name, and of what they do not."""

JOINTLY = frozenset({"jointly", "co-authors"})
"""The slots of what says that several wrote."""

_ACTIVE = frozenset({"has", "have", "hat", "haben"})
"""Words of one who publishes, before "published"."""

_ITSELF = frozenset({*LANGUAGES, *KNOWN, "day"})
_NAME = frozenset({"", "small", "the"})
_BEFORE_NAME = frozenset({*LIMITS, "small", "the", "noise", "list"} - _ITSELF)
"""Slots of what is denied by itself, of a name, and of what stands before a name."""

NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "one ein",
            "two zwei second",
            "three drei third",
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


def describe(words: Sequence[Word], times: Sequence[Mention], quotes: Sequence[str]) -> Selection:
    """Return which documents the words of a part of a question mean.

    Args:
        words: labelled.
        times: of which §0 is the first.
        quotes: of which ¶0¶ is the first.
    """
    at, start, stop = _denied(words)
    if start < stop:
        selection = describe([*words[:start], *words[stop:]], times, quotes)
        denied = [*words[start:at], *words[at + 1 : stop]]
        return _without(selection, describe(denied, times, quotes))
    slots = frozenset(word.slot for word in words)
    noun = _noun(words)
    writes = _names_writer(words, noun)
    content, writer, partners = _content(_without_nouns(words, noun), quotes, writes=writes)
    is_joint = True if partners or JOINTLY & slots else False if "alone" in slots else None
    writer = " and ".join(name for name in (writer, *partners) if name)
    selection = Selection(noun=noun, words=content, writer=writer, is_joint=is_joint)
    for at, word in enumerate(words):
        if word.slot in ORDERS and not selection.order:
            texts = " ".join(w.text for w in words[max(0, at - 1) : at + 2])
            near = texts.casefold().split()
            numbers = [int(n) if n.isdigit() and len(n) < 3 else NUMBERS.get(n, 0) for n in near]
            is_added = word.slot == "newest" and {"add", "keep"} & slots
            order = "added" if is_added else word.slot
            selection = replace(selection, order=order, count=max(1, *numbers))
        elif word.slot == "newest first":
            selection = replace(selection, order="newest", count=ALL)
        elif word.slot == "day" and not selection.days:
            selection = replace(selection, days=times[int(word.text[1:])].days)
        elif word.slot in LANGUAGES:
            selection = replace(selection, language=word.slot)
        elif word.slot in KNOWN:
            selection = replace(selection, known=(*selection.known, KNOWN[word.slot]))
        elif word.slot in UNKNOWN:
            selection = _without(selection, Selection(known=(UNKNOWN[word.slot],)))
    return selection


def _without(selection: Selection, denied: Selection) -> Selection:
    return replace(selection, excluded=(*selection.excluded, denied))


def _names_writer(words: Sequence[Word], noun: str) -> bool:
    """Whether a name without "by" is that of one who wrote or published the documents."""
    slots = frozenset(word.slot for word in words)
    if {"who", "asks who"} & slots and not JOINTLY & slots:
        return False
    is_active = not noun or bool(_ACTIVE & {word.text.casefold() for word in words})
    return bool({"write", "co-authors"} & slots) or (
        bool(words) and words[-1].slot == "publish" and is_active
    )


def _denied(words: Sequence[Word]) -> tuple[int, int, int]:
    """Return where "not" stands, and where the words begin and end that it says are not meant: up
    to the end of a name behind it, else of one before it, "erwähnen den Sturm nicht"."""
    order = [word.slot for word in words]
    if "not" not in order:
        return 0, 0, 0
    at = start = order.index("not")
    stop = at + 1
    while stop < len(order) and order[stop] in _BEFORE_NAME:
        stop += 1
    if stop < len(order) and (order[stop] in _ITSELF or _is_kind(words[stop])):
        return at, at, stop + 1
    behind = stop
    while stop < len(order) and order[stop] in _NAME:
        stop += 1
    if stop > behind:
        return at, at, stop
    while start and order[start - 1] in _NAME:
        start -= 1
    is_name = "" in order[start:at]
    start -= is_name and start > 0 and order[start - 1] in LIMITS
    return (at, start, stop) if is_name else (at, at, at)


def _is_kind(word: Word) -> bool:
    """Whether a word is one for documents of a kind or a format, not for documents of any."""
    return word.slot == "noun" and (is_format(word.text) or not is_document_word(word.text))


def _noun(words: Sequence[Word]) -> str:
    """Return the word for the documents: the first, or one for a format behind it; two that stand
    side by side are one, "release notes"."""
    nouns: list[str] = []
    before = ""
    for word in words:
        is_noun = word.slot in ("noun", "kind")
        if is_noun and before == "noun":
            nouns[-1] += f" {word.text}"
        elif is_noun:
            nouns.append(word.text)
        before = "noun" if is_noun else ""
    formats = (noun for noun in nouns if is_format(noun))
    return next(formats, next(iter(nouns), ""))


def _without_nouns(words: Sequence[Word], noun: str) -> list[Word]:
    """Return the words with further ones for a kind of document as words of the content: "the file
    with the letter"."""
    own = noun.split()
    return [
        Word(word.text, "")
        if word.slot == "noun" and word.text not in own and not is_document_word(word.text)
        else word
        for word in words
    ]


def _content(
    words: Sequence[Word], quotes: Sequence[str], *, writes: bool
) -> tuple[str, str, list[str]]:
    """Return the words that say what the documents are about, the name behind "by" or "from", or
    with ``writes`` another, and those of whoever wrote with them.

    Words side by side stay so, with the small words between them. Where some stand behind
    "about" or the like, those and the ones beside the noun count.
    """
    runs: list[tuple[str, list[str]]] = []
    lead, run = "", list[str]()
    between: list[str] = []
    for word in (*words, Word("", "end")):
        if word.slot == "":
            run += [*between, restore(word.text, (), quotes)]
            between = []
        elif word.slot in ("small", "the", "back"):
            between += [word.text] if run else []
        else:
            if run:
                is_beside = word.slot == "noun" and not lead and len(run) <= NEAR
                runs.append(("beside" if is_beside else lead, run))
            run, between, lead = [], [], word.slot if word.slot in LIMITS else ""
    writer = next((run for lead, run in runs if lead in ("by", "from")), [])
    if writes and not writer:
        writer = next((run for lead, run in reversed(runs) if lead in ("", "write")), [])
    partners = [" ".join(run) for lead, run in runs if lead == "with"]
    rest = [(lead, run) for lead, run in runs if run is not writer and lead != "with"]
    if any(lead == "about" for lead, _ in rest):
        rest = [(lead, run) for lead, run in rest if lead]
    return ", ".join(" ".join(run) for _, run in rest), " ".join(writer), partners


def restore(text: str, times: Sequence[Mention], quotes: Sequence[str]) -> str:
    """Return the time or the quotation for which a mark stands; another word as it is."""
    if text.startswith("¶"):
        return quotes[int(text[1:-1])]
    return times[int(text[1:])].text if times and text.startswith("§") else text
