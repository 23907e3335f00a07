"""The tables of a library, version by version: an older file is brought up to date by the rest.

A version that libraries out there have is never edited; what changes is a new one behind it.
"""

from __future__ import annotations

from .checksums import script

TOKENIZER = "porter unicode61 remove_diacritics 2"
"""How FTS5 makes terms of a text."""

_VERSION_1 = f"""
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    text TEXT NOT NULL,
    title TEXT NOT NULL,
    source TEXT,
    author TEXT,
    published TEXT,
    url TEXT,
    path TEXT,
    media_type TEXT NOT NULL,
    language TEXT,
    content_hash TEXT NOT NULL,
    location TEXT
);
CREATE INDEX documents_location ON documents (location);
CREATE INDEX documents_content ON documents (content_hash);
CREATE INDEX documents_description ON documents (source, author, published, title, id);
CREATE TABLE passages (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    document_key INTEGER NOT NULL REFERENCES documents (key),
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    page INTEGER,
    vector BLOB NOT NULL
);
CREATE INDEX passages_document ON passages (document_key, start);
CREATE VIRTUAL TABLE passages_words USING fts5 (
    title, text, tokenize = "{TOKENIZER}"
);
"""
_VERSION_2 = """
ALTER TABLE documents ADD COLUMN removed TEXT NOT NULL DEFAULT '[]';
"""
_VERSION_3 = """
ALTER TABLE documents ADD COLUMN published_from TEXT;
"""
# What documents are to each other (`settling`). ``story`` and ``outlet`` are NULL until known;
# ``read_text`` is the text as it was read, where recurring lines were taken out of it.
_VERSION_4 = """
ALTER TABLE documents ADD COLUMN read_text TEXT;
ALTER TABLE documents ADD COLUMN story TEXT;
ALTER TABLE documents ADD COLUMN outlet TEXT;
CREATE INDEX documents_story ON documents (story);
CREATE INDEX documents_outlet ON documents (outlet, story);
CREATE TABLE bands (
    band INTEGER NOT NULL, document_key INTEGER NOT NULL, PRIMARY KEY (band, document_key)
) WITHOUT ROWID;
CREATE INDEX bands_document ON bands (document_key);
CREATE TABLE minhashes (document_key INTEGER PRIMARY KEY, signature BLOB NOT NULL);
CREATE TABLE lines (
    document_key INTEGER NOT NULL, line INTEGER NOT NULL, content INTEGER NOT NULL,
    PRIMARY KEY (document_key, line)
) WITHOUT ROWID;
CREATE TABLE changed_outlets (outlet TEXT PRIMARY KEY) WITHOUT ROWID;
"""
# The structure of the text (`block_storage`), and that of ``read_text``; NULL where a document was
# read before there was one.
_VERSION_5 = """
ALTER TABLE documents ADD COLUMN blocks BLOB;
ALTER TABLE documents ADD COLUMN pages TEXT NOT NULL DEFAULT '[]';
ALTER TABLE documents ADD COLUMN read_blocks BLOB;
"""
# The vectors of the parts of passages (`part_vectors`); no row where an embedder gives none.
_VERSION_6 = """
CREATE TABLE passage_parts (key INTEGER PRIMARY KEY, vectors BLOB NOT NULL);
"""
# A checksum of each row of the tables that hold what was added (`checksums`).
_VERSION_7 = f"""
CREATE TABLE checksums (
    place TEXT NOT NULL, key INTEGER NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (place, key)
) WITHOUT ROWID;
{script("documents")}{script("passages")}{script("passage_parts")}"""
# The texts whose words are searched, in a table whose rows have checksums: the postings are made of
# them (`segments`), where FTS5's, which stood in this file, could change unseen.
_VERSION_8 = f"""
CREATE TABLE passage_texts (key INTEGER PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL);
INSERT INTO passage_texts SELECT rowid, title, text FROM passages_words;
DROP TABLE passages_words;
{script("passage_texts")}"""  # noqa: S608
SCHEMA = (
    *(_VERSION_1, _VERSION_2, _VERSION_3, _VERSION_4, _VERSION_5, _VERSION_6),
    *(_VERSION_7, _VERSION_8),
)
