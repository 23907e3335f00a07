"""Near-duplicates: which documents tell one story in nearly the same words.

Texts are compared as sets of word shingles by their Jaccard similarity (Broder 1997, "On the
resemblance and containment of documents"). MinHash with banding finds whom to compare (Leskovec,
Rajaraman, Ullman, "Mining of Massive Datasets", 3.4): 32 bands of 4 rows meet with probability
1 - (1 - s^4)^32, which is 0.87 at s = 0.5 and 0.99 at 0.6. The comparison itself is exact.
"""

from __future__ import annotations

import hashlib
import re
import zlib

import numpy as np
from numpy.typing import NDArray

SHINGLE = 5
"""Words."""

SAME = 0.5
"""Jaccard similarity from which on two texts are one story. A text cut by a third has 0.67 with the
whole one, one with a word in twenty changed 0.6; articles of two writers on one event below 0.1."""

LEAST_WORDS = 30
"""A shorter text is no story: two of them share their few words easily."""

_BANDS, _ROWS = 32, 4
Signature = NDArray[np.uint32]

_WORD = re.compile(r"\w+")
_CHUNK = 4096

# Multiply-shift hashing (Dietzfelbinger et al. 1997): (a x + b) >> 32 for a random odd a. The
# numbers are the same for ever, as the bands of a library are kept in it.
_NUMBERS = np.frombuffer(
    hashlib.shake_256(b"sourcebook minhash").digest(_BANDS * _ROWS * 16), np.dtype("<u8")
).reshape(2, _BANDS * _ROWS, 1)
_FACTORS, _SUMMANDS = _NUMBERS[0] | np.uint64(1), _NUMBERS[1]


def shingles(text: str) -> frozenset[int]:
    """Hashes (CRC-32) of the runs of five words; empty for a text of less than ``LEAST_WORDS``."""
    words = _WORD.findall(text.casefold())
    if len(words) < LEAST_WORDS:
        return frozenset()
    return frozenset(
        zlib.crc32(" ".join(words[at : at + SHINGLE]).encode("utf-8", "replace"))
        for at in range(len(words) - SHINGLE + 1)
    )


def similarity(first: frozenset[int], other: frozenset[int]) -> float:
    """Jaccard: shared of all. 0 where both are empty."""
    overlap = len(first & other)
    return overlap / (len(first) + len(other) - overlap) if overlap else 0.0


def signature(of: frozenset[int]) -> Signature:
    """MinHash, shape (128,): of each hash function the least value over the set."""
    least = np.full(_BANDS * _ROWS, np.iinfo(np.uint64).max, np.uint64)
    hashes = np.fromiter(of, np.uint64, len(of))
    for first in range(0, len(hashes), _CHUNK):
        mixed = _FACTORS * hashes[first : first + _CHUNK] + _SUMMANDS
        least = np.minimum(least, (mixed >> np.uint64(32)).min(axis=1))
    return least.astype(np.dtype("<u4"))


def bands(of: Signature) -> list[int]:
    """32 numbers of 64 bits, signed; texts that share one are worth comparing."""
    digests = (
        hashlib.blake2b(bytes([number]) + row.tobytes(), digest_size=8).digest()
        for number, row in enumerate(of.reshape(_BANDS, _ROWS))
    )
    return [int.from_bytes(digest, "little", signed=True) for digest in digests]


def may_be_same(first: Signature, other: Signature) -> bool:
    """Whether the similarity may reach ``SAME``. The share of equal values estimates it with a
    standard deviation of sqrt(0.5 * 0.5 / 128) = 0.044; this is 4 of them below."""
    return float(np.mean(first == other)) >= SAME - 0.18
