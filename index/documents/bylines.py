"""Who wrote a text, where the text says so itself: "By Ann Lee", "Author: Town of Marrow"."""

from __future__ import annotations

import re

from .titles import proper_author

_FIRST_LINES, _LAST_LINES = 12, 4
_LONGEST_LINE = 160

_LINK = r"(?:de|del|da|di|la|le|van|von|der|den|zu|zur|bin|al|el)"
_NAME = (
    rf"[A-ZÀ-Þ][\w.’'-]*(?:\s+(?:{_LINK}\s+){{0,2}}[A-ZÀ-Þ][\w.’'-]*){{1,3}}"
    r"(?:(?<=[\w’'-]{2})|(?=\W))"
)
_AND = r"(?:,?\s+(?:and|und|et|y|e|&)\s+)"
_NAMES = rf"{_NAME}(?:(?:,\s+|{_AND}){_NAME})*"
_PIECE = (
    r"(?:[Aa] |[Aa]n |[Ee]in(?:e)? )?(?:[Cc]ommentary|[Oo]pinion|[Aa]nalysis|[Ii]nterview|[Rr]eport"
    r"|[Cc]olumn|[Ee]ssay|[Rr]eview|[Tt]ext|[Ss]tory|Kommentar|Meinung|Analyse|Bericht|Kolumne"
    r"|Gastbeitrag|Reportage|Glosse|Rezension|Text)"
)
_END = r"\s*(?:$|[,.;|(–—·•-])"

_LABELLED = re.compile(
    r"[*_#> ]*(?:authors?|written by|autor(?:in|en)?|verfasser(?:in)?|auteurs?|autora?)\s*:[*_ ]*"
    r"(?P<author>.+?)[*_ ]*$",
    re.IGNORECASE,
)
"""A label with a colon: whatever stands behind it is the author, a body too."""

_MINUTES = r"(?i:minutes|notes|protokoll|protocol|report)(?: (?i:taken|kept|geführt))? (?i:by|von)"
_ROLE = r"(?i:protokoll(?:führung|führer|führerin|ant|antin)?|recorded by|minute[- ]taker|from|von)"
_AUTHORS = rf"(?P<author>{_NAMES})"
_BYLINES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"[*_ ]*(?:(?i:written by|by|von|par|por)|{_PIECE} (?:by|von))[:\s]+{_AUTHORS}[*_]*{_END}",
        rf"{_MINUTES}:?\s+{_AUTHORS}{_END}",
        rf"{_ROLE}:\s*{_AUTHORS}{_END}",
        rf"From\s+{_AUTHORS},\s",
        rf"(?P<author>{_NAME}(?:,\s+{_NAME})*{_AND}{_NAME})$",
    )
)
"""Names of persons: after "by" and its like, at the end of a line or before a mark; or alone in a
line, where there are two or more."""


def find_author(text: str) -> str | None:
    """Return the author or authors that a text names at its head or its end; None: it names none.

    Args:
        text: of the whole document.
    """
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    for line in [*lines[:_FIRST_LINES], *lines[max(_FIRST_LINES, len(lines) - _LAST_LINES) :]]:
        if len(line) > _LONGEST_LINE:
            continue
        match = _LABELLED.match(line) or next(
            (match for pattern in _BYLINES if (match := pattern.match(line))), None
        )
        if match and (author := proper_author(match["author"].strip(" .,;"))):
            return author
    return None
