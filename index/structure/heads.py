"""Which rows and columns of a table are heads, where its file does not say so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from .figures import figure_kind, is_column_of_figures, is_value

MAX_HEAD_ROWS = 4
"""The most rows of heads at the top of a table."""

MAX_TERM = 40
"""The most characters of a term in a table of two columns, terms and what they mean."""

Texts = Sequence[Sequence[str]]
"""The text at each place of a table, row by row; that of a cell over several places at each."""

_DIGIT = re.compile(r"\d")
_AMOUNT = re.compile(r"[^\w\s]?(?!(?:19|20)\d\d\b)\d[\d.,'’–-]*\s?\S{0,5}")
_OWN_LABEL = re.compile(r"[^\W\d_][^:]{1,30}:\s+\S")
_DIGITS = re.compile(r"\d+")
_OWN_UNIT = re.compile(r"[(\[][^()\[\]]{1,12}[)\]]$|,? in \S{1,4}$")
_YEAR_AND_WORD = re.compile(r"(?:19|20)\d\d\s(?P<word>[^\W\d_]{2,4}\.?)")
_NUMBER_AS_NAME = re.compile(r"\d{1,5}[A-Za-z]?")


def count_head_rows(texts: Texts, begins: Sequence[Sequence[int]]) -> int:
    """Return how many rows at the top hold heads: the rows of words (or of years) above the first
    row with a number, or with the name of a part of the table, if there are numbers below.

    Args:
        texts: The table.
        begins: For each row, the columns at which its cells with text begin.
    """
    if is_list_of_terms(texts) or is_list_of_pairs(texts):
        return 0
    has_heads = False
    for count in range(min(len(texts), MAX_HEAD_ROWS)):
        if has_heads and list(begins[count]) == [0]:
            return count  # one text at the left is the name of the rows below it
        has_heads = has_heads or len(begins[count]) > 1
        if any(_is_value_in(texts, count, column) for column in range(1, len(texts[count]))):
            if _is_list_of_facts(texts, count):
                return 0
            return min(count or _are_numbers_as_names(texts) or _is_scale(texts), len(texts) - 1)
    return 1 if len(texts) > 1 and _is_like_heads(texts) else 0


def count_head_columns(texts: Texts, begins: Sequence[Sequence[int]], head_rows: int) -> int:
    """Return whether the column at the left holds heads, as 1 or 0; see `count_head_rows`."""
    if not texts or len(texts[0]) < 2:
        return 0
    terms = [row[0] for row in texts]
    is_list = len(set(terms)) == len(terms) and all(0 < len(term) <= MAX_TERM for term in terms)
    if len(texts[0]) == 2 and _has_own_labels(texts):
        return 0
    if head_rows == 0 and (is_list_of_terms(texts) or (len(texts[0]) == 2 and is_list)):
        return int(not all(map(is_value, terms)))
    # A row of one text is the name of a part of the table, or holds nothing yet.
    rows = [row for row in range(head_rows, len(texts)) if len(begins[row]) > 1]
    firsts = [texts[row][0] for row in rows]
    values = [text for row in rows for text in texts[row][1:]]
    labels = [text for text in firsts if text and not is_value(text)]
    has_numbers = sum(map(is_value, values)) * 2 > len([text for text in values if text])
    has_free_corner = head_rows > 0 and not any(row[0] for row in texts[:head_rows])
    return int(bool(labels) and len(labels) * 2 > len(firsts) and (has_numbers or has_free_corner))


def is_list_of_terms(texts: Texts) -> bool:
    """Return whether it is two columns of words, short different ones at the left; below the first
    a place at the left may be free."""
    terms = [row[0] for number, row in enumerate(texts) if row and (row[0] or not number)]
    return (
        len(texts[0]) == 2
        and not _has_own_labels(texts)
        and len(set(terms)) == len(terms)
        and all(0 < len(term) <= MAX_TERM for term in terms)
        and not any(is_value(text) for row in texts for text in row)
        and not is_column_of_figures([row[1] for row in texts])
    )


def _has_own_labels(texts: Texts) -> bool:
    """Return whether most texts of the second column name what they are: "Date: 4 May"."""
    return sum(bool(_OWN_LABEL.match(row[1])) for row in texts) * 2 > len(texts)


def is_list_of_pairs(texts: Texts) -> bool:
    """Return whether each row holds several terms, each with its value at its right, as the two
    columns of a data sheet do."""
    width = len(texts[0])
    if width < 4 or width % 2:
        return False
    pairs = [row[at : at + 2] for row in texts for at in range(0, width, 2)]
    terms = [term for term, _ in pairs if term]
    if not all(any(row[at] for row in texts) for at in range(width)):
        return False
    if any(value and not term for term, value in pairs) or len(set(terms)) < len(terms):
        return False
    if any(is_value(term) or len(term) > MAX_TERM for term in terms):
        return False
    if all(term.endswith(":") for term in terms):
        return True
    if len(texts) < 2 or any(_DIGIT.match(term) for term in terms):
        return False
    figures = [bool(_DIGIT.search(value)) for _, value in pairs if value]
    has_figures_above = any(is_value(text) or _AMOUNT.fullmatch(text) for text in texts[0][1::2])
    return has_figures_above and sum(figures) * 2 > len(figures)


def spread_heads(texts: Texts, head_rows: int) -> dict[tuple[int, int], str]:
    """Return the heads of several columns that stand over one of them only, by the places they are
    heads of: "2022 | | 2023 | " above "Plan | Actual | Plan | Actual"."""
    places = _spread_leaves(texts, head_rows)
    leaves = texts[head_rows - 1] if head_rows > 1 else ()
    columns = [column for column, text in enumerate(leaves) if column and text]
    for row in range(head_rows - 1):
        uppers = [column for column, text in enumerate(texts[row]) if column and text]
        size = len(columns) // len(uppers) if len(uppers) > 1 else 0
        if size < 2 or size * len(uppers) != len(columns):
            continue
        groups = [columns[at : at + size] for at in range(0, len(columns), size)]
        names = {tuple(leaves[column] for column in group) for group in groups}
        if len(names) == 1 and all(map(list.__contains__, groups, uppers)):
            for upper, group in zip(uppers, groups, strict=True):
                places |= {(row, column): texts[row][upper] for column in group}
    return places


def _spread_leaves(texts: Texts, head_rows: int) -> dict[tuple[int, int], str]:
    """Return the heads of the last row that stand over several columns of times, of which only the
    first has one: "Stop | Mon-Fri | | Sat". Other figures without a head may be anything."""
    places: dict[tuple[int, int], str] = {}
    if not 0 < head_rows < len(texts):
        return places
    row = head_rows - 1
    for column in range(2, len(texts[row])):
        before = places.get((row, column - 1)) or texts[row][column - 1]
        has_head = any(heads[column] for heads in texts[:head_rows])
        if (
            before
            and not has_head
            and all(_is_of_times(texts[head_rows:], column - at) for at in (0, 1))
        ):
            places[row, column] = before
    return places


def _is_of_times(rows: Texts, column: int) -> bool:
    kinds = {figure_kind(row[column]) for row in rows if row[column]}
    return kinds == {"time"}


def name_parts(texts: Texts, begins: Sequence[Sequence[int]], head_rows: int) -> dict[int, str]:
    """Return for rows the name of the part of the table that they stand in: the text that stands
    alone in its row above them. Only where rows of several parts have one name, and no row below
    the last of these: a total is no part's."""
    names: dict[int, str] = {}
    parts: dict[str, set[int]] = {}  # by the text of a row at the left
    name, number = "", 0
    for row in range(head_rows, len(texts)):
        if list(begins[row]) == [0]:
            name, number = texts[row][0], number + 1
        elif name and texts[row][0]:
            names[row] = name
            parts.setdefault(texts[row][0], set()).add(number)
    shared = [row for row in names if len(parts[texts[row][0]]) > 1]
    return {row: name for row, name in names.items() if row <= max(shared)} if shared else {}


def _is_list_of_facts(texts: Texts, head_rows: int) -> bool:
    """Return whether two columns are terms and values of many kinds, and the rows above the first
    number no heads: "Company | Nordlys", "Founded | 1987", "Staff | 1,204"."""
    terms = [row[0] for row in texts]
    if not head_rows or len(texts[0]) != 2 or len(set(terms)) < len(terms) or not all(terms):
        return False
    if head_rows > 1:
        return True
    values = [row[1] for row in texts[1:] if row[1].strip("-–—")]
    words = [value for value in values if not _DIGIT.search(value)]
    kinds = {figure_kind(value) for value in values} - {None}
    return len(kinds) > 2 or (bool(words) and len(kinds) > 1)


def _are_numbers_as_names(texts: Texts) -> bool:
    """Return whether the first row names columns by numbers, and none below holds such a number:
    the trips of a timetable."""
    names = texts[0][1:]
    return (
        len(texts) > 2
        and len(names) > 1
        and len(set(names)) == len(names)
        and all(map(_NUMBER_AS_NAME.fullmatch, names))
        and not any(_NUMBER_AS_NAME.fullmatch(text) for row in texts[1:] for text in row)
    )


def _is_scale(texts: Texts) -> bool:
    """Return whether the first row names columns by rising numbers, and each row below is called by
    what it measures and in what: "Size | 36 | 38 | 40" above "Chest (cm) | 84 | 88 | 92"."""
    names = texts[0][1:]
    if len(texts) < 2 or len(names) < 2 or not all(map(_NUMBER_AS_NAME.fullmatch, names)):
        return False
    numbers = [int(_DIGITS.match(name)[0]) for name in names]  # type: ignore[index]
    return (
        all(first < second for first, second in pairwise(numbers))
        and bool(texts[0][0])
        and not _OWN_UNIT.search(texts[0][0])
        and all(_OWN_UNIT.search(row[0]) for row in texts[1:])
    )


def _is_value_in(texts: Texts, row: int, column: int) -> bool:
    """Return whether a text is a value; "2022 plan" is none above figures without "plan"."""
    text = texts[row][column]
    if not text or not is_value(text):
        return False
    match = _YEAR_AND_WORD.fullmatch(text)
    if match is None:
        return True
    below = [other[column] for other in texts[row + 1 :] if other[column]]
    return any(text.endswith(match["word"]) for text in below) or not any(map(is_value, below))


def _is_like_heads(texts: Texts) -> bool:
    heads = [text for text in texts[0] if text]
    firsts = [row[0] for row in texts if row[0]]
    has_numbers_first = len(firsts) > 1 and all(map(_DIGIT.search, firsts))
    return (
        len(heads) > 1
        and len(set(heads)) == len(heads)
        and not any(is_value(head) or _OWN_LABEL.match(head) for head in heads)
        and not (has_numbers_first and texts[0][0])
    )
