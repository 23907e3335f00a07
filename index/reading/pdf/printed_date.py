"""The date of publication that is printed near the title of a document, and that of its file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from sourcebook.index.documents.dates import DateSpan, find_dates
from sourcebook.index.documents.language import detect_language
from sourcebook.index.documents.publication import PublicationDate
from sourcebook.index.structure.blocks import find_blocks
from sourcebook.index.structure.content import Content

from .running import HEAD_RULE

_MAX_BLOCKS = 15
_PROSE_WORDS = 25
_LONGEST_LINE = 240

_LABEL = re.compile(
    r"(?:^|[|·•;,.]\s*|\s{2,})"
    r"(?:(?:first |originally )?(?:published|posted|veröffentlicht|erschienen|publié|publicado|"
    r"pubblicato|gepubliceerd)(?:\s+(?:online|on|in print))*|issued|released|"
    r"(?:publication |issue )?date|date of (?:publication|issue))\s*:?\s*"
    r"(?:on\s|am\s|le\s|el\s|il\s|op\s)?(?:\w+day,?\s)?$",
    re.IGNORECASE,
)
_OTHER_LABEL = re.compile(
    r"received|accepted|submitted|revised|updated|modified|printed|retrieved|accessed|downloaded|"
    r"valid|until|from|since|before|after|by$|due|deadline|expires|ended|ending|as (?:at|of)|born",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s*[|·•]\s*|\s+[–—-]\s+|;\s+")
_PLACE = re.compile(r"(?:[A-ZÀ-Þ][\w.’'-]*(?:[ -][A-ZÀ-Þ][\w.’'-]*){0,3},\s*)?(?:\w+day,?\s)?")

_FILLER_DAYS = ("1970-01-01", "1980-01-01", "2000-01-01")
"""Days that programs write where they leave out the time, for files that are the same each time."""

_MIN_AGE = timedelta(days=7)
"""A file made later than so long ago may have been made to be read here."""

_PDF_DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)(\d\d)")


def find_printed_date(content: Content, page_lines: Sequence[str]) -> PublicationDate | None:
    """Return the date that stands on page 1 above the text: behind "published", or alone in its
    line. Several dates alone are the heads of a chronicle; those of sentences are not taken.

    Args:
        content: The document.
        page_lines: The lines of page 1 with its running heads, in any order.
    """
    locale = detect_language(content.text)
    lines = list(_front_lines(content))
    for line in lines:
        for date in find_dates(line, locale):
            if _LABEL.search(line[: date.start]):
                return _past(date, "publication line")
    heads = [removal.text for removal in content.removed if removal.rule == HEAD_RULE]
    front = "\n".join([*lines, *heads])
    lines += [line for line in page_lines if line in front]
    alone = [date for line in lines for date in _dates_alone(line, locale)]
    if len({date.moment.date() for date in alone}) != 1:
        return None
    return _past(alone[0], "date line")


def file_date(value: object, now: datetime | None = None) -> PublicationDate | None:
    """Return the day on which a file says it was made, unless that is no day of its text: one that
    programs write into each file, or one of the last days."""
    match = _PDF_DATE.match(value) if isinstance(value, str) else None
    if match is None:
        return None
    try:
        moment = datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=UTC)
    except ValueError:
        return None
    is_old = moment < (now or datetime.now(UTC)) - _MIN_AGE
    if not is_old or moment.year < 1990 or str(moment.date()) in _FILLER_DAYS:
        return None
    return PublicationDate(moment, "file properties")


def _front_lines(content: Content) -> Iterator[str]:
    """Yield the short texts at the beginning of the first page, until the first long one."""
    end = content.pages[1] if len(content.pages) > 1 else len(content.text)
    blocks = [block for block in content.blocks if block.start < max(end, 1)]
    for block in blocks[:_MAX_BLOCKS]:
        if block.kind not in ("heading", "paragraph"):
            if any(True for _ in find_blocks((block,), "table")):
                return
            continue
        text = " ".join(block.text.split())
        if len(text.split()) >= _PROSE_WORDS and text[-1] in ".!?:":
            return
        if len(text) <= _LONGEST_LINE:
            yield text


def _dates_alone(line: str, locale: str | None) -> Iterator[DateSpan]:
    """Yield the dates that are a line, or a part of one between separators."""
    for part in _SEPARATOR.split(line):
        dates = list(find_dates(part, locale))
        if len(dates) != 1 or _OTHER_LABEL.search(part[: dates[0].start]):
            continue
        before, after = part[: dates[0].start], part[dates[0].end :]
        if _PLACE.fullmatch(before) and not after.strip(" .)"):
            yield dates[0]


def _past(date: DateSpan, origin: str) -> PublicationDate | None:
    """Return a date as that of publication, unless it is yet to come."""
    is_past = date.moment <= datetime.now(UTC) + timedelta(days=1)
    return PublicationDate(date.moment, origin) if is_past else None
