"""Teasers of other articles beside or below an article: groups of elements that are alike, each
with a title that leads to another page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from .lines import HtmlLine

MIN_GROUP = 3
"""The fewest teasers of a group."""

MAX_WORDS = 130
"""The most words of a teaser."""

MAX_LINES = 20_000
"""The most lines of a page in which teasers are looked for."""

_COUNT = re.compile(r"\d{1,3}/\d{1,3}\b")
_NOTES = re.compile(
    r"(?:^|[\s_-])(?:references|reflist|footnotes?|bibliography|sources)(?:$|[\s_-])"
)


def find_teasers(lines: list[HtmlLine], text_lines: set[HtmlLine]) -> set[HtmlLine]:
    """Return the lines of teasers, and of galleries of pictures.

    Args:
        lines: All lines of the page.
        text_lines: Those that were taken for the article.
    """
    if len(lines) > MAX_LINES:
        return set()
    by_element: dict[Any, list[HtmlLine]] = defaultdict(list)
    for line in lines:
        for element in (line.owner, *line.owner.iterancestors()):
            by_element[element].append(line)
    teasers: set[HtmlLine] = set()
    for parent, inside in by_element.items():
        for group in _groups(parent, by_element):
            own = {line for child in group for line in by_element[child]}
            if all(_is_counted_picture(by_element[child]) for child in group):
                teasers |= own
                continue
            members = [child for child in group if _is_teaser(by_element[child])]
            is_group = len(members) >= max(MIN_GROUP, len(group) / 2)
            if is_group and not any(_is_article(line, text_lines) for line in set(inside) - own):
                teasers |= own
    return teasers


def _groups(parent: Any, by_element: Mapping[Any, list[HtmlLine]]) -> list[list[Any]]:
    """Return the children of an element that are alike."""
    groups: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for child in parent:
        if child in by_element and child.tag not in ("p", "tr", "td", "span"):
            groups[child.tag, (child.get("class") or "").split(" ")[0]].append(child)
    large = [group for group in groups.values() if len(group) >= MIN_GROUP]
    if large and any(
        _NOTES.search(e.get("class") or "") for e in (parent, *parent.iterancestors())
    ):
        return []
    return large


def _is_teaser(lines: list[HtmlLine]) -> bool:
    """Return whether lines are a title that leads away, and little text below it."""
    at = next((n for n, line in enumerate(lines) if _is_title(line)), None)
    texts = [line for line in lines if line.link_share < 0.5]
    return (
        at is not None
        and len([line for line in texts if line.is_prose]) <= 2
        and not any(line.is_prose for line in lines[:at])
        and sum(len(line.words) for line in texts) <= MAX_WORDS
    )


def _is_title(line: HtmlLine) -> bool:
    return len(line.words) >= 3 and line.link_share > 0.6 and _leads_away(line)


def _leads_away(line: HtmlLine) -> bool:
    for element, _ in line.slots:
        for node in (element, *element.iterancestors("a")):
            if node.tag == "a" and (href := node.get("href")):
                return not href.startswith("#")
    return False


def _is_counted_picture(lines: list[HtmlLine]) -> bool:
    """Return whether lines are a picture of a gallery: "3/50 ...", and its text."""
    return bool(lines and _COUNT.match(lines[0].text))


def _is_article(line: HtmlLine, text_lines: set[HtmlLine]) -> bool:
    return line in text_lines and line.is_prose
