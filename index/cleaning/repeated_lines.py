"""Lines that recur across the articles of one outlet: its furniture, whatever they say.

A line counts once for a story, not for each near-duplicate of it. What reads like content (whole
sentences, and "Label: value") must recur far more often to be furniture: papers repeat a paragraph
of background word for word.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from urllib.parse import urlsplit

from .clean import Removed

RULE = "line that recurs across its source"

LEAST_STORIES, LEAST_SHARE = 3, 0.5
"""A line is furniture in at least so many stories of an outlet, and that share of them."""

LEAST_STORIES_OF_CONTENT, LEAST_SHARE_OF_CONTENT = 6, 0.8
"""The same for a line that reads like content."""

_LONGEST = 500
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")
_CONTENT = re.compile(r".*(?:[.!?…。！？؟।][”\"’')\]»」』）]*$|[:：]\s*\S)", re.DOTALL)


def outlet(source: str | None, url: str | None) -> str:
    """The outlet of a document: its source, else the host of its address; empty when unknown."""
    if source and source.strip():
        return " ".join(source.casefold().split())
    try:
        host = urlsplit(url or "").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def line_hashes(text: str) -> dict[int, bool]:
    """Each line that may be furniture as a signed number of 64 bits, and whether it reads like
    content."""
    lines = {line.strip() for line in text.split("\n")}
    return {
        line_hash(line): bool(_CONTENT.match(line)) for line in lines if 0 < len(line) <= _LONGEST
    }


def line_hash(line: str) -> int:
    """The number by which a line is counted."""
    digest = hashlib.blake2b(line.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def without_lines(text: str, hashes: Collection[int]) -> tuple[str, tuple[Removed, ...]]:
    """``text`` without those lines, and what was taken; as it is where nothing would be left."""
    kept: list[str] = []
    removed: list[Removed] = []
    for line in text.split("\n"):
        bare = line.strip()
        if bare and len(bare) <= _LONGEST and line_hash(bare) in hashes:
            removed.append(Removed(RULE, line))
        else:
            kept.append(line)
    left = _BLANK_LINES.sub("\n\n", "\n".join(kept)).strip() if removed else text
    return (left, tuple(removed)) if left else (text, ())
