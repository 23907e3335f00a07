"""Statements as SQLite takes them, in the words of PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

_MARK = re.compile(r"\?(\d*)")
_WORDS = (
    (re.compile(r"%"), "%%"),
    (re.compile(r"\bIS (?=\?)"), "IS NOT DISTINCT FROM "),
    (re.compile(r"\bjson_each\("), "json_values("),  # PostgreSQL has another json_each
)


def translate(sql: str, values: Sequence[Any]) -> tuple[str, Sequence[Any] | dict[str, Any]]:
    """Return a statement and its values as psycopg takes them.

    Args:
        sql: with `?` for each value in turn, or `?1`, `?2` for values by number.
        values: the values.
    """
    statement, is_numbered = _translate(sql)
    if is_numbered:
        return statement, {f"v{number}": value for number, value in enumerate(values, 1)}
    return statement, values


@lru_cache(maxsize=1024)
def _translate(sql: str) -> tuple[str, bool]:
    for pattern, words in _WORDS:
        sql = pattern.sub(words, sql)
    numbers = {match[1] for match in _MARK.finditer(sql)}
    if "" in numbers:
        return _MARK.sub("%s", sql), False
    return _MARK.sub(lambda match: f"%(v{match[1]})s", sql), bool(numbers)
