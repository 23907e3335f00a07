"""The rows above and below a table of a sheet: titles, and notes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sourcebook.index.structure.figures import find_unit, is_period, is_value
from sourcebook.index.structure.tables import TableCell

LONG = 60
"""Characters of a text that is no label."""

NOTE = re.compile(
    r"(?P<sign>[*†‡§¹²³]+|\(?\d{1,2}\)|\[\d{1,2}\])\s*(?=\S)|(?:notes?|sources?|remarks?|anmerkung(?:en)?|"
    r"quellen?|hinweise?|källa|not|nota|notes? de|fuentes?)\s*:",
    re.IGNORECASE,
)
"""How a note begins."""

_LETTER = re.compile(r"[^\W\d_]")
_PERIOD = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def row_text(row: Sequence[TableCell]) -> str:
    """Return the texts of a row on one line."""
    return " ".join(" ".join(cell.text.split()) for cell in row if cell.text.strip())


def is_title(rows: Sequence[Sequence[TableCell]], row: int, width: int) -> bool:
    """Whether a row at the top holds one text, at the left or over the whole width; or, above a
    whole row of heads, a period at its right end, which is that of all columns."""
    texts = [cell for cell in rows[row] if cell.text.strip()]
    below = [cell for cell in rows[row + 1] if cell.text.strip()]
    if _is_title_to_the_right(rows[row], texts, rows[row + 1], width):
        return True
    return (
        len(texts) == 1
        and texts[0] is rows[row][0]
        and texts[0].row_span == 1
        and (len(below) > 1 or (row + 3 < len(rows) and is_title(rows, row + 1, width)))
    )


def _is_title_to_the_right(
    row: Sequence[TableCell],
    texts: Sequence[TableCell],
    below: Sequence[TableCell],
    width: int,
) -> bool:
    """Whether a row of a text at the right end, and one at the left at most, has heads of its own
    below each of its columns: it is said of all of them."""
    if width < 3 or not texts or texts[-1] is not row[-1] or texts[-1].column_span >= width:
        return False
    has_whole_heads = len(below) == width and all(
        cell.text.strip() and cell.row_span == 1 and not is_value(cell.text) for cell in below[1:]
    )
    if not has_whole_heads or any(cell.row_span > 1 for cell in texts):
        return False
    if len(texts) > 2 or (len(texts) == 2 and texts[0] is not row[0]):
        return False
    said = texts[-1].text
    if len(texts) == 1 and texts[0].column_span > 1:
        return False
    if is_value(said) or is_period(said):
        return False  # of its own column alone
    has_period = _PERIOD.search(said) and _LETTER.search(said)
    return bool(has_period or find_unit(said))


def is_note(row: Sequence[TableCell]) -> bool:
    """Whether a row at the bottom is a note: one text at the left, long or with a note's sign."""
    texts = [cell for cell in row if cell.text.strip()]
    if len(texts) != 1 or texts[0] is not row[0] or texts[0].row_span > 1:
        return False
    return len(texts[0].text) > LONG or bool(NOTE.match(texts[0].text))
