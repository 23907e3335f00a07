"""Which documents the words of a question about the library mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from sourcebook.rag.language.time import Mention

from .matching import is_document_word, is_format
from .request import ALL, ORDERS, Selection
from .slots import LANGUAGES, LIMITS, Word

NEAR = 2
"""Words of the content that may stand between a noun and what asks for it."""

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


def describe(words: Sequence[Word], times: Sequence[Mention], quotes: Sequence[str]) -> Selection:
    """Return which documents the words of a part of a question mean.

    Args:
        words: labelled.
        times: of which §0 is the first.
        quotes: of which ¶0¶ is the first.
    """
    slots = frozenset(word.slot for word in words)
    noun = _noun(words)
    content, writer = _content(_without_nouns(words, noun), quotes)
    if not writer and "write" in slots and not {"who", "asks who"} & slots:
        content, writer = "", content
    selection = Selection(noun=noun, words=content, writer=writer, is_negative=_is_negative(words))
    for at, word in enumerate(words):
        if word.slot in ORDERS and not selection.order:
            near = [w.text.casefold() for w in words[max(0, at - 1) : at + 2]]
            numbers = [int(n) if n.isdigit() and len(n) < 3 else _NUMBERS.get(n, 0) for n in near]
            is_added = word.slot == "newest" and {"add", "keep"} & slots
            order = "added" if is_added else word.slot
            selection = replace(selection, order=order, count=max(1, *numbers))
        elif word.slot == "newest first":
            selection = replace(selection, order="newest", count=ALL)
        elif word.slot == "day" and not selection.days:
            selection = replace(selection, days=times[int(word.text[1:])].days)
        elif word.slot in LANGUAGES:
            selection = replace(selection, language=word.slot)
        elif word.slot.startswith("without"):
            is_day = word.slot.endswith("day")
            selection = replace(selection, missing="day" if is_day else "author")
    return selection


def _is_negative(words: Sequence[Word]) -> bool:
    """Whether what the documents are about is denied: "do not mention", "erwähnen … nicht"."""
    order = [word.slot for word in words]
    return ("not", "about") in pairwise(order) or ("about" in order and order[-1] == "not")


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


def _content(words: Sequence[Word], quotes: Sequence[str]) -> tuple[str, str]:
    """Return the words that say what the documents are about, and the name behind "by" or
    "from".

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
    rest = [(lead, run) for lead, run in runs if run is not writer]
    if any(lead == "about" for lead, _ in rest):
        rest = [(lead, run) for lead, run in rest if lead]
    return ", ".join(" ".join(run) for _, run in rest), " ".join(writer)


def restore(text: str, times: Sequence[Mention], quotes: Sequence[str]) -> str:
    """Return the time or the quotation for which a mark stands; another word as it is."""
    if text.startswith("¶"):
        return quotes[int(text[1:-1])]
    return times[int(text[1:])].text if times and text.startswith("§") else text
