"""Rows of the table of articles, made by hand."""

from __future__ import annotations

from sourcebook.index.search.overview import DocumentRow


def row(number: int, title: str, **known: object) -> DocumentRow:
    values: dict[str, object] = {
        **dict.fromkeys(("source", "author", "published", "place")),
        "passages": 1,
        "story": str(number),
        "told": 1,
        "outlets": 1,
        **known,
    }
    return DocumentRow(id=str(number), title=title, number=number, **values)  # type: ignore[arg-type]
