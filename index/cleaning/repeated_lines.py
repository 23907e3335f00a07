"""Lines that recur across the articles of one outlet: its boilerplate, in any language.

A line counts once for a story, not for each near-duplicate. A line that reads like content (a full
sentence, or "Label: value") must recur far more often, as newspapers repeat paragraphs of
background word for word.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from urllib.parse import urlsplit

from .clean import Boilerplate

RULE = "line that recurs across its source"

LEAST_STORIES, LEAST_SHARE = 3, 0.5
"""The least number and share of an outlet's stories with a line of boilerplate."""

LEAST_STORIES_OF_CONTENT, LEAST_SHARE_OF_CONTENT = 6, 0.8
"""The same for a line that reads like content."""

_LONGEST = 500
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_CONTENT = re.compile(r".*(?:[.!?…。！？؟।][”\"’')\]»」』）]*$|[:：]\s*\S)", re.DOTALL)


_OWN = re.compile(
    r"message/.*|application/(?:vnd\..*|pdf|epub\+zip|msword|rtf|mbox)|text/(?:rtf|calendar|org|x-rst)"
)
"""Media types of mails, books and the files of offices: what recurs in them is theirs."""


def outlet_name(source: str | None, url: str | None, media_type: str = "text/html") -> str:
    """Return the outlet of a document: its source, else the host of its URL.

    Empty where it is unknown, and for what no outlet publishes: mails and the files of an office
    keep the lines that recur in them.
    """
    if _OWN.fullmatch(media_type):
        return ""
    if source and source.strip():
        return " ".join(source.casefold().split())
    try:
        host = urlsplit(url or "").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def line_hashes(text: str) -> dict[int, bool]:
    """Map the hash of each line that may be boilerplate to whether it reads like content."""
    lines = {line.strip() for line in text.split("\n")}
    return {
        line_hash(line): bool(_CONTENT.match(line)) for line in lines if 0 < len(line) <= _LONGEST
    }


def line_hash(line: str) -> int:
    """Return the hash of a line, a signed number of 64 bits."""
    digest = hashlib.blake2b(line.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def find_lines(text: str, hashes: Collection[int]) -> list[Boilerplate]:
    """Return the lines of ``text`` with these hashes, with their line ends.

    None of a text of which nothing else would remain.
    """
    runs: list[Boilerplate] = []
    has_others = False
    start = 0
    for line in _LINES.findall(text) if hashes else ():
        bare = line.strip()
        if bare and len(bare) <= _LONGEST and line_hash(bare) in hashes:
            runs.append(Boilerplate(start, start + len(line), RULE))
        else:
            has_others |= bool(bare)
        start += len(line)
    return runs if has_others else []
