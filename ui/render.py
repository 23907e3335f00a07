"""Answer -> HTML, Markdown, plain text, JSON. Pure functions: no screen, no web framework.

Everything an answer carries is escaped for the form it goes into (see `escaping`). The one link
made is the http(s) URL of a cited article.
"""

from __future__ import annotations

import json
from typing import Any

from ..rag.answer import Answer
from .escaping import UNPRINTABLE
from .render_html import answer_html, chips_html, sources_html, to_html
from .render_markdown import to_markdown
from .render_notes import Surroundings, filter_notes, footnotes, surroundings, unsupported_note
from .render_text import source_text, to_text

__all__ = [
    "Surroundings",
    "answer_html",
    "chips_html",
    "filter_notes",
    "footnotes",
    "source_text",
    "sources_html",
    "surroundings",
    "to_html",
    "to_json",
    "to_markdown",
    "to_text",
    "unsupported_note",
]


def to_json(value: Answer | Any) -> str:
    """``answer.to_dict()`` (or any JSON value) as text that any terminal and pipe can carry.

    Letters stay as they are; what is not printable is written as ``\\uXXXX``, which reads the same.
    """
    data = value.to_dict() if isinstance(value, Answer) else value
    text = json.dumps(data, ensure_ascii=False, indent=2)
    # Newlines in strings are already \n here; the only raw ones divide the lines of the output.
    return UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
