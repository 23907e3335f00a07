"""What an agent that reads text alone gets: the answer with its marks, and links to the sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mcp_types import Annotations, ContentBlock, ResourceLink, TextContent

from sourcebook.index.documents.records import Document, Hit
from sourcebook.rag.answer import Answer, Citation
from sourcebook.rag.review import Verification
from sourcebook.ui.render import one_line
from sourcebook.ui.render.citations import byline, title
from sourcebook.ui.render.listing import Around, hits_text
from sourcebook.ui.render.text import to_text

from .addresses import document_address, quote_address

__all__ = [
    "answer_content",
    "document_link",
    "hits_content",
    "text_content",
    "verification_content",
]

MOST_LINKS = 20
PLAIN_TEXT = "text/plain"
"""What a resource gives, whatever kind of file the article was read from."""


def text_content(text: str) -> list[ContentBlock]:
    """Return a text as content."""
    return [TextContent(text=text)]


def answer_content(library: str, answer: Answer) -> list[ContentBlock]:
    """Return an answer with its marks and quotes, and a link to each place it cites."""
    places = answer.places if not answer.abstained else answer.nearest
    return [*text_content(to_text(answer)), *_links(library, places)]


def verification_content(library: str, verification: Verification) -> list[ContentBlock]:
    """Return the verdict of each statement in a line, and a link to each place."""
    lines = []
    for statement in verification.statements:
        marks = "".join(f"[{number}]" for number in statement.citations)
        words = f" ({', '.join(statement.unsupported)})" if statement.unsupported else ""
        lines.append(f"{statement.verdict}{words}: {one_line(statement.text)} {marks}".rstrip())
        lines += [
            f"  “{each.words}”, but the source says “{each.source_words}” [{each.citation}]"
            for each in statement.contradictions
        ]
    lines += [f"[{each.number}] “{one_line(each.quote)}”" for each in verification.citations]
    return [*text_content("\n".join(lines)), *_links(library, verification.citations)]


def hits_content(
    library: str, hits: Sequence[Hit], around: Sequence[Around] = ()
) -> list[ContentBlock]:
    """Return passages, those around each with it, and a link to the article of each."""
    if not hits:
        return text_content("Nothing found.")
    documents = {hit.document.id: hit.document for hit in hits}
    links = [document_link(library, document) for document in documents.values()]
    return [*text_content(hits_text(hits, around)), *links]


def document_link(library: str, document: Document) -> ResourceLink:
    """Return a link to an article."""
    return ResourceLink(
        uri=document_address(library, document),
        name=document.id,
        title=title(document),
        description=", ".join(part for part in (document.source, document.author) if part) or None,
        mime_type=PLAIN_TEXT,
    )


def _links(library: str, citations: Iterable[Citation]) -> list[ContentBlock]:
    return [
        ResourceLink(
            uri=quote_address(library, citation),
            name=f"[{citation.number}]",
            title=title(citation.document),
            description=", ".join([*byline(citation), f"“{one_line(citation.quote)}”"]),
            mime_type=PLAIN_TEXT,
            annotations=Annotations(audience=["user", "assistant"]),
        )
        for citation in [*citations][:MOST_LINKS]
    ]
