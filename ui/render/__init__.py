"""Pure functions: answers and documents as text, Markdown, HTML and JSON."""

from .escaping import clean, escape, one_line
from .numbers import count, pace, size_text

__all__ = [
    "clean",
    "count",
    "escape",
    "one_line",
    "pace",
    "size_text",
]
