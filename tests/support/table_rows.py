"""Rows of the table of articles, made by hand."""

from __future__ import annotations

from sourcebook.index.search.overview import DocumentRow


def row(number: int, title: str, **values: object) -> DocumentRow:
    fields: dict[str, object] = {
        **dict.fromkeys(("source", "author", "published", "place")),
        "passages": 1,
        "story": str(number),
        "story_size": 1,
        "outlets": 1,
        **values,
    }
    return DocumentRow(id=str(number), title=title, number=number, **fields)  # type: ignore[arg-type]
