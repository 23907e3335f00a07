"""The publication date of an article, and where it was found.

The sources, in this order: its metadata (front matter, or a page's own: `page_metadata`), a line
"Published: ...", the address, the dateline of an agency, a line with only a date, the file name.
The time of reading and the file's own times are never used. An unknown date stays unknown.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import PurePath
from typing import NamedTuple
from urllib.parse import urlsplit

from .dates import DateSpan, find_dates, find_day_and_month, parse_date, start_of_day


class PublicationDate(NamedTuple):
    """An aware datetime, and the place it comes from: "URL", "dateline", ..."""

    moment: datetime
    origin: str


_HEAD = 20  # lines that are not blank
_TAIL = 8
_LONGEST_LINE = 160

_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)\w*,?\.?\s*)?"
_LABEL = re.compile(
    r"(?:^|[|·•.;]\s*)(?:"
    r"(?:first |originally )?(?:published|posted|publié|veröffentlicht|erschienen|publicado|"
    r"pubblicato|gepubliceerd)(?:\s*:|\s+(?:on|at|in|online|le|am|op|el|il)\b|\s+by\b[^.:]{0,50})*"
    r"|(?:date|date published|publication date|date of publication|issued|released)\s*:"
    rf")\s*{_WEEKDAY}$",
    re.IGNORECASE,
)
UPDATE_WORD = re.compile(r"\b(?:updated|modified|revised|aktualisiert|mis à jour)\b", re.IGNORECASE)
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


def find_publication_date(
    text: str,
    *,
    url: str | None = None,
    path: str | None = None,
    locale: str | None = None,
) -> PublicationDate | None:
    """Find the publication date of an article.

    Args:
        text: The clean text.
        url: The address of the article.
        path: The file of the article.
        locale: The language of the article, with its region where it is known ("en-GB").

    Returns:
        None when neither text, address nor file name has a clear date.
    """
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    publication = (
        _from_label(lines, locale)
        or _from_url(url)
        or _from_dateline(lines, url, locale)
        or _from_date_line(lines, locale)
        or _from_file_name(path)
    )
    # A date in the future is not that of publication.
    if publication and publication.moment <= datetime.now(UTC) + timedelta(days=1):
        return publication
    return None


def _from_label(lines: list[str], locale: str | None) -> PublicationDate | None:
    """ "Published: January 12, 2022", at the head or the end of the text."""
    candidates = [*lines[:_HEAD], *lines[max(_HEAD, len(lines) - _TAIL) :]]
    for line in candidates:
        if len(line) > _LONGEST_LINE:
            continue
        for date in find_dates(line, locale):
            suffix = line[date.end :].strip()
            is_own_date = len(suffix) <= 30 or suffix[0] in "|·•–—-(" or UPDATE_WORD.match(suffix)
            if is_own_date and _LABEL.search(line[: date.start]):
                return PublicationDate(date.moment, "publication line")
    return None


def _from_url(url: str | None) -> PublicationDate | None:
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
            if (day := _day_from_parts(year, month, number))
        }
        if days:
            return PublicationDate(days.pop(), "URL") if len(days) == 1 else None
    return None


def _day_from_parts(year: str, month: str, day: str) -> datetime | None:
    if month.isdigit():
        return start_of_day(int(year), int(month), int(day))
    return parse_date(f"{day} {month} {year}")


def _from_dateline(lines: list[str], url: str | None, locale: str | None) -> PublicationDate | None:
    """ "BRUSSELS, Jan 12, 2022 (Reuters) -"; a date without a year needs the year in the URL."""
    for line in lines[:_HEAD]:
        head = line[:120]
        date = next(find_dates(head, locale), None)
        if date and _is_dateline(head, date.start, date.end):
            return PublicationDate(date.moment, "dateline")
        yearless = find_day_and_month(head)
        if date or yearless is None or not _is_dateline(head, *yearless[2:]):
            continue
        day, month = yearless[:2]
        url_date = re.search(r"/((?:19|20)\d\d)(?:/(\d{1,2}))?(?=/)", urlsplit(url or "").path)
        if url_date and (url_date[2] is None or int(url_date[2]) == month):
            moment = start_of_day(int(url_date[1]), month, day)
            return PublicationDate(moment, "dateline and URL") if moment else None
    return None


def _is_dateline(line: str, start: int, end: int) -> bool:
    dash = _DASH.match(line, end)
    if dash is None or not _PLACE.fullmatch(line[:start]):
        return False
    body = line[dash.end() :]
    second_date = next(find_dates(body), None)  # "12 January 2022 - 14 January 2022" is a span
    return bool(body) and (second_date is None or second_date.start > 0)


def _from_date_line(lines: list[str], locale: str | None) -> PublicationDate | None:
    """Find a line above the article that is a date, or a byline with one.

    Several such lines in a text are the headings of a chronicle.
    """
    dates = [
        (number, date) for number, line in enumerate(lines) if (date := _sole_date(line, locale))
    ]
    if len({date_span.moment.date() for _, date_span in dates}) != 1:
        return None
    number, date_span = dates[0]
    prose_lines = (at for at, line in enumerate(lines) if len(line.split()) >= 25)
    if number < min(_HEAD, next(prose_lines, len(lines))):
        return PublicationDate(date_span.moment, "date line")
    return None


def _sole_date(line: str, locale: str | None) -> DateSpan | None:
    if len(line) > 100:
        return None
    line = line.strip("#*_ ")
    dates = list(find_dates(line, locale))
    if len(dates) != 1 or UPDATE_WORD.search(line):
        return None
    suffix = line[dates[0].end :].strip(" .)|·•–—-")
    prefix = line[: dates[0].start]
    has_place = prefix.rstrip().endswith(",") and _PLACE.fullmatch(prefix)
    return dates[0] if len(suffix) <= 12 and (has_place or _BEFORE_DATE.fullmatch(prefix)) else None


def _from_file_name(path: str | None) -> PublicationDate | None:
    stem = PurePath(path or "").stem
    if _NOT_ITS_DATE.search(stem):
        return None
    days = {
        day
        for year, month, number in re.findall(
            r"(?:^|(?<=[_\-. ]))((?:19|20)\d\d)[-_.]?(\d\d)[-_.]?(\d\d)(?=$|[T_\-. ])", stem
        )
        if (day := start_of_day(int(year), int(month), int(number)))
    }
    return PublicationDate(days.pop(), "file name") if len(days) == 1 else None
