"""Who may read what of a library: the server's own roles, checked by the server itself.

A role that was given reading sees the documents that everybody may read, and those restricted to
roles that it is a member of; a search by it is a search in a library of these alone, down to the
counts that weigh words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from psycopg import sql

from sourcebook.index.errors import DocumentNotFound, LibraryError
from sourcebook.index.postgres.server.database import PostgresConnection
from sourcebook.index.postgres.server.schema import BY_DOCUMENT, READABLE

from .postings import delete_postings, insert_postings
from .rows import stored_passages
from .store import PostgresStore

__all__ = ["give_reading", "readers_of", "restrict", "take_reading"]


def give_reading(store: PostgresStore, role: str) -> None:
    """Let a role search the library.

    Args:
        store: the library, opened as its owner.
        role: a role of the server.

    Raises:
        LibraryError: there is no such role, or this is not the owner.
    """
    _for_role(
        store, role, "GRANT USAGE ON SCHEMA {schema} TO {role}", "GRANT SELECT ON {table} TO {role}"
    )


def take_reading(store: PostgresStore, role: str) -> None:
    """Let a role search the library no more.

    Args:
        store: the library, opened as its owner.
        role: a role of the server.

    Raises:
        LibraryError: there is no such role, or this is not the owner.
    """
    _for_role(
        store,
        role,
        "REVOKE ALL ON SCHEMA {schema} FROM {role}",
        "REVOKE ALL ON {table} FROM {role}",
    )


def restrict(store: PostgresStore, documents: Iterable[str], roles: Collection[str]) -> None:
    """Let only some roles read documents. It holds for later texts of them too.

    Args:
        store: the library, opened as its owner.
        documents: their ids.
        roles: those whose members may read them; none: everybody who may read the library.

    Raises:
        DocumentNotFound: no document has such an id.
        LibraryError: there is no such role, or this is not the owner.
    """
    with store.database.changing() as db:
        for role in roles:
            if not db.execute("SELECT 1 FROM pg_roles WHERE rolname = ?", (role,)).fetchone():
                raise LibraryError(f"{store.place} has no role {role!r}: CREATE ROLE makes one")
        audience = _audience(db, sorted(set(roles)))
        for document_id in documents:
            row = db.execute("SELECT key FROM documents WHERE id = ?", (document_id,)).fetchone()
            if row is None:
                raise DocumentNotFound(
                    f"no document has the id {document_id!r}: `sourcebook list` shows the ids"
                )
            _move(db, row[0], audience)
            db.execute(
                "INSERT INTO restrictions VALUES (?, ?) "
                "ON CONFLICT (document_id) DO UPDATE SET audience = excluded.audience",
                (document_id, audience),
            )
        store.raise_generation(db)


def readers_of(store: PostgresStore, document_id: str) -> tuple[str, ...]:
    """Return the roles that a document is restricted to; none where everybody may read it.

    Raises:
        DocumentNotFound: no document has that id.
    """
    store.document(document_id)  # raises
    rows = store.database.rows(
        "SELECT a.roles FROM documents d JOIN audiences a ON a.number = d.audience WHERE d.id = ?",
        (document_id,),
    )
    return tuple(rows[0][0])


def _audience(db: PostgresConnection, roles: list[str]) -> int:
    """The number of a set of roles; 0 for everybody."""
    if not roles:
        return 0
    row = db.execute("SELECT number FROM audiences WHERE roles = ?", (roles,)).fetchone()
    if row is None:
        row = db.execute(
            "INSERT INTO audiences SELECT max(number) + 1, ? FROM audiences RETURNING number",
            (roles,),
        ).fetchone()
    return int(row[0]) if row else 0


def _move(db: PostgresConnection, key: int, audience: int) -> None:
    """Put a document with all that is made from it among those of an audience."""
    passages = stored_passages(db, key)
    delete_postings(db, passages)
    for table in BY_DOCUMENT:
        column = "key" if table == "documents" else "document_key"
        db.execute(f"UPDATE {table} SET audience = ? WHERE {column} = ?", (audience, key))
    insert_postings(db, stored_passages(db, key))


def _for_role(store: PostgresStore, role: str, on_schema: str, on_table: str) -> None:
    schema = store.database.address.schema
    with store.database.changing() as db:
        names = {"schema": sql.Identifier(schema), "role": sql.Identifier(role)}
        db.raw.execute(sql.SQL(on_schema).format(**names))
        for table in READABLE:
            statement = sql.SQL(on_table).format(table=sql.Identifier(schema, table), **names)
            db.raw.execute(statement)
