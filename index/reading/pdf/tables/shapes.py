"""What is drawn on a page beside its text: rules, fields of colour, pictures."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from typing import Any

from sourcebook.index.reading.pdf.calls import address_of, call
from sourcebook.index.reading.pdf.frames import Box, Frame

THIN = 3.0
"""A shape is a rule that is at most so thick, in points."""

MAX_OBJECTS, MAX_SEGMENTS, MAX_RULES = 60_000, 20_000, 6_000
"""Limits for a page: a map may have more, and is no table."""

_TEXT, _PATH, _IMAGE, _SHADING, _FORM = 1, 2, 3, 4, 5
_POINTER, _INT = ctypes.c_void_p, ctypes.c_int


@dataclass(slots=True)
class Shapes:
    """Rules are boxes that are thin in one direction; ``fields`` have a colour other than white,
    ``drawings`` are boxes around what has other forms."""

    across: list[Box] = field(default_factory=list)
    upright: list[Box] = field(default_factory=list)
    fields: list[Box] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    drawings: list[Box] = field(default_factory=list)
    count: int = 0

    def add_box(self, box: Box) -> None:
        """Add a rule, or the four sides of a box."""
        left, top, right, bottom = box
        width, height = right - left, bottom - top
        if height <= THIN and width > 2 * THIN:
            self.across.append(box)
        elif width <= THIN and height > 2 * THIN:
            self.upright.append(box)
        elif width > 2 * THIN and height > 2 * THIN:
            self.across += [(left, top, right, top), (left, bottom, right, bottom)]
            self.upright += [(left, top, left, bottom), (right, top, right, bottom)]


def read_shapes(page: Any, frame: Frame) -> Shapes:
    """Return the shapes of a page, those in its form objects too."""
    shapes = Shapes()
    walk = _Walk(shapes, frame)
    handle = address_of(page.raw)
    count = call("FPDFPage_CountObjects", _INT, _POINTER)(handle)
    get = call("FPDFPage_GetObject", _POINTER, _POINTER, _INT)
    walk.objects(get, handle, count, (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), 0)
    return shapes


Matrix = tuple[float, float, float, float, float, float]


class _Walk:
    def __init__(self, shapes: Shapes, frame: Frame) -> None:
        self._shapes, self._frame = shapes, frame
        self._floats = (ctypes.c_float * 6)()
        self._ints = (ctypes.c_uint * 4)()
        self._segments = 0
        self._type = call("FPDFPageObj_GetType", _INT, _POINTER)
        self._bounds = call("FPDFPageObj_GetBounds", _INT, *[_POINTER] * 5)
        self._mode = call("FPDFPath_GetDrawMode", _INT, *[_POINTER] * 3)
        self._fill = call("FPDFPageObj_GetFillColor", _INT, *[_POINTER] * 5)
        self._stroke = call("FPDFPageObj_GetStrokeColor", _INT, *[_POINTER] * 5)
        self._count = call("FPDFPath_CountSegments", _INT, _POINTER)

    def objects(self, get: Any, parent: int, count: int, matrix: Matrix, depth: int) -> None:
        shapes = self._shapes
        for number in range(min(count, MAX_OBJECTS)):
            shapes.count += 1
            if shapes.count > MAX_OBJECTS:
                return
            address = get(parent, number)
            if not address:
                continue
            kind = self._type(address)
            if kind == _PATH:
                self._path(address, matrix)
            elif kind in (_IMAGE, _SHADING):
                box = self._box(address, matrix)
                (shapes.pictures if kind == _IMAGE else shapes.fields).append(box)
            elif kind == _FORM and depth < 3:
                self._form(address, matrix, depth)

    def _form(self, address: int, matrix: Matrix, depth: int) -> None:
        call("FPDFPageObj_GetMatrix", _INT, _POINTER, _POINTER)(
            address, ctypes.addressof(self._floats)
        )
        inner = _product(tuple(self._floats), matrix)
        count = call("FPDFFormObj_CountObjects", _INT, _POINTER)(address)
        get = call("FPDFFormObj_GetObject", _POINTER, _POINTER, ctypes.c_ulong)
        self.objects(get, address, count, inner, depth + 1)

    def _box(self, address: int, matrix: Matrix) -> Box:
        start = ctypes.addressof(self._floats)
        self._bounds(address, start, start + 4, start + 8, start + 12)
        left, bottom, right, top = self._floats[:4]
        x1, y1 = _transform(left, top, matrix)
        x2, y2 = _transform(right, bottom, matrix)
        return self._frame.box(x1, y1, x2, y2)

    def _colour(self, get: Any, address: int) -> tuple[bool, bool]:
        """Return whether a colour is white, and whether it covers."""
        start = ctypes.addressof(self._ints)
        self._ints[:] = [0, 0, 0, 255]
        get(address, start, start + 4, start + 8, start + 12)
        return min(self._ints[:3]) >= 250, self._ints[3] > 5

    def _path(self, address: int, matrix: Matrix) -> None:
        start = ctypes.addressof(self._ints)
        self._ints[:2] = [0, 0]
        self._mode(address, start, start + 4)
        is_filled, is_stroked = bool(self._ints[0]), bool(self._ints[1])
        if not is_filled and not is_stroked:
            return
        box = self._box(address, matrix)
        width, height = box[2] - box[0], box[3] - box[1]
        is_white, covers = self._colour(self._fill, address) if is_filled else (True, False)
        if is_filled and covers and not is_white and width > THIN and height > THIN:
            self._shapes.fields.append(box)
        line_white, line_covers = (
            self._colour(self._stroke, address) if is_stroked else (True, False)
        )
        if (not is_filled or is_white or not covers) and (line_white or not line_covers):
            return
        if len(self._shapes.across) + len(self._shapes.upright) > MAX_RULES:
            return
        if width <= THIN + 2 or height <= THIN + 2:
            # The bounds of a line that is drawn include half its width on each side.
            self._shapes.add_box(_thinned(box))
            return
        count = self._count(address)
        is_large = is_stroked or (width > 12 and height > 8)
        if 4 <= count <= 5 and is_large and self._is_rectangle(address, count):
            self._shapes.add_box(box)
            return
        if len(self._shapes.drawings) < MAX_RULES:
            self._shapes.drawings.append(box)
        if is_stroked and self._segments + count <= MAX_SEGMENTS:
            self._segments += count
            self._lines(address, count, matrix)

    def _points(self, address: int, count: int) -> list[tuple[int, float, float]]:
        get = call("FPDFPath_GetPathSegment", _POINTER, _POINTER, _INT)
        kind = call("FPDFPathSegment_GetType", _INT, _POINTER)
        point = call("FPDFPathSegment_GetPoint", _INT, *[_POINTER] * 3)
        start = ctypes.addressof(self._floats)
        points = []
        for number in range(count):
            segment = get(address, number)
            point(segment, start, start + 4)
            points.append((kind(segment), self._floats[0], self._floats[1]))
        return points

    def _is_rectangle(self, address: int, count: int) -> bool:
        points = self._points(address, count)
        if any(kind == 1 for kind, _, _ in points):
            return False
        return (
            len({round(x) for _, x, _ in points}) <= 2
            and len({round(y) for _, _, y in points}) <= 2
        )

    def _lines(self, address: int, count: int, matrix: Matrix) -> None:
        """Add the straight lines of a path; 2 begins a run, 0 draws a line."""
        call("FPDFPageObj_GetMatrix", _INT, _POINTER, _POINTER)(
            address, ctypes.addressof(self._floats)
        )
        own = _product(tuple(self._floats), matrix)
        before = (0.0, 0.0)
        for kind, x, y in self._points(address, count):
            here = _transform(x, y, own)
            if kind == 0:
                box = self._frame.box(*before, *here)
                if box[2] - box[0] < 0.5 or box[3] - box[1] < 0.5:
                    self._shapes.add_box(box)
            before = here


def _thinned(box: Box) -> Box:
    left, top, right, bottom = box
    if right - left < bottom - top:
        middle = (left + right) / 2
        return middle, top, middle, bottom
    middle = (top + bottom) / 2
    return left, middle, right, middle


def _transform(x: float, y: float, matrix: Matrix) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _product(first: Matrix, second: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    x, y = _transform(e, f, second)
    right, up = _transform(a, b, (*second[:4], 0.0, 0.0)), _transform(c, d, (*second[:4], 0.0, 0.0))
    return (*right, *up, x, y)
