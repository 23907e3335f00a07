"""Nothing stays on disk of an article that goes while a question is answered from it.

Whoever removes an article removes the states that prompts left (`index.places`). A prompt that is
still being read then leaves its own only afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..index.documents import Document, Hit
from ..index.errors import LibraryError
from ..index.library import Library
from ..index.places import forget_states
from .events import Event

__all__ = ["leaving_nothing"]


def leaving_nothing(
    events: Iterator[Event], library: Library, generation: int, hits: Sequence[Hit]
) -> Iterator[Event]:
    """The events of an answer from ``hits``; once they end, however that is, no state is left when
    one of their articles went or changed since the library was at ``generation``."""
    try:
        yield from events
    finally:
        if _went(library, generation, hits):
            forget_states()


def _went(library: Library, generation: int, hits: Sequence[Hit]) -> bool:
    try:
        return library.generation != generation and any(
            _told(library.document(hit.document.id)) != _told(hit.document) for hit in hits
        )
    except LibraryError:  # the article is not there; or nobody knows
        return True


def _told(document: Document) -> tuple[object, ...]:
    """What a prompt may hold of a document."""
    return document.content_hash, document.title, document.published
