"""What documents have in common: their authors, sources, languages, formats or years."""

from __future__ import annotations

from collections.abc import Sequence

from sourcebook.index.search.descriptions import Description

from .request import Task

_FORMATS = {"markdown": "Markdown", "rfc822": "E-mail", "plain": "Text", "html": "HTML"}


def names_of(document: Description, task: Task) -> Sequence[str]:
    """Return what a document has of the sort that a question asks for; nothing where that is not
    known. A language is a code of two letters."""
    match task:
        case "authors":
            return document.authors
        case "sources":
            return (document.source,) if document.source else ()
        case "languages":
            return (document.language[:2].lower(),) if document.language else ()
        case "years":
            return (str(document.published.year),) if document.published else ()
        case _:
            kind = document.media_type.rpartition("/")[2].rpartition(".")[2]
            return (_FORMATS.get(kind, kind.upper()),)
