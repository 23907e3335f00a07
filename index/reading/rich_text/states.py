"""States of a reader of Rich Text Format: what a group inherits, and what a paragraph is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from sourcebook.index.reading.office.flow import Part
from sourcebook.index.reading.office.pieces import Piece

from .tables import RtfTable


@dataclass(slots=True)
class Group:
    """What holds in a group and is forgotten at its end."""

    target: str = "text"  # where its text goes; "" is nowhere
    font: int = -1
    fallback: int = 1  # characters to pass over after one in Unicode
    is_raised: bool = False
    is_hidden: bool = False
    is_struck: bool = False
    is_deleted: bool = False
    is_starred: bool = False  # the next control word names a destination that may be unknown
    story: RtfStory | None = None  # one that this group began
    element: Any = None  # of an equation

    def copy(self) -> Group:
        """Return the state of a group inside this one."""
        return replace(self, is_starred=False, story=None)

    def reset(self) -> None:
        """Forget the form of characters (``\\plain``)."""
        self.is_raised = self.is_hidden = self.is_struck = False
        self.font = -1


@dataclass(slots=True)
class ParagraphForm:
    """What a paragraph is, by the control words since ``\\pard``."""

    style: int = 0
    outline: int | None = None
    list_number: int | None = None
    list_level: int = 0
    depth: int = 0  # of the table that it stands in


@dataclass(slots=True)
class RtfStory:
    """A text with its own paragraphs: the body, a note, a text box."""

    kind: str
    parts: list[Part] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    form: ParagraphForm = field(default_factory=ParagraphForm)
    label: str = ""
    tables: list[RtfTable] = field(default_factory=list)
    sign: str = ""
