"""Frames of a page: points from the upper left of the page as it is turned to be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

Number = TypeVar("Number", float, Any)
"""A number, or an array of numbers."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom; down is positive."""


class BoxSides:
    """What has a box, by the sides of it."""

    __slots__ = ()
    box: Box

    @property
    def left(self) -> float:
        """The left side of its box."""
        return self.box[0]

    @property
    def top(self) -> float:
        """The upper side of its box."""
        return self.box[1]

    @property
    def right(self) -> float:
        """The right side of its box."""
        return self.box[2]

    @property
    def bottom(self) -> float:
        """The lower side of its box."""
        return self.box[3]


@dataclass(frozen=True, slots=True)
class Frame:
    """A page turned clockwise by ``turn`` quarters; its sides as the file counts, upwards."""

    left: float
    bottom: float
    right: float
    top: float
    turn: int = 0

    @classmethod
    def of_page(cls, page: Any) -> Frame:
        """Return the frame of a page as it is shown."""
        left, bottom, right, top = page.get_bbox()
        return cls(left, bottom, right, top, (page.get_rotation() // 90) % 4)

    def at_turn(self, turn: int) -> Frame:
        """Return the frame in which what is drawn at ``turn`` quarters stands upright."""
        if turn == self.turn:
            return self
        return Frame(self.left, self.bottom, self.right, self.top, turn)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height."""
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if self.turn % 2 else (width, height)

    def point(self, x: Number, y: Number) -> tuple[Number, Number]:
        """Return where a point of the file stands in the frame."""
        if self.turn == 0:
            return x - self.left, self.top - y
        if self.turn == 1:
            return y - self.bottom, x - self.left
        if self.turn == 2:
            return self.right - x, y - self.bottom
        return self.top - y, self.right - x

    def box(self, left: float, top: float, right: float, bottom: float) -> Box:
        """Return where a box of the file stands in the frame."""
        x1, y1 = self.point(left, top)
        x2, y2 = self.point(right, bottom)
        return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)

    def file_point(self, x: float, y: float) -> tuple[float, float]:
        """Return the point of the file that stands at a place of the frame."""
        if self.turn == 0:
            return x + self.left, self.top - y
        if self.turn == 1:
            return y + self.left, x + self.bottom
        if self.turn == 2:
            return self.right - x, y + self.bottom
        return self.right - y, self.top - x

    def box_in(self, other: Frame, box: Box) -> Box:
        """Return a box of this frame as the other frame has it."""
        if other.turn == self.turn:
            return box
        left, top = self.file_point(box[0], box[1])
        right, bottom = self.file_point(box[2], box[3])
        return other.box(left, top, right, bottom)
