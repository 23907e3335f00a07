"""The languages of the documents of a library."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sourcebook.index.store.sql import SqlDatabase


def count_languages(database: SqlDatabase) -> Mapping[str, int]:
    """Return how many documents are in which language, by codes of two letters; those whose
    language is not known are not counted."""
    counts: Counter[str] = Counter()
    rows = database.rows("SELECT language, count(*) FROM documents GROUP BY language")
    for language, count in rows:
        if language:
            counts[str(language).partition("-")[0].lower()] += int(count)
    return counts
