"""The words for days, as a table of patterns, and where they stand in a text.

dateparser, parsedatetime and dateutil read points in time. Here periods are asked for ("last month"
is a calendar month, "between 10 and 14 January" five days), with offsets, and "may" and "march" are
mostly verbs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from .dates import MONTHS, DateRange, Mention
from .time_meanings import (
    NUMBERS,
    WEEKDAYS,
    Clock,
    Meaning,
    ago_of,
    calendar_unit_of,
    day_word_of,
    days_of_month_of,
    decade_of,
    iso_of,
    month_of,
    rolling_of,
    season_of,
    weekday_of,
    weekend_of,
    year_of,
)

_MONTH = "|".join(MONTHS)
_ANY_MONTH = rf"(?:{_MONTH}|Sept|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b)\.?"
_WEEKDAY = "|".join(WEEKDAYS)
_D = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?!\d)"
_Y = r"(?:1\d|20)\d\d(?!\d)"
_OF_YEAR = rf"(?:,? (?:of )?(?P<year>{_Y})\b| (?P<whose>last|this|next) year\b)?"
_COUNT = rf"\d{{1,4}}|{'|'.join(sorted(NUMBERS, key=len, reverse=True))}"
_PART_OF_DAY = "(?:morning|afternoon|evening|night)"
_PART = r"(?:(?P<part>early|mid|late|(?:the )?(?:beginning|start|middle|end) of)[ -])?"


_LAST_NEXT = r"last|this past|this coming|this|next|coming|past|previous"
_UNIT = r"(?P<unit>day|week|month|year)s?\b"

_SEASON = r"(?P<season>spring|summer|autumn|winter|fall)"


def _table() -> list[tuple[str, re.Pattern[str], Meaning]]:
    """Kind of word that must be there, pattern, meaning."""
    rows: list[tuple[str, str, Meaning]] = [
        ("digits", rf"(?P<year>{_Y})-(?P<month>[01]\d)(?:-(?P<day>[0-3]\d))?\b(?![-\d])", iso_of),
        (
            "month",
            rf"(?P<day>{_D}) ?(?:-|–|to|and|until) ?(?P<until>{_D})(?: of)? (?P<month>{_ANY_MONTH})"
            + _OF_YEAR,
            days_of_month_of,
        ),
        (
            "month",
            rf"(?P<month>{_ANY_MONTH}) (?P<day>{_D}) ?(?:-|–|to|and) ?(?P<until>{_D}){_OF_YEAR}",
            days_of_month_of,
        ),
        (
            "month",
            rf"(?:(?:{_WEEKDAY}),? )?(?:the )?(?P<day>{_D})(?: of)? (?P<month>{_ANY_MONTH})"
            + _OF_YEAR,
            days_of_month_of,
        ),
        (
            "month",
            rf"(?:(?:{_WEEKDAY}),? )?(?P<month>{_ANY_MONTH}) (?P<day>{_D}){_OF_YEAR}",
            days_of_month_of,
        ),
        ("month", rf"{_PART}(?P<month>{_MONTH}|Sept\.?)\b{_OF_YEAR}", month_of),
        ("month", rf"(?P<month>{_ANY_MONTH}),? (?P<year>{_Y})(?P<part>)", month_of),
        (
            "month",
            rf"(?P<which>{_LAST_NEXT}) (?P<month>{_MONTH})\b(?! \d)(?P<year>)(?P<part>)",
            month_of,
        ),
        ("season", rf"{_SEASON}(?: of|,)? (?P<year>{_Y})", season_of),
        ("season", rf"(?P<which>last|this|next) {_SEASON}\b(?P<year>)", season_of),
        ("digits", r"(?:the )?(?P<year>(?:1\d|20)\d0)[’']?s\b", decade_of),
        ("digits", rf"{_PART}(?P<year>{_Y})", year_of),
        (
            "day",
            (
                rf"(?:the day before yesterday|yesterday(?: {_PART_OF_DAY})?|last night|tomorrow"
                rf"|today|tonight|this {_PART_OF_DAY})\b"
            ),
            day_word_of,
        ),
        (
            "unit",
            (
                r"(?:(?P<side>earlier|later) )?(?P<which>(?:the )?(?:current|coming|previous)|this"
                r"|last|next) (?P<unit>week|month|year)\b"
            ),
            calendar_unit_of,
        ),
        (
            "unit",
            (
                rf"(?:the |these )?(?P<which>last|past|previous|next|coming) (?P<count>{_COUNT}) "
                r"(?P<unit>hour|day|week|month|year)s?\b"
            ),
            rolling_of,
        ),
        ("unit", r"the (?P<which>past) (?P<count>)(?P<unit>day|week|month|year)\b", rolling_of),
        ("unit", rf"(?P<count>{_COUNT}) {_UNIT} ago\b", ago_of),
        (
            "weekday",
            (
                rf"(?:(?P<which>{_LAST_NEXT}) )?(?P<weekday>{_WEEKDAY})\b(?: {_PART_OF_DAY}\b)?"
                r"(?: (?:of )?(?P<week>(?:last|this|next) week)\b)?"
            ),
            weekday_of,
        ),
        ("unit", rf"(?:(?P<which>{_LAST_NEXT}|the) )weekend\b", weekend_of),
    ]
    return [
        (kind, re.compile(rf"(?<![\w.,$€£-]){pattern}", re.IGNORECASE), meaning)
        for kind, pattern, meaning in rows
    ]


_TABLE = _table()
_KINDS = {
    **{word: "month" for month in MONTHS for word in (month.lower(), month[:3].lower(), "sept")},
    **dict.fromkeys(WEEKDAYS, "weekday"),
    **{
        f"{unit}{s}": "unit" for unit in ("hour", "day", "week", "month", "year") for s in ("", "s")
    },
    **dict.fromkeys(("weekend", "weekends"), "unit"),
    **dict.fromkeys(("yesterday", "today", "tonight", "tomorrow", "night"), "day"),
    **dict.fromkeys(("morning", "afternoon", "evening"), "day"),
    **dict.fromkeys(("spring", "summer", "autumn", "winter", "fall"), "season"),
}
_TOKEN = re.compile(r"[a-z]{3,}|(?<!\d)(?:1\d|20)\d\d(?!\d)")


def _kinds(text: str) -> set[str]:
    """Which kinds of patterns are worth trying: most sentences hold no word of time."""
    tokens = set(_TOKEN.findall(text.lower()))
    found = {_KINDS[token] for token in tokens & _KINDS.keys()}
    return found | {"digits"} if any(token.isdigit() for token in tokens) else found


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
    led = bool(_WHEN.search(before))
    if meaning is month_of and match.group().casefold().rstrip(".") in _ALSO_WORDS:
        return _is_month(match.group(), before, after, led)
    if meaning is days_of_month_of and match.group("month") in ("may", "march", "mar"):
        return led or match.group().casefold()[0].isdigit()
    if meaning is year_of and match.group().isdigit():
        if re.match(r"[-/.,]?\d|%| ?(?:per cent|percent)\b", after) or _COUNTED.match(after):
            return False
        bare = not after.strip() or not after[0].isspace() or text[match.end() + 1].isupper()
        return led or (bare and match.group()[:2] in ("19", "20"))
    if meaning is weekday_of:
        return not _NAMED_DAY.search(before) and not re.match(r"s\b", after)
    return True


def _is_month(word: str, before: str, after: str, led: bool) -> bool:
    if not word[0].isupper():
        return led
    named = re.search(r"\b[A-Z][a-z]+ $", before) and not led  # Theresa May
    return not named and (led or not re.match(r" [A-Z]", after)) and bool(before.strip())


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


@lru_cache(maxsize=8192)
def mentions(text: str, clock: Clock) -> tuple[Mention, ...]:
    """The time expressions of ``text``, in order, none overlapping; the longest reading counts.

    Remembered: questions return to the same sentences.
    """
    kinds = _kinds(text)
    if not kinds:
        return ()
    readings = [
        (match.start(), -match.end(), order, match, meaning)
        for order, (kind, pattern, meaning) in enumerate(_TABLE)
        if kind in kinds
        for match in pattern.finditer(text)
        if _is_meant(text, match, meaning)
    ]
    found: list[Mention] = []
    for start, _, _, match, meaning in sorted(readings, key=lambda reading: reading[:3]):
        if found and start < found[-1].end:
            continue
        ahead = clock.in_article and _looks_ahead(text, start)
        try:
            days = meaning(match, clock, ahead)
        except (ValueError, OverflowError):
            continue  # 31 February; 9999 years ago
        named = match.groupdict().get("year")
        found.append(Mention(match.group(), start, match.end(), days, not named))
    return tuple(_with_prepositions(text, found, clock))


_BEFORE = re.compile(
    r"\b(?P<word>since|after|before|until|till|by|up to|from|between|in|on|during|over|within)"
    r"(?P<the> the)? $",
    re.IGNORECASE,
)
_OPENING = ("since", "after", "before", "until", "till", "by", "up to")
_JOINS = re.compile(r" (?:and|to|until|till|through|-|–) (?:the )?", re.IGNORECASE)
_ONWARDS = re.compile(r" (?:onwards?|on)\b(?! [A-Z\d])", re.IGNORECASE)


def _with_prepositions(text: str, found: list[Mention], clock: Clock) -> Iterator[Mention]:
    """ "since", "before", "between ... and" and the like, put to the time that follows them."""
    position = 0
    while position < len(found):
        mention = found[position]
        position += 1
        led = _BEFORE.search(text[: mention.start])
        word = led.group("word").casefold() if led else ""
        if not led or (led.group("the") and word in _OPENING):
            yield mention  # "after the December summit" may well be in December
            continue
        end, days, relative = mention.end, mention.days, mention.relative
        if word in ("between", "from") and position < len(found):
            other = found[position]
            if _JOINS.fullmatch(text[end : other.start]):
                joined = _joined(mention, other)
                if joined:
                    position += 1
                    end, days, relative = other.end, joined, other.relative
                    word = "in"
        onwards = _ONWARDS.match(text, end) if word == "from" else None
        if onwards:
            word, end = "since", onwards.end()
        days = _opened(days, word, clock) or days
        yield Mention(text[led.start() : end], led.start(), end, days, relative)


def _joined(first: Mention, last: Mention) -> DateRange | None:
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


def _opened(days: DateRange, word: str, clock: Clock) -> DateRange | None:
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
