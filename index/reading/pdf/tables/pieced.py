"""Tables with rules across only: where the pieces of the rules meet, columns meet.

Programs that print web pages and office documents draw the border below each cell for itself. Such
a table has no upright rules, but its columns are known to a point. They are added here as rules, so
that the table is read like any other with rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from sourcebook.index.reading.pdf.frames import Box
from sourcebook.index.reading.pdf.text.words import PdfWord

from .cells import is_value
from .shapes import Shapes

_MEET = 1.6
"""Pieces of a rule meet that are so near, in points."""

_OVERLAP = 3.5
"""They may overlap by so much: the bounds of a piece go beyond its ends by half its width, in
points."""

_NEAR = 2.5
"""Ends of rules stand under each other that are so near, in points."""

_MAX_ROW_HEIGHT = 220.0
_MAX_PIECES = 3_000

_ROW_GAP = 2.2
"""A row beside the rules is at most so far from them, in sizes of its letters."""

_LINE_GAP = 1.35
"""Lines of one head are at most so far apart, in sizes of their letters."""

_CELL_LINE_GAP = 0.9
"""Lines that are nearer than this are cells of one row, each in the middle of its height."""

_CELL_GAP = 0.45
"""Words of two cells are at least so far apart, in sizes of their letters."""


@dataclass(slots=True)
class _Rule:
    """A rule across, and where its pieces meet."""

    place: float
    left: float
    right: float
    joints: list[float]


def with_upright_rules(shapes: Shapes, words: Sequence[PdfWord]) -> Shapes:
    """Return shapes with the upright rules that tables have between pieces of rules across."""
    if not 3 <= len(shapes.across) <= _MAX_PIECES:
        return shapes
    across, upright = list(shapes.across), list(shapes.upright)
    for table in _tables(_rules(shapes.across)):
        left, right = table[0].left, table[0].right
        joints = _distinct(joint for rule in table for joint in rule.joints)
        if _has_upright(shapes, table, joints):
            continue
        edges = [left, *joints, right]
        inside = [word for word in words if left - _NEAR <= word.middle[0] <= right + _NEAR]
        head, last = _head(table[0], inside, edges), _last_rows(table[-1], inside, edges)
        across += [(left, place, right, place) for place in (*head, *last)]
        rules = [
            *(_Rule(place, left, right, joints) for place in head),
            *table,
            *(_Rule(place, left, right, joints) for place in last),
        ]
        for above, below in pairwise(rules):
            row = [word for word in inside if above.place < word.middle[1] < below.place]
            own = [left, *(below.joints or above.joints), right]
            upright += [
                (place, above.place, place, below.place)
                for place in edges
                if _is_near(own, place) and not _is_crossed(row, place)
            ]
    return replace(shapes, across=across, upright=upright)


def _rules(across: Sequence[Box]) -> list[_Rule]:
    """Return rules across, from the top, each of pieces that meet."""
    levels: list[list[Box]] = []
    for piece in sorted(across, key=_place):
        if levels and _place(piece) - _place(levels[-1][0]) <= _MEET:
            levels[-1].append(piece)
        else:
            levels.append([piece])
    rules: list[_Rule] = []
    for level in levels:
        level.sort()
        first, *rest = level
        rule = _Rule(_place(first), first[0], first[2], [])
        for left, _, right, _ in rest:
            if left > rule.right + _MEET:
                rules.append(rule)
                rule = _Rule(rule.place, left, right, [])
            elif right > rule.right + _MEET:
                if left >= rule.right - _OVERLAP:
                    rule.joints.append((left + rule.right) / 2)
                rule.right = right
        rules.append(rule)
    return rules


def _place(rule: Box) -> float:
    return (rule[1] + rule[3]) / 2


def _tables(rules: Sequence[_Rule]) -> list[list[_Rule]]:
    """Return the rules of each table: as long as each other, with joints under each other."""
    groups: list[list[_Rule]] = []
    for rule in rules:
        for group in reversed(groups):
            if _continues(group, rule):
                group.append(rule)
                break
        else:
            if rule.joints:
                groups.append([rule])
    return [group for group in groups if len(group) + len(_shared(group)) > 3 and _shared(group)]


def _continues(group: Sequence[_Rule], rule: _Rule) -> bool:
    last = group[-1]
    if abs(last.left - rule.left) > _NEAR or abs(last.right - rule.right) > _NEAR:
        return False
    if rule.place - last.place > _MAX_ROW_HEIGHT:
        return False
    joints = [joint for other in group for joint in other.joints]
    return not rule.joints or any(_is_near(joints, joint) for joint in rule.joints)


def _shared(group: Sequence[_Rule]) -> list[float]:
    """Return the joints that two rules have."""
    joints = [joint for rule in group for joint in rule.joints]
    return [place for place in _distinct(joints) if sum(_is_near([j], place) for j in joints) > 1]


def _distinct(places: Iterable[float]) -> list[float]:
    distinct: list[float] = []
    for place in sorted(places):
        if not distinct or place - distinct[-1] > _NEAR:
            distinct.append(place)
    return distinct


def _is_near(places: Iterable[float], place: float) -> bool:
    return any(abs(place - other) <= _NEAR for other in places)


def _is_crossed(words: Sequence[PdfWord], place: float) -> bool:
    """Return whether text goes on over a place: a word stands there, or words at its two sides are
    no further apart than those of a sentence."""
    if any(word.left < place - _NEAR and word.right > place + _NEAR for word in words):
        return True
    before = [word for word in words if word.middle[0] < place]
    after = [word for word in words if word.middle[0] > place]
    return any(
        abs(word.base - other.base) < 1 and other.left - word.right < _CELL_GAP * word.size
        for word in before
        for other in after
    )


def _has_upright(shapes: Shapes, rules: Sequence[_Rule], joints: Sequence[float]) -> bool:
    """Return whether rules are drawn between the columns anyway."""
    top, bottom = rules[0].place, rules[-1].place
    return any(
        _is_near(joints, (left + right) / 2) and low < bottom - _NEAR and high > top + _NEAR
        for left, low, right, high in shapes.upright
    )


def _head(first: _Rule, words: Sequence[PdfWord], edges: Sequence[float]) -> list[float]:
    """Return where the row of heads above the first rule begins, if one stands there."""
    above = sorted((w for w in words if w.bottom < first.place + _NEAR), key=lambda w: -w.base)
    rows = _clusters(above, 0.3)
    if not rows or first.place - rows[0][0].base > _ROW_GAP * rows[0][0].size:
        return []
    head = rows[0]
    if len(_columns(head, edges)) < 2:
        return []
    for below, row in pairwise(rows):
        is_near = below[0].base - row[0].base <= _LINE_GAP * row[0].size
        is_alike = row[0].look.is_bold == head[0].look.is_bold
        if not (is_near and is_alike and _columns(row, edges)):
            break
        head = [*head, *row]
    return [min(word.top for word in head) - 1]


def _last_rows(last: _Rule, words: Sequence[PdfWord], edges: Sequence[float]) -> list[float]:
    """Return where rows below the last rule end, as sums have none: cells, a number last."""
    below = sorted((w for w in words if w.top > last.place - _NEAR), key=lambda w: w.base)
    ends: list[float] = []
    base = last.place
    for row in _clusters(below, _CELL_LINE_GAP):
        columns = _columns(row, edges)
        if row[0].base - base > _ROW_GAP * row[0].size or len(columns) < 2:
            break
        if not is_value(" ".join(word.text for word in columns[max(columns)])):
            break
        base = row[-1].base
        ends.append(max(word.bottom for word in row) + 0.5)
    return ends


def _clusters(words: Sequence[PdfWord], gap: float) -> list[list[PdfWord]]:
    """Return words, sorted by their base lines, in rows that are further apart, in sizes of their
    letters."""
    rows: list[list[PdfWord]] = []
    for word in words:
        if rows and abs(word.base - rows[-1][-1].base) <= gap * word.size:
            rows[-1].append(word)
        else:
            rows.append([word])
    return rows


def _columns(words: Sequence[PdfWord], edges: Sequence[float]) -> dict[int, list[PdfWord]]:
    """Return the words of a row by their columns; nothing where they do not keep to these."""
    columns: dict[int, list[PdfWord]] = {}
    for word in sorted(words, key=lambda word: (word.base, word.left)):
        column = next(
            (
                number
                for number, (left, right) in enumerate(pairwise(edges))
                if left - _NEAR <= word.left and word.right <= right + _NEAR
            ),
            None,
        )
        if column is None:
            return {}
        columns.setdefault(column, []).append(word)
    for (_, own), (_, following) in pairwise(sorted(columns.items())):
        gap = min(word.left for word in following) - max(word.right for word in own)
        if gap < _CELL_GAP * own[0].size:
            return {}
    return columns
