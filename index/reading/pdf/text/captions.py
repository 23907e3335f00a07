"""The words that captions of tables and figures begin with."""

from __future__ import annotations

import re

CAPTION = re.compile(
    r"(?P<table>table|tabelle|tab\.|tabel|tabla|tableau|tabell)\s+\w{1,6}(?:\.\d+)*\s?[.:|–—-]"
    r"|(?:figure|fig\.|abbildung|abb\.|figura|figur|chart|exhibit)\s+\w{1,6}(?:\.\d+)*\s?[.:|–—-]",
    re.IGNORECASE,
)


def is_table_caption_text(text: str) -> bool:
    """Return whether a text begins as the caption of a table does."""
    match = CAPTION.match(text)
    return bool(match and match["table"])
