"""When an article was published, and how that is known.

Looked for in this order: what its metadata say (front matter, a page's own: `page_dates`), a line
"Published: ...", the address, the dateline of an agency, a line that is a date, the name of the
file. The time of reading and the file's own times say nothing of it. Unknown stays unknown.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import PurePath
from typing import NamedTuple
from urllib.parse import urlsplit

from .dates import Written, calendar_day, day_and_month, read_moment, written_moments


class Published(NamedTuple):
    """An aware datetime, and what it was read from: "URL", "dateline", ..."""

    moment: datetime
    found_in: str


_HEAD = 20  # lines that are not blank
_TAIL = 8
_LONGEST_LINE = 160

_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)\w*,?\.?\s*)?"
_LABEL = re.compile(
    r"(?:^|[|·•]\s*)(?:"
    r"(?:first |originally )?(?:published|posted|publié|veröffentlicht|erschienen|publicado|"
    r"pubblicato|gepubliceerd)(?:\s*:|\s+(?:on|at|in|online|le|am|op|el|il)\b|\s+by\b[^.:]{0,50})*"
    r"|(?:date|date published|publication date|date of publication|issued|released)\s*:"
    rf")\s*{_WEEKDAY}$",
    re.IGNORECASE,
)
_UPDATED = re.compile(r"\b(?:updated|modified|revised|aktualisiert|mis à jour)\b", re.IGNORECASE)
_BEFORE_DATE = re.compile(rf"(?:by [^|]{{2,60}}[|,–—-]?\s*)?{_WEEKDAY}", re.IGNORECASE)
_AGENCY = r"(?:\([^()]{2,40}\)|/[^/]{2,30}/)"
_PLACE = re.compile(
    r"(?!(?:On|In|By|At|Since|From|Until|Till|Before|After|Updated|Modified|Revised|Last)\b)"
    rf"\(?[A-ZÀ-Þ][\w.’'-]*(?:[ ,/-]+[A-ZÀ-Þ][\w.’'-]*){{0,6}}(?: {_AGENCY})?"
    r"\s*[,.–—-]*\s*(?:on\s)?"
)
_DASH = re.compile(rf"\)?[,.]?\s*{_AGENCY}?\s*(?:--|[-–—]|(?<=[)/]):)\s*|\)\s*[.:]?\s+")
_NOT_ITS_DATE = re.compile(
    r"scan|screenshot|download|export|backup|img|image|dump|crawl|saved?|captur|copy|photo|print",
    re.IGNORECASE,
)


def find_published(
    text: str,
    *,
    url: str | None = None,
    path: str | None = None,
    locale: str | None = None,
) -> Published | None:
    """The publication date that an article's text, address or file name tells; None when unknown.

    ``locale`` ("en-GB") is the language it is written in, with its region where that is known.
    """
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    found = (
        _from_label(lines, locale)
        or _from_url(url)
        or _from_dateline(lines, url, locale)
        or _from_date_line(lines, locale)
        or _from_file_name(path)
    )
    # An article that is read has been published: what lies ahead is another date.
    if found and found.moment <= datetime.now(UTC) + timedelta(days=1):
        return found
    return None


def _from_label(lines: list[str], locale: str | None) -> Published | None:
    """ "Published: January 12, 2022", at the head or the end of the text."""
    places = [*lines[:_HEAD], *lines[max(_HEAD, len(lines) - _TAIL) :]]
    for line in places:
        if len(line) > _LONGEST_LINE:
            continue
        for written in written_moments(line, locale):
            behind = line[written.end :].strip()
            own = len(behind) <= 30 or behind[0] in "|·•–—-(" or _UPDATED.match(behind)
            if own and _LABEL.search(line[: written.start]):
                return Published(written.moment, "publication line")
    return None


def _from_url(url: str | None) -> Published | None:
    if not url:
        return None
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    patterns = (
        r"/((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})(?=[/-]|$)",
        r"/((?:19|20)\d\d)/([a-z]{3,9})/(\d{1,2})(?=[/-]|$)",
        r"(?:^|[/_-])((?:19|20)\d\d)-(\d\d)-(\d\d)(?=\D|$)",
        r"(?:^|[/_-])((?:19|20)\d\d)(\d\d)(\d\d)(?=[^\d]|$)",
    )
    for pattern in patterns:
        days = {
            day
            for year, month, number in re.findall(pattern, path, re.IGNORECASE)
            if (day := _numbered(year, month, number))
        }
        if days:
            return Published(days.pop(), "URL") if len(days) == 1 else None
    return None


def _numbered(year: str, month: str, day: str) -> datetime | None:
    if month.isdigit():
        return calendar_day(int(year), int(month), int(day))
    return read_moment(f"{day} {month} {year}")


def _from_dateline(lines: list[str], url: str | None, locale: str | None) -> Published | None:
    """ "BRUSSELS, Jan 12, 2022 (Reuters) -"; without a year only where the address tells it."""
    for line in lines[:_HEAD]:
        head = line[:120]
        written = next(written_moments(head, locale), None)
        if written and _is_dateline(head, written.start, written.end):
            return Published(written.moment, "dateline")
        named = day_and_month(head)
        if written or named is None or not _is_dateline(head, *named[2:]):
            continue
        day, month = named[:2]
        told = re.search(r"/((?:19|20)\d\d)(?:/(\d{1,2}))?(?=/)", urlsplit(url or "").path)
        if told and (told[2] is None or int(told[2]) == month):
            moment = calendar_day(int(told[1]), month, day)
            return Published(moment, "dateline and URL") if moment else None
    return None


def _is_dateline(line: str, start: int, end: int) -> bool:
    dash = _DASH.match(line, end)
    if dash is None or not _PLACE.fullmatch(line[:start]):
        return False
    rest = line[dash.end() :]
    until = next(written_moments(rest), None)  # "12 January 2022 - 14 January 2022" is a span
    return bool(rest) and (until is None or until.start > 0)


def _from_date_line(lines: list[str], locale: str | None) -> Published | None:
    """A line that is a date, or a byline with one, above the article. Two such lines in a text are
    the headings of a chronicle."""
    found = [(number, w) for number, line in enumerate(lines) if (w := _only_date(line, locale))]
    if len({written.moment.date() for _, written in found}) != 1:
        return None
    number, written = found[0]
    prose = (at for at, line in enumerate(lines) if len(line.split()) >= 25)
    if number < min(_HEAD, next(prose, len(lines))):
        return Published(written.moment, "date line")
    return None


def _only_date(line: str, locale: str | None) -> Written | None:
    if len(line) > 100:
        return None
    line = line.strip("#*_ ")
    found = list(written_moments(line, locale))
    if len(found) != 1 or _UPDATED.search(line):
        return None
    behind = line[found[0].end :].strip(" .)|·•–—-")
    before = line[: found[0].start]
    in_place = before.rstrip().endswith(",") and _PLACE.fullmatch(before)
    return found[0] if len(behind) <= 12 and (in_place or _BEFORE_DATE.fullmatch(before)) else None


def _from_file_name(path: str | None) -> Published | None:
    stem = PurePath(path or "").stem
    if _NOT_ITS_DATE.search(stem):
        return None
    days = {
        day
        for year, month, number in re.findall(
            r"(?:^|(?<=[_\-. ]))((?:19|20)\d\d)[-_.]?(\d\d)[-_.]?(\d\d)(?=$|[T_\-. ])", stem
        )
        if (day := calendar_day(int(year), int(month), int(number)))
    }
    return Published(days.pop(), "file name") if len(days) == 1 else None
