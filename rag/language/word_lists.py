"""The word lists in ``lists``: one word or phrase a line, "#" begins a comment line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files


@cache
def read_lines(name: str) -> tuple[str, ...]:
    """Return the lines of ``lists/<name>.txt`` in order, without comments and empty lines."""
    path = files("sourcebook.rag.language") / "lists" / f"{name}.txt"
    lines = (line.strip() for line in path.read_text("utf-8").splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


@cache
def read_words(name: str) -> frozenset[str]:
    """Return the words or phrases of ``lists/<name>.txt`` as a set."""
    return frozenset(read_lines(name))


def any_of(words: Iterable[str]) -> str:
    """Return a pattern of any of ``words``, the longest first, without a group around it."""
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))


@cache
def read_groups(name: str) -> tuple[tuple[frozenset[str], ...], ...]:
    """Return each line of ``lists/<name>.txt`` as groups of words; "|" parts two groups."""
    return tuple(
        tuple(frozenset(group.split()) for group in line.split("|")) for line in read_lines(name)
    )
