"""By how much one side of a comparison is higher, where two amounts of one unit are given."""

from __future__ import annotations

import re

from sourcebook.rag.language import Bound, ParsedSentence, Quantity
from sourcebook.rag.retrieval import Evidence

_CLAUSE_NUMBER = re.compile(r"^(?:[A-ZÄÖÜ]{2,}\s+)*\W*\d+(?:\.\d+)*\W*\s(?=[A-Z])")
_PLAIN = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?")


def state_difference(left: tuple[str, Evidence], right: tuple[str, Evidence]) -> str | None:
    """Return a sentence that says which of two sides is higher and by how much; None where that is
    not exact: the units differ, an amount is a bound, or there are several amounts.

    Args:
        left: the name of a side and what is told of it.
        right: the same of the other.
    """
    sources = left[1], right[1]
    if any((source.document.language or "en").partition("-")[0] != "en" for source in sources):
        return None  # "1,5" is read as a number of English text
    amounts = _plain_amounts(*sources) or _measured_amounts(*sources)
    if amounts is None:
        return None
    first, last, unit = amounts
    if first == last:
        return f"{left[0]} and {right[0]} are equal."
    higher = left[0] if first > last else right[0]
    difference = f"{round(abs(first - last), 6):,.10g}"
    if difference == "1" and unit.isalpha():
        unit = unit.removesuffix("s")
    return f"{higher} is higher by {' '.join(filter(None, (difference, unit)))}."


def _plain_amounts(left: Evidence, right: Evidence) -> tuple[float, float, str] | None:
    """Return the numbers of two cells of one table that hold nothing else, and their unit."""
    blocks = left.block, right.block
    if left.document.id != right.document.id or not (blocks[0] and blocks[1]):
        return None
    if not all(block.kind == "cell" and _PLAIN.fullmatch(block.text) for block in blocks if block):
        return None
    units = {block.cell.unit for block in blocks if block and block.cell}
    if len(units) != 1 or None in units:
        return None  # a port, a code: a number that is no amount
    numbers = [float(block.text.replace(",", "")) for block in blocks if block]
    return numbers[0], numbers[1], units.pop() or ""


def _measured_amounts(left: Evidence, right: Evidence) -> tuple[float, float, str] | None:
    """Return the only amounts of two sentences, where they have one unit, and its word."""
    first, last = _only_amount(left), _only_amount(right)
    if first is None or last is None or first.unit != last.unit:
        return None
    if first.noun.casefold().rstrip("s") != last.noun.casefold().rstrip("s"):
        return None
    is_word = first.noun.isalpha()
    noun = max(first.noun, last.noun, key=len) if is_word else first.unit
    return first.number, last.number, noun


def _only_amount(evidence: Evidence) -> Quantity | None:
    sentence = ParsedSentence(_CLAUSE_NUMBER.sub("", " ".join(evidence.text.split())))
    numbers = [claim for claim in sentence.claims_without_days if claim.is_number]
    if len(numbers) != 1 or len(sentence.quantities) != 1:
        return None
    amount = sentence.quantities[0]
    return amount if amount.bound is Bound.EXACT else None
