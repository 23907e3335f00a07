"""Whether the full-text index holds the passages, and how it is made anew."""

from __future__ import annotations

from sourcebook.index.documents.passages import passage_titles
from sourcebook.index.errors import LibraryError
from sourcebook.index.store.rows import index_text
from sourcebook.index.store.schema import TOKENIZER
from sourcebook.index.store.store import Store


def check_words(store: Store) -> str | None:
    """Return what is wrong with the full-text index in a line; None where it is right.

    Args:
        store: a library whose documents and passages are as they were written.

    Raises:
        LibraryBusy: another process writes.
    """
    try:
        with store.database.changing() as db:
            db.execute("INSERT INTO passages_words (passages_words) VALUES ('integrity-check')")
        (missing,) = store.database.rows(
            "SELECT count(*) FROM passages WHERE key NOT IN (SELECT rowid FROM passages_words)"
        )[0]
        (extra,) = store.database.rows(
            "SELECT count(*) FROM passages_words WHERE rowid NOT IN (SELECT key FROM passages)"
        )[0]
        if missing or extra:
            return f"the full-text index lacks {missing} passages and holds {extra} too many"
        wrong = sum(_count_wrong(store, document_id) for document_id in sorted(store.ids()))
    except LibraryError as error:
        return f"the full-text index is damaged ({error.__cause__ or error})"
    return f"the full-text index holds other words of {wrong} passages" if wrong else None


def rebuild_words(store: Store) -> None:
    """Make the full-text index anew from the passages, in one step.

    Args:
        store: a library whose documents and passages are as they were written.

    Raises:
        LibraryError: the library cannot be written; the index is as it was.
    """
    with store.database.changing() as db:
        db.execute("DROP TABLE IF EXISTS passages_words")
        columns = f'title, text, tokenize = "{TOKENIZER}"'
        db.execute(f"CREATE VIRTUAL TABLE passages_words USING fts5 ({columns})")
        for document_id in sorted(store.ids()):
            db.executemany(
                "INSERT INTO passages_words (rowid, title, text) VALUES (?, ?, ?)",
                _rows(store, document_id),
            )
        store.raise_generation(db)


def _rows(store: Store, document_id: str) -> list[tuple[int, str, str]]:
    """Return key, title and text of each passage of a document, as the index has them."""
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
    expected = _rows(store, document_id)
    return sum(
        store.database.rows("SELECT title, text FROM passages_words WHERE rowid = ?", (key,))
        != [(title, text)]
        for key, title, text in expected
    )
