"""Calendars (.ics): each event as a paragraph that says what, when and where."""

from __future__ import annotations

import re
from pathlib import Path

from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.structure.writing import BlockWriter

from .invitations import read_events, write_event

_NAME = re.compile(r"^(?:X-WR-CALNAME|NAME)(?:;[^:\n]*)?:(.*)$", re.MULTILINE | re.IGNORECASE)


def read_ics(path: Path, text: str) -> Document:
    """Make a document of a calendar."""
    writer = BlockWriter()
    events = list(read_events(text))
    for event in events:
        write_event(writer, event)
    return make_document(
        writer.content(),
        title=events[0].text("SUMMARY") if len(events) == 1 else _name(text) or path.stem,
        path=str(path),
        media_type="text/calendar",
        is_scraped=False,
    )


def _name(text: str) -> str | None:
    """Return the name that a calendar gives itself."""
    match = _NAME.search(text)
    return match[1].strip() or None if match else None
