"""How much of a question stands close together in a passage.

BM25 counts words wherever they stand. A passage that answers has them in one sentence or two.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import defaultdict, deque
from collections.abc import Mapping

from sourcebook.index.store.schema import TOKENIZER

WINDOW = 20
"""Words. Of 10, 20, 30, 40 and 60, 20 found most in SQuAD's paragraphs."""

_LOCAL = threading.local()


def nearness(
    texts: Mapping[int, str], weights: Mapping[str, float], forms: Mapping[str, str] | None = None
) -> dict[int, float]:
    """Return how much of some words stands close together, for each of some texts.

    Args:
        texts: as the index of words holds them, by passage key.
        weights: what each term (`tokenize`) counts; several with spaces are one, side by side.
        forms: terms that stand for another one, which they are other spellings of.

    Returns:
        Passage key -> the greatest share, from 0 to 1, of the weights of all terms that stands
        within `WINDOW` words of the text.
    """
    total = sum(weights.values())
    if total <= 0 or not texts:
        return dict.fromkeys(texts, 0.0)
    names = {**{term: term for term in weights}, **(forms or {})}
    places = _places(texts, names)
    return {key: _best(places[key], weights) / total for key in texts}


def _best(places: list[tuple[int, str]], weights: Mapping[str, float]) -> float:
    """The greatest weight of different terms in a window; ``places`` are in their order."""
    window: deque[tuple[int, str]] = deque()
    counts: dict[str, int] = defaultdict(int)
    weight = best = 0.0
    for place, term in places:
        while window and window[0][0] <= place - WINDOW:
            _, first = window.popleft()
            counts[first] -= 1
            weight -= weights[first] if not counts[first] else 0.0
        weight += weights[term] if not counts[term] else 0.0
        counts[term] += 1
        window.append((place, term))
        best = max(best, weight)
    return best


def _places(texts: Mapping[int, str], names: Mapping[str, str]) -> dict[int, list[tuple[int, str]]]:
    """Where the terms stand in each text, in their order, by the names they have."""
    terms = dict.fromkeys(term for compound in names for term in compound.split())
    places: dict[str, set[tuple[int, int]]] = {}
    db = _tokenizer()
    db.execute("BEGIN")
    try:
        db.executemany("INSERT INTO texts (rowid, text) VALUES (?, ?)", texts.items())
        for term in terms:
            rows = db.execute("SELECT doc, offset FROM terms WHERE term = ?", (term,))
            places[term] = set(rows.fetchall())
    finally:
        db.execute("ROLLBACK")
    occurrences: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for compound, name in names.items():
        first, *rest = compound.split()
        for key, place in places[first]:
            if all((key, place + n) in places[term] for n, term in enumerate(rest, start=1)):
                occurrences[key].append((place, name))
    for row in occurrences.values():
        row.sort()
    return occurrences


def _tokenizer() -> sqlite3.Connection:
    """A table in memory that divides texts as the index of words does, one for each thread."""
    db: sqlite3.Connection | None = getattr(_LOCAL, "db", None)
    if db is None:
        db = sqlite3.connect(":memory:", isolation_level=None)
        options = f"tokenize = '{TOKENIZER}', content = '', columnsize = 0"
        db.execute(f"CREATE VIRTUAL TABLE texts USING fts5 (text, {options})")
        db.execute("CREATE VIRTUAL TABLE terms USING fts5vocab (texts, instance)")
        _LOCAL.db = db
    return db
