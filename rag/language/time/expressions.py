"""Time expressions in a text, and the days that they mean, given a clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from sourcebook.rag.language.calendar import DateRange

from .meanings import Clock, Meaning, days_of_month_of, month_of, weekday_of, year_of
from .patterns import TABLE, kinds_of


@dataclass(frozen=True, slots=True)
class Mention:
    """A time expression: ``text`` at ``start:end`` of the whole text, and its days.

    ``relative``: it needs a clock or a publication date to be understood ("on Thursday").
    """

    text: str
    start: int
    end: int
    days: DateRange
    relative: bool


# --- what is meant as a time --------------------------------------------------------------------

_WHEN = re.compile(
    r"\b(?:in|on|of|since|before|after|until|till|by|from|to|and|between|during|around|about|late"
    r"|early|mid|the|last|this|next|circa|year|autumn|fall|spring|summer|winter)[ -]$",
    re.IGNORECASE,
)
_ALSO_WORDS = {"may", "march", "mar", "april", "june", "august", "jun", "dec", "jan"}
_NAMED_DAY = re.compile(
    r"\b(?:black|good|bloody|super|cyber|giving|easter|ash|palm|shrove|maundy|holy|freaky)\s$",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r" (?!(?:was|is|has|does|as|its|this|the|elections|games|olympics|talks)\b)[a-z]+s\b"
)


def _is_meant(text: str, match: re.Match[str], meaning: Meaning) -> bool:
    """Whether the words stand for a time: "may" is mostly a verb, 2000 mostly an amount."""
    before, after = text[: match.start()], text[match.end() :]
    has_preposition = bool(_WHEN.search(before))
    if meaning is month_of and match.group().casefold().rstrip(".") in _ALSO_WORDS:
        return _is_month(match.group(), before, after, has_preposition)
    if meaning is days_of_month_of and match.group("month") in ("may", "march", "mar"):
        return has_preposition or match.group().casefold()[0].isdigit()
    if meaning is year_of and match.group().isdigit():
        if re.match(r"[-/.,]?\d|%| ?(?:per cent|percent)\b", after) or _COUNTED.match(after):
            return False
        bare = not after.strip() or not after[0].isspace() or text[match.end() + 1].isupper()
        return has_preposition or (bare and match.group()[:2] in ("19", "20"))
    if meaning is weekday_of:
        return not _NAMED_DAY.search(before) and not re.match(r"s\b", after)
    return True


def _is_month(word: str, before: str, after: str, has_preposition: bool) -> bool:
    if not word[0].isupper():
        return has_preposition
    is_name = re.search(r"\b[A-Z][a-z]+ $", before) and not has_preposition  # Theresa May
    return (
        not is_name and (has_preposition or not re.match(r" [A-Z]", after)) and bool(before.strip())
    )


_AHEAD = re.compile(
    r"\b(?:will|shall|due|set|scheduled|plan(?:s|ned)?|expected|expects?|next|upcoming|going to"
    r"|(?:is|are|was|were) to|ahead of|would|later this)\b|[’']ll\b",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"\b(?:was|were|had|did|said|told|met|held|made|began|came|went|spoke|saw|took|gave|wrote"
    r"|[a-z]{3,}ed)\b",
    re.IGNORECASE,
)


def _looks_ahead(text: str, start: int) -> bool:
    """Whether the last verb form before ``start`` that tells speaks of the future."""
    ahead = max((m.end() for m in _AHEAD.finditer(text, 0, start)), default=-1)
    behind = max((m.end() for m in _BEHIND.finditer(text, 0, start)), default=-1)
    return ahead >= 0 and ahead >= behind


# --- finding them -------------------------------------------------------------------------------


@lru_cache(maxsize=2048)
def find_times(text: str, clock: Clock) -> tuple[Mention, ...]:
    """Return the time expressions of ``text``, in order; of overlapping ones the longest.

    The results are cached, as questions return to the same sentences.
    """
    kinds = kinds_of(text)
    if not kinds:
        return ()
    readings = [
        (match.start(), -match.end(), order, match, meaning)
        for order, (kind, pattern, meaning) in enumerate(TABLE)
        if kind in kinds
        for match in pattern.finditer(text)
        if _is_meant(text, match, meaning)
    ]
    results: list[Mention] = []
    for start, _, _, match, meaning in sorted(readings, key=lambda reading: reading[:3]):
        if results and start < results[-1].end:
            continue
        ahead = clock.in_article and _looks_ahead(text, start)
        try:
            days = meaning(match, clock, ahead)
        except (ValueError, OverflowError):
            continue  # 31 February; 9999 years ago
        year = match.groupdict().get("year")
        results.append(Mention(match.group(), start, match.end(), days, not year))
    return tuple(_with_prepositions(text, results, clock))


_BEFORE = re.compile(
    r"\b(?P<word>since|after|before|until|till|by|up to|from|between|in|on|during|over|within)"
    r"(?P<the> the)? $",
    re.IGNORECASE,
)
_OPENING = ("since", "after", "before", "until", "till", "by", "up to")
_JOINS = re.compile(r" (?:and|to|until|till|through|-|–) (?:the )?", re.IGNORECASE)
_ONWARDS = re.compile(r" (?:onwards?|on)\b(?! [A-Z\d])", re.IGNORECASE)


def _with_prepositions(text: str, results: list[Mention], clock: Clock) -> Iterator[Mention]:
    """ "since", "before", "between ... and" and the like, put to the time that follows them."""
    position = 0
    while position < len(results):
        mention = results[position]
        position += 1
        preposition = _BEFORE.search(text[: mention.start])
        word = preposition.group("word").casefold() if preposition else ""
        if not preposition or (preposition.group("the") and word in _OPENING):
            yield mention  # "after the December summit" may well be in December
            continue
        end, days, relative = mention.end, mention.days, mention.relative
        if word in ("between", "from") and position < len(results):
            other = results[position]
            if _JOINS.fullmatch(text[end : other.start]):
                period = _join(mention, other)
                if period:
                    position += 1
                    end, days, relative = other.end, period, other.relative
                    word = "in"
        onwards = _ONWARDS.match(text, end) if word == "from" else None
        if onwards:
            word, end = "since", onwards.end()
        days = _apply_preposition(days, word, clock) or days
        start = preposition.start()
        yield Mention(text[start:end], start, end, days, relative)


def _join(first: Mention, last: Mention) -> DateRange | None:
    """From the one to the other; the first takes its year from the last when it names none."""
    begin, end = first.days.first, last.days.last
    if begin is None or end is None or last.days.first is None:
        return None
    if first.relative and (not last.relative or begin > end):
        try:
            begin = begin.replace(year=last.days.first.year)
            begin = begin.replace(year=begin.year - 1) if begin > end else begin
        except ValueError:
            return None
    return DateRange(begin, end) if begin <= end else None


def _apply_preposition(days: DateRange, word: str, clock: Clock) -> DateRange | None:
    """What a preposition makes of a period; None where it changes nothing."""
    one = timedelta(days=1)
    if word in ("since", "after") and days.first and days.last:
        first = days.first if word == "since" else days.last + one
        today = clock.today if clock.in_article and first <= clock.today else None
        return DateRange(first, today)
    if word == "before" and days.first and days.first > date.min:
        return DateRange(None, days.first - one)
    if word in ("until", "till", "by", "up to"):
        return DateRange(None, days.last)
    return None
