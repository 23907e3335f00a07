"""Whether what documents are to each other is what follows from their texts."""

from __future__ import annotations

import numpy as np

from sourcebook.index.cleaning.repeated_lines import line_hashes, outlet_name
from sourcebook.index.ingest.minhash import bands, shingles, signature
from sourcebook.index.store.store import Store


def check_stories(store: Store) -> list[int]:
    """Return the keys of the documents whose lines, outlet, signature or story are not right.

    Args:
        store: a library whose documents are as they were written, and all have a story.

    Raises:
        LibraryDamaged: the tables cannot be read.
    """
    wrong: list[int] = []
    members: dict[str, list[tuple[str, int]]] = {}
    keys = [row[0] for row in store.database.rows("SELECT key FROM documents ORDER BY key")]
    for key in keys:
        document_id, story, is_right = _examine(store, key)
        members.setdefault(story, []).append((document_id, key))
        if not is_right:
            wrong.append(key)
    for story, group in members.items():  # a story has the least of the ids in it
        if min(group)[0] != story:
            wrong += [key for _, key in group]
    return sorted(set(wrong))


def forget_stories(store: Store) -> None:
    """Have all that documents are to each other worked out anew (`update_stories`).

    Args:
        store: the library's.

    Raises:
        LibraryError: the library cannot be written.
    """
    with store.database.changing() as db:
        for table in ("bands", "minhashes", "lines"):
            db.execute(f"DELETE FROM {table}")  # noqa: S608
        db.execute("UPDATE documents SET story = NULL, outlet = NULL")


def _examine(store: Store, key: int) -> tuple[str, str, bool]:
    """Return a document's id and story, and whether what is derived from it is right."""
    rows = store.database.rows
    document_id, text, source, url, media_type, story, outlet = rows(
        "SELECT id, coalesce(read_text, text), source, url, media_type, story, outlet "
        "FROM documents WHERE key = ?",
        (key,),
    )[0]
    published_by = outlet_name(source, url, media_type)
    lines = {line: int(content) for line, content in line_hashes(text).items()}
    mark = signature(own) if (own := shingles(text)) else None
    is_right = (
        outlet == published_by
        and _pairs(store, "line, content FROM lines", key)
        == (set(lines.items()) if published_by else set())
        and _signature(store, key) == (None if mark is None else mark.tobytes())
        and {band for band, _ in _pairs(store, "band, 0 FROM bands", key)}
        == (set() if mark is None else set(bands(np.asarray(mark))))
    )
    return str(document_id), str(story), is_right


def _pairs(store: Store, query: str, key: int) -> set[tuple[int, int]]:
    rows = store.database.rows(f"SELECT {query} WHERE document_key = ?", (key,))
    return {(row[0], row[1]) for row in rows}


def _signature(store: Store, key: int) -> bytes | None:
    rows = store.database.rows("SELECT signature FROM minhashes WHERE document_key = ?", (key,))
    return rows[0][0] if rows else None
