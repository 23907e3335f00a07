"""Whether the texts that are searched are those of the passages, and how they are made anew."""

from __future__ import annotations

from sourcebook.index.documents.passages import passage_titles
from sourcebook.index.errors import LibraryError
from sourcebook.index.store.checksums import differing
from sourcebook.index.store.rows import index_text
from sourcebook.index.store.store import Store


def check_words(store: Store) -> str | None:
    """Return what is wrong with the texts that are searched in a line; None where they are right.

    Args:
        store: a library whose documents and passages are as they were written.

    Raises:
        LibraryBusy: another process writes.
    """
    try:
        (missing,) = store.database.rows(
            "SELECT count(*) FROM passages WHERE key NOT IN (SELECT key FROM passage_texts)"
        )[0]
        (extra,) = store.database.rows(
            "SELECT count(*) FROM passage_texts WHERE key NOT IN (SELECT key FROM passages)"
        )[0]
        if missing or extra:
            return f"the texts to be searched lack {missing} passages and hold {extra} too many"
        with store.database.reading() as db:
            wrong = len(differing(db, "passage_texts"))
        wrong = wrong or sum(_count_wrong(store, document_id) for document_id in store.ids())
    except LibraryError as error:
        return f"the texts to be searched are damaged ({error.__cause__ or error})"
    return f"the texts to be searched hold other words of {wrong} passages" if wrong else None


def rebuild_words(store: Store) -> None:
    """Make the texts that are searched anew from the passages, in one step.

    Args:
        store: a library whose documents and passages are as they were written.

    Raises:
        LibraryError: the library cannot be written; they are as they were.
    """
    with store.database.changing() as db:
        db.execute("DELETE FROM passage_texts")
        db.execute("DELETE FROM checksums WHERE place = 'passage_texts'")
        for document_id in sorted(store.ids()):
            db.executemany("INSERT INTO passage_texts VALUES (?, ?, ?)", _rows(store, document_id))
        store.start_line(db)


def _rows(store: Store, document_id: str) -> list[tuple[int, str, str]]:
    """Return key, title and text of each passage of a document, as they are indexed."""
    document, passages = store.document(document_id), store.passages(document_id)
    keys = store.database.rows(
        "SELECT p.key FROM passages p JOIN documents d ON d.key = p.document_key "
        "WHERE d.id = ? ORDER BY p.start",
        (document_id,),
    )
    titles = passage_titles(document, passages)
    return [
        (key, index_text(title), index_text(passage.text))
        for (key,), title, passage in zip(keys, titles, passages, strict=True)
    ]


def _count_wrong(store: Store, document_id: str) -> int:
    rows = _rows(store, document_id)
    return sum(
        store.database.rows("SELECT title, text FROM passage_texts WHERE key = ?", (key,))
        != [(title, text)]
        for key, title, text in rows
    )
