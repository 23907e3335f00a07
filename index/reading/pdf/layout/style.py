"""What is usual in a document: the size of its text, the distance of its lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sourcebook.index.reading.pdf.text.lines import Line


@dataclass(slots=True)
class BodyStyle:
    """What is usual in a document: the size of its text, and the distance of its lines in sizes of
    their letters."""

    size: float
    leading: float
    is_mono: bool = False
    is_bold: bool = False

    @classmethod
    def of(cls, lines: Sequence[Line]) -> BodyStyle:
        """Return the style of the lines of a document."""
        letters: Counter[float] = Counter()
        mono = bold = 0
        for line in lines:
            length = len(line.text)
            letters[_round(line.size)] += length
            mono += length * line.is_mono
            bold += length * line.is_bold
        total = sum(letters.values())
        size = letters.most_common(1)[0][0] if letters else 10.0
        gaps: Counter[float] = Counter()
        for above, below in pairwise(lines):
            if abs(above.size - below.size) < 0.1 and above.page == below.page:
                gap = (below.base - above.base) / max(above.size, 1)
                if 0.9 < gap < 2.6:
                    gaps[round(gap, 1)] += 1
        leading = gaps.most_common(1)[0][0] if gaps else 1.2
        return cls(size, min(leading, 2.2), mono * 2 > total > 0, bold * 2 > total > 0)


def _round(size: float) -> float:
    return round(size * 2) / 2
