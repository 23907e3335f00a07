"""The tables of a library in PostgreSQL, in a schema of their own.

They have the names and columns of SQLite's. Documents, passages and vectors are cut into parts by
the hash of the document, postings by its number: a part holds all of a document, so that parts can
lie on several servers. ``audience`` says who may read a row: 0 everybody who may read the library,
else the members of the roles that `audiences` has under that number.
"""

from __future__ import annotations

from collections.abc import Iterator

FORMAT = 1
"""The version of these tables."""

BY_DOCUMENT = ("documents", "passages", "embeddings", "passage_parts")
"""The tables that are cut by the hash of the document."""

GUARDED = (*BY_DOCUMENT, "postings", "word_counts")
"""The tables of which a role may see some rows only."""

READABLE = ("meta", "audiences", *GUARDED)
"""What a role reads that searches."""

_FUNCTIONS = """
CREATE FUNCTION julianday(moment text) RETURNS timestamptz LANGUAGE sql STABLE
    RETURN moment::timestamptz;
CREATE FUNCTION instr(whole text, part text) RETURNS int LANGUAGE sql IMMUTABLE
    RETURN strpos(whole, part);
CREATE FUNCTION json_values(list text) RETURNS TABLE (value text) LANGUAGE sql IMMUTABLE
    AS $$ SELECT jsonb_array_elements_text(list::jsonb) $$;
"""

# Text is compared byte by byte, as SQLite does, whatever the language of the server.
_TABLES = """
CREATE TABLE meta (name text COLLATE "C" PRIMARY KEY, value text NOT NULL);
CREATE TABLE audiences (number int PRIMARY KEY, roles text[] NOT NULL);
INSERT INTO audiences VALUES (0, '{{}}');
CREATE TABLE restrictions (document_id text COLLATE "C" PRIMARY KEY, audience int NOT NULL);
CREATE TABLE documents (
    key bigint PRIMARY KEY,
    id text COLLATE "C" NOT NULL,
    text text NOT NULL,
    title text COLLATE "C" NOT NULL,
    source text COLLATE "C",
    author text COLLATE "C",
    published text COLLATE "C",
    url text COLLATE "C",
    path text COLLATE "C",
    media_type text COLLATE "C" NOT NULL,
    language text COLLATE "C",
    content_hash text COLLATE "C" NOT NULL,
    location text COLLATE "C",
    removed text NOT NULL,
    published_from text COLLATE "C",
    read_text text,
    story text COLLATE "C",
    outlet text COLLATE "C",
    blocks bytea,
    pages text NOT NULL,
    read_blocks bytea,
    audience int NOT NULL
) PARTITION BY HASH (key);
CREATE INDEX documents_id ON documents (id);
CREATE INDEX documents_location ON documents USING hash (location);
CREATE INDEX documents_source ON documents USING hash (source);
CREATE INDEX documents_author ON documents USING hash (author);
CREATE INDEX documents_content ON documents (content_hash);
CREATE INDEX documents_story ON documents (story);
CREATE INDEX documents_outlet ON documents USING hash (outlet);
CREATE TABLE passages (
    key bigint NOT NULL,
    id text COLLATE "C" NOT NULL,
    document_key bigint NOT NULL REFERENCES documents (key),
    start int NOT NULL,
    "end" int NOT NULL,
    page int,
    heading text NOT NULL,
    words int NOT NULL,
    audience int NOT NULL,
    PRIMARY KEY (document_key, key)
) PARTITION BY HASH (document_key);
CREATE INDEX passages_key ON passages (key);
CREATE SEQUENCE passage_keys;
CREATE TABLE embeddings (
    key bigint NOT NULL,
    document_key bigint NOT NULL,
    audience int NOT NULL,
    embedding {extension}.vector NOT NULL,
    PRIMARY KEY (document_key, key)
) PARTITION BY HASH (document_key);
ALTER TABLE embeddings ALTER COLUMN embedding SET STORAGE MAIN;
CREATE INDEX embeddings_key ON embeddings (key);
CREATE TABLE passage_parts (
    key bigint NOT NULL,
    document_key bigint NOT NULL,
    audience int NOT NULL,
    vectors bytea NOT NULL,
    PRIMARY KEY (document_key, key)
) PARTITION BY HASH (document_key);
ALTER TABLE passage_parts ALTER COLUMN vectors SET STORAGE EXTERNAL;
CREATE INDEX passage_parts_key ON passage_parts (key);
CREATE TABLE postings (
    term text COLLATE "C" NOT NULL,
    part int NOT NULL,
    audience int NOT NULL,
    block bigint NOT NULL,
    entries bytea NOT NULL,
    PRIMARY KEY (term, part, audience, block)
) PARTITION BY LIST (part);
CREATE TABLE word_counts (
    audience int PRIMARY KEY, passages bigint NOT NULL, words bigint NOT NULL
);
CREATE TABLE bands (
    band bigint NOT NULL, document_key bigint NOT NULL, PRIMARY KEY (band, document_key)
);
CREATE INDEX bands_document ON bands (document_key);
CREATE TABLE minhashes (document_key bigint PRIMARY KEY, signature bytea NOT NULL);
CREATE TABLE lines (
    document_key bigint NOT NULL, line bigint NOT NULL, content int NOT NULL,
    PRIMARY KEY (document_key, line)
);
CREATE TABLE changed_outlets (outlet text COLLATE "C" PRIMARY KEY);
CREATE TABLE origins (
    root text COLLATE "C" NOT NULL,
    item text COLLATE "C" NOT NULL,
    position int NOT NULL,
    signature text,
    documents text NOT NULL
);
CREATE INDEX origins_item ON origins USING hash (item);
CREATE INDEX origins_root ON origins USING hash (root);
CREATE FUNCTION visible_audiences() RETURNS int[] LANGUAGE sql STABLE
    AS $$ SELECT array_agg(number) FROM audiences a WHERE number = 0 OR EXISTS (
        SELECT FROM pg_catalog.pg_roles r
        WHERE r.rolname = ANY (a.roles) AND pg_has_role(r.oid, 'USAGE')) $$;
"""


def statements(partitions: int, extension: str) -> Iterator[str]:
    """Yield the statements that make the tables of an empty library.

    Args:
        partitions: how many parts it is cut into.
        extension: the schema that pgvector is in, quoted.
    """
    script = _FUNCTIONS + _TABLES.format(extension=extension)
    yield from (statement for statement in script.split(";\n") if statement.strip())
    for part in range(partitions):
        for table in BY_DOCUMENT:
            yield (
                f"CREATE TABLE {table}_{part} PARTITION OF {table} "
                f"FOR VALUES WITH (MODULUS {partitions}, REMAINDER {part})"
            )
        yield f"CREATE TABLE postings_{part} PARTITION OF postings FOR VALUES IN ({part})"
    for table in GUARDED:
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        yield (
            f"CREATE POLICY readable ON {table} FOR SELECT "
            "USING (audience = ANY ((SELECT visible_audiences())::int[]))"
        )
    yield f"INSERT INTO meta VALUES ('format', '{FORMAT}'), ('partitions', '{partitions}')"
