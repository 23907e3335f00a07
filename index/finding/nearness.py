"""How much of a question stands close together in a passage.

BM25 counts words wherever they stand. A passage that answers has them in one sentence or two.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Mapping, Sequence

from sourcebook.index.store.schema import TOKENIZER

WINDOW = 20
"""Words. Of 10, 20, 30, 40 and 60, 20 found most in SQuAD's paragraphs."""

_LOCAL = threading.local()


Places = Mapping[str, Collection[tuple[int, int]]]
"""Term -> passages that hold it, by their keys, and the place of it among the terms of each."""


def nearness(
    places: Callable[[Collection[str]], Places],
    keys: Sequence[int],
    weights: Mapping[str, float],
    forms: Mapping[str, str] | None = None,
) -> dict[int, float]:
    """Return how much of some words stands close together, for each of some passages.

    Args:
        places: says where terms stand in the texts of the passages.
        keys: of the passages.
        weights: what each term (`tokenize`) counts; several with spaces are one, side by side.
        forms: terms that stand for another one, which they are other spellings of.

    Returns:
        Passage key -> the greatest share, from 0 to 1, of the weights of all terms that stands
        within `WINDOW` words of the text.
    """
    total = sum(weights.values())
    if total <= 0 or not keys:
        return dict.fromkeys(keys, 0.0)
    names = {**{term: term for term in weights}, **(forms or {})}
    name_places = _name_places(places({term for name in names for term in name.split()}), names)
    return {key: _best(name_places[key], weights) / total for key in keys}


def holders_of(compounds: Collection[str], places: Callable[[Collection[str]], Places]) -> set[int]:
    """Return the keys of the passages in whose texts all of some compounds stand, none where there
    are no compounds.

    Args:
        compounds: terms side by side, with spaces between them.
        places: as for `nearness`.
    """
    if not compounds:
        return set()
    terms = {term for compound in compounds for term in compound.split()}
    name_places = _name_places(places(terms), {name: name for name in compounds})
    return {key for key, row in name_places.items() if {name for _, name in row} == set(compounds)}


def places_in(texts: Mapping[int, str], terms: Collection[str]) -> Places:
    """Return where terms stand in some texts.

    Args:
        texts: as the index of words holds them, by passage key.
        terms: the terms.
    """
    db = _tokenizer()
    db.execute("BEGIN")
    try:
        db.executemany("INSERT INTO texts (rowid, text) VALUES (?, ?)", texts.items())
        query = "SELECT doc, offset FROM terms WHERE term = ?"
        return {term: db.execute(query, (term,)).fetchall() for term in terms}
    finally:
        db.execute("ROLLBACK")


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


def _name_places(places: Places, names: Mapping[str, str]) -> dict[int, list[tuple[int, str]]]:
    """Where the terms stand in each passage, in their order, by the names they have."""
    name_places: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for compound, name in names.items():
        first, *others = compound.split()
        behind = [set(places[term]) for term in others]
        for key, place in places[first]:
            if all((key, place + n) in some for n, some in enumerate(behind, start=1)):
                name_places[key].append((place, name))
    for row in name_places.values():
        row.sort()
    return name_places


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
