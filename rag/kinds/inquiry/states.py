"""What the model keeps of prompts goes when an article they hold has changed meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sourcebook.index.documents.records import Document, Hit
from sourcebook.index.errors import LibraryError
from sourcebook.index.library import Library
from sourcebook.index.paths import forget_states
from sourcebook.rag.events import Event

from .inquiry import Inquiry


def forget_states_after(events: Iterator[Event], inquiry: Inquiry) -> Iterator[Event]:
    """Yield ``events``; at their end, remove the stored model states if an article has changed.

    Args:
        events: those of an answer.
        inquiry: its question, with the articles that were found.
    """
    try:
        yield from events
    finally:
        library = inquiry.resources.library
        if _has_changed(library, inquiry.generation, inquiry.trace.hits):
            forget_states()


def _has_changed(library: Library, generation: int, hits: Sequence[Hit]) -> bool:
    try:
        return library.generation != generation and any(
            _prompt_fields(library.document(hit.document.id)) != _prompt_fields(hit.document)
            for hit in hits
        )
    except LibraryError:  # removed, or the library cannot be read
        return True


def _prompt_fields(document: Document) -> tuple[object, ...]:
    """Return what a prompt may contain of a document."""
    return document.content_hash, document.title, document.published
