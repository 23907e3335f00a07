"""The addresses of articles for agents: sourcebook://LIBRARY/ID, with #char=START,END for a quote.

The fragment is that of RFC 5147, which counts characters.
"""

from __future__ import annotations

from urllib.parse import quote, unquote, urlsplit

from sourcebook.index.documents.records import Document
from sourcebook.rag.answer import Citation, OtherSource

from .errors import ResourceUnknown

__all__ = ["TEMPLATE", "document_address", "parse_address", "quote_address"]

TEMPLATE = "sourcebook://{library}/{document}"
_SCHEME = "sourcebook"


def document_address(library: str, document: Document | str) -> str:
    """Return the address of an article, given by itself or by its id."""
    document_id = document if isinstance(document, str) else document.id
    return f"{_SCHEME}://{quote(library, safe='')}/{quote(document_id, safe='')}"


def quote_address(library: str, place: Citation | OtherSource) -> str:
    """Return the address of a quote."""
    return f"{document_address(library, place.document)}#char={place.start},{place.end}"


def parse_address(address: str) -> tuple[str, str]:
    """Return the name of the library and the id of the article.

    Raises:
        ResourceUnknown: it is not an address of an article.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    document_id = parts.path.removeprefix("/")
    if parts.scheme != _SCHEME or not parts.netloc or not document_id or "/" in document_id:
        raise ResourceUnknown(f"{address[:200]!r} is no article: {TEMPLATE} is one")
    return unquote(parts.netloc), unquote(document_id)
