"""Which passages hold a term, how often, and how long they are: written and read.

The passages of a term are kept in rows of up to ``BLOCK`` keys, six bytes each: so a search of a
common term reads tens of rows and not tens of thousands, and an addition appends to a few.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sourcebook.index.postgres.server.database import PostgresConnection

BLOCK = 1 << 13

_ENTRY = np.dtype([("at", "<u2"), ("count", "<u2"), ("words", "<u2")])
_MOST = 0xFFFF
_pack = struct.Struct("<HHH").pack


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage as the postings have it: its key, the part and the audience of its document, and
    how often each term stands in it."""

    key: int
    part: int
    audience: int
    terms: Mapping[str, int]

    @property
    def words(self) -> int:
        """How many terms it has, each as often as it stands there."""
        return sum(self.terms.values())


@dataclass(frozen=True, slots=True)
class TermPostings:
    """The passages that hold a term. ``entries`` are those of one block behind those of another,
    ``sizes[n]`` of them of ``blocks[n]``: place in the block, how often the passage holds the term,
    and how many words it has."""

    blocks: NDArray[np.int64]
    sizes: NDArray[np.int64]
    entries: NDArray[Any]

    @classmethod
    def of(cls, passages: Sequence[tuple[int, int, int]]) -> TermPostings:
        """Return the postings of passages: the key of each, how often it holds the term, and how
        many words it has; in the order of the keys."""
        keys, counts, words = np.array(passages, np.int64).reshape(-1, 3).T
        blocks, sizes = np.unique(keys // BLOCK, return_counts=True)
        entries = np.zeros(len(keys), _ENTRY)
        entries["at"] = keys % BLOCK
        entries["count"], entries["words"] = (np.minimum(n, _MOST) for n in (counts, words))
        return cls(blocks, sizes, entries)

    def __len__(self) -> int:
        """Return how many passages they are."""
        return len(self.entries)

    @property
    def keys(self) -> NDArray[np.int64]:
        """The keys of the passages."""
        return np.repeat(self.blocks * BLOCK, self.sizes) + self.entries["at"].astype(np.int64)

    @property
    def bytes(self) -> int:
        """The memory that they take."""
        return self.blocks.nbytes + self.sizes.nbytes + self.entries.nbytes


NO_POSTINGS = TermPostings.of([])


def insert_postings(db: PostgresConnection, passages: Iterable[IndexedPassage]) -> None:
    """Write the terms of new passages.

    Args:
        db: a connection in a transaction.
        passages: the passages, none of which is in the postings.
    """
    entries: dict[tuple[str, int, int, int], bytearray] = defaultdict(bytearray)
    totals: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for passage in passages:
        block, at = divmod(passage.key, BLOCK)
        words = passage.words
        totals[passage.audience][0] += 1
        totals[passage.audience][1] += words
        limited = min(words, _MOST)
        for term, count in passage.terms.items():
            place = (term, passage.part, passage.audience, block)
            entries[place] += _pack(at, min(count, _MOST), limited)
    # In one order, in which rows are found side by side.
    rows = [(*place, bytes(entries[place])) for place in sorted(entries)]
    if rows:
        terms, parts, audiences, blocks, data = (list(column) for column in zip(*rows, strict=True))
        db.raw.execute(
            "INSERT INTO postings SELECT * FROM unnest(%s::text[], %s::int[], %s::int[], "
            "%s::bigint[], %s::bytea[]) ON CONFLICT (term, part, audience, block) "
            "DO UPDATE SET entries = postings.entries || excluded.entries",
            (terms, parts, audiences, blocks, data),
        )
    _count(db, totals)


def delete_postings(db: PostgresConnection, passages: Sequence[IndexedPassage]) -> None:
    """Delete the terms of passages.

    Args:
        db: a connection in a transaction.
        passages: the passages, all in the postings.
    """
    totals: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    groups: dict[tuple[int, int, int], list[IndexedPassage]] = defaultdict(list)
    for passage in passages:
        totals[passage.audience][0] -= 1
        totals[passage.audience][1] -= passage.words
        groups[passage.part, passage.audience, passage.key // BLOCK].append(passage)
    for (part, audience, block), members in groups.items():
        terms = sorted({term for passage in members for term in passage.terms})
        leaving = np.array([passage.key % BLOCK for passage in members], np.uint16)
        rows = db.raw.execute(
            "SELECT term, entries FROM postings WHERE term = ANY (%s) AND part = %s "
            "AND audience = %s AND block = %s",
            (terms, part, audience, block),
            binary=True,
        ).fetchall()
        left: list[tuple[str, bytes]] = []
        for term, data in rows:
            entries = np.frombuffer(data, _ENTRY)
            left.append((term, entries[~np.isin(entries["at"], leaving)].tobytes()))
        db.raw.execute(
            "DELETE FROM postings WHERE term = ANY (%s) AND part = %s AND audience = %s "
            "AND block = %s",
            ([term for term, data in left if not data], part, audience, block),
        )
        kept_rows = [row for row in left if row[1]]
        db.raw.execute(
            "UPDATE postings p SET entries = u.entries FROM unnest(%s::text[], %s::bytea[]) "
            "AS u (term, entries) WHERE p.term = u.term AND part = %s AND audience = %s "
            "AND block = %s",
            (
                [term for term, _ in kept_rows],
                [data for _, data in kept_rows],
                *(part, audience, block),
            ),
        )
    _count(db, totals)


def read_postings(db: PostgresConnection, terms: Sequence[str]) -> dict[str, TermPostings]:
    """Return the postings of terms, of what may be read.

    Args:
        db: a connection.
        terms: as they are stored.

    Returns:
        Term -> the passages that hold it, for terms that stand somewhere.
    """
    rows: Iterable[tuple[Any, ...]] = db.raw.execute(
        "SELECT term, block, entries FROM postings WHERE term = ANY (%s)",
        (list(terms),),
        binary=True,
    )
    blocks: dict[str, list[int]] = defaultdict(list)
    pieces: dict[str, list[bytes]] = defaultdict(list)
    for term, block, data in rows:
        blocks[term].append(block)
        pieces[term].append(data)
    return {
        term: TermPostings(
            np.array(blocks[term], np.int64),
            np.array([len(data) // _ENTRY.itemsize for data in some], np.int64),
            np.frombuffer(b"".join(some), _ENTRY),
        )
        for term, some in pieces.items()
    }


def _count(db: PostgresConnection, totals: Mapping[int, Sequence[int]]) -> None:
    for audience, (passages, words) in totals.items():
        db.raw.execute(
            "INSERT INTO word_counts AS w VALUES (%s, %s, %s) ON CONFLICT (audience) DO UPDATE "
            "SET passages = w.passages + excluded.passages, words = w.words + excluded.words",
            (audience, passages, words),
        )
