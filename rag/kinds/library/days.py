"""The days of publication that a question limits to, in English and in German."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from sourcebook.index.documents.dates import MONTHS as NUMBERS
from sourcebook.rag.language.calendar import MONTHS
from sourcebook.rag.language.time import Mention, times_in_question

_MONTH = "januar|jänner|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember"
_UNITS = {"woche": "week", "monat": "month", "jahr": "year"}
_COUNTS = {"zwei": "two", "drei": "three", "vier": "four", "sechs": "six", "zwölf": "twelve"}
_PREPOSITIONS: Mapping[str, str] = {
    "seit": "since",
    "ab": "since",
    "vor": "before",
    "nach": "after",
    "bis": "until",
    "am": "on",
    "vom": "of",
    "im": "in",
    "aus": "of",
    "von": "of",
    "in": "in",
    "zwischen": "between",
    "und": "and",
}
_BEFORE = (
    r"\b(?:(?P<word>seit|ab|vor|nach|bis|am|vom|im|aus|von|in|zwischen|und)(?: zum| dem| der)? )?"
)
_LAST = (
    r"(?:letzte[nmr]?|vergangene[nmr]?|vorige[nmr]?|diese[rmns]?)"
    r" (?:(?P<count>\d+|zwei|drei|vier|sechs|zwölf) )?(?P<unit>woche|monat|jahr)(?:e?n|e|s)?\b"
)
_GERMAN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_BEFORE}(?:(?P<day>\d{{1,2}})\. ?)?(?P<month>{_MONTH})(?: (?P<year>\d{{4}}))?\b",
        rf"{_BEFORE}(?P<day>\d{{1,2}})\.(?P<number>\d{{1,2}})\.(?P<year>\d{{4}})\b",
        rf"{_BEFORE}(?:dem )?(?:jahre? )?(?P<year>(?:19|20)\d\d)\b",
        rf"\b(?:(?:in|im|aus|von|seit) )?(?:der |dem |den )?{_LAST}",
        r"\b(?:von )?(?P<word>gestern|heute)\b",
    )
)


def find_publication_days(
    text: str, now: datetime, newest: date | None, *, german: bool
) -> list[Mention]:
    """Return the days that a text names, in order, with where they stand in it.

    Args:
        text: a question, or a part of one.
        now: the reader's clock, aware.
        newest: the newest publication day of the library.
        german: whether the question is German.
    """
    if not german:
        return times_in_question(text, now, newest)
    return [
        Mention(text[start:end], start, end, mention.days, mention.relative)
        for start, end, english in _translate(text)
        for mention in times_in_question(f"articles {english}", now, newest)[:1]
    ]


def _translate(text: str) -> list[tuple[int, int, str]]:
    """Return where a German text names days, and how that is said in English."""
    parts: list[tuple[int, int, str]] = []
    matches = [match for pattern in _GERMAN for match in pattern.finditer(text)]
    for match in sorted(matches, key=lambda match: (match.start(), -match.end())):
        if parts and match.start() < parts[-1][1]:
            continue
        english = _in_english(match)
        if parts and english.startswith("and ") and parts[-1][2].startswith("between "):
            start, _, before = parts.pop()
            parts.append((start, match.end(), f"{before} {english}"))
        else:
            parts.append((*match.span(), english))
    return parts


def _in_english(match: re.Match[str]) -> str:
    groups = {name: value for name, value in match.groupdict().items() if value}
    if "unit" in groups:
        count = groups.get("count", "")
        which = "this" if "diese" in match.group().casefold() else "last"
        unit = _UNITS[groups["unit"].casefold()] + "s" * bool(count)
        parts = ("in the" if count else "in", which, _COUNTS.get(count, count), unit)
        return " ".join(part for part in parts if part)
    word = groups.get("word", "in").casefold()
    if word in ("gestern", "heute"):
        return "yesterday" if word == "gestern" else "today"
    number = int(groups.get("number", 0)) or NUMBERS.get(groups.get("month", "").casefold(), 0)
    name = MONTHS[number - 1] if 1 <= number <= 12 else None
    named = (_PREPOSITIONS[word], groups.get("day"), name, groups.get("year"))
    return " ".join(part for part in named if part)
