"""Which documents a search looks among, and by what it ranks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Mode = Literal["hybrid", "dense", "bm25"]


def key_array(keys: Collection[int]) -> NDArray[np.int64]:
    """Return keys as an array."""
    if hasattr(keys, "__array__"):
        return np.asarray(keys)
    return np.fromiter(keys, np.int64, len(keys))


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents may be searched. What is empty or None does not limit.

    ``since`` and ``until`` are instants; ``first_day`` and ``last_day`` the calendar days that the
    articles themselves show, whatever their time zones. A document without a date passes neither.
    ``languages`` are codes of two letters: "pt" lets "pt-BR" through.
    """

    sources: frozenset[str] = field(default_factory=frozenset)
    since: datetime | None = None
    until: datetime | None = None
    documents: frozenset[str] = field(default_factory=frozenset)
    authors: frozenset[str] = field(default_factory=frozenset)
    first_day: date | None = None
    last_day: date | None = None
    languages: frozenset[str] = field(default_factory=frozenset)

    def condition(self) -> tuple[str, list[object]] | None:
        """Return an SQL condition over ``d`` (documents) with its values; None: nothing limits."""
        parts: list[str] = []
        values: list[object] = []
        for column, choices in (
            ("d.source", self.sources),
            ("d.author", self.authors),
            ("d.id", self.documents),
        ):
            if choices:
                parts.append(f"{column} IN ({', '.join('?' * len(choices))})")
                values.extend(sorted(choices))
        if self.languages:
            column = "lower(substr(d.language, 1, 2))"
            parts.append(f"{column} IN ({', '.join('?' * len(self.languages))})")
            values.extend(sorted(code[:2].lower() for code in self.languages))
        for moment, sign in ((self.since, ">="), (self.until, "<=")):
            if moment is not None:  # compared as instants: the zones of the dates differ
                parts.append(f"julianday(d.published) {sign} julianday(?)")
                values.append(moment.isoformat())
        for day, sign in ((self.first_day, ">="), (self.last_day, "<=")):
            if day is not None:  # an ISO date begins with its day
                parts.append(f"substr(d.published, 1, 10) {sign} ?")
                values.append(day.isoformat())
        return (" AND ".join(parts), values) if parts else None
