"""The article of a page: what trafilatura takes for it, with what it loses taken from the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from copy import deepcopy
from itertools import takewhile
from typing import Any

from .hidden import drop_hidden
from .lines import HtmlLine, page_lines
from .losses import find_losses, is_barred, list_of
from .tables import is_layout
from .teasers import find_teasers

RUN = 4
MIN_SHARE = 0.6
"""The share of a line's runs of words that must stand in trafilatura's text."""

ROOT_SHARE = 0.8
"""The share of the article's words that stand in its root."""

MAX_EDGE = 15
"""The most words in menus, links and the like of a page that is kept whole but for them."""

MIN_REST = 60
"""The fewest words of an article that remain when teasers are taken away."""

_WORD = re.compile(r"\w+")
_OUTSIDE = frozenset(("nav", "header", "footer", "aside", "form"))


def find_body(tree: Any) -> Any:
    """Return the article of a page as trafilatura finds it, in its own elements; None if it finds
    none."""
    import trafilatura

    page = deepcopy(tree)
    drop_hidden(page, with_scripts=False)
    extract = trafilatura.bare_extraction(page, include_comments=False)
    return (
        None if extract is None or isinstance(extract, dict) or not extract.text else extract.body
    )


def keep_article(tree: Any, body: Any, title: str | None = None) -> bool:
    """Drop from a page's tree what is not its article.

    Where trafilatura finds none, the text remains that is in no menu, header or footer. Of the
    lines that repeat the title only the heading remains.

    Args:
        tree: The page, without what is hidden.
        body: What `find_body` returned.
        title: The title of the page.

    Returns:
        False if most of the article stands in none of the page's elements, but in its scripts. The
        tree is then as it was.
    """
    lines = page_lines(tree)
    if body is None:
        chosen_lines = [line for line in lines if not _is_outside(line)] or lines
    else:
        extract = _Found(body)
        of_article = {line for line in lines if extract.has(line)}
        if sum(len(line.words) for line in of_article) < MIN_SHARE / 2 * extract.word_count:
            return False
        all_chosen = {*_article_lines(tree, lines, of_article), *_plain_lines(lines)}
        chosen_lines = [line for line in lines if line in all_chosen]
    remaining = set(chosen_lines) - _titles(chosen_lines, title)
    for line in lines:
        if line not in remaining:
            line.drop()
    return True


def _plain_lines(lines: list[HtmlLine]) -> list[HtmlLine]:
    """Return the lines of a page that has next to no menus, links and other articles: a document
    that a program exported, of which nothing may be lost. Of any other page, none."""
    edge = {line for line in lines if _is_outside(line) or line.link_share > 0.5 or is_barred(line)}
    words = sum(len(line.words) for line in edge)
    return [] if words > MAX_EDGE else [line for line in lines if line not in edge]


def _titles(chosen_lines: list[HtmlLine], title: str | None) -> set[HtmlLine]:
    """Return the lines above the article that repeat its title, but not the first heading."""
    words = tuple(_WORD.findall((title or "").casefold()))
    above = list(takewhile(lambda line: line.words == words or not line.is_prose, chosen_lines))
    titles = [line for line in above if words and line.words == words]
    heading = next((line for line in titles if line.owner.tag == "h1"), None)
    return {line for line in titles if line is not heading} if heading else set()


def _article_lines(tree: Any, lines: list[HtmlLine], text_lines: set[HtmlLine]) -> list[HtmlLine]:
    teasers = find_teasers(lines, text_lines)
    rest = [line for line in lines if line in text_lines and line not in teasers]
    rest_words, all_words = (sum(len(line.words) for line in part) for part in (rest, text_lines))
    if rest_words >= MIN_REST and rest_words >= min(2 * MIN_REST, 0.4 * all_words):
        text_lines = set(rest)
    root = _root(tree, text_lines)
    inside = [_is_in(line, root) for line in lines]
    at = [n for n, line in enumerate(lines) if inside[n] and line in text_lines]
    if not at:
        return [line for line in lines if line in text_lines]
    first = next((n for n in at if lines[n].is_prose), at[0])
    last = next((n for n in reversed(at) if lines[n].is_prose), at[-1])
    texts = {list_of(line) for line in lines if line in text_lines and line.link_share < 0.5}
    chosen_lines = {
        line
        for n, line in enumerate(lines)
        if line in text_lines
        and (first <= n <= last or line.link_share < 0.8 or list_of(line) in texts - {None})
    }
    missing = find_losses(lines, chosen_lines, root, at[0], at[-1])
    return [line for line in lines if line in chosen_lines or line in missing]


def _root(tree: Any, text_lines: set[HtmlLine]) -> Any:
    """Return the lowest element that holds most words of the article, and no part of a table."""
    counts: dict[Any, int] = {}
    total = 0
    for line in text_lines:
        if line.is_prose:
            total += len(line.words)
            for element in (line.owner, *line.owner.iterancestors()):
                counts[element] = counts.get(element, 0) + len(line.words)
    root, lower = tree, tree
    while lower is not None:
        root = lower
        lower = next(
            (child for child in root if counts.get(child, 0) >= ROOT_SHARE * total > 0), None
        )
    tables = [e for e in (root, *root.iterancestors()) if e.tag == "table" and not is_layout(e)]
    root = tables[-1] if tables else root
    parent = root.getparent()
    return root if (len(root) > 1 and not tables) or parent is None else parent


def _is_in(line: HtmlLine, root: Any) -> bool:
    return line.owner is root or any(element is root for element in line.owner.iterancestors())


def _is_outside(line: HtmlLine) -> bool:
    return any(e.tag in _OUTSIDE for e in (line.owner, *line.owner.iterancestors()))


class _Found:
    """The words that trafilatura found."""

    def __init__(self, body: Any) -> None:
        self._wholes: set[tuple[str, ...]] = set()
        for element in body.iter():
            if not isinstance(element.tag, str):
                continue
            full_text = "".join(element.itertext()) if len(element) else ""
            for part in (full_text, element.text, element.tail):
                if part:
                    self._wholes.add(tuple(_WORD.findall(part.casefold())))
        words = _WORD.findall(" ".join(body.itertext()).casefold())
        self._runs = set(_runs(words))
        self.word_count = len(words)

    def has(self, line: HtmlLine) -> bool:
        """Return whether a line of the page is in the text that was found."""
        if len(line.words) < RUN:
            return line.words in self._wholes
        runs = list(_runs(line.words))
        return sum(run in self._runs for run in runs) >= MIN_SHARE * len(runs)


def _runs(words: Sequence[str]) -> Iterable[tuple[str, ...]]:
    return zip(*(words[start:] for start in range(RUN)), strict=False)
