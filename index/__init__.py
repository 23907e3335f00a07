"""Articles in, ranked passages out.

`library` is the door; the files by what they are about:

    records          documents, reports, errors
    reading          readers, source, decoding, timestamps, sentences, pages, passages
    the child        guard, guarded, messages
    text formats     markup, dumps, columns, feed_files, mail
    packed formats   archives, packages, pdf, word, slides, sheets, epub, opendocument
    cleaning         cleaning, furniture, furniture_languages, teasers, invisible
    dating           publication, page_dates, moments
    fetching         fetching, fetched, connecting, addresses, robots, web, sitemaps
    taking in        intake, adding, tally, beside, origins, syncing, watching
    keeping          library, kept, batch, uploads, removal
    several          libraries, moving, holding, trash
    on disk          store, schema, rows, database, vectors
    among documents  settling, stories, recurring, expected
    finding          search, matching, contents, overview
    embedding        embedding, bert, bert_torch, fastest
    models in use    shared
    model files      weights, catalogue, mirrors, hashes, places
"""

from .cleaning import Removed
from .documents import Document, Hit, Passage, make_document
from .embedding import Embedder, SentenceTransformersEmbedder
from .library import Library
from .reports import AddReport, LibraryStats, Progress, Skipped
from .search import Filters
from .stories import Story

__all__ = [
    "AddReport",
    "Document",
    "Embedder",
    "Filters",
    "Hit",
    "Library",
    "LibraryStats",
    "Passage",
    "Progress",
    "Removed",
    "SentenceTransformersEmbedder",
    "Skipped",
    "Story",
    "make_document",
]
