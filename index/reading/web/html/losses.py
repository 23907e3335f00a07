"""What trafilatura loses of an article: captions, headings, lists, tables, formulas, times."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from .lines import HtmlLine
from .tables import is_layout

_NOT_THE_ARTICLE = re.compile(
    r"(?:^|[\s_-])(?:related|recirc\w*|recommend\w*|newsletter|subscri\w+|sign-?up|promo\w*|shar(?:e|ing)"
    r"|social|sponsor\w*|advert\w*|ads?|comments?|sidebar|nav(?:box|bar|igation)?|menu|breadcrumbs?"
    r"|footer|cookies?|modal|popup|player|vjs|toolbar|taboola|outbrain|paywall|tags?|toc|byline\w*"
    r"|bio|author\w*|teasers?|more|read-?more|also|widget|banner|meta|mbox\S*|ambox|metadata|noprint"
    r"|catlinks|error\S*|rating|popular|trending|pagination|print)(?:$|[\s_-])",
    re.IGNORECASE,
)
_CAPTION = re.compile(r"caption", re.IGNORECASE)
_CREDIT = re.compile(
    r"^(?:foto|photo|bild|image|picture|quelle|source|credit|crédit|via|©|\(c\))\w*\b[^.]{0,60}$"
    r"|^.{0,40}(?:getty|reuters|istock\S*|shutterstock|thinkstock|/afp|/ap|dpa)\b.{0,25}$",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\b\d{1,2}[:.]\d\d\b")
_OUTSIDE = frozenset(("nav", "footer", "aside", "form", "header"))
_LISTS = ("ul", "ol", "dl")
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_HEADING_CLASS = re.compile(
    r"(?:^|[\s_-])(?:sub-?|cross-?)?head(?:ing|line|er)?\d?(?:$|[\s_-])|(?:^|[\s_-])step-?title",
    re.IGNORECASE,
)

MIN_LEAD = 12
MIN_TEXT = 12
MIN_TIMES = 3


def find_losses(
    lines: list[HtmlLine], article_lines: set[HtmlLine], root: Any, first: int, last: int
) -> set[HtmlLine]:
    """Return the lines that belong to the article though they are not among ``article_lines``.

    Args:
        lines: All lines of the page, in order.
        article_lines: Those of the article.
        root: The element that holds most of it.
        first, last: The first and last line of the article in ``root``.
    """
    losses = _Losses(lines, article_lines, root)
    return losses.find(first, last)


@dataclass(slots=True)
class _Total:
    """The sums over the lines of a table or list."""

    lines: int = 0
    words: int = 0
    length: int = 0
    link_length: int = 0
    has_kept: bool = False

    def add(self, line: HtmlLine, is_kept: bool) -> None:
        """Count a line."""
        self.lines += 1
        self.words += len(line.words)
        self.length += line.length
        self.link_length += line.link_length
        self.has_kept |= is_kept


class _Losses:
    def __init__(self, lines: list[HtmlLine], article_lines: set[HtmlLine], root: Any) -> None:
        self._lines = lines
        self._chosen_lines = article_lines
        self._root = root
        self._losses: set[HtmlLine] = set()
        self._owners = {line.owner for line in article_lines}
        self._parents = {
            line.owner.getparent() for line in article_lines if len(line.words) >= MIN_TEXT
        }
        self._lists = {list_of(line) for line in article_lines} - {None}
        self._is_barred: dict[Any, bool] = {}
        self._tables: dict[Any, bool] = {}
        self._totals: dict[Any, _Total] = defaultdict(_Total)
        for line in lines:
            for element in _ancestry(line):
                if element.tag in ("table", *_LISTS):
                    self._totals[element].add(line, line in article_lines)

    def find(self, first: int, last: int) -> set[HtmlLine]:
        for number, line in enumerate(self._lines):
            if line in self._chosen_lines:
                continue
            path = self._path(line)
            if path is None:
                continue
            is_between = first < number < last
            if self._is_barred_by(path):
                continue
            if self._is_in_table(line, path) or (is_between and self._belongs(line, path)):
                self._losses.add(line)
        self._add_lead(first)
        self._add_headings()
        self._add_times(first, last)
        return self._losses

    def _path(self, line: HtmlLine) -> list[Any] | None:
        """Return the elements between a line and the root; None if it is elsewhere."""
        path: list[Any] = []
        for element in (line.owner, *line.owner.iterancestors()):
            if element is self._root:
                return path
            path.append(element)
        return None

    def _is_barred_by(self, path: list[Any]) -> bool:
        for element in path:
            if element not in self._is_barred:
                self._is_barred[element] = element.tag in _OUTSIDE or _has_barred_name(element)
        return any(self._is_barred[element] for element in path)

    def _is_in_table(self, line: HtmlLine, path: list[Any]) -> bool:
        tables = [element for element in path if element.tag == "table"]
        return any(self._is_table(table) for table in tables)

    def _is_table(self, table: Any) -> bool:
        if table not in self._tables:
            total = self._totals[table]
            self._tables[table] = not is_layout(table) and (
                total.has_kept or total.link_length < 0.6 * total.length
            )
        return self._tables[table]

    def _belongs(self, line: HtmlLine, path: list[Any]) -> bool:
        """Return whether a line between those of the article is a part of it."""
        if line.has_formula:
            return True
        if _is_caption(path[:4]):
            return line.link_share < 0.8 and not _is_credit(line)
        if any(e.tag in ("pre", "blockquote", "noscript") for e in path):
            return line.link_share < 0.5
        outermost = list_of(line)
        if outermost is not None:
            return outermost in self._lists or self._is_list_of_text(outermost)
        if line.owner.tag in ("h1", *_HEADINGS):
            return False
        if line.link_share >= 0.4:
            return False
        is_sibling = line.owner in self._owners or line.owner.getparent() in self._parents
        return len(line.words) >= MIN_TEXT or (is_sibling and line.owner.tag in ("p", "dt", "dd"))

    def _is_list_of_text(self, element: Any) -> bool:
        total = self._totals[element]
        return total.link_length < 0.5 * total.length and total.words >= 3 * total.lines

    def _add_lead(self, first: int) -> None:
        """Add the text between the article's title and its first line, and the title above
        sections."""
        for number in range(first - 1, max(-1, first - 40), -1):
            line = self._lines[number]
            if line.owner.tag == "h1" or (line in self._chosen_lines and number < first - 25):
                title = number if line.owner.tag == "h1" else None
                break
        else:
            return
        if title is None:
            return
        if any(line.owner.tag in _HEADINGS for line in self._chosen_lines):
            self._losses.add(self._lines[title])
        for line in self._lines[title + 1 : first]:
            path = _ancestry(line)[:4]
            names = any(_NOT_THE_ARTICLE.search(e.get("class") or "") for e in path[:2])
            is_caption = _is_caption(path) and not _is_credit(line)
            is_text = len(line.words) >= MIN_LEAD or is_caption
            if line not in self._chosen_lines and is_text and line.link_share < 0.3 and not names:
                self._losses.add(line)

    def _add_headings(self) -> None:
        for line, following in reversed(list(pairwise(self._lines))):
            is_article = following in self._chosen_lines or following in self._losses
            if is_article and line not in self._chosen_lines and self._is_heading(line, following):
                path = self._path(line)
                if path is not None and not self._is_barred_by(path) and line.link_share < 0.8:
                    self._losses.add(line)

    def _is_heading(self, line: HtmlLine, following: HtmlLine) -> bool:
        """Return whether a line is a heading, or looks like one beside the text that it heads."""
        if line.owner.tag in _HEADINGS:
            return True
        above = line.owner.getparent()
        return (
            len(line.words) <= MIN_LEAD
            and bool(_HEADING_CLASS.search(line.owner.get("class") or ""))
            and above is not None
            and any(element is above for element in _ancestry(following))
            and len(following.words) > len(line.words)
        )

    def _add_times(self, first: int, last: int) -> None:
        """Add the times of a live blog's entries."""
        times = [
            line
            for line in self._lines[first : last + 1]
            if len(line.words) <= 8 and self._is_time(line)
        ]
        if len(times) >= MIN_TIMES:
            self._losses.update(line for line in times if line not in self._chosen_lines)

    def _is_time(self, line: HtmlLine) -> bool:
        path = self._path(line)
        if path is None or any(element.tag in _OUTSIDE - {"header"} for element in path):
            return False
        has_time = any(element.tag == "time" for element, _ in line.slots)
        return bool(has_time or (_CLOCK.search(line.text) and len(line.words) <= 5))


def is_barred(line: HtmlLine) -> bool:
    """Return whether a line stands in a part of a page that is named for something else than the
    article."""
    return any(map(_has_barred_name, _ancestry(line)))


def _has_barred_name(element: Any) -> bool:
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return bool(_NOT_THE_ARTICLE.search(names))


def _is_caption(path: list[Any]) -> bool:
    return any(e.tag == "figcaption" or _CAPTION.search(e.get("class") or "") for e in path)


def _is_credit(line: HtmlLine) -> bool:
    """Return whether a caption names only who made the picture."""
    has_names = all(word[0].isupper() for word in re.findall(r"[^\W\d_]+", line.text))
    return bool(_CREDIT.search(line.text)) or (has_names and len(line.words) <= 5)


def _ancestry(line: HtmlLine) -> list[Any]:
    return [line.owner, *line.owner.iterancestors()]


def list_of(line: HtmlLine) -> Any:
    """Return the outermost list that a line stands in; None if it is in none."""
    return next((e for e in reversed(_ancestry(line)) if e.tag in _LISTS), None)
